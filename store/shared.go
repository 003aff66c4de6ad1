package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/zendesk"
)

// mostShared bounds what one connection remembers of others; the newest stay.
const mostShared = 20

// noteShared tells the Zendesk users of a person of PagerDuty of each other when
// another one connects as the same, and writes it into the audit trail. The
// newcomer is told too: it may be the owner of a login that was taken over, who
// logged out and in again. former is the agent's connection before: who
// connects again as the same person makes no news. It comes before the new
// connection is stored, which takes the newcomer's notice along.
func (s *Store) noteShared(
	ctx context.Context,
	tx *sql.Tx,
	claim *oauth.Claim,
	former oauth.Connection,
	now time.Time,
) error {
	c := claim.Connection
	if former.Generation > 0 && former.UserID == c.UserID && former.AccountID == c.AccountID {
		claim.Connection.Shared = former.Shared
		return nil
	}
	// Two claims at once would not see each other's row.
	if s.dialect.serial != "" {
		if _, err := tx.ExecContext(ctx, s.dialect.serial, "person "+c.AccountID+" "+c.UserID); err != nil {
			return err
		}
	}
	earlier, err := s.sameUser(ctx, tx, c)
	if err != nil || len(earlier) == 0 {
		return err
	}
	var about []string
	for _, e := range earlier {
		claim.Shared = append(claim.Shared, e.Agent)
		about = append(about, e.Agent.Subdomain+"/"+e.Agent.UserID)
		claim.Connection.Shared = withShared(claim.Connection.Shared, oauth.SharedLogin{Agent: e.Agent, Since: now})
		list := withShared(e.Shared, oauth.SharedLogin{Agent: c.Agent, Since: now})
		if _, err := tx.ExecContext(ctx, `UPDATE connections SET shared = $3`+whereAgent,
			e.Agent.Subdomain, e.Agent.UserID, joinShared(list)); err != nil {
			return err
		}
	}
	return s.record(ctx, tx, incident.AuditEntry{
		At: now, Subdomain: c.Agent.Subdomain, UserID: c.Agent.UserID, AccountID: c.AccountID, PagerDutyID: c.UserID,
		Action: incident.LoginShared, Outcome: string(incident.Done), About: strings.Join(about[:min(len(about), mostShared)], ","),
	})
}

// withShared adds a login to what a connection remembers, in place of an older
// one of the same Zendesk user: whoever logged out and connected again is news,
// also to those who dismissed the first notice.
func withShared(list []oauth.SharedLogin, o oauth.SharedLogin) []oauth.SharedLogin {
	list = slices.DeleteFunc(slices.Clone(list), func(known oauth.SharedLogin) bool { return known.Agent == o.Agent })
	list = append(list, o)
	return list[max(0, len(list)-mostShared):]
}

// sameUser are the connections of other agents as the same person of PagerDuty,
// by the index connections_person, without their tokens.
func (s *Store) sameUser(ctx context.Context, tx *sql.Tx, c oauth.Connection) ([]oauth.Connection, error) {
	rows, err := tx.QueryContext(ctx, selectSameUser+s.dialect.lock, c.AccountID, c.UserID, c.Agent.Subdomain,
		c.Agent.UserID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []oauth.Connection
	for rows.Next() {
		var e oauth.Connection
		var shared string
		if err := rows.Scan(&e.Agent.Subdomain, &e.Agent.UserID, &shared); err != nil {
			return nil, err
		}
		e.Shared = splitShared(shared)
		list = append(list, e)
	}
	return list, rows.Err()
}

const selectSameUser = `SELECT subdomain, user_id, shared FROM connections
	WHERE pagerduty_account_id = $1 AND pagerduty_user = $2 AND NOT (subdomain = $3 AND user_id = $4) ORDER BY subdomain, user_id`

// DismissShared implements [oauth.ConnectionStore].
func (s *Store) DismissShared(ctx context.Context, agent zendesk.Agent, until time.Time) error {
	return s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var shared string
		err := tx.QueryRowContext(ctx, `SELECT shared FROM connections`+whereAgent+s.dialect.lock, agent.Subdomain, agent.UserID).
			Scan(&shared)
		if err == sql.ErrNoRows {
			return nil
		}
		if err != nil {
			return err
		}
		list := splitShared(shared)
		for i := range list {
			list[i].Dismissed = list[i].Dismissed || !list[i].Since.After(until)
		}
		_, err = tx.ExecContext(ctx, `UPDATE connections SET shared = $3`+whereAgent, agent.Subdomain, agent.UserID,
			joinShared(list))
		return err
	})
}

// A column keeps them as subdomain:user:milliseconds, with a last part where it
// was dismissed, comma-separated. Neither part has a comma or a colon.

func joinShared(list []oauth.SharedLogin) string {
	parts := make([]string, len(list))
	for i, o := range list {
		parts[i] = o.Agent.Subdomain + ":" + o.Agent.UserID + ":" + strconv.FormatInt(millis(o.Since), 10)
		if o.Dismissed {
			parts[i] += ":dismissed"
		}
	}
	return strings.Join(parts, ",")
}

func splitShared(column string) []oauth.SharedLogin {
	if column == "" {
		return nil
	}
	var list []oauth.SharedLogin
	for one := range strings.SplitSeq(column, ",") {
		part := strings.Split(one, ":")
		if len(part) < 3 {
			continue
		}
		since, _ := strconv.ParseInt(part[2], 10, 64)
		list = append(list, oauth.SharedLogin{
			Agent:     zendesk.Agent{Subdomain: part[0], UserID: part[1]},
			Since:     fromMillis(since),
			Dismissed: len(part) > 3,
		})
	}
	return list
}
