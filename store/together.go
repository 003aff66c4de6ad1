package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/zendesk"
)

// together is what one request looks up at its start. Each part serves once:
// who looks again, after a refresh or a write, asks the database.
type together struct {
	ticket     int64
	connection atomic.Pointer[liveRow]
	links      atomic.Pointer[linksRow]
	alone      atomic.Pointer[linksRow] // set where no other ticket has links
}

type togetherKey struct{}

type linksRow struct {
	ticket    incident.Ticket
	accountID string
	holds     []incident.Hold
}

// Together lets the three look-ups that a ticket's panel begins with, of its
// session, of the agent's connection and of the ticket's links, run as one
// statement: most of what finding a row costs is locks and the way there. It
// also says whether other tickets have links at all, without which there are
// none to count. What the later ones find is as it was when the session was
// found, so that the request is one that came in at that moment.
func (s *Store) Together(ctx context.Context, ticket int64) context.Context {
	return context.WithValue(ctx, togetherKey{}, &together{ticket: ticket})
}

func togetherOf(ctx context.Context) *together {
	t, _ := ctx.Value(togetherKey{}).(*together)
	return t
}

// Both databases know string_agg; ids have no commas and no colons. A generation begins at 1.
const selectTogether = `SELECT s.secret_hash, s.subdomain, s.user_id, s.started, s.last_seen, i.origin,
	coalesce(c.pagerduty_user, ''), coalesce(c.pagerduty_account_id, ''), coalesce(c.pagerduty_account, ''), coalesce(c.api_base, ''),
	coalesce(c.name, ''), coalesce(c.email, ''), coalesce(c.access_token, ''), coalesce(c.expires, 0), coalesce(c.refresh_after, 0),
	coalesce(c.generation, 0), coalesce(c.lapsed, 0),
	(SELECT coalesce(string_agg(l.incident_id || ':' || (CASE WHEN l.linked > 0 THEN 1 ELSE 0 END + 2 * l.made + 4 * l.on_solve), ',' ORDER BY l.linked, l.incident_id), '') FROM links l
		WHERE l.subdomain = s.subdomain AND l.ticket = $2 AND l.account_id = c.pagerduty_account_id),
	CASE WHEN EXISTS (SELECT 1 FROM links l WHERE l.subdomain = s.subdomain AND l.ticket <> $2 AND l.account_id = c.pagerduty_account_id AND l.linked > 0) THEN 1 ELSE 0 END
	FROM sessions s JOIN installations i ON i.subdomain = s.subdomain AND i.installation_id = s.installation_id
	LEFT JOIN connections c ON c.subdomain = s.subdomain AND c.user_id = s.user_id WHERE s.id = $1`

func (s *Store) sessionTogether(ctx context.Context, id string, t *together) (zendesk.Session, string, error) {
	session := zendesk.Session{ID: id}
	var hash, ids string
	var started, seen, elsewhere int64
	var live liveRow
	err := s.readTogether.QueryRowContext(ctx, id, t.ticket).Scan(append(append([]any{&hash, &session.Agent.Subdomain, &session.Agent.UserID, &started, &seen, &session.Origin},
		live.columns()...), &ids, &elsewhere)...)
	if errors.Is(err, sql.ErrNoRows) {
		return session, "", zendesk.SessionEnded
	}
	if err != nil {
		return session, "", err
	}
	session.Started, session.LastSeen = fromMillis(started), fromMillis(seen)
	live.Agent = session.Agent
	t.connection.Store(&live)
	links := &linksRow{ticket: incident.Ticket{Subdomain: session.Agent.Subdomain, ID: t.ticket}, accountID: live.AccountID}
	if ids != "" {
		for hold := range strings.SplitSeq(ids, ",") {
			id, bits, _ := strings.Cut(hold, ":")
			how, _ := strconv.Atoi(bits)
			links.holds = append(links.holds, incident.Hold{IncidentID: id, Linked: how&1 != 0, Made: how&2 != 0, OnSolve: how&4 != 0})
		}
	}
	t.links.Store(links)
	if elsewhere == 0 {
		t.alone.Store(links)
	}
	return session, hash, nil
}
