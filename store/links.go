package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
)

// A row of links says how a ticket holds an incident: linked (the time, or 0),
// made from the sidebar, to be resolved when the ticket is solved.

const (
	whereTicket = ` WHERE subdomain = $1 AND ticket = $2 AND account_id = $3`
	whereLink   = whereTicket + ` AND incident_id = $4`
	dropEmpty   = `DELETE FROM links` + whereLink + ` AND linked = 0 AND made = 0 AND on_solve = 0`
	putLink     = `INSERT INTO links (subdomain, ticket, account_id, incident_id, linked, user_id, made, on_solve, on_solve_by, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (subdomain, ticket, account_id, incident_id) DO UPDATE SET changed = excluded.changed, `
)

// linkValues are the values of a row that says one thing.
type linkValues struct {
	linked, made int64
	onSolveBy    string
}

func (v linkValues) args(l incident.Link) []any {
	onSolve := 0
	if v.onSolveBy != "" {
		onSolve = 1
	}
	return []any{
		l.Ticket.Subdomain,
		l.Ticket.ID,
		l.AccountID,
		l.IncidentID,
		v.linked,
		l.UserID,
		v.made,
		onSolve,
		v.onSolveBy,
		millis(l.At),
	}
}

// Link implements [incident.Links].
func (s *Store) Link(ctx context.Context, l incident.Link) error {
	return s.bounded(
		ctx,
		l,
		`linked > 0`,
		incident.TooManyLinks,
		putLink+`user_id = CASE WHEN links.linked = 0 THEN excluded.user_id ELSE links.user_id END,
		linked = CASE WHEN links.linked = 0 THEN excluded.linked ELSE links.linked END`,
		linkValues{linked: millis(l.At)},
	)
}

