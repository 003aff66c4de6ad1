package app_test

import (
	"database/sql"
	"net/http"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/budget"
)

// A replica that cannot write is not ready, and says why; it writes no more often
// than every ten seconds, however often it is asked. It is alive all the same.
func TestReadyAndLive(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	db := database(t, s)
	written := func() (at int64) {
		t.Helper()
		if err := db.QueryRow(`SELECT at FROM readiness`).Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	ready := func(want int, why string) {
		t.Helper()
		if status, body := admin(t, s, "/ready"); status != want || !strings.Contains(body, why) {
			t.Errorf("ready: %d %s; want %d, %q", status, body, want, why)
		}
		if status, _ := admin(t, s, "/live"); status != http.StatusOK {
			t.Errorf("live: %d", status)
		}
	}
	ready(http.StatusOK, "ready")
	first := written()
	s.Forward(t, budget.ReadyFor/2)
	ready(http.StatusOK, "ready")
	if again := written(); again != first {
		t.Errorf("it wrote twice, %d ms apart", again-first)
	}
	s.Forward(t, budget.ReadyFor/2)
	ready(http.StatusOK, "ready")
	if again := written(); again == first {
		t.Error("it did not look again")
	}

	run := func(statement string) {
		t.Helper()
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	run(`CREATE TRIGGER no BEFORE INSERT ON readiness BEGIN SELECT RAISE(ABORT, 'no writes today'); END`)
	s.Forward(t, budget.ReadyFor)
	ready(http.StatusServiceUnavailable, "it cannot be written")
	if n := counted(t, s, "server_ready"); n != 0 {
		t.Errorf("server_ready is %v", n)
	}
	run(`DROP TRIGGER no`)
	s.Forward(t, budget.NotReadyFor)
	ready(http.StatusOK, "ready")

	newest(t, db, `UPDATE goose_db_version SET version_id = -version_id WHERE version_id = ?`)
	s.Forward(t, budget.ReadyFor)
	ready(http.StatusServiceUnavailable, "run “zendesk-pagerduty migrate”")
	if n, want := counted(t, s, "database_schema_version"), counted(t, s, "program_schema_version"); n != want-1 {
		t.Errorf("schema %v of %v", n, want)
	}
	s.App.Store.Close()
	s.Forward(t, budget.ReadyFor)
	ready(http.StatusServiceUnavailable, "closed")
}

// newest runs a statement with the newest version of the schema.
func newest(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	var version int64
	if err := db.QueryRow(`SELECT max(version_id) FROM goose_db_version`).Scan(&version); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(statement, version); err != nil {
		t.Fatal(err)
	}
}
