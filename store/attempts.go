package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

// bindAttempt is where a sealed column of an attempt belongs.
func bindAttempt(column, id string, agent zendesk.Agent) []string {
	return []string{"attempts", column, id, agent.Subdomain, agent.UserID}
}

// CreateAttempt implements [oauth.AttemptStore].
func (s *Store) CreateAttempt(ctx context.Context, a oauth.Attempt) error {
	verifier := s.box.Seal([]byte(a.Verifier.Reveal()), bindAttempt("verifier", a.ID, a.Agent)...)
	return s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		// One agent cannot fill the table by clicking.
		if _, err := tx.ExecContext(ctx, `DELETE FROM attempts WHERE subdomain = $1 AND user_id = $2 AND stage = 'open' AND id NOT IN
			(SELECT id FROM attempts WHERE subdomain = $1 AND user_id = $2 AND stage = 'open' ORDER BY began DESC, id LIMIT $3)`,
			a.Agent.Subdomain, a.Agent.UserID, oauth.MaxOpen-1); err != nil {
			return err
		}
		_, err := tx.ExecContext(
			ctx,
			`INSERT INTO attempts (id, subdomain, user_id, session_id, purpose, verifier, nonce, stage, outcome,
				began, granted, expires, tries, window_hash, code_hash, delegation_id, grant_blob)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, 0, $10, 0, '', '', '', '')`,
			a.ID,
			a.Agent.Subdomain,
			a.Agent.UserID,
			a.SessionID,
			string(a.Purpose),
			verifier,
			a.Nonce,
			string(a.Stage),
			millis(a.Began),
			millis(a.Expires),
		)
		return err
	})
}

const attemptColumns = `id, subdomain, user_id, session_id, purpose, verifier, nonce, stage, outcome, began, granted, expires, tries, window_hash`

type scanner interface{ Scan(...any) error }

func (s *Store) scanAttempt(row scanner, more ...any) (oauth.Attempt, error) {
	var a oauth.Attempt
	var verifier, purpose, stage string
	var began, granted, expires int64
	err := row.Scan(
		append(
			[]any{
				&a.ID,
				&a.Agent.Subdomain,
				&a.Agent.UserID,
				&a.SessionID,
				&purpose,
				&verifier,
				&a.Nonce,
				&stage,
				&a.Outcome,
				&began,
				&granted,
				&expires,
				&a.Tries,
				&a.WindowHash,
			},
			more...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return a, oauth.AttemptUnknown
	}
	if err != nil {
		return a, err
	}
	a.Purpose, a.Stage = oauth.Purpose(purpose), oauth.Stage(stage)
	a.Began, a.Granted, a.Expires = fromMillis(began), fromMillis(granted), fromMillis(expires)
	plain, err := s.unseal("attempts", verifier, bindAttempt("verifier", a.ID, a.Agent))
	a.Verifier = seal.Secret(plain)
	return a, err
}

// Attempt implements [oauth.AttemptStore].
func (s *Store) Attempt(ctx context.Context, id string, now time.Time) (oauth.Attempt, error) {
	return s.scanAttempt(
		s.db.QueryRowContext(ctx, `SELECT `+attemptColumns+` FROM attempts WHERE id = $1 AND expires > $2`, id,
			millis(now)),
	)
}

// ConfirmAttempt implements [oauth.AttemptStore].
func (s *Store) ConfirmAttempt(ctx context.Context, id, windowHash string, now time.Time) (oauth.Attempt, error) {
	return s.updateAttempt(ctx, `UPDATE attempts SET window_hash = $2
		WHERE id = $1 AND $2 <> '' AND window_hash IN ('', $2) AND stage = 'open' AND expires > $3`, id, windowHash, millis(now))
}

// ConsumeAttempt implements [oauth.AttemptStore].
func (s *Store) ConsumeAttempt(ctx context.Context, id, windowHash string, now time.Time) (oauth.Attempt, error) {
	return s.updateAttempt(ctx, `UPDATE attempts SET stage = 'exchanging'
		WHERE id = $1 AND $2 <> '' AND window_hash = $2 AND stage = 'open' AND expires > $3`, id, windowHash, millis(now))
}

// updateAttempt changes one attempt and returns it, or [oauth.AttemptUnknown]
// where the statement found none.
func (s *Store) updateAttempt(ctx context.Context, update string, args ...any) (a oauth.Attempt, err error) {
	err = s.queryRow(ctx, func(row scanner) (err error) {
		a, err = s.scanAttempt(row)
		return err
	}, update+` RETURNING `+attemptColumns, args...)
	return a, err
}

// GrantAttempt implements [oauth.AttemptStore].
func (s *Store) GrantAttempt(ctx context.Context, id string, g oauth.Grant, codeHash string, now time.Time) error {
	return s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var agent zendesk.Agent
		err := tx.QueryRowContext(ctx, `SELECT subdomain, user_id FROM attempts WHERE id = $1 AND stage = 'exchanging' AND expires > $2`+s.dialect.lock,
			id, millis(now)).
			Scan(&agent.Subdomain, &agent.UserID)
		if errors.Is(err, sql.ErrNoRows) {
			return oauth.AttemptUnknown
		}
		if err != nil {
			return err
		}
		blob, err := s.sealGrant(g, id, agent)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(
			ctx,
			`UPDATE attempts SET stage = 'granted', granted = $2, code_hash = $3, delegation_id = $4, grant_blob = $5 WHERE id = $1`,
			id,
			millis(now),
			codeHash,
			g.DelegationID,
			blob,
		)
		return err
	})
}

