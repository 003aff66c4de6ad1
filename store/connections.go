package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

const (
	// selectLive leaves out what a request does not need: each column that
	// comes along costs as much as a tenth of finding the row.
	selectLive = `SELECT pagerduty_user, pagerduty_account_id, pagerduty_account, api_base, name, email,
	access_token, expires, refresh_after, generation, lapsed, shared, role FROM connections` + whereAgent
	selectConnection = `SELECT ` + connectionColumns + ` FROM connections`
	whereAgent       = ` WHERE subdomain = $1 AND user_id = $2`

	connectionColumns = `pagerduty_user, pagerduty_account_id, pagerduty_account, delegation_id, api_base, name, email, scopes,
	access_token, refresh_token, expires, refresh_after, generation, lapsed, lease_owner, lease_until, shared, role`
)

// bindConnection is where a sealed column of a connection belongs: a token
// moved to another agent, another person of PagerDuty or another API base
// does not open.
func bindConnection(column string, agent zendesk.Agent, g oauth.Grant) []string {
	return []string{"connections", column, agent.Subdomain, agent.UserID, g.UserID, g.APIBase}
}

func (s *Store) scanConnection(row scanner, agent zendesk.Agent, more ...any) (oauth.Connection, error) {
	c := oauth.Connection{Agent: agent}
	var access, refresh, shared string
	var expires, after, lapsed, until int64
	err := row.Scan(
		append([]any{&c.UserID, &c.AccountID, &c.Account, &c.DelegationID, &c.APIBase, &c.Name, &c.Email, &c.Scopes,
			&access, &refresh, &expires, &after, &c.Generation, &lapsed, &c.LeaseOwner, &until, &shared, &c.Role}, more...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return c, oauth.NotConnected
	}
	if err != nil {
		return c, err
	}
	c.Expires = fromMillis(expires)
	c.RefreshAfter = fromMillis(after)
	c.LeaseUntil = fromMillis(until)
	c.Lapsed = lapsed != 0
	c.Shared = splitShared(shared)
	if c.Lapsed {
		return c, nil // its tokens were erased
	}
	if c.Access, err = s.openToken("access_token", access, c); err != nil {
		return c, err
	}
	c.Refresh, err = s.openToken("refresh_token", refresh, c)
	return c, err
}

func (s *Store) openToken(column, sealed string, c oauth.Connection) (seal.Secret, error) {
	plain, err := s.unseal("connections", sealed, bindConnection(column, c.Agent, c.Grant))
	if err != nil {
		return "", fmt.Errorf("connections.%s of %s/%s: %w", column, c.Agent.Subdomain, c.Agent.UserID, err)
	}
	return seal.Secret(plain), nil
}

func (s *Store) sealTokens(agent zendesk.Agent, g oauth.Grant) (access, refresh string) {
	return s.box.Seal([]byte(g.Access.Reveal()), bindConnection("access_token", agent, g)...),
		s.box.Seal([]byte(g.Refresh.Reveal()), bindConnection("refresh_token", agent, g)...)
}

func (s *Store) putConnection(ctx context.Context, tx *sql.Tx, c oauth.Connection) error {
	access, refresh := s.sealTokens(c.Agent, c.Grant)
	_, err := tx.ExecContext(
		ctx,
		`INSERT INTO connections (subdomain, user_id, pagerduty_user, pagerduty_account_id, pagerduty_account, delegation_id, api_base, name, email, scopes,
		access_token, refresh_token, expires, refresh_after, generation, lapsed, lease_owner, lease_until, saved_by, shared, role)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, '', 0, '', $16, $17)
		ON CONFLICT (subdomain, user_id) DO UPDATE SET pagerduty_user = excluded.pagerduty_user, pagerduty_account_id = excluded.pagerduty_account_id,
		pagerduty_account = excluded.pagerduty_account, delegation_id = excluded.delegation_id, api_base = excluded.api_base, name = excluded.name, email = excluded.email,
		scopes = excluded.scopes, access_token = excluded.access_token, refresh_token = excluded.refresh_token, expires = excluded.expires,
		refresh_after = excluded.refresh_after, generation = excluded.generation, lapsed = 0, lease_owner = '', lease_until = 0, saved_by = '', shared = excluded.shared, role = excluded.role`,
		c.Agent.Subdomain,
		c.Agent.UserID,
		c.UserID,
		c.AccountID,
		c.Account,
		c.DelegationID,
		c.APIBase,
		c.Name,
		c.Email,
		c.Scopes,
		access,
		refresh,
		millis(c.Expires),
		millis(c.RefreshAfter),
		c.Generation,
		joinShared(c.Shared),
		c.Role,
	)
	return err
}

// liveRow is a connection as selectLive finds it.
type liveRow struct {
	oauth.Connection
	access                 string
	expires, after, lapsed int64
	shared                 string
}

func (r *liveRow) columns() []any {
	return []any{
		&r.UserID,
		&r.AccountID,
		&r.Account,
		&r.APIBase,
		&r.Name,
		&r.Email,
		&r.access,
		&r.expires,
		&r.after,
		&r.Generation,
		&r.lapsed,
		&r.shared,
		&r.Role,
	}
}

func (s *Store) open(r *liveRow) (c oauth.Connection, err error) {
	c = r.Connection
	if c.Generation == 0 {
		return c, oauth.NotConnected
	}
	c.Expires, c.RefreshAfter, c.Lapsed = fromMillis(r.expires), fromMillis(r.after), r.lapsed != 0
	c.Shared = splitShared(r.shared)
	if !c.Lapsed { // else its tokens were erased
		c.Access, err = s.openToken("access_token", r.access, c)
	}
	return c, err
}

// Connection implements [oauth.ConnectionStore].
func (s *Store) Connection(ctx context.Context, agent zendesk.Agent) (oauth.Connection, error) {
	var r liveRow
	r.Agent = agent
	err := s.readConnection.QueryRowContext(ctx, agent.Subdomain, agent.UserID).Scan(r.columns()...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return r.Connection, err
	}
	return s.open(&r)
}

// TakeLease implements [oauth.ConnectionStore].
func (s *Store) TakeLease(
	ctx context.Context,
	agent zendesk.Agent,
	generation int64,
	owner string,
	life time.Duration,
) (oauth.Lease, error) {
	var lease oauth.Lease
	err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		lease = oauth.Lease{}
		var now int64 // the database's: the replicas' clocks may differ
		if lease.Connection, err = s.scanConnection(tx.QueryRowContext(ctx, `SELECT `+connectionColumns+`, `+s.dialect.clock+` FROM connections`+
			whereAgent+s.dialect.lock, agent.Subdomain, agent.UserID), agent, &now); err != nil {
			return err
		}
		c := &lease.Connection
		if c.Generation != generation || c.Lapsed || c.LeaseOwner != "" && now < millis(c.LeaseUntil) {
			return nil
		}
		lease.Taken, lease.AfterDead = true, c.LeaseOwner != ""
		// Asked again, since PostgreSQL may have looked at its clock before it
		// waited for the row.
		var until int64
		err = tx.QueryRowContext(ctx, `UPDATE connections SET lease_owner = $3, lease_until = `+s.dialect.clock+` + $4`+whereAgent+` RETURNING lease_until`,
			agent.Subdomain, agent.UserID, owner, life.Milliseconds()).
			Scan(&until)
		c.LeaseOwner, c.LeaseUntil = owner, fromMillis(until)
		return err
	})
	return lease, err
}

