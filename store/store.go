package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"zendesk-pagerduty/migrations"
	"zendesk-pagerduty/seal"
)

// Store implements what packages zendesk, oauth and incident want kept.
type Store struct {
	db      *sql.DB
	dialect dialect
	box     *seal.Box
	schema  fs.FS // the migrations: a folder for each dialect
	// existing names a database that has to be there already; empty where one
	// may be made.
	existing string

	// Asked for at each request of a panel, so prepared once.
	readPanel      *sql.Stmt
	readSession    *sql.Stmt
	readConnection *sql.Stmt
	readLinks      *sql.Stmt
	readOthers     [len(counted)]*sql.Stmt
}

type dialect struct {
	name   string // folder of the migrations
	driver string
	lock   string // appended to a SELECT whose rows are about to change
	share  string // appended to a SELECT whose rows must not change before the commit
	serial string // makes transactions that name the same text ($1) come one after the other; "" where all do
	clock  string // its time now, in milliseconds: the same for all replicas
}

var (
	onSQLite = dialect{
		name:   "sqlite",
		driver: "sqlite",
		clock:  "CAST(unixepoch('subsec') * 1000 AS BIGINT)",
	}
	onPostgres = dialect{
		name:   "postgres",
		driver: "pgx",
		lock:   " FOR UPDATE",
		share:  " FOR SHARE",
		serial: `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`,
		clock:  "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
	}
)

// Open connects to sqlite:PATH or postgres://…. box seals the token columns
// (purpose "tokens"); it may be nil where only installations are touched.
// [Store.Prepare] comes before everything else.
func Open(ctx context.Context, address string, box *seal.Box) (*Store, error) {
	db, d, err := connect(address)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, dialect: d, box: box, schema: migrations.FS}
	// SQLite does not wait where two connections switch a new file to WAL at
	// once, whatever the busy timeout: one is told that it is locked.
	if err := retry(ctx, func() error { return s.Ping(ctx) }); err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

// ErrAddress is returned for a DATABASE_URL that will not do.
var ErrAddress = errors.New("want sqlite:PATH or postgres://…")

func connect(address string) (*sql.DB, dialect, error) {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		if path == "" || strings.ContainsAny(path, "?#") {
			return nil, dialect{}, fmt.Errorf("%w, with a path that has no ? and no #", ErrAddress)
		}
		if path == ":memory:" { // every connection of the pool would have a database of its own
			return nil, dialect{}, fmt.Errorf("%w; a database in memory is not supported", ErrAddress)
		}
		if err := private(path); err != nil {
			return nil, dialect{}, err
		}
		db, err := sql.Open(onSQLite.driver, sqliteDSN(path))
		if err != nil {
			return nil, dialect{}, err
		}
		db.SetMaxOpenConns(16)
		db.SetMaxIdleConns(16)
		return db, onSQLite, nil
	}
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		db, err := sql.Open(onPostgres.driver, address)
		if err != nil {
			return nil, dialect{}, fmt.Errorf("%w; this one does not parse", ErrAddress) // the driver's words repeat the password
		}
		db.SetMaxOpenConns(16)
		db.SetMaxIdleConns(16)
		db.SetConnMaxIdleTime(5 * time.Minute)
		return db, onPostgres, nil
	}
	scheme, _, _ := strings.Cut(address, ":")
	return nil, dialect{}, fmt.Errorf("got %.20q, %w", scheme+":", ErrAddress)
}

// sqliteDSN puts the settings into the address, so that every connection of
// the pool has them. Transactions take the write lock at once: one that read
// first and wrote later could find the database changed in between.
func sqliteDSN(path string) string {
	q := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)"}, "_txlock": {"immediate"}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var one int
	return s.db.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// tx runs do in one transaction, again where the database asks for that.
func (s *Store) tx(ctx context.Context, do func(*sql.Tx) error) error {
	return retry(ctx, func() error {
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // after a commit this does nothing
		if err := do(tx); err != nil {
			return err
		}
		err = tx.Commit()
		if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
			return ctx.Err() // that is why it was rolled back before
		}
		return err
	})
}

// exec runs one statement and says how many rows it changed.
func (s *Store) exec(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = retry(ctx, func() error {
		result, err := s.db.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	return n, err
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
