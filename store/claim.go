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
		if err := s.storeConnection(ctx, tx, &claim, w, now); err != nil {
			return oauth.Claim{}, err
		}
	}
	_, err = tx.ExecContext(ctx,
		`UPDATE attempts SET stage = 'claimed', code_hash = '', delegation_id = '', grant_blob = '' WHERE id = $1`,
		w.ID)
	return claim, err
}

// storeConnection stores a claim's grant as its agent's connection.
func (s *Store) storeConnection(ctx context.Context, tx *sql.Tx, claim *oauth.Claim, w waiting, now time.Time) error {
	former, err := s.scanConnection(
		tx.QueryRowContext(ctx, selectConnection+whereAgent+s.dialect.lock, w.Agent.Subdomain, w.Agent.UserID), w.Agent)
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
