package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
)

// StartSession implements [zendesk.SessionStore].
func (s *Store) StartSession(ctx context.Context, start zendesk.SessionStart) error {
	now := millis(start.Session.Started)
	return s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		// Registering another key ends the sessions of the former one. One that
		// was verified by the former, and comes after that, must not begin.
		var key string
		err := tx.QueryRowContext(ctx, `SELECT public_key FROM installations WHERE subdomain = $1 AND installation_id = $2`+s.dialect.share,
			start.Session.Agent.Subdomain, start.InstallationID).
			Scan(&key)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err != nil || key != start.PublicKeyPEM {
			return problem.New(zendesk.LaunchForged, errors.New("the installation's key has changed meanwhile"),
				problem.Args{"subdomain": start.Session.Agent.Subdomain})
		}
		// The same token twice at once: one inserts, the other waits and reads.
		if _, err := tx.ExecContext(ctx, `INSERT INTO launches (token_hash, first_used, expires) VALUES ($1, $2, $3) ON CONFLICT (token_hash) DO NOTHING`,
			start.TokenHash, now, millis(start.TokenExpires)); err != nil {
			return err
		}
		var first int64
		if err := tx.QueryRowContext(ctx, `SELECT first_used FROM launches WHERE token_hash = $1`, start.TokenHash).Scan(&first); err != nil {
			return err
		}
		if first < millis(start.RepeatSince) {
			return zendesk.LaunchRepeated
		}
		agent := start.Session.Agent
		if _, err := tx.ExecContext(ctx, `INSERT INTO sessions (id, secret_hash, subdomain, installation_id, user_id, started, last_seen) VALUES ($1, $2, $3, $4, $5, $6, $6)`,
			start.Session.ID, start.SecretHash, agent.Subdomain, start.InstallationID, agent.UserID, now); err != nil {
			return err
		}
		if start.Most == 0 {
			return nil
		}
		_, err = tx.ExecContext(ctx, endUnused, agent.Subdomain, agent.UserID, start.Most)
		return err
	})
}

// endUnused ends the sessions of an agent that were used least recently, where
// there are more than $3. There is never more than one too many, except after
// the bound was lowered.
const endUnused = `DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE subdomain = $1 AND user_id = $2
	ORDER BY last_seen DESC, started DESC, id LIMIT 1000 OFFSET $3)`

const selectSession = `SELECT s.secret_hash, s.subdomain, s.user_id, s.started, s.last_seen, i.origin
	FROM sessions s JOIN installations i ON i.subdomain = s.subdomain AND i.installation_id = s.installation_id WHERE s.id = $1`

// sessionRow is a session as selectSession finds it.
type sessionRow struct {
	zendesk.StoredSession
	started, seen int64
}

func (r *sessionRow) columns() []any {
	return []any{&r.SecretHash, &r.Agent.Subdomain, &r.Agent.UserID, &r.started, &r.seen, &r.Origin}
}

func (r *sessionRow) session(id string) zendesk.StoredSession {
	r.ID, r.Started, r.LastSeen = id, fromMillis(r.started), fromMillis(r.seen)
	return r.StoredSession
}

// Session implements [zendesk.SessionStore].
func (s *Store) Session(ctx context.Context, id string) (zendesk.StoredSession, error) {
	var row sessionRow
	err := s.readSession.QueryRowContext(ctx, id).Scan(row.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		err = zendesk.SessionEnded
	}
	if err != nil {
		return zendesk.StoredSession{}, err
	}
	return row.session(id), nil
}

// TouchSession implements [zendesk.SessionStore].
func (s *Store) TouchSession(ctx context.Context, id string, now time.Time) error {
	_, err := s.exec(ctx, `UPDATE sessions SET last_seen = $2 WHERE id = $1`, id, millis(now))
	return err
}

// SweepSessions implements [zendesk.SessionStore].
func (s *Store) SweepSessions(ctx context.Context, started, seen, now time.Time) error {
	return errors.Join(
		s.expire(ctx, startedSessions, millis(started)),
		s.expire(ctx, idleSessions, millis(seen)),
		s.expire(ctx, usedLaunches, millis(now)),
	)
}
