package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
)

// The names of marks; migration 10 says what each is for.
const (
	markRunsFrom  = "runs_from"
	markTables    = "tables"
	markID        = "id"
	markMovedFrom = "moved_from"
	markMovedTo   = "moved_to"
)

// ErrMoved is returned for a SQLite database whose rows are in PostgreSQL now.
// Two servers on two copies would spend each other's refresh tokens.
var ErrMoved = errors.New("this database was moved")

// querier is a pool, a connection or a transaction.
type querier interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// mark reads one; it is "" where there is none.
func mark(ctx context.Context, q querier, name string) (value string, err error) {
	err = q.QueryRowContext(ctx, `SELECT value FROM marks WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return value, err
}

func setMark(ctx context.Context, q querier, name, value string) error {
	_, err := q.ExecContext(ctx, `INSERT INTO marks (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}

// runsOn says whether this program, which knows the schema up to a version, works
// on a newer one. Replicas of the former release go on, and start, after the new
// one's migrations; so an upgrade can be taken back.
func runsOn(ctx context.Context, q querier, known int64) (bool, error) {
	value, err := mark(ctx, q, markRunsFrom)
	if err != nil {
		return false, err
	}
	from, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return false, fmt.Errorf("the mark %s is %q: want a version of the schema", markRunsFrom, value)
	}
	return known >= from, nil
}

// notMoved refuses a database that was moved.
func notMoved(ctx context.Context, q querier, name string) error {
	to, err := mark(ctx, q, markMovedTo)
	if err != nil || to == "" {
		return err
	}
	return fmt.Errorf("%s: %w to %s: set DATABASE_URL to that one", name, ErrMoved, to)
}