// SaveRefreshed implements [oauth.ConnectionStore].
func (s *Store) SaveRefreshed(
	ctx context.Context,
	agent zendesk.Agent,
	generation int64,
	owner string,
	g oauth.Grant,
) (oauth.Connection, error) {
	access, refresh := s.sealTokens(agent, g)
	var c oauth.Connection
	err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(
			ctx,
			`UPDATE connections SET access_token = $3, refresh_token = $4, expires = $5, refresh_after = $6, scopes = $7,
			generation = generation + 1, lease_owner = '', lease_until = 0, saved_by = $8`+whereAgent+
				` AND generation = $9 AND lease_owner = $8 AND lapsed = 0 AND pagerduty_user = $10 AND api_base = $11`,
			agent.Subdomain,
			agent.UserID,
			access,
			refresh,
			millis(g.Expires),
			millis(g.RefreshAfter),
			g.Scopes,
			owner,
			generation,
			g.UserID,
			g.APIBase,
		)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return err
		}
		var savedBy string
		c, err = s.scanConnection(
			tx.QueryRowContext(ctx, `SELECT `+connectionColumns+`, saved_by FROM connections`+whereAgent,
				agent.Subdomain, agent.UserID),
			agent,
			&savedBy,
		)
		switch {
		case errors.Is(err, oauth.NotConnected):
			return oauth.Fenced
		case err != nil:
			return err
		case n == 0 && !(savedBy == owner && c.Generation == generation+1):
			return oauth.Fenced
		}
		return nil
	})
	return c, err
}

