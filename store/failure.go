package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"zendesk-pagerduty/problem"
)

// Kind is how the database failed, in one word: the label of a metric.
type Kind string

// The ways of a database to fail.
const (
	TimedOut    Kind = "timeout"     // no answer in time
	Unreachable Kind = "unreachable" // no connection, or one that broke
	Crowded     Kind = "crowded"     // too many wait for it already
	Locked      Kind = "locked"      // others did not let it go, several times in a row
	Full        Kind = "full"        // its disk, or another resource of it
	ReadOnly    Kind = "readonly"
	DiskFails   Kind = "io"      // its disk reports an error
	Damaged     Kind = "damaged" // the file is none of a database, or not whole
	Refused     Kind = "refused" // it is stopping, starting, or does not let us in
	Unexpected  Kind = "unexpected"
)

// Kinds are all of them.
var Kinds = []Kind{TimedOut, Unreachable, Crowded, Locked, Full, ReadOnly, DiskFails, Damaged, Refused, Unexpected}

// retryIn is when a person or a proxy may try again, in seconds.
const retryIn = 5

// failure is an error of the database with its place and reason: a driver's own
// words name neither file nor host.
type failure struct {
	kind   Kind
	where  string
	reason string // "" where the driver's words will do
	err    error
}

func (f *failure) Error() string {
	if f.reason == "" {
		return fmt.Sprintf("%s: %v", f.where, f.err)
	}
	return fmt.Sprintf("%s: %s: %v", f.where, f.reason, f.err)
}

func (f *failure) Unwrap() error { return f.err }

// because gives an error of the driver its place and reason. Others stay.
func (p *pool) because(err error) error {
	if err == nil || errors.As(err, new(*failure)) {
		return err
	}
	kind, reason := kindOf(err)
	if kind == Unexpected {
		return err
	}
	if kind == Damaged || reason == cannotOpen {
		if more := obstacle(p.where); more != "" {
			reason += " (" + more + ")"
		}
	}
	return &failure{kind, p.where, reason, err}
}

// failed makes an error of the database [problem.Database], and counts it. What
// has a code of its own stays, and so does the end of a caller who left.
func (p *pool) failed(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) || errors.Is(err, context.Canceled) {
		return err
	}
	if _, _, known := problem.Of(err); known {
		return err
	}
	kind, _ := kindOf(err)
	if p.count != nil {
		p.count(kind)
	}
	if kind == Unexpected { // a mistake of this program, such as a statement that does not parse
		return err
	}
	return problem.New(problem.Database, p.because(err), problem.Args{"seconds": retryIn})
}

var errCrowded = errors.New("too many wait for the database already")

// kindOf knows the drivers' errors.
func kindOf(err error) (Kind, string) {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	switch {
	case errors.Is(err, errCrowded):
		return Crowded, ""
	case errors.As(err, &lite):
		return sqliteKind(lite)
	case errors.As(err, &pg):
		return postgresKind(pg)
	case errors.Is(err, context.DeadlineExceeded), pgconn.Timeout(err):
		return TimedOut, "it does not answer in time"
	case errors.As(err, new(*pgconn.ConnectError)), errors.As(err, new(net.Error)), pgconn.SafeToRetry(err),
		errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return Unreachable, "no connection"
	}
	return Unexpected, ""
}

const cannotOpen = "it cannot be opened"

// sqliteKind knows the primary codes (sqlite.org/rescode.html).
func sqliteKind(err *sqlite.Error) (Kind, string) {
	switch err.Code() & 0xff {
	case sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED:
		return Locked, "another process holds it"
	case sqlitelib.SQLITE_FULL:
		return Full, "the disk is full"
	case sqlitelib.SQLITE_NOMEM:
		return Full, "no memory is left"
	case sqlitelib.SQLITE_READONLY:
		return ReadOnly, "the file or its folder cannot be written"
	case sqlitelib.SQLITE_IOERR:
		return DiskFails, "the disk reports an error"
	case sqlitelib.SQLITE_CANTOPEN, sqlitelib.SQLITE_PERM, sqlitelib.SQLITE_AUTH:
		return Unreachable, cannotOpen
	case sqlitelib.SQLITE_NOTADB:
		return Damaged, "the file is no SQLite database"
	case sqlitelib.SQLITE_CORRUPT:
		return Damaged, "the file is damaged"
	case sqlitelib.SQLITE_INTERRUPT:
		return TimedOut, "it does not answer in time"
	}
	return Unexpected, ""
}

// postgresKind knows classes and codes (PostgreSQL, Appendix A).
func postgresKind(err *pgconn.PgError) (Kind, string) {
	switch {
	case err.Code == "25006":
		return ReadOnly, "it takes no writes"
	case err.Code == "57014":
		return TimedOut, "it ended a statement"
	case err.Code == "40001", err.Code == "40P01", err.Code == "55P03":
		return Locked, "other transactions are in the way"
	case err.Code == "53100":
		return Full, "its disk is full"
	}
	switch err.Code[:min(len(err.Code), 2)] {
	case "08":
		return Unreachable, "no connection"
	case "53":
		return Full, "it has no room for more"
	case "57", "58", "28", "3D":
		return Refused, ""
	}
	return Unexpected, ""
}

// obstacle asks the system why an SQLite file does not open: SQLite does not say.
func obstacle(where string) string {
	path, ok := strings.CutPrefix(where, "sqlite:")
	if !ok {
		return ""
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return "it is a folder"
	}
	var file *os.File
	if err == nil {
		if file, err = os.OpenFile(path, os.O_RDWR, 0); err == nil {
			file.Close()
			return ""
		}
	}
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
