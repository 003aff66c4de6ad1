package store

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Limits bound the use of a database. A field that is 0 has its default.
type Limits struct {
	MaxConns int           // connections at once, from 2 on; default 16
	Timeout  time.Duration // of each call, at most and by default 10 s: what waits for it adds up to that
	Connect  time.Duration // of making a connection to PostgreSQL, unless its address says it; default 5 s
	Idle     time.Duration // an idle connection to PostgreSQL is closed after it; default 5 min
}

// DefaultLimits are those for which nothing was set. The settings' defaults, which
// operators read, are compared with them by a test of package app.
func DefaultLimits() Limits {
	return Limits{MaxConns: 16, Timeout: callWithin, Connect: connectWithin, Idle: 5 * time.Minute}
}

func (l Limits) orDefaults() Limits {
	d := DefaultLimits()
	return Limits{
		MaxConns: cmp.Or(l.MaxConns, d.MaxConns),
		Timeout:  cmp.Or(l.Timeout, d.Timeout),
		Connect:  cmp.Or(l.Connect, d.Connect),
		Idle:     cmp.Or(l.Idle, d.Idle),
	}
}

// setTimeouts lets PostgreSQL end what nobody waits for any more: a statement
// whose program is gone, a transaction whose program stands still. What the
// operator set, in the address or for the role or the database, stays. They are
// set by a statement, not while connecting: PgBouncer refuses a connection that
// begins with a setting that it does not know.
func (l Limits) setTimeouts(ctx context.Context, c *pgx.Conn) error {
	for name, d := range map[string]time.Duration{
		"statement_timeout":                   l.Timeout,
		"idle_in_transaction_session_timeout": idleTimeout,
	} {
		if _, set := c.Config().RuntimeParams[name]; set {
			continue // to 0, which means none, perhaps
		}
		if _, err := c.Exec(ctx, fmt.Sprintf("SELECT set_config('%s', '%d', false) WHERE current_setting('%[1]s') = '0'",
			name, d.Milliseconds())); err != nil {
			return err
		}
	}
	return nil
}

// asItIs leaves a new connection alone.
func asItIs(context.Context, *pgx.Conn) error { return nil }