// SetRole implements [oauth.ConnectionStore].
func (s *Store) SetRole(ctx context.Context, agent zendesk.Agent, user, role string) error {
	_, err := s.exec(ctx, `UPDATE connections SET role = $4`+whereAgent+` AND pagerduty_user = $3`,
		agent.Subdomain, agent.UserID, user, role)
	return err
}

// ReleaseLease implements [oauth.ConnectionStore].
func (s *Store) ReleaseLease(ctx context.Context, agent zendesk.Agent, owner string) error {
	_, err := s.exec(ctx, `UPDATE connections SET lease_owner = '', lease_until = 0`+whereAgent+` AND lease_owner = $3`,
		agent.Subdomain, agent.UserID, owner)
	return err
}

// MarkLapsed implements [oauth.ConnectionStore].
func (s *Store) MarkLapsed(ctx context.Context, agent zendesk.Agent, generation int64, owner string) error {
	n, err := s.exec(
		ctx,
		`UPDATE connections SET lapsed = 1, access_token = '', refresh_token = '', lease_owner = '', lease_until = 0`+whereAgent+
			` AND generation = $3 AND lease_owner = $4`,
		agent.Subdomain,
		agent.UserID,
		generation,
		owner,
	)
	if err == nil && n == 0 {
		return oauth.Fenced
	}
	return err
}

// Disconnect implements [oauth.ConnectionStore]. A connection that does not
// open is deleted all the same; there is then nothing to revoke.
func (s *Store) Disconnect(ctx context.Context, agent zendesk.Agent, now time.Time) (g oauth.Grant, err error) {
	err = s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		c, err := s.scanConnection(
			tx.QueryRowContext(ctx, `DELETE FROM connections`+whereAgent+` RETURNING `+connectionColumns,
				agent.Subdomain, agent.UserID),
			agent,
		)
		if errors.Is(err, seal.ErrCannotOpen) {
			c.Grant, err = oauth.Grant{UserID: c.UserID, AccountID: c.AccountID}, nil
		}
		if err != nil {
			return err
		}
		g = c.Grant
		return s.record(
			ctx,
			tx,
			incident.AuditEntry{
				At:          now,
				Subdomain:   agent.Subdomain,
				UserID:      agent.UserID,
				AccountID:   g.AccountID,
				PagerDutyID: g.UserID,
				Action:      incident.LoggedOut,
				Outcome:     string(incident.Done),
			},
		)
	})
	return g, err
}

// DelegationInUse implements [oauth.ConnectionStore].
func (s *Store) DelegationInUse(ctx context.Context, id string, now time.Time) (bool, error) {
	var n int
	err := s.db.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM connections WHERE delegation_id = $1 AND lapsed = 0) +
		(SELECT count(*) FROM attempts WHERE delegation_id = $1 AND stage = 'granted' AND expires > $2)`, id, millis(now)).Scan(&n)
	return n > 0, err
}
