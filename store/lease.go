package store

import (
	"context"
	"time"
)

// Lease gives a job to one owner for a time, by the database's clock. It
// returns false where another owner has it. Whoever has it may take it again,
// and with a time of 0 gives it back.
func (s *Store) Lease(ctx context.Context, job, owner string, d time.Duration) (bool, error) {
	n, err := s.exec(ctx, `INSERT INTO leases (name, owner, ends) VALUES ($1, $2, `+s.dialect.clock+` + $3)
		ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, ends = excluded.ends
		WHERE leases.owner = excluded.owner OR leases.ends <= `+s.dialect.clock, job, owner, d.Milliseconds())
	return n == 1, err
}
