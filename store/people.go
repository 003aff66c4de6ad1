package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/zendesk"
)

// Who chooses connections by whose they are. A field that is empty chooses all.
type Who struct {
	Subdomain     string // Zendesk's
	UserID        string // Zendesk's, of the subdomain
	PagerDutyUser string // PagerDuty's id
	Account       string // of PagerDuty: its id or its subdomain
}

// whereWho takes [Who.args], and what comes after them.
const whereWho = ` WHERE ($1 = '' OR subdomain = $1) AND ($2 = '' OR user_id = $2) AND ($3 = '' OR pagerduty_user = $3)
	AND ($4 = '' OR pagerduty_account_id = $4 OR pagerduty_account = $4)`

func (w Who) args(more ...any) []any {
	return append([]any{w.Subdomain, w.UserID, w.PagerDutyUser, w.Account}, more...)
}

// peopleAtOnce is how many connections one statement lists, and one transaction
// deletes.
const peopleAtOnce = 100

// Connected is a connection without its tokens.
type Connected struct {
	Agent     zendesk.Agent
	UserID    string // PagerDuty's
	AccountID string
	Account   string // PagerDuty's subdomain
	Name      string
	Email     string
	Scopes    string    // as granted, space-separated
	Expires   time.Time // of the access token
	Lapsed    bool
}

// Connections lists those of some people, by Zendesk account and user.
func (s *Store) Connections(ctx context.Context, who Who, each func(Connected) error) error {
	var after zendesk.Agent
	for {
		page, err := s.connectionsAfter(ctx, who, after)
		if err != nil {
			return err
		}
		for _, c := range page {
			if err := each(c); err != nil {
				return err
			}
			after = c.Agent
		}
		if len(page) < peopleAtOnce {
			return nil
		}
	}
}

func (s *Store) connectionsAfter(ctx context.Context, who Who, after zendesk.Agent) ([]Connected, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT subdomain, user_id, pagerduty_user, pagerduty_account_id, pagerduty_account, name, email,
		scopes, expires, lapsed FROM connections`+whereWho+` AND (subdomain, user_id) > ($5, $6) ORDER BY subdomain, user_id LIMIT $7`,
		who.args(after.Subdomain, after.UserID, peopleAtOnce)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var page []Connected
	for rows.Next() {
		var c Connected
		var expires, lapsed int64
		if err := rows.Scan(&c.Agent.Subdomain, &c.Agent.UserID, &c.UserID, &c.AccountID, &c.Account, &c.Name, &c.Email,
			&c.Scopes, &expires, &lapsed); err != nil {
			return nil, err
		}
		c.Expires, c.Lapsed = fromMillis(expires), lapsed != 0
		page = append(page, c)
	}
	return page, rows.Err()
}

// Revoked is what an operator took from an agent: the connection, logins under
// way, or both. Without a connection nothing but its Agent is known.
type Revoked struct {
	Connected
	Had    bool // a connection
	Logins int  // under way, which have ended
	// Grants are to be revoked at PagerDuty: the connection's, and those of
	// logins that waited for their code.
	Grants []oauth.Grant
	// Unopened is how many more grants there were, whose tokens did not open:
	// without the key ring, all.
	Unopened int
}

// RevokeConnections deletes the connections of some people and their logins under
// way, each with an entry in the audit trail, and hands each to the caller. Those
// that a refresh works on right now are fenced off: its new pair is revoked by
// the server that asked for it. Whose a login under way is at PagerDuty, it does not
// know: chosen by that, nobody's but those of people who are connected end.
func (s *Store) RevokeConnections(ctx context.Context, who Who, now time.Time, each func(Revoked) error) error {
	if who.PagerDutyUser == "" && who.Account == "" {
		// Before the connections: a login that is claimed in between is one of them.
		if err := s.revokeAll(ctx, s.loggingIn, who, now, each); err != nil {
			return err
		}
	}
	return s.revokeAll(ctx, func(ctx context.Context, who Who) ([]Connected, error) {
		return s.connectionsAfter(ctx, who, zendesk.Agent{})
	}, who, now, each)
}

// revokeAll revokes what list finds, a page of peopleAtOnce after the other.
func (s *Store) revokeAll(
	ctx context.Context,
	list func(context.Context, Who) ([]Connected, error),
	who Who,
	now time.Time,
	each func(Revoked) error,
) error {
	for {
		page, err := list(ctx, who)
		if err != nil {
			return err
		}
		for _, c := range page {
			did, err := s.revoke(ctx, c, now)
			if errors.Is(err, oauth.NotConnected) {
				continue // the agent logged out meanwhile
			}
			if err != nil {
				return err
			}
			if err := each(did); err != nil {
				return err
			}
		}
		if len(page) < peopleAtOnce {
			return nil
		}
	}
}

// loggingIn lists the first agents with logins under way, without the rest of a
// connection.
func (s *Store) loggingIn(ctx context.Context, who Who) (page []Connected, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT DISTINCT subdomain, user_id FROM attempts
		WHERE ($1 = '' OR subdomain = $1) AND ($2 = '' OR user_id = $2) AND `+underWay+` ORDER BY subdomain, user_id LIMIT $3`,
		who.Subdomain, who.UserID, peopleAtOnce)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Connected
		if err := rows.Scan(&c.Agent.Subdomain, &c.Agent.UserID); err != nil {
			return nil, err
		}
		page = append(page, c)
	}
	return page, rows.Err()
}

