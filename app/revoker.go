package app

import (
	"log/slog"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/pagerduty"
	"zendesk-pagerduty/store"
)

// NewRevoker revokes grants for a command. It is nil where the settings do not
// name the registered app, or say that nothing is revoked.
func NewRevoker(set Settings, s *store.Store, log *slog.Logger) *oauth.Revoker {
	if set.ClientID == "" || set.ClientSecret == "" || set.RevokeGrants == revokeNever {
		return nil
	}
	provider := &oauth.Provider{
		ClientID:     set.ClientID,
		ClientSecret: set.ClientSecret,
		RevokeURL:    set.RevokeURL,
		Transport:    pagerduty.Transport(),
	}
	return &oauth.Revoker{Provider: provider, Store: s, Log: log, Now: time.Now}
}
