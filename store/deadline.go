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
	// connectWithin bounds the making of a connection. The pool makes some for
	// nobody in particular, whom no deadline of a caller would end.
	connectWithin = 5 * time.Second

	// slotsPerConnection is how many calls there may be at once for each
	// connection of the pool, at work or waiting for one.
	slotsPerConnection = 4
	// slotWithin is how long a further call waits for one of them to end. A
	// database that hangs keeps each for as long as a call may take; without a
	// bound, all that is asked meanwhile would wait behind them.
	slotWithin = time.Second
)

// pool is the database with a deadline for each statement outside of a
// transaction, and a bound on how many there are at once.
type pool struct {
	*sql.DB
	within time.Duration
	slots  chan struct{}
	where  string     // which database it is, without its password
	count  func(Kind) // of failures; may be nil
}

func newPool(db *sql.DB, address string) *pool {
	return &pool{
		DB:     db,
		within: callWithin,
		slots:  make(chan struct{}, slotsPerConnection*max(db.Stats().MaxOpenConnections, 1)),
		where:  Name(address),
	}
}

// enter takes a slot, which leave gives back.
func (p *pool) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(slotWithin)
	defer timer.Stop()
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-timer.C:
		return p.failed(errCrowded)
	case <-ctx.Done():
		return p.failed(ctx.Err())
	}
}

func (p *pool) leave() { <-p.slots }

// call is a statement under way: its deadline's timer, and its slot.
type call struct {
	pool   *pool
	cancel context.CancelFunc
}

// begin takes a slot for a statement and gives it its deadline.
func (p *pool) begin(ctx context.Context) (context.Context, call, error) {
	if err := p.enter(ctx); err != nil {
		return nil, call{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, p.within)
	return ctx, call{p, cancel}, nil
}

func (c call) end() {
	c.cancel()
	c.pool.leave()
}

// QueryRowContext is [sql.DB.QueryRowContext] with the deadline.
func (p *pool) QueryRowContext(ctx context.Context, query string, args ...any) *row {
	ctx, c, err := p.begin(ctx)
	if err != nil {
		return &row{err: err}
	}
	return &row{Row: p.DB.QueryRowContext(ctx, query, args...), call: c}
}

// QueryContext is [sql.DB.QueryContext] with the deadline, which holds until
// the rows are closed.
func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*rows, error) {
	ctx, c, err := p.begin(ctx)
	if err != nil {
		return nil, err
	}
	return c.rows(p.DB.QueryContext(ctx, query, args...))
}

// row gives its deadline's timer and its slot back when it is read.
type row struct {
	*sql.Row
	call call
	err  error
}

// Scan is [sql.Row.Scan]. It must be called.
func (r *row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.call.end()
	return r.call.pool.failed(r.Row.Scan(dest...))
}

// rows give their deadline's timer and their slot back when they are closed.
type rows struct {
	*sql.Rows
	call   call
	closed bool
}

func (c call) rows(r *sql.Rows, err error) (*rows, error) {
	if err != nil {
		defer c.end()
		return nil, c.pool.failed(err)
	}
	return &rows{Rows: r, call: c}, nil
}

// Err is [sql.Rows.Err].
func (r *rows) Err() error { return r.call.pool.failed(r.Rows.Err()) }

// Close is [sql.Rows.Close].
func (r *rows) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	defer r.call.end()
	return r.Rows.Close()
}

// lookup is a prepared statement with the deadline.
type lookup struct {
	*sql.Stmt
	pool *pool
}

// QueryRowContext is [sql.Stmt.QueryRowContext] with the deadline.
func (l *lookup) QueryRowContext(ctx context.Context, args ...any) *row {
	ctx, c, err := l.pool.begin(ctx)
	if err != nil {
		return &row{err: err}
	}
	return &row{Row: l.Stmt.QueryRowContext(ctx, args...), call: c}
}

// QueryContext is [sql.Stmt.QueryContext] with the deadline.
func (l *lookup) QueryContext(ctx context.Context, args ...any) (*rows, error) {
	ctx, c, err := l.pool.begin(ctx)
	if err != nil {
		return nil, err
	}
	return c.rows(l.Stmt.QueryContext(ctx, args...))
}
