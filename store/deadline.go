package store

import (
	"context"
	"database/sql"
	"time"
)

const (
	// callWithin bounds each call of the store: its statement or transaction,
	// with the wait for a connection and for locks and with its repetitions.
	// A database that hangs must not keep requests, or a lease's holder.
	callWithin = 10 * time.Second
	// busyTimeout is how long SQLite waits for another's write lock. No
	// context's end interrupts that wait, so that a call may overrun its
	// deadline by as much; [oauth.StoreOverrun] allows for it.
	busyTimeout = 5 * time.Second
	// idleTimeout ends a transaction whose program stopped in its middle, and
	// with it the row locks that would keep all other replicas. PostgreSQL
	// measures it between two statements.
	idleTimeout = 30 * time.Second
)

// pool is the database with a deadline for each statement outside of a
// transaction.
type pool struct {
	*sql.DB
	within time.Duration
}

// QueryRowContext is [sql.DB.QueryRowContext] with the deadline.
func (p *pool) QueryRowContext(ctx context.Context, query string, args ...any) *row {
	ctx, cancel := context.WithTimeout(ctx, p.within)
	return &row{p.DB.QueryRowContext(ctx, query, args...), cancel}
}

// QueryContext is [sql.DB.QueryContext] with the deadline, which holds until
// the rows are closed.
func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*rows, error) {
	ctx, cancel := context.WithTimeout(ctx, p.within)
	return newRows(cancel)(p.DB.QueryContext(ctx, query, args...))
}

// row gives its deadline's timer back when it is read.
type row struct {
	*sql.Row
	cancel context.CancelFunc
}

// Scan is [sql.Row.Scan]. It must be called.
func (r *row) Scan(dest ...any) error {
	defer r.cancel()
	return r.Row.Scan(dest...)
}

// rows give their deadline's timer back when they are closed.
type rows struct {
	*sql.Rows
	cancel context.CancelFunc
}

func newRows(cancel context.CancelFunc) func(*sql.Rows, error) (*rows, error) {
	return func(r *sql.Rows, err error) (*rows, error) {
		if err != nil {
			cancel()
			return nil, err
		}
		return &rows{r, cancel}, nil
	}
}

// Close is [sql.Rows.Close].
func (r *rows) Close() error {
	defer r.cancel()
	return r.Rows.Close()
}

// lookup is a prepared statement with the deadline.
type lookup struct {
	*sql.Stmt
	pool *pool
}

// QueryRowContext is [sql.Stmt.QueryRowContext] with the deadline.
func (l *lookup) QueryRowContext(ctx context.Context, args ...any) *row {
	ctx, cancel := context.WithTimeout(ctx, l.pool.within)
	return &row{l.Stmt.QueryRowContext(ctx, args...), cancel}
}

// QueryContext is [sql.Stmt.QueryContext] with the deadline.
func (l *lookup) QueryContext(ctx context.Context, args ...any) (*rows, error) {
	ctx, cancel := context.WithTimeout(ctx, l.pool.within)
	return newRows(cancel)(l.Stmt.QueryContext(ctx, args...))
}
