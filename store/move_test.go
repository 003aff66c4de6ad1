package store_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/store"
)

// rowsOf counts the rows of the tables that are moved.
func rowsOf(t *testing.T, address string) (n int64) {
	t.Helper()
	db := raw(t, address)
	defer db.Close() // a move wants nobody to have it open
	for _, table := range append(slices.Collect(maps.Keys(store.AccountTables())), "launches") {
		var rows int64
		if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&rows); err != nil {
			t.Fatal(err)
		}
		n += rows
	}
	return n
}

// moving makes a SQLite database that a server has used and closed.
func moving(t *testing.T) string {
	t.Helper()
	address := newSQLite(t)
	s := open(t, address)
	used(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}

// A move keeps everything: logins and open panels too.
func TestMove(t *testing.T) {
	to, from := newPostgres(t), moving(t)
	want := rowsOf(t, from)
	moved, err := store.Move(t.Context(), from, to)
	if err != nil {
		t.Fatal(err)
	}
	var rows int64
	for _, table := range moved {
		rows += table.Rows
	}
	if rows != want || rowsOf(t, to) != want {
		t.Errorf("moved %d of %d rows: %v", rows, want, moved)
	}
	s := open(t, to)
	kept(t, s)
	if c, err := s.Connection(t.Context(), mia); err != nil || c.Lapsed || c.Access.Reveal() != "access-mia" {
		t.Errorf("a connection: lapsed %v, %v", c.Lapsed, err)
	}
	if lease, err := s.TakeLease(t.Context(), tom, 1, "owner", time.Minute); err != nil || lease.Connection.Refresh.Reveal() != "refresh-tom" {
		t.Errorf("a refresh token: %v", err)
	}
	if session, err := s.Session(t.Context(), "session"); err != nil || session.Agent != mia {
		t.Errorf("an open panel: %v, %v", session.Agent, err)
	}
	var next int64 // a number that is taken would be passed over, one try after the other
	if err := raw(t, to).QueryRowContext(t.Context(), `SELECT nextval(pg_get_serial_sequence('audit', 'id'))`).Scan(&next); err != nil ||
		next != int64(len(trail(t, s)))+1 {
		t.Errorf("the next audit entry would be number %d, %v", next, err)
	}
	_, err = s.Begin(t.Context(), incident.AuditEntry{At: now, Subdomain: "acme", AccountID: "A", IncidentID: "QNEW", Action: incident.ToNote})
	if err != nil {
		t.Errorf("a new audit entry: %v", err)
	}
	source, err := store.Open(t.Context(), from, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(source.Prepare(t.Context()), source.Close())
	if !errors.Is(err, store.ErrMoved) || !strings.Contains(err.Error(), store.Name(to)) || strings.Contains(err.Error(), "test:") {
		t.Errorf("the former database is served: %v", err)
	}
	if _, err := store.Move(t.Context(), from, newPostgres(t)); !errors.Is(err, store.ErrMoved) {
		t.Errorf("moved twice: %v", err)
	}
}

// A move that was cut off between the two commits is finished by another one.
func TestMoveCutOff(t *testing.T) {
	to, from := newPostgres(t), moving(t)
	if _, err := store.Move(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	want := rowsOf(t, to)
	db := raw(t, from)
	if _, err := db.ExecContext(t.Context(), `DELETE FROM marks WHERE name = 'moved_to'`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if moved, err := store.Move(t.Context(), from, to); err != nil || moved != nil || rowsOf(t, to) != want {
		t.Errorf("%v, %v, %d rows of %d", moved, err, rowsOf(t, to), want)
	}
	if _, err := store.Move(t.Context(), from, to); !errors.Is(err, store.ErrMoved) {
		t.Errorf("it is not marked: %v", err)
	}
}

func TestMoveRefuses(t *testing.T) {
	to := newPostgres(t)
	serving := newSQLite(t)
	used(t, open(t, serving)) // a server is running
	older := newSQLite(t)
	loadVersion4(t, older)
	full := newPostgres(t)
	used(t, open(t, full))
	for name, c := range map[string]struct{ from, to, want string }{
		"a database in use":      {serving, to, "stop every server"},
		"an older schema":        {older, to, "run “zendesk-pagerduty migrate”"},
		"a database with rows":   {moving(t), full, "has rows already"},
		"no database":            {newSQLite(t), to, "there is no database"},
		"to SQLite":              {moving(t), newSQLite(t), "want the PostgreSQL database"},
		"from PostgreSQL":        {full, to, "want a SQLite database"},
		"no address to speak of": {moving(t), "mysql://x", "DATABASE_URL"},
	} {
		if _, err := store.Move(t.Context(), c.from, c.to); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want a sentence with %q", name, err, c.want)
		}
	}
	if n := rowsOf(t, to); n != 0 {
		t.Errorf("%d rows were moved all the same", n)
	}
	if s, err := store.OpenExisting(t.Context(), serving, box(t), store.Limits{}); err != nil || errors.Join(s.Prepare(t.Context()), s.Close()) != nil {
		t.Errorf("what was not moved is marked: %v", err)
	}
}
