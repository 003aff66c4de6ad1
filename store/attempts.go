package store

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"slices"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
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
			`INSERT INTO attempts (id, subdomain, user_id, session_id, purpose, verifier, nonce, stage, outcome, began, granted, expires, tries, window_hash, code_hash, delegation_id, grant_blob)
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
	plain, err := s.box.Open(verifier, bindAttempt("verifier", a.ID, a.Agent)...)
	a.Verifier = seal.Secret(plain)
	return a, err
}

// Attempt implements [oauth.AttemptStore].
func (s *Store) Attempt(ctx context.Context, id string, now time.Time) (oauth.Attempt, error) {
	return s.scanAttempt(
		s.db.QueryRowContext(
			ctx,
			`SELECT `+attemptColumns+` FROM attempts WHERE id = $1 AND expires > $2`,
			id,
			millis(now),
		),
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
	err = retry(ctx, func() error {
		a, err = s.scanAttempt(s.db.QueryRowContext(ctx, update+` RETURNING `+attemptColumns, args...))
		return err
	})
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
	_, err := s.exec(
		ctx,
		`UPDATE attempts SET stage = 'failed', outcome = $2 WHERE id = $1 AND stage IN ('open', 'exchanging')`,
		id,
		outcome,
	)
	return err
}

// waiting is a granted attempt with what a claim needs of it.
type waiting struct {
	oauth.Attempt
	codeHash string
	blob     string
}

// ClaimAttempt implements [oauth.AttemptStore].
func (s *Store) ClaimAttempt(
	ctx context.Context,
	agent zendesk.Agent,
	proof oauth.Proof,
	now time.Time,
) (oauth.Claim, error) {
	return s.TakeGrant(ctx, agent, oauth.ForSidebar, proof, now)
}

// TakeGrant implements [oauth.AttemptStore].
func (s *Store) TakeGrant(
	ctx context.Context,
	agent zendesk.Agent,
	purpose oauth.Purpose,
	proof oauth.Proof,
	now time.Time,
) (oauth.Claim, error) {
	var claim oauth.Claim
	var outcome error // told to the caller though the transaction commits
	err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		claim, outcome = oauth.Claim{}, nil
		// All of the agent's are locked, so that two claims at once come one
		// after the other.
		found, err := s.waiting(ctx, tx, agent, purpose, now)
		if err != nil {
			return err
		}
		found = slices.DeleteFunc(found, func(w waiting) bool { return !proof.May(w.Attempt) })
		left := 0
		for _, w := range found {
			if subtle.ConstantTimeCompare([]byte(w.codeHash), []byte(proof.Hash(w.ID))) == 1 {
				claim, err = s.claim(ctx, tx, w, now)
				outcome = nil
				return err
			}
		}
		for _, w := range found {
			remain := oauth.CodeTries - w.Tries - 1
			if remain > 0 {
				left = max(left, remain)
				_, err = tx.ExecContext(ctx, `UPDATE attempts SET tries = tries + 1 WHERE id = $1`, w.ID)
			} else {
				err = s.spoil(ctx, tx, w, &claim)
			}
			if err != nil {
				return err
			}
		}
		switch {
		case len(found) == 0:
			outcome = oauth.WrongCode
		case left == 0:
			outcome = oauth.CodeEnded
		default:
			outcome = problem.New(oauth.WrongCode, nil, problem.Args{"left": left})
		}
		return nil
	})
	if err != nil {
		// Nothing was stored: what would have been spoiled is still waiting,
		// and must not be revoked.
		return oauth.Claim{}, err
	}
	return claim, outcome
}

func (s *Store) waiting(
	ctx context.Context,
	tx *sql.Tx,
	agent zendesk.Agent,
	purpose oauth.Purpose,
	now time.Time,
) ([]waiting, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+attemptColumns+`, code_hash, grant_blob FROM attempts
		WHERE subdomain = $1 AND user_id = $2 AND stage = 'granted' AND expires > $3 AND purpose = $4 ORDER BY id`+s.dialect.lock,
		agent.Subdomain, agent.UserID, millis(now), string(purpose))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []waiting
	for rows.Next() {
		var w waiting
		w.Attempt, err = s.scanAttempt(rows, &w.codeHash, &w.blob)
		if err != nil && !errors.Is(err, seal.ErrCannotOpen) { // the verifier has served
			return nil, err
		}
		found = append(found, w)
	}
	return found, rows.Err()
}

// claim moves the grant of an attempt to its agent, or out of the store.
func (s *Store) claim(ctx context.Context, tx *sql.Tx, w waiting, now time.Time) (oauth.Claim, error) {
	g, err := s.openGrant(w.blob, w.ID, w.Agent)
	if err != nil {
		return oauth.Claim{}, err
	}
	claim := oauth.Claim{Connection: oauth.Connection{Agent: w.Agent, Grant: g, Generation: 1}}
	if w.Purpose == oauth.ForSidebar {
		if err := s.connect(ctx, tx, &claim, w, now); err != nil {
			return oauth.Claim{}, err
		}
	}
	_, err = tx.ExecContext(
		ctx,
		`UPDATE attempts SET stage = 'claimed', code_hash = '', delegation_id = '', grant_blob = '' WHERE id = $1`,
		w.ID,
	)
	return claim, err
}

// connect stores a claim's grant as its agent's connection.
func (s *Store) connect(ctx context.Context, tx *sql.Tx, claim *oauth.Claim, w waiting, now time.Time) error {
	former, err := s.scanConnection(
		tx.QueryRowContext(ctx, selectConnection+whereAgent+s.dialect.lock, w.Agent.Subdomain, w.Agent.UserID),
		w.Agent,
	)
	switch {
	case err == nil || errors.Is(err, seal.ErrCannotOpen):
		// One that does not open any more is replaced all the same: the login
		// is how an agent gets out of that.
		claim.Connection.Generation = former.Generation + 1
		if err == nil && !former.Lapsed {
			claim.Replaced = &former.Grant
		}
	case !errors.Is(err, oauth.NotConnected):
		return err
	}
	if err := s.noteShared(ctx, tx, claim, former, now); err != nil {
		return err
	}
	if err := s.putConnection(ctx, tx, claim.Connection); err != nil {
		return err
	}
	return s.recordLogin(ctx, tx, claim.Connection, former, now)
}

func (s *Store) spoil(ctx context.Context, tx *sql.Tx, w waiting, claim *oauth.Claim) error {
	if g, err := s.openGrant(w.blob, w.ID, w.Agent); err == nil {
		claim.Spoiled = append(claim.Spoiled, g)
	}
	_, err := tx.ExecContext(
		ctx,
		`UPDATE attempts SET stage = 'failed', outcome = $2, tries = tries + 1, code_hash = '', delegation_id = '', grant_blob = '' WHERE id = $1`,
		w.ID,
		string(oauth.CodeEnded),
	)
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
	return s.deleteAttempts(
		ctx,
		`subdomain = $1 AND user_id = $2 AND ($3 = '' OR session_id = $3)`,
		agent.Subdomain,
		agent.UserID,
		sessionID,
	)
}

// SweepAttempts implements [oauth.AttemptStore].
func (s *Store) SweepAttempts(ctx context.Context, now time.Time) ([]oauth.Grant, error) {
	// One batch: its grants are revoked before the next sweep goes on.
	return s.deleteAttempts(
		ctx,
		`id IN (SELECT id FROM attempts WHERE expires <= $1 ORDER BY expires LIMIT $2)`,
		millis(now),
		batch,
	)
}

// deleteAttempts returns the grants that go with them.
func (s *Store) deleteAttempts(ctx context.Context, where string, args ...any) (grants []oauth.Grant, err error) {
	err = s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		grants = nil
		rows, err := tx.QueryContext(
			ctx,
			`DELETE FROM attempts WHERE `+where+` RETURNING id, subdomain, user_id, stage, grant_blob`,
			args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, stage, blob string
			var agent zendesk.Agent
			if err := rows.Scan(&id, &agent.Subdomain, &agent.UserID, &stage, &blob); err != nil {
				return err
			}
			if blob == "" {
				continue
			}
			if g, err := s.openGrant(blob, id, agent); err == nil {
				grants = append(grants, g)
			}
		}
		return rows.Err()
	})
	return grants, err
}
