package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
)

const whereTicket = ` WHERE subdomain = $1 AND ticket = $2 AND account_id = $3`

// Link implements [incident.Links].
func (s *Store) Link(ctx context.Context, l incident.Link, max int) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		// Two at once would both find room for one: the account's links are
		// made one after the other.
		rows, err := tx.QueryContext(ctx, `SELECT installation_id FROM installations WHERE subdomain = $1`+s.dialect.lock, l.Ticket.Subdomain)
		if err != nil {
			return err
		}
		if err := rows.Close(); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO links (subdomain, ticket, account_id, incident_id, linked, user_id) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (subdomain, ticket, account_id, incident_id) DO NOTHING`,
			l.Ticket.Subdomain, l.Ticket.ID, l.AccountID, l.IncidentID, millis(l.At), l.UserID); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM links`+whereTicket, l.Ticket.Subdomain, l.Ticket.ID, l.AccountID).Scan(&n); err != nil {
			return err
		}
		if n > max {
			return problem.New(incident.TooManyLinks, nil, problem.Args{"max": max})
		}
		return nil
	})
}

// Unlink implements [incident.Links].
func (s *Store) Unlink(ctx context.Context, l incident.Link) error {
	_, err := s.exec(ctx, `DELETE FROM links`+whereTicket+` AND incident_id = $4`, l.Ticket.Subdomain, l.Ticket.ID, l.AccountID, l.IncidentID)
	return err
}

// Linked implements [incident.Links].
func (s *Store) Linked(ctx context.Context, t incident.Ticket, accountID string) ([]string, error) {
	if look := togetherOf(ctx); look != nil {
		if r := look.links.Swap(nil); r != nil && r.ticket == t && r.accountID == accountID {
			return r.ids, nil
		}
	}
	rows, err := s.readLinks.QueryContext(s.reading(ctx), t.Subdomain, t.ID, accountID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// OtherTickets implements [incident.Links].
func (s *Store) OtherTickets(ctx context.Context, t incident.Ticket, accountID string, incidentIDs []string) (map[string]int, error) {
	if look := togetherOf(ctx); look != nil {
		if r := look.alone.Swap(nil); r != nil && r.ticket == t && r.accountID == accountID {
			return nil, nil
		}
	}
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
	places := make([]string, length)
	for i := range places {
		places[i] = "$" + strconv.Itoa(i+4)
	}
	return `SELECT incident_id, count(*) FROM links WHERE subdomain = $1 AND ticket <> $2 AND account_id = $3
		AND incident_id IN (` + strings.Join(places, ", ") + `) GROUP BY incident_id`
}

func (s *Store) countOthers(ctx context.Context, t incident.Ticket, accountID string, ids []string, each func(id string, n int)) error {
	size, _ := slices.BinarySearch(counted[:], len(ids))
	args := make([]any, 0, 3+counted[size])
	args = append(args, t.Subdomain, t.ID, accountID)
	for i := range counted[size] {
		args = append(args, ids[min(i, len(ids)-1)])
	}
	rows, err := s.readOthers[size].QueryContext(s.reading(ctx), args...)
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
