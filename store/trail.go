package store

import (
	"context"
	"database/sql"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
)

// record writes an entry of something that is done into the audit trail, in the
// transaction that does it. It has no incident, and so takes no incident's lock.
func (s *Store) record(ctx context.Context, tx *sql.Tx, d incident.AuditEntry) error {
	_, err := tx.ExecContext(
		ctx,
		`INSERT INTO audit (at, subdomain, user_id, account_id, pagerduty_user, ticket, incident_id, action, outcome, about)
		VALUES ($1, $2, $3, $4, $5, 0, '', $6, $7, $8)`,
		millis(d.At),
		d.Subdomain,
		d.UserID,
		d.AccountID,
		d.PagerDutyID,
		string(d.Action),
		d.Outcome,
		d.About,
	)
	return err
}

// recordLogin writes that an agent connected PagerDuty; former is the connection
// before, which may be the zero one.
func (s *Store) recordLogin(ctx context.Context, tx *sql.Tx, c, former oauth.Connection, now time.Time) error {
	action := incident.LoggedIn
	if former.Generation > 0 && (former.UserID != c.UserID || former.AccountID != c.AccountID) {
		action = incident.Switched
	}
	return s.record(
		ctx,
		tx,
		incident.AuditEntry{
			At:          now,
			Subdomain:   c.Agent.Subdomain,
			UserID:      c.Agent.UserID,
			AccountID:   c.AccountID,
			PagerDutyID: c.UserID,
			Action:      action,
			Outcome:     string(incident.Done),
		},
	)
}
