package main

import (
	"database/sql"
	"strings"
	"testing"
)

// migrate --status tells a script whether there is something to do, and does none of it.
func TestMigrateStatus(t *testing.T) {
	env := good(t)
	if code, _, errs := command(t, env, "migrate", "--status"); code != 1 || !strings.Contains(errs, "there is no database") {
		t.Errorf("no database: %d %s", code, errs)
	}
	if code, _, errs := command(t, env, "migrate"); code != 0 {
		t.Fatal(errs)
	}
	if code, out, errs := command(t, env, "migrate", "--status"); code != 0 || !strings.Contains(out, "nothing to do") {
		t.Errorf("up to date: %d %s %s", code, out, errs)
	}
	db, err := sql.Open("sqlite", strings.TrimPrefix(env["DATABASE_URL"], "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range []struct {
		statement  string
		code       int
		out, errs  string
		migrations int
	}{
		{`DELETE FROM goose_db_version WHERE version_id >= 9`, 1, "to do: 00009_readiness.sql\nto do: 00010_marks.sql\n", "run “zendesk-pagerduty migrate”", 8},
		{`INSERT INTO goose_db_version (version_id, is_applied) VALUES (77, true)`, 0, "this one runs on it", "", 77},
		{`UPDATE marks SET value = '77' WHERE name = 'runs_from'`, 1, "schema 77", "run the newer one", 77},
	} {
		if _, err := db.ExecContext(t.Context(), c.statement); err != nil {
			t.Fatal(err)
		}
		if code, out, errs := command(t, env, "migrate", "--status"); code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) {
			t.Errorf("%s: %d\n%s%s", c.statement, code, out, errs)
		}
		var version int
		if err := db.QueryRowContext(t.Context(), `SELECT max(version_id) FROM goose_db_version`).Scan(&version); err != nil || version != c.migrations {
			t.Errorf("%s: it migrated to %d, %v", c.statement, version, err)
		}
	}
}
