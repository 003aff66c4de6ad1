package zendesk

import "log/slog"

// Agent is a person in a Zendesk account, as a verified launch names them.
type Agent struct {
	Subdomain string // of the account, lower case
	UserID    string // Zendesk's user id, decimal digits
}

// LogValue implements [slog.LogValuer]: ids only.
func (a Agent) LogValue() slog.Value {
	return slog.GroupValue(slog.String("subdomain", a.Subdomain), slog.String("user", a.UserID))
}