func (s *Store) revoke(ctx context.Context, c Connected, now time.Time) (did Revoked, err error) {
	err = s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		did = Revoked{Connected: c}
		if err := s.dropConnection(ctx, tx, &did); err != nil {
			return err
		}
		ended, err := s.dropAttempts(ctx, tx, `subdomain = $1 AND user_id = $2`, c.Agent.Subdomain, c.Agent.UserID)
		if err != nil {
			return err
		}
		did.Logins = ended.underWay
		did.Grants = append(did.Grants, ended.grants...)
		did.Unopened += ended.unopened
		if !did.Had && did.Logins == 0 {
			return oauth.NotConnected
		}
		return s.record(ctx, tx, incident.AuditEntry{At: now, Subdomain: c.Agent.Subdomain, UserID: c.Agent.UserID,
			AccountID: did.AccountID, PagerDutyID: did.UserID, Action: incident.ConnectionRevoked, Outcome: string(incident.Done)})
	})
	return did, err
}

// dropConnection deletes the agent's, where there is one.
func (s *Store) dropConnection(ctx context.Context, tx *sql.Tx, did *Revoked) error {
	var access, refresh string
	live := oauth.Connection{Agent: did.Agent}
	err := tx.QueryRowContext(ctx, `DELETE FROM connections`+whereAgent+` RETURNING pagerduty_user, pagerduty_account_id,
		pagerduty_account, delegation_id, api_base, access_token, refresh_token`, did.Agent.Subdomain, did.Agent.UserID).
		Scan(&live.UserID, &live.AccountID, &live.Account, &live.DelegationID, &live.APIBase, &access, &refresh)
	if errors.Is(err, sql.ErrNoRows) {
		did.Connected = Connected{Agent: did.Agent} // what was listed is gone
		return nil
	}
	if err != nil {
		return err
	}
	did.Had, did.UserID, did.AccountID, did.Account = true, live.UserID, live.AccountID, live.Account
	switch {
	case refresh == "": // lapsed: its tokens were erased
	case s.opensTokens(&live, access, refresh):
		did.Grants = append(did.Grants, live.Grant)
	default:
		did.Unopened++
	}
	return nil
}

// opensTokens opens both, where there is a key ring for it.
func (s *Store) opensTokens(c *oauth.Connection, access, refresh string) bool {
	if s.box == nil {
		return false
	}
	var errs [2]error
	c.Access, errs[0] = s.openToken("access_token", access, *c)
	c.Refresh, errs[1] = s.openToken("refresh_token", refresh, *c)
	return errors.Join(errs[:]...) == nil
}

// EndSessions ends the open panels of a Zendesk account, or of one of its users.
// The audit trail gets an entry that says how many.
func (s *Store) EndSessions(ctx context.Context, subdomain, userID string, now time.Time) (n int64, err error) {
	err = s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE subdomain = $1 AND ($2 = '' OR user_id = $2)`,
			subdomain, userID)
		if err != nil {
			return err
		}
		if n, err = result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, incident.AuditEntry{At: now, Subdomain: subdomain, UserID: userID,
			Action: incident.SessionsEnded, Outcome: string(incident.Done), About: strconv.FormatInt(n, 10)})
	})
	return n, err
}
