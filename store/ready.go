package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
)

// keepReadiness is how long the row of a replica stays that is gone.
const keepReadiness = time.Hour

var goneReplicas = expiry{"readiness", "replica", "at < $1", "at"}

// Ready says what keeps this replica from working: the database does not answer
// or cannot be written (it writes the replica's row), or lacks a migration. A
// newer schema is fine: the next release may run beside this one.
func (s *Store) Ready(ctx context.Context, replica string, now time.Time) error {
	if path, ok := strings.CutPrefix(s.address, "sqlite:"); ok {
		// The open file would go on working without a name, until it is closed.
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: its file is gone", s.db.where)
		}
	}
	have, want, err := s.Schema(ctx)
	if err != nil {
		return s.db.because(err)
	}
	s.seen.Store(have)
	if have < want {
		return &older{have, want}
	}
	// Neither waits for a slot: a database that is busy is no reason to send
	// everybody to the other replicas, which have the same one.
	if _, err := s.db.DB.ExecContext(ctx, `INSERT INTO readiness (replica, at) VALUES ($1, $2)
		ON CONFLICT (replica) DO UPDATE SET at = excluded.at`, replica, millis(now)); err != nil {
		return fmt.Errorf("it cannot be written: %w", s.db.because(err))
	}
	return nil
}

// Schema gives the version of the database's schema, and of this program's.
func (s *Store) Schema(ctx context.Context) (have, want int64, err error) {
	err = s.db.DB.QueryRowContext(ctx, selectVersion).Scan(&have)
	return have, s.version, err
}

// SchemaSeen is the version of the database's schema as [Store.Ready] saw it last,
// 0 for never, and of this program's.
func (s *Store) SchemaSeen() (have, want int64) { return s.seen.Load(), s.version }

// SweepReadiness deletes the rows of replicas that are gone.
func (s *Store) SweepReadiness(ctx context.Context, now time.Time) error {
	return s.expire(ctx, goneReplicas, millis(now.Add(-keepReadiness)))
}
