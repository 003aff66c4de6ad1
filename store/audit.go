package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
)

const (
	// entryPause is the first one between two looks at another's action; they
	// grow, so that many who wait do not keep the database from others.
	entryPause    = 10 * time.Millisecond
	entryPauseMax = 320 * time.Millisecond
	// linesAtOnce is how many lines of the trail one statement reads.
	linesAtOnce = 1000
)

// Begin implements [incident.Audit].
func (s *Store) Begin(ctx context.Context, d incident.AuditEntry) (id int64, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, budget.Busy, incident.Busy)
	defer cancel()
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	if id, err = s.begin(ctx, d); !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	leave, ok := s.queues.enter(waiterOf(d))
	if !ok {
		return 0, incident.Busy
	}
	defer leave()
	return s.await(ctx, d)
}

// await begins what another action on the incident is in the way of, or an entry
// whose program has died.
func (s *Store) await(ctx context.Context, d incident.AuditEntry) (id int64, err error) {
	for pause := entryPause; ; pause = min(2*pause, entryPauseMax) {
		if _, err := s.exec(context.WithoutCancel(ctx), `UPDATE audit SET outcome = $4 WHERE account_id = $1 AND incident_id = $2 AND outcome = 'begun' AND at < $3`,
			d.AccountID, d.IncidentID, millis(d.At.Add(-incident.ActionAtMost)), incident.Abandoned); err != nil {
			return 0, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		if id, err = s.begin(ctx, d); !errors.Is(err, sql.ErrNoRows) {
			return id, err
		}
	}
}

// begin writes the line whether or not ctx ends meanwhile: a line that was
// written for somebody who did not learn its id would keep all others from the
// incident until it is given up.
func (s *Store) begin(ctx context.Context, d incident.AuditEntry) (id int64, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), budget.Entry)
	defer cancel()
	err = s.queryRow(ctx, func(row scanner) error { return row.Scan(&id) },
		`INSERT INTO audit (at, subdomain, user_id, account_id, pagerduty_user, ticket, incident_id, action, outcome)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id`,
		millis(d.At), d.Subdomain, d.UserID, d.AccountID, d.PagerDutyID, d.Ticket, d.IncidentID, string(d.Action), incident.Begun)
	return id, err
}

// End implements [incident.Audit].
func (s *Store) End(ctx context.Context, id int64, outcome, incidentID string) error {
	_, err := s.exec(ctx,
		`UPDATE audit SET outcome = $2, incident_id = CASE WHEN $3 = '' THEN incident_id ELSE $3 END WHERE id = $1`, id,
		outcome, incidentID)
	return err
}

// SweepAudit implements [incident.Audit].
func (s *Store) SweepAudit(ctx context.Context, before time.Time) error {
	return s.expire(ctx, oldAuditEntries, millis(before))
}

// AuditEntries implements [incident.Audit]. It reads page by page: a whole trail takes
// longer than one statement may.
func (s *Store) AuditEntries(ctx context.Context, from time.Time, each func(incident.AuditEntry) error) error {
	for after := int64(0); ; {
		page, err := s.auditEntries(ctx, from, after)
		if err != nil {
			return err
		}
		for _, d := range page {
			if err := each(d); err != nil {
				return err
			}
			after = d.ID
		}
		if len(page) < linesAtOnce {
			return nil
		}
	}
}

// auditEntries reads up to linesAtOnce of them, those that follow an id.
func (s *Store) auditEntries(ctx context.Context, from time.Time, after int64) ([]incident.AuditEntry, error) {
	rows, err := s.db.QueryContext(
		ctx,
		`SELECT id, at, subdomain, user_id, account_id, pagerduty_user, ticket, incident_id, action, outcome, about
		FROM audit WHERE at >= $1 AND id > $2 ORDER BY id LIMIT $3`,
		millis(from),
		after,
		linesAtOnce,
	)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var page []incident.AuditEntry
	for rows.Next() {
		var d incident.AuditEntry
		var at int64
		if err := rows.Scan(&d.ID, &at, &d.Subdomain, &d.UserID, &d.AccountID, &d.PagerDutyID, &d.Ticket, &d.IncidentID, &d.Action, &d.Outcome, &d.About); err != nil {
			return nil, err
		}
		d.At = fromMillis(at)
		page = append(page, d)
	}
	return page, rows.Err()
}