// bounded puts a row, unless the ticket then has more than [incident.MaxLinks] of its kind.
func (s *Store) bounded(
	ctx context.Context,
	l incident.Link,
	kind string,
	tooMany problem.Code,
	put string,
	v linkValues,
) error {
	return s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		// Two at once would both find room for one: the account's links are
		// made one after the other.
		rows, err := tx.QueryContext(ctx,
			`SELECT installation_id FROM installations WHERE subdomain = $1`+s.dialect.lock, l.Ticket.Subdomain)
		if err != nil {
			return err
		}
		if err := rows.Close(); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, put, v.args(l)...); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM links`+whereTicket+` AND `+kind, l.Ticket.Subdomain, l.Ticket.ID, l.AccountID).Scan(&n); err != nil {
			return err
		}
		if n > incident.MaxLinks {
			return problem.New(tooMany, nil, problem.Args{"max": incident.MaxLinks})
		}
		return nil
	})
}

// Unlink implements [incident.Links].
func (s *Store) Unlink(ctx context.Context, l incident.Link) error {
	return s.change(ctx, l, `UPDATE links SET linked = 0, on_solve = 0, on_solve_by = '', changed = $5`+whereLink,
		millis(l.At))
}

// change alters a row and drops it where it says nothing any more. The query's
// first four arguments are those of the row's key.
func (s *Store) change(ctx context.Context, l incident.Link, query string, more ...any) error {
	key := []any{l.Ticket.Subdomain, l.Ticket.ID, l.AccountID, l.IncidentID}
	return s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, query, append(slices.Clone(key), more...)...); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, dropEmpty, key...)
		return err
	})
}

// Made implements [incident.Links].
func (s *Store) Made(ctx context.Context, l incident.Link) error {
	_, err := s.exec(ctx, putLink+`made = 1`, linkValues{made: 1}.args(l)...)
	return err
}

// ResolveOnSolve implements [incident.Links].
func (s *Store) ResolveOnSolve(ctx context.Context, l incident.Link) error {
	return s.bounded(ctx, l, `on_solve = 1`, incident.TooManyOnSolve,
		putLink+`on_solve = 1, on_solve_by = excluded.on_solve_by`, linkValues{onSolveBy: l.UserID})
}

// LeaveOnSolve implements [incident.Links].
func (s *Store) LeaveOnSolve(ctx context.Context, l incident.Link) error {
	return s.change(ctx, l, `UPDATE links SET on_solve = 0, on_solve_by = '', changed = $5`+whereLink+
		` AND on_solve = 1 AND ($6 = '' OR on_solve_by = $6)`, millis(l.At), l.UserID)
}

// TicketLinks implements [incident.Links].
func (s *Store) TicketLinks(ctx context.Context, t incident.Ticket, accountID string) ([]incident.TicketLink, error) {
	rows, err := s.readLinks.QueryContext(ctx, t.Subdomain, t.ID, accountID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []incident.TicketLink
	for rows.Next() {
		var h incident.TicketLink
		var linked, made int64
		if err := rows.Scan(&h.IncidentID, &linked, &made, &h.OnSolve); err != nil {
			return nil, err
		}
		h.Linked, h.Made = linked > 0, made != 0
		list = append(list, h)
	}
	return list, rows.Err()
}

// OtherTickets implements [incident.Links].
func (s *Store) OtherTickets(
	ctx context.Context,
	t incident.Ticket,
	accountID string,
	incidentIDs []string,
) (map[string]int, error) {
	var counts map[string]int
	for ids := range slices.Chunk(incidentIDs, maxCounted) {
		if err := s.countOthers(ctx, t, accountID, ids, func(id string, n int) {
			if counts == nil {
				counts = map[string]int{}
			}
			counts[id] = n
		}); err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// counted are the lengths of lists that a statement is prepared for: planning
// one costs more than running it. A shorter list is filled up with its last id.
var counted = [...]int{1, 4, 16, maxCounted}

const maxCounted = 128

func countOthers(length int) string {
	parameters := make([]string, length)
	for i := range parameters {
		parameters[i] = "$" + strconv.Itoa(i+4)
	}
	return `SELECT incident_id, count(*) FROM links WHERE subdomain = $1 AND ticket <> $2 AND account_id = $3
		AND linked > 0 AND incident_id IN (` + strings.Join(parameters, ", ") + `) GROUP BY incident_id`
}

func (s *Store) countOthers(
	ctx context.Context,
	t incident.Ticket,
	accountID string,
	ids []string,
	each func(id string, n int),
) error {
	size, _ := slices.BinarySearch(counted[:], len(ids))
	args := make([]any, 0, 3+counted[size])
	args = append(args, t.Subdomain, t.ID, accountID)
	for i := range counted[size] {
		args = append(args, ids[min(i, len(ids)-1)])
	}
	rows, err := s.readOthers[size].QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return err
		}
		each(id, n)
	}
	return rows.Err()
}

// LeavesNotes implements [incident.Preferences].
func (s *Store) LeavesNotes(ctx context.Context, subdomain, userID string) (bool, error) {
	var off, stale int64
	err := s.db.QueryRowContext(ctx, `SELECT no_notes, CASE WHEN used < `+s.dialect.clock+` - $3 THEN 1 ELSE 0 END FROM preferences WHERE subdomain = $1 AND user_id = $2`,
		subdomain, userID, preferencesUsed.Milliseconds()).
		Scan(&off, &stale)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	if err == nil && stale != 0 {
		_, err = s.exec(ctx, `UPDATE preferences SET used = `+s.dialect.clock+` WHERE subdomain = $1 AND user_id = $2`,
			subdomain, userID)
	}
	return off == 0, err
}

// preferencesUsed bounds how often the use of preferences is written down: they
// are kept for a year from then on.
const preferencesUsed = 30 * 24 * time.Hour

// SetLeavesNotes implements [incident.Preferences].
func (s *Store) SetLeavesNotes(ctx context.Context, subdomain, userID string, on bool) error {
	off := 1
	if on {
		off = 0
	}
	_, err := s.exec(
		ctx,
		`INSERT INTO preferences (subdomain, user_id, no_notes, used) VALUES ($1, $2, $3, `+s.dialect.clock+`)
		ON CONFLICT (subdomain, user_id) DO UPDATE SET no_notes = excluded.no_notes, used = excluded.used`,
		subdomain,
		userID,
		off,
	)
	return err
}
