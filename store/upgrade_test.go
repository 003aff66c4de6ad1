package store_test

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/migrations"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// version4 is a database of version 4 of the schema, as text. It was made by
// the program of commit 44abb37 on SQLite, beside its simulators, with the key
// below: two agents of acme launched and connected, one created an incident and
// acknowledged it, the other left a note; then one left a login open, and the
// other's second login waited for its code. The tables were then written out
// row by row. Its first line is a session's value.
const (
	version4    = "testdata/version4.sql"
	version4Key = "upgrade"
)

// when is just after the last row of it was written.
var when = time.UnixMilli(1_795_891_450_000)

// loadVersion4 fills an empty database with it, and returns the session's value.
func loadVersion4(t *testing.T, address string) seal.Secret {
	t.Helper()
	recorded, err := os.ReadFile(version4)
	if err != nil {
		t.Fatal(err)
	}
	db := raw(t, address)
	first, dump, _ := strings.Cut(string(recorded), "\n")
	onSQLite := strings.HasPrefix(address, "sqlite:")
	if !onSQLite {
		schema(t, address, 4)
	}
	for statement := range strings.SplitSeq(dump, ";\n") {
		if !onSQLite && (!strings.HasPrefix(statement, "INSERT") || strings.Contains(statement, "goose_db_version")) {
			continue
		}
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%v in %.80s", err, statement)
		}
	}
	return seal.Secret(first[strings.LastIndex(first, " ")+1:])
}

// schema makes PostgreSQL's of a version.
func schema(t *testing.T, address string, version int64) {
	t.Helper()
	files, err := fs.Sub(migrations.FS, "postgres")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, raw(t, address), files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
}

// An upgrade keeps connections, sessions and the audit trail. Logins under way
// end: nothing tells which window began them.
func TestUpgrade(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		session := loadVersion4(t, address)
		if from, _, err := store.Migrate(t.Context(), address); err != nil || from != 4 {
			t.Fatalf("from version %d: %v", from, err)
		}
		ring, err := seal.ParseRing(version4Key + ":" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("u"), 32)))
		if err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), address, ring.Box("tokens"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		if err := s.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		for agent, user := range map[zendesk.Agent]string{mia: "PJANE01", tom: "POMAR01"} {
			c, err := s.Connection(t.Context(), agent)
			if err != nil || c.UserID != user || c.AccountID != "PACME01" || c.Access == "" || c.Lapsed || len(c.Shared) != 0 {
				t.Errorf("%v is connected as %s of %s, %v", agent, c.UserID, c.AccountID, err)
			}
		}
		sessions := &zendesk.Sessions{Store: s, Box: ring.Box("session"), Now: func() time.Time { return when }}
		if got, err := sessions.Check(t.Context(), session); err != nil || got.Agent != mia {
			t.Errorf("the session of %v: %v", got.Agent, err)
		}
		var trail []string
		if err := s.AuditEntries(t.Context(), time.Time{}, func(d incident.AuditEntry) error {
			trail = append(trail, d.UserID+" "+string(d.Action)+" "+d.Outcome+d.About)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"9001 create made", "9001 acknowledge done", "9002 note done"}, trail); diff != "" {
			t.Errorf("the audit trail: %s", diff)
		}
		var open int
		if err := raw(t, address).QueryRowContext(t.Context(), `SELECT count(*) FROM attempts WHERE stage IN ('open', 'exchanging', 'granted')`).Scan(&open); err != nil ||
			open != 0 {
			t.Errorf("%d logins are still under way, %v", open, err)
		}
		if installations, err := s.Installations(t.Context()); err != nil || len(installations) != 2 {
			t.Errorf("%d installations, %v", len(installations), err)
		}
	})
}
