package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"zendesk-pagerduty/migrations"
	"zendesk-pagerduty/seal"
)

// Store implements what packages zendesk, oauth and incident want kept.
type Store struct {
	db      *pool
	address string
	dialect dialect
	box     *seal.Box
	schema  fs.FS // the migrations: a folder for each dialect
	version int64 // of the schema that they make
	// existing names a database that has to be there already; empty where one
	// may be made.
	existing string
	limits   Limits
	restored bool   // it was read back from a dump
	lapsed   int64  // connections that lapsed then
	queues   queues // of actions that wait for an incident
	observer Observer
	seen     atomic.Int64 // the schema's version, as [Store.Ready] saw it last

	// Asked for at each request of a panel, so prepared once.
	readPanel      *lookup
	readSession    *lookup
	readConnection *lookup
	readLinks      *lookup
	readOthers     [len(counted)]*lookup
}

type dialect struct {
	name   string // folder of the migrations
	lock   string // appended to a SELECT whose rows are about to change
	share  string // appended to a SELECT whose rows must not change before the commit
	serial string // makes transactions that name the same text ($1) come one after the other; "" where all do
	clock  string // its time now, in milliseconds: the same for all replicas
}

var (
	onSQLite = dialect{
		name:  "sqlite",
		clock: "CAST(unixepoch('subsec') * 1000 AS BIGINT)",
	}
	onPostgres = dialect{
		name:   "postgres",
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
	return OpenWithin(ctx, address, box, Limits{})
}

// OpenWithin is [Open] with bounds.
func OpenWithin(ctx context.Context, address string, box *seal.Box, limits Limits) (*Store, error) {
	limits = limits.orDefaults()
	db, d, err := connect(address, limits, limits.setTimeouts)
	if err != nil {
		return nil, err
	}
	s := &Store{
		db:       newPool(db, address),
		address:  address,
		limits:   limits,
		dialect:  d,
		box:      box,
		schema:   migrations.FS,
		observer: nobody,
	}
	s.db.within = limits.Timeout
	// SQLite does not wait where two connections switch a new file to WAL at
	// once, whatever the busy timeout: one is told that it is locked.
	if err := retry(ctx, func() error { return s.ping(ctx) }); err != nil {
		db.Close()
		return nil, s.db.because(err)
	}
	return s, nil
}

// ErrAddress is returned for a DATABASE_URL that will not do.
var ErrAddress = errors.New("want sqlite:PATH or postgres://…")

// connect makes a pool. On PostgreSQL, prepare is run on each new connection.
func connect(address string, limits Limits, prepare func(context.Context, *pgx.Conn) error) (*sql.DB, dialect, error) {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		if path == "" || strings.ContainsAny(path, "?#") {
			return nil, dialect{}, fmt.Errorf("%w, with a path that has no ? and no #", ErrAddress)
		}
		if path == ":memory:" { // every connection of the pool would have a database of its own
			return nil, dialect{}, fmt.Errorf("%w; a database in memory is not supported", ErrAddress)
		}
		if err := createPrivate(path); err != nil {
			return nil, dialect{}, fmt.Errorf("sqlite: %w", err) // names the file and the reason
		}
		db, err := sql.Open("sqlite", sqliteDSN(path))
		if err != nil {
			return nil, dialect{}, err
		}
		db.SetMaxOpenConns(limits.MaxConns)
		db.SetMaxIdleConns(limits.MaxConns)
		return db, onSQLite, nil
	}
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		config, err := pgx.ParseConfig(address)
		if err != nil {
			return nil, dialect{}, fmt.Errorf("%w; this one does not parse",
				ErrAddress) // the driver's words repeat the password
		}
		if config.ConnectTimeout == 0 { // else the address or PGCONNECT_TIMEOUT says it
			config.ConnectTimeout = limits.Connect
		}
		db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(prepare))
		db.SetMaxOpenConns(limits.MaxConns)
		db.SetMaxIdleConns(limits.MaxConns)
		db.SetConnMaxIdleTime(limits.Idle)
		return db, onPostgres, nil
	}
	scheme, _, _ := strings.Cut(address, ":")
	return nil, dialect{}, fmt.Errorf("got %.20q, %w", scheme+":", ErrAddress)
}

// sqliteDSN puts the settings into the address, so that every connection of
// the pool has them. Transactions take the write lock at once: one that read
// first and wrote later could find the database changed in between.
func sqliteDSN(path string) string {
	busy := fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds())
	q := url.Values{
		"_pragma": {busy, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)"},
		"_txlock": {"immediate"},
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// ping says whether the database answers.
func (s *Store) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var one int
	return s.db.DB.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// tx runs do in one transaction, again where the database asks for that. do
// works with the context that it is given, which has the deadline.
func (s *Store) tx(ctx context.Context, do func(context.Context, *sql.Tx) error) error {
	ctx, c, err := s.db.begin(ctx)
	if err != nil {
		return err
	}
	defer c.end()
	return s.db.failed(transact(ctx, s.db.DB, do))
}

// transact runs do in a transaction, again where the database asks for that.
func transact(ctx context.Context, db *sql.DB, do func(context.Context, *sql.Tx) error) error {
	return retry(ctx, func() error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // after a commit this does nothing
		if err := do(ctx, tx); err != nil {
			return err
		}
		err = tx.Commit()
		if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
			return ctx.Err() // that is why it was rolled back before
		}
		return err
	})
}

// queryRow runs a statement that changes something and reads its one row, which scan
// does. What others were in the way of is tried again, and counted as a failure only
// at the end, as [Store.tx] and [Store.exec] do.
func (s *Store) queryRow(ctx context.Context, scan func(scanner) error, query string, args ...any) error {
	ctx, c, err := s.db.begin(ctx)
	if err != nil {
		return err
	}
	defer c.end()
	return s.db.failed(retry(ctx, func() error { return scan(s.db.DB.QueryRowContext(ctx, query, args...)) }))
}

// exec runs one statement and says how many rows it changed.
func (s *Store) exec(ctx context.Context, query string, args ...any) (n int64, err error) {
	ctx, c, err := s.db.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer c.end()
	err = retry(ctx, func() error {
		result, err := s.db.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	return n, s.db.failed(err)
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
