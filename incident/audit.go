package incident

import (
	"context"
	"time"

	"zendesk-pagerduty/budget"
)

// AuditEntry is an entry of the audit trail: who did what to which incident for which
// ticket, and how it ended. It holds ids and no text of tickets or incidents.
type AuditEntry struct {
	ID          int64
	At          time.Time
	Subdomain   string // of Zendesk
	UserID      string // Zendesk's
	AccountID   string // PagerDuty's; empty where nobody was connected
	PagerDutyID string // PagerDuty's id of the user
	Ticket      int64
	IncidentID  string // empty for a creation that made none; of [ToIntegrate] the service's
	Action      Action
	// About is, of [LoginShared], the earlier Zendesk users as subdomain/user,
	// comma-separated and 20 at most; of an installation's, its id, or of a
	// renamed account its former subdomain; of [SessionsEnded], how many.
	About string
	// Outcome is an [Outcome], a [CreateOutcome], the code of
	// what went wrong, or one of those below.
	Outcome string
}

// Outcomes that nobody chose.
const (
	Begun     = "begun"     // it is under way
	Abandoned = "abandoned" // nobody wrote down its end: the program died in the middle
)

// NewKey is how an installation's registration ended that changed its public
// key: sessions of the former one ended with it.
const NewKey Outcome = "newkey"

// ActionAtMost is longer than any action takes: one that began earlier is over.
const ActionAtMost = budget.Abandoned

// Audit keeps audit entries. One is written before its action is done, so that a program
// that is killed in the middle leaves its trace.
type Audit interface {
	// Begin writes an entry as [Begun] and returns its id. One incident has
	// one action at a time, on all replicas: Begin waits for another's end, and
	// gives up with [Busy]; at once where two of the agent wait already.
	Begin(ctx context.Context, d AuditEntry) (id int64, err error)
	// End writes down how it ended, and the incident where that is new.
	End(ctx context.Context, id int64, outcome, incidentID string) error
	// SweepAudit erases those from before a time.
	SweepAudit(ctx context.Context, before time.Time) error
	// AuditEntries gives those from a time on, oldest first.
	AuditEntries(ctx context.Context, from time.Time, each func(AuditEntry) error) error
}