// FailAttempt implements [oauth.AttemptStore].
func (s *Store) FailAttempt(ctx context.Context, id, outcome string) error {
	_, err := s.exec(ctx,
		`UPDATE attempts SET stage = 'failed', outcome = $2 WHERE id = $1 AND stage IN ('open', 'exchanging')`, id,
		outcome)
	return err
}

// LatestAttempt implements [oauth.AttemptStore].
func (s *Store) LatestAttempt(
	ctx context.Context,
	agent zendesk.Agent,
	sessionID string,
	now time.Time,
) (oauth.Attempt, error) {
	rows, err := s.db.QueryContext(
		ctx,
		`SELECT `+attemptColumns+` FROM attempts WHERE subdomain = $1 AND user_id = $2 AND expires > $3
		AND purpose = 'sidebar' AND (session_id = $4 OR stage = 'granted') ORDER BY began DESC, id`,
		agent.Subdomain,
		agent.UserID,
		millis(now),
		sessionID,
	)
	if err != nil {
		return oauth.Attempt{}, err
	}
	defer rows.Close()
	own := false // the session's newest decides: an older failure is history
	for rows.Next() {
		a, err := s.scanAttempt(rows)
		if err != nil && !errors.Is(err, seal.ErrCannotOpen) { // progress needs no verifier
			return a, err
		}
		if a.SessionID == sessionID {
			if own {
				continue
			}
			own = true
		}
		if a.Stage != oauth.StageClaimed {
			return a, nil
		}
	}
	if err := rows.Err(); err != nil {
		return oauth.Attempt{}, err // not known is not the same as none
	}
	return oauth.Attempt{}, oauth.AttemptUnknown
}

// CancelAttempts implements [oauth.AttemptStore].
func (s *Store) CancelAttempts(ctx context.Context, agent zendesk.Agent, sessionID string) ([]oauth.Grant, error) {
	d, err := s.deleteAttempts(ctx, `subdomain = $1 AND user_id = $2 AND ($3 = '' OR session_id = $3)`,
		agent.Subdomain, agent.UserID, sessionID)
	return d.grants, err
}

// SweepAttempts implements [oauth.AttemptStore].
func (s *Store) SweepAttempts(ctx context.Context, now time.Time) ([]oauth.Grant, error) {
	// One batch: its grants are revoked before the next sweep goes on.
	d, err := s.deleteAttempts(ctx,
		`id IN (SELECT id FROM attempts WHERE expires <= $1 ORDER BY expires LIMIT $2)`, millis(now), batch)
	s.observer.Expired("attempts", d.rows)
	return d.grants, err
}

// underWay are the attempts that can bring a connection yet, or have a grant.
const underWay = `(stage IN ('open', 'exchanging', 'granted') OR grant_blob <> '')`

// droppedAttempts are attempts that were deleted.
type droppedAttempts struct {
	rows     int64
	underWay int
	grants   []oauth.Grant // that nobody claimed
	unopened int           // grants that did not open: without a key ring, all
}

func (s *Store) deleteAttempts(ctx context.Context, where string, args ...any) (d droppedAttempts, err error) {
	err = s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		d, err = s.dropAttempts(ctx, tx, where, args...)
		return err
	})
	return d, err
}

// dropAttempts is deleteAttempts in a transaction.
func (s *Store) dropAttempts(ctx context.Context, tx *sql.Tx, where string, args ...any) (d droppedAttempts, err error) {
	rows, err := tx.QueryContext(ctx, `DELETE FROM attempts WHERE `+where+
		` RETURNING id, subdomain, user_id, grant_blob, CASE WHEN `+underWay+` THEN 1 ELSE 0 END`, args...)
	if err != nil {
		return d, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, blob string
		var agent zendesk.Agent
		var live int
		if err := rows.Scan(&id, &agent.Subdomain, &agent.UserID, &blob, &live); err != nil {
			return d, err
		}
		d.rows++
		d.underWay += live
		if blob == "" {
			continue
		}
		if s.box == nil {
			d.unopened++
			continue
		}
		g, err := s.openGrant(blob, id, agent)
		if err != nil {
			d.unopened++
			continue
		}
		d.grants = append(d.grants, g)
	}
	return d, rows.Err()
}
