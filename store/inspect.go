package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/zendesk"
)

// What the operator's check (package selfcheck) asks of the database.

// Clock is the database's time. On SQLite it is that of this machine.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	var now int64
	err := s.db.QueryRowContext(ctx, `SELECT `+s.dialect.clock).Scan(&now)
	return fromMillis(now), err
}

// OnServer says whether the database is on a server, which has a clock of its own.
func (s *Store) OnServer() bool { return s.dialect.name == onPostgres.name }

// Unopened counts sealed values that the key ring does not open, by the id of the
// key that they name.
func (s *Store) Unopened(ctx context.Context) (map[string]int, error) {
	dead := map[string]int{}
	for _, table := range []sealedTable{sealedConnections, sealedAttempts} {
		var last [2]string
		for more := true; more; {
			var list []sealedRow
			if err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
				list, err = sealedRows(ctx, tx, table, last)
				return err
			}); err != nil {
				return nil, err
			}
			for _, row := range list {
				last = row.key
				for i, sealed := range row.sealed {
					if sealed == "" {
						continue // erased
					}
					if _, err := s.box.Open(sealed, table.bind(i, row)...); err != nil {
						id, _, _ := strings.Cut(sealed, ".")
						dead[id]++
					}
				}
			}
			more = len(list) == resealBatch
		}
	}
	return dead, nil
}

// Login is the newest that came to an end.
type Login struct {
	At     time.Time
	Agent  zendesk.Agent
	Scopes string // as granted, space-separated
	// Refused says that PagerDuty granted fewer scopes than were asked for, so
	// that nobody was connected. Scopes are not known then.
	Refused bool
}

// LastLogin returns [oauth.NotConnected] where there was none.
func (s *Store) LastLogin(ctx context.Context) (Login, error) {
	var l Login
	var at, began int64
	err := s.db.QueryRowContext(ctx, `SELECT a.at, c.subdomain, c.user_id, c.scopes FROM audit a
		JOIN connections c ON c.subdomain = a.subdomain AND c.user_id = a.user_id
		WHERE a.action IN ($1, $2) ORDER BY a.id DESC LIMIT 1`, string(incident.LoggedIn), string(incident.Switched)).
		Scan(&at, &l.Agent.Subdomain, &l.Agent.UserID, &l.Scopes)
	none := errors.Is(err, sql.ErrNoRows)
	if err != nil && !none {
		return l, err
	}
	l.At = fromMillis(at)
	var refused zendesk.Agent
	err = s.db.QueryRowContext(ctx, `SELECT began, subdomain, user_id FROM attempts WHERE outcome = $1 AND began > $2 ORDER BY began DESC LIMIT 1`,
		string(oauth.ScopesMissing), at).Scan(&began, &refused.Subdomain, &refused.UserID)
	switch {
	case err == nil:
		return Login{At: fromMillis(began), Agent: refused, Refused: true}, nil
	case !errors.Is(err, sql.ErrNoRows):
		return l, err
	case none:
		return l, oauth.NotConnected
	}
	return l, nil
}

// Launched says whether an installation's app was ever opened, for all that is
// stored: a panel is open, or somebody connected.
func (s *Store) Launched(ctx context.Context, subdomain string) (yes bool, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sessions WHERE subdomain = $1)
		OR EXISTS (SELECT 1 FROM connections WHERE subdomain = $1)`, subdomain).Scan(&yes)
	return yes, err
}

// Created says whether an incident was ever made from the sidebar of an account.
func (s *Store) Created(ctx context.Context, subdomain string) (yes bool, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM links WHERE subdomain = $1 AND made <> 0)
		OR EXISTS (SELECT 1 FROM audit WHERE subdomain = $1 AND action = 'create' AND incident_id <> '')`, subdomain).Scan(&yes)
	return yes, err
}
