package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"zendesk-pagerduty/oauth"
)

const contenders = 8 // fewer than the pool has connections

// contended lets contenders run into rows that another replica holds, and
// releases them all at once: on PostgreSQL a race that is left to chance is
// won by whoever connects first, with row locks or without.
func contended(t *testing.T, db *sql.DB, hold string, do func(i int) (won bool, err error)) (winners int) {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), hold); err != nil {
		t.Fatal(err)
	}
	type outcome struct {
		won bool
		err error
	}
	outcomes := make(chan outcome, contenders)
	for i := range contenders {
		go func() {
			won, err := do(i)
			outcomes <- outcome{won, err}
		}()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for waiting := 0; waiting < contenders; {
		if err := db.QueryRowContext(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting); err != nil {
			t.Fatalf("%d of %d wait for the lock: %v", waiting, contenders, err)
		}
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	for range contenders {
		o := <-outcomes
		if o.err != nil {
			t.Error(o.err)
		}
		if o.won {
			winners++
		}
	}
	return winners
}

// won tells having lost from having failed.
func won[T any](_ T, err error) (bool, error) {
	if errors.Is(err, oauth.AttemptUnknown) || errors.Is(err, oauth.WrongCode) || errors.Is(err, oauth.CodeEnded) {
		return false, nil
	}
	return err == nil, err
}

func TestOneLeaseUnderContention(t *testing.T) {
	address := newPostgres(t)
	s := open(t, address)
	connect(t, s, mia, "PMIA", "mia")
	if n := contended(t, raw(t, address), `SELECT 1 FROM connections FOR UPDATE`, func(i int) (bool, error) {
		lease, err := s.TakeLease(t.Context(), mia, 1, fmt.Sprint("owner ", i), time.Minute)
		return lease.Taken, err
	}); n != 1 {
		t.Errorf("%d took the lease; want 1", n)
	}
}

func TestOneClaimUnderContention(t *testing.T) {
	address := newPostgres(t)
	s := open(t, address)
	grant(t, s, "a1", mia)
	if n := contended(t, raw(t, address), `SELECT 1 FROM attempts FOR UPDATE`, func(int) (bool, error) {
		return won(s.ClaimAttempt(t.Context(), mia, posted("a1", "h"), now))
	}); n != 1 {
		t.Errorf("%d claimed the grant; want 1", n)
	}
}

func TestOneConsumerUnderContention(t *testing.T) {
	address := newPostgres(t)
	s := open(t, address)
	begin(t, s, "a1", mia)
	confirm(t, s, "a1")
	if n := contended(t, raw(t, address), `SELECT 1 FROM attempts FOR UPDATE`, func(int) (bool, error) {
		return won(s.ConsumeAttempt(t.Context(), "a1", window, now))
	}); n != 1 {
		t.Errorf("%d consumed the attempt; want 1", n)
	}
}

// Guesses at once are counted one by one: nobody gets more than five.
func TestGuessesUnderContention(t *testing.T) {
	address := newPostgres(t)
	s := open(t, address)
	grant(t, s, "a1", mia)
	contended(t, raw(t, address), `SELECT 1 FROM attempts FOR UPDATE`, func(int) (bool, error) {
		return won(s.ClaimAttempt(t.Context(), mia, posted("a1", "wrong"), now))
	})
	if _, err := s.ClaimAttempt(t.Context(), mia, posted("a1", "h"), now); !errors.Is(err, oauth.WrongCode) {
		t.Errorf("the right code after %d guesses at once: %v; want it to come too late", contenders, err)
	}
}
