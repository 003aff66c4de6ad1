package store

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Rows that nobody needs any more are deleted a few at a time, each batch in a
// transaction of its own, so that no sweep holds the database for long. Every
// condition has an index: a sweep that finds nothing reads nothing.

// batch is how many rows one statement deletes.
const batch = 500

// expiry says which rows of a table have expired.
type expiry struct {
	table string
	key   string // the columns of its primary key
	where string // $1, $2 … are the arguments
	order string // the column that its index begins with
}

var (
	startedSessions = expiry{"sessions", "id", "started < $1", "started"}
	idleSessions    = expiry{"sessions", "id", "last_seen < $1", "last_seen"}
	usedLaunches    = expiry{"launches", "token_hash", "expires < $1", "expires"}
	oldAuditEntries = expiry{"audit", "id", "at < $1", "at"}
	unusedServices  = expiry{"service_uses", "subdomain, account_id, scope", "used < $1", "used"}
	unusedChoices   = expiry{"preferences", "subdomain, user_id", "used < $1", "used"}
	deadConnections = expiry{"connections", "subdomain, user_id", "expires < $1", "expires"}
	// A choice to resolve keeps its row until $2.
	unlinkedLinks = expiry{"links", "subdomain, ticket, account_id, incident_id",
		"linked = 0 AND changed < $1 AND (on_solve = 0 OR changed < $2)", "changed"}

	// What goes with a Zendesk account's last installation.
	linksOfAccount    = expiry{"links", unlinkedLinks.key, "subdomain = $1", "subdomain"}
	choicesOfAccount  = expiry{"preferences", unusedChoices.key, "subdomain = $1", "subdomain"}
	servicesOfAccount = expiry{"service_uses", unusedServices.key, "subdomain = $1", "subdomain"}
)

// statement deletes one batch. Neither database has DELETE … LIMIT in every build.
func (e expiry) statement() string {
	key := e.key
	if strings.Contains(key, ",") {
		key = "(" + key + ")"
	}
	return fmt.Sprintf(`DELETE FROM %s WHERE %s IN (SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT %d)`,
		e.table, key, e.key, e.table, e.where, e.order, batch)
}

// expire deletes batches until nothing expired is left, or ctx ends.
func (s *Store) expire(ctx context.Context, e expiry, args ...any) error {
	for {
		n, err := s.exec(ctx, e.statement(), args...)
		s.observer.Expired(e.table, n)
		if err != nil || n < batch {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// SweepLinks implements [incident.Links].
func (s *Store) SweepLinks(ctx context.Context, unlinked, chosen time.Time) error {
	return s.expire(ctx, unlinkedLinks, millis(unlinked), millis(chosen))
}

// SweepServices implements [incident.LastUsedServices].
func (s *Store) SweepServices(ctx context.Context, before time.Time) error {
	return s.expire(ctx, unusedServices, millis(before))
}

// SweepPreferences implements [incident.Preferences].
func (s *Store) SweepPreferences(ctx context.Context, before time.Time) error {
	return s.expire(ctx, unusedChoices, millis(before))
}

// SweepConnections implements [oauth.ConnectionStore].
func (s *Store) SweepConnections(ctx context.Context, before time.Time) error {
	return s.expire(ctx, deadConnections, millis(before))
}
