package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"zendesk-pagerduty/migrations"
)

// Errors of [Backup] and [Restore].
var (
	ErrNotSQLite = errors.New("this is for SQLite alone: PostgreSQL has pg_dump and pg_restore")
	ErrExists    = errors.New("it is there already, and is not overwritten")
	ErrForeign   = errors.New("it is no database of zendesk-pagerduty")
)

// Copied is what a copy holds.
type Copied struct {
	Schema      int64
	Connections int64 // without tokens: their agents log in again
}

// Backup copies a SQLite database into a new file, readable by its owner alone,
// beside a running server: the copy is the state of one moment, with what is
// still in the write-ahead log. It holds no tokens, no open panels and no logins
// under way, so it is worth nothing to a thief, and a restored one can be opened
// without the key ring. The schema may be older than this program's.
func Backup(ctx context.Context, address, file string) (Copied, error) {
	path, err := sqlitePath(address)
	if err != nil {
		return Copied{}, err
	}
	if _, err := os.Stat(path); err != nil {
		return Copied{}, fmt.Errorf("%s: %w", Name(address), ErrMissing)
	}
	return copySQLite(ctx, path, file)
}

// Restore makes the SQLite database of an address from a copy: one of [Backup]'s,
// or a plain copy of the file, whose write-ahead log lies beside it. A plain
// copy's tokens do not come along either: they may be spent.
func Restore(ctx context.Context, file, address string) (Copied, error) {
	path, err := sqlitePath(address)
	if err != nil {
		return Copied{}, err
	}
	// SQLite would replay a log that is left of another database.
	for _, left := range []string{path + "-wal", path + "-shm"} {
		if _, err := os.Lstat(left); err == nil {
			return Copied{}, fmt.Errorf("%s: %w: it belongs to the former database; move both away", left, ErrExists)
		}
	}
	if _, err := os.Stat(file); err != nil {
		return Copied{}, err
	}
	return copySQLite(ctx, file, path)
}

func sqlitePath(address string) (string, error) {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok && path != "" {
		return path, nil
	}
	return "", ErrNotSQLite
}

// copySQLite makes a new file in one step: to is whole, or is not there.
func copySQLite(ctx context.Context, from, to string) (did Copied, err error) {
	if _, err := os.Lstat(to); err == nil {
		return did, fmt.Errorf("%s: %w", to, ErrExists)
	}
	temporary, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+".*") // mode 0600
	if err != nil {
		return did, err
	}
	defer os.Remove(temporary.Name())
	defer temporary.Close()
	if err := vacuumInto(ctx, from, temporary.Name()); err != nil {
		return did, fmt.Errorf("%s: %w", from, err)
	}
	if did, err = withoutTokens(ctx, temporary.Name()); err != nil {
		return did, fmt.Errorf("%s: %w", from, err)
	}
	if err := temporary.Sync(); err != nil {
		return did, err
	}
	// A rename alone would replace what somebody put there meanwhile.
	reserved, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return did, fmt.Errorf("%s: %w", to, ErrExists)
	}
	if err != nil {
		return did, err
	}
	if err := errors.Join(reserved.Close(), os.Rename(temporary.Name(), to)); err != nil {
		return did, err
	}
	return did, syncFolder(filepath.Dir(to))
}

// vacuumInto copies what one transaction sees.
func vacuumInto(ctx context.Context, from, to string) error {
	db, err := openFile(from, "mode=rw")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `VACUUM INTO $1`, to)
	return err
}

// withoutTokens takes out of a copy what must not be used twice. Nothing of it
// stays in the file: deleted content is overwritten, and there is no journal
// beside it, since a copy that was not finished is thrown away.
func withoutTokens(ctx context.Context, path string) (did Copied, err error) {
	db, err := openFile(path, "mode=rw", "_pragma=secure_delete(ON)", "_pragma=journal_mode(OFF)")
	if err != nil {
		return did, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var sound string
	if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&sound); err != nil {
		return did, err
	}
	if sound != "ok" {
		return did, fmt.Errorf("it is damaged: %s", sound)
	}
	if err := ours(ctx, db); err != nil {
		return did, err
	}
	p, err := provider(db, onSQLite, migrations.FS)
	if err != nil {
		return did, err
	}
	have, want, err := versions(ctx, p)
	if err != nil {
		return did, err
	}
	if have > want {
		return did, newer(have, want)
	}
	did.Schema = have
	if did.Connections, err = lapseAll(ctx, db); err != nil || have < marksSince {
		return did, err
	}
	// Two copies with one id could not be told apart by a move.
	_, err = db.ExecContext(ctx, `DELETE FROM marks WHERE name = $1`, markID)
	return did, err
}

// marksSince is the migration that made the table.
const marksSince = 10

func ours(ctx context.Context, db *sql.DB) error {
	var tables int
	err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master
		WHERE type = 'table' AND name IN ('goose_db_version', 'installations', 'connections')`).Scan(&tables)
	if err == nil && tables < 3 {
		err = ErrForeign
	}
	return err
}

// openFile opens a SQLite file without changing its journal, on one connection.
func openFile(path string, options ...string) (*sql.DB, error) {
	options = append(options, fmt.Sprintf("_pragma=busy_timeout(%d)", busyTimeout.Milliseconds()))
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+strings.Join(options, "&"))
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// syncFolder makes a new name in a folder outlast a loss of power.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
