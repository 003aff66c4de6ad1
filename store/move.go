package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"zendesk-pagerduty/migrations"
	"zendesk-pagerduty/seal"
)

// Errors of [Move].
var (
	ErrInUse    = errors.New("a program has it open: stop every server that uses it first")
	ErrNotEmpty = errors.New("it has rows already: want an empty database")
)

// unmoved are tables whose rows are of one database and one moment.
var unmoved = []string{"goose_db_version", "marks", "leases", "readiness"}

// MovedTable is how many rows of a table were moved.
type MovedTable struct {
	Name string
	Rows int64
}

// Move copies all rows of a SQLite database (from) into an empty PostgreSQL
// database (to), whose schema it makes, and marks the former as moved. Nobody
// else may have the former open: it is locked as a whole. Sealed values are
// copied as they are, since no seal is bound to the database: with the same
// SECRET_KEYS connections and open panels go on.
//
// It may be run again after it was cut off: PostgreSQL gets all rows or none, and
// knows where they came from.
func Move(ctx context.Context, from, to string) (moved []MovedTable, err error) {
	path, err := sqlitePath(from)
	if err != nil {
		return nil, fmt.Errorf("%s: want a SQLite database to move", Name(from))
	}
	if strings.HasPrefix(to, "sqlite:") {
		return nil, fmt.Errorf("DATABASE_URL: got %s, want the PostgreSQL database to move to", Name(to))
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%s: %w", Name(from), ErrMissing)
	}
	target, err := Open(ctx, to, nil) // makes the schema
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	if err := errors.Join(target.Prepare(ctx), target.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", Name(to), err)
	}
	source, id, err := lockSource(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Name(from), err)
	}
	defer source.Close()
	if moved, err = fill(ctx, source, to, id); err != nil {
		return nil, fmt.Errorf("%s: %w", Name(to), err)
	}
	if err := setMark(ctx, source, markMovedTo, Name(to)); err != nil {
		return nil, err
	}
	_, err = source.ExecContext(ctx, `COMMIT`)
	return moved, err
}

// locked is a connection in a transaction that keeps everybody else out.
type locked struct {
	*sql.Conn
	db *sql.DB
}

// Close rolls back what was not committed.
func (l *locked) Close() error {
	_, _ = l.ExecContext(context.Background(), `ROLLBACK`) // an error says that it was committed
	return errors.Join(l.Conn.Close(), l.db.Close())
}

// lockSource opens a database that is to be moved, with its id.
func lockSource(ctx context.Context, path string) (_ *locked, id string, err error) {
	db, err := openFile(path, "mode=rw")
	if err != nil {
		return nil, "", err
	}
	if err := ours(ctx, db); err != nil {
		return nil, "", errors.Join(inUse(err), db.Close())
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, "", errors.Join(err, db.Close())
	}
	l := &locked{conn, db}
	// The write-ahead log can be left only while nobody else has the database
	// open, be they idle; without one, this transaction keeps readers out too.
	for _, statement := range []string{`PRAGMA journal_mode = DELETE`, `BEGIN EXCLUSIVE`} {
		if _, err := l.ExecContext(ctx, statement); err != nil {
			return nil, "", errors.Join(inUse(err), l.Close())
		}
	}
	if err := movable(ctx, l); err != nil {
		return nil, "", errors.Join(err, l.Close())
	}
	if id, err = mark(ctx, l, markID); err == nil && id == "" {
		// Committed before anything is copied: a move that is cut off after
		// PostgreSQL's commit has to find it again.
		id = seal.Random(16)
		err = setMark(ctx, l, markID, id)
		for _, statement := range []string{`COMMIT`, `BEGIN EXCLUSIVE`} {
			if err == nil {
				_, err = l.ExecContext(ctx, statement)
			}
		}
	}
	if err != nil {
		return nil, "", errors.Join(inUse(err), l.Close())
	}
	return l, id, nil
}

// movable refuses another schema than this program's, and what was moved before.
func movable(ctx context.Context, q querier) error {
	var have int64
	if err := q.QueryRowContext(ctx, selectVersion).Scan(&have); err != nil {
		return err
	}
	want, err := latest(onSQLite, migrations.FS)
	if err != nil {
		return err
	}
	if have > want {
		return newer(have, want)
	}
	if have < want {
		return &older{have, want}
	}
	to, err := mark(ctx, q, markMovedTo)
	if err == nil && to != "" {
		err = fmt.Errorf("%w to %s already", ErrMoved, to)
	}
	return err
}

// inUse says what to do about another program's lock.
func inUse(err error) error {
	var lite *sqlite.Error
	if errors.As(err, &lite) && lite.Code()&0xff == sqlitelib.SQLITE_BUSY {
		return ErrInUse
	}
	return err
}

// fill copies all rows in one transaction of PostgreSQL.
func fill(ctx context.Context, source *locked, to, id string) ([]MovedTable, error) {
	config, err := pgx.ParseConfig(to)
	if err != nil {
		return nil, ErrAddress // the driver's words repeat the password
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	tx, err := conn.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // after a commit this does nothing
	var from string
	err = tx.QueryRow(ctx, `SELECT value FROM marks WHERE name = $1`, markMovedFrom).Scan(&from)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, err
	}
	if from == id {
		return nil, nil // an earlier move was cut off after this commit
	}
	tables, err := movedTables(ctx, source)
	if err != nil {
		return nil, err
	}
	var moved []MovedTable
	for _, table := range tables {
		if err := empty(ctx, tx, table); err != nil {
			return nil, err
		}
	}
	for _, table := range tables {
		n, err := copyTable(ctx, source, tx, table)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", table, err)
		}
		moved = append(moved, MovedTable{table, n})
	}
	// New entries follow those that were copied with their numbers.
	if _, err := tx.Exec(ctx,
		`SELECT setval(pg_get_serial_sequence('audit', 'id'), (SELECT max(id) FROM audit))`); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO marks (name, value) VALUES ($1, $2)`, markMovedFrom, id); err != nil {
		return nil, err
	}
	return moved, tx.Commit(ctx)
}

// movedTables lists tables in the order in which rows may be inserted.
func movedTables(ctx context.Context, source *locked) (tables []string, err error) {
	rows, err := source.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
		ORDER BY name <> 'installations', name`) // sessions refer to installations
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if !slices.Contains(unmoved, name) {
			tables = append(tables, name)
		}
	}
	return tables, rows.Err()
}

// empty refuses a table with rows, and keeps others from writing to it.
func empty(ctx context.Context, tx pgx.Tx, table string) error {
	if _, err := tx.Exec(ctx, `LOCK TABLE `+table+` IN EXCLUSIVE MODE`); err != nil {
		return err
	}
	var full bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM `+table+`)`).Scan(&full); err != nil {
		return err
	}
	if full {
		return fmt.Errorf("table %s: %w", table, ErrNotEmpty)
	}
	return nil
}

func copyTable(ctx context.Context, source *locked, tx pgx.Tx, table string) (int64, error) {
	rows, err := source.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	return tx.CopyFrom(ctx, pgx.Identifier{table}, columns, &copying{Rows: rows, columns: len(columns)})
}

// copying gives rows of SQLite to PostgreSQL.
type copying struct {
	*sql.Rows
	columns int
}

// Values implements [pgx.CopyFromSource].
func (c *copying) Values() ([]any, error) {
	values, pointers := make([]any, c.columns), make([]any, c.columns)
	for i := range values {
		pointers[i] = &values[i]
	}
	err := c.Scan(pointers...)
	return values, err
}
