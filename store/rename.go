package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/zendesk"
)

// ErrNoInstallation is returned where an account has none.
var ErrNoInstallation = errors.New("no installation of it is registered")

// Renamed is what a new subdomain meant.
type Renamed struct {
	Installations int64
	Connections   int   // that go on
	Lapsed        int   // whose agents log in again: their tokens do not open
	Linked        int64 // incidents made from the sidebar, which are linked to their tickets now
	Logins        int   // under way, which have ended
	// Grants are to be revoked at PagerDuty: those of logins that waited for their code,
	// and of connections in whose place newer ones stay.
	Grants []oauth.Grant
	// Unopened is how many more grants there were, whose tokens did not open.
	Unopened int
}

// Rename writes the new subdomain of a Zendesk account in place of its former
// one, in one transaction. Its open panels and its logins under way end: their pages
// are of the former address. Tokens are sealed for their subdomain, so they are sealed anew; without
// the key ring all of them lapse. Incidents that were made from the sidebar have
// the former subdomain in their key, by which nobody finds them any more: they
// become linked to their tickets. What is stored for the new subdomain already
// stays.
func (s *Store) Rename(ctx context.Context, from, to string, now time.Time) (did Renamed, err error) {
	err = s.long(ctx, func(ctx context.Context, tx *sql.Tx) error {
		did = Renamed{}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM installations WHERE subdomain = $1`,
			from).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return ErrNoInstallation
		}
		for _, step := range []func(context.Context, *sql.Tx, string, string, *Renamed) error{
			s.endLogins, s.renameInstallations, s.dropReplaced, s.renameConnections, s.renameShared, s.renameRest,
		} {
			if err := step(ctx, tx, from, to, &did); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, incident.AuditEntry{At: now, Subdomain: to, Action: incident.InstallationRenamed,
			Outcome: string(incident.Done), About: from})
	})
	return did, err
}

// long runs a transaction of the operator's that may take its time, on a
// connection whose statements PostgreSQL does not cut off.
func (s *Store) long(ctx context.Context, do func(context.Context, *sql.Tx) error) error {
	db, _, err := connect(s.address, s.limits, asItIs)
	if err != nil {
		return err
	}
	defer db.Close()
	return transact(ctx, db, do)
}

// endLogins ends those under way. What was granted to them goes to the caller: nobody
// can claim it any more.
func (s *Store) endLogins(ctx context.Context, tx *sql.Tx, from, _ string, did *Renamed) error {
	ended, err := s.dropAttempts(ctx, tx, `subdomain = $1`, from)
	did.Logins, did.Grants, did.Unopened = ended.underWay, ended.grants, ended.unopened
	return err
}

func (s *Store) renameInstallations(ctx context.Context, tx *sql.Tx, from, to string, did *Renamed) error {
	for _, table := range accountTables {
		if !table.passing {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table.name+` WHERE subdomain = $1`, from); err != nil {
			return err
		}
	}
	// One that was registered anew under the new subdomain counts.
	if _, err := tx.ExecContext(ctx, `DELETE FROM installations WHERE subdomain = $1
		AND installation_id IN (SELECT installation_id FROM installations WHERE subdomain = $2)`, from, to); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE installations SET subdomain = $2, origin = CASE WHEN origin = $3 THEN $4 ELSE origin END WHERE subdomain = $1`,
		from, to, zendesk.ZendeskOrigin(from), zendesk.ZendeskOrigin(to)); err != nil {
		return err
	}
	return tx.QueryRowContext(ctx, `SELECT count(*) FROM installations WHERE subdomain = $1`,
		to).Scan(&did.Installations)
}

// dropReplaced deletes the connections of agents who have connected under the new
// subdomain already. Their grants go to the caller.
func (s *Store) dropReplaced(ctx context.Context, tx *sql.Tx, from, to string, did *Renamed) error {
	rows, err := tx.QueryContext(ctx, `SELECT user_id FROM connections WHERE subdomain = $1
		AND user_id IN (SELECT user_id FROM connections WHERE subdomain = $2)`, from, to)
	if err != nil {
		return err
	}
	defer rows.Close()
	var replaced []Revoked
	for rows.Next() {
		one := Revoked{Connected: Connected{Agent: zendesk.Agent{Subdomain: from}}}
		if err := rows.Scan(&one.Agent.UserID); err != nil {
			return err
		}
		replaced = append(replaced, one)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, one := range replaced {
		if err := s.dropConnection(ctx, tx, &one); err != nil {
			return err
		}
		did.Grants = append(did.Grants, one.Grants...)
		did.Unopened += one.Unopened
	}
	return nil
}

func (s *Store) renameConnections(ctx context.Context, tx *sql.Tx, from, to string, did *Renamed) error {
	list, err := s.sealedOf(ctx, tx, from)
	if err != nil {
		return err
	}
	for _, c := range list {
		agent := zendesk.Agent{Subdomain: to, UserID: c.Agent.UserID}
		access, refresh, lapsed := "", "", 1
		if !c.Lapsed && s.opensTokens(&c.Connection, c.access, c.refresh) {
			access, refresh = s.sealTokens(agent, c.Grant)
			lapsed = 0
			did.Connections++
		} else {
			did.Lapsed++
		}
		// A refresh that is under way is fenced: its agent is another now.
		if _, err := tx.ExecContext(ctx, `UPDATE connections SET subdomain = $3, access_token = $4, refresh_token = $5, lapsed = $6,
			lease_owner = '', lease_until = 0`+whereAgent, from, agent.UserID, to, access, refresh, lapsed); err != nil {
			return err
		}
	}
	return nil
}

// sealedConnection is a connection with its tokens as they are stored.
type sealedConnection struct {
	oauth.Connection
	access, refresh string
}

func (s *Store) sealedOf(ctx context.Context, tx *sql.Tx, subdomain string) (list []sealedConnection, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT user_id, pagerduty_user, api_base, access_token, refresh_token, lapsed FROM connections
		WHERE subdomain = $1`+s.dialect.lock, subdomain)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		c := sealedConnection{Connection: oauth.Connection{Agent: zendesk.Agent{Subdomain: subdomain}}}
		var lapsed int64
		if err := rows.Scan(&c.Agent.UserID, &c.UserID, &c.APIBase, &c.access, &c.refresh, &lapsed); err != nil {
			return nil, err
		}
		c.Lapsed = lapsed != 0
		list = append(list, c)
	}
	return list, rows.Err()
}

// renameShared changes what connections remember of others.
func (s *Store) renameShared(ctx context.Context, tx *sql.Tx, from, to string, _ *Renamed) error {
	rows, err := tx.QueryContext(ctx, `SELECT subdomain, user_id, shared FROM connections WHERE shared <> ''`)
	if err != nil {
		return err
	}
	defer rows.Close()
	changed := map[zendesk.Agent]string{}
	for rows.Next() {
		var agent zendesk.Agent
		var shared string
		if err := rows.Scan(&agent.Subdomain, &agent.UserID, &shared); err != nil {
			return err
		}
		list := splitShared(shared)
		if !slices.ContainsFunc(list, func(o oauth.SharedLogin) bool { return o.Agent.Subdomain == from }) {
			continue
		}
		for i := range list {
			if list[i].Agent.Subdomain == from {
				list[i].Agent.Subdomain = to
			}
		}
		changed[agent] = joinShared(list)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for agent, shared := range changed {
		if _, err := tx.ExecContext(ctx, `UPDATE connections SET shared = $3`+whereAgent, agent.Subdomain, agent.UserID,
			shared); err != nil {
			return err
		}
	}
	return nil
}

// renameRest renames what needs no key.
func (s *Store) renameRest(ctx context.Context, tx *sql.Tx, from, to string, did *Renamed) error {
	result, err := tx.ExecContext(ctx,
		`UPDATE links SET linked = changed WHERE subdomain = $1 AND linked = 0 AND made <> 0`, from)
	if err != nil {
		return err
	}
	if did.Linked, err = result.RowsAffected(); err != nil {
		return err
	}
	for _, table := range accountTables {
		if table.key == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table.name+` WHERE subdomain = $1 AND (`+table.key+`) IN
			(SELECT `+table.key+` FROM `+table.name+` WHERE subdomain = $2)`, from, to); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE `+table.name+` SET subdomain = $2 WHERE subdomain = $1`, from, to); err != nil {
			return err
		}
	}
	return nil
}
