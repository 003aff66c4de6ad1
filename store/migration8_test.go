package store

import (
	"database/sql"
	"path/filepath"
	"testing"

	"zendesk-pagerduty/migrations"
)

// Choices from before they had an owner are switched off: nothing says whose
// token may act on them.
func TestMigrationSwitchesOffUnownedChoices(t *testing.T) {
	db, err := sql.Open("sqlite", sqliteDSN(filepath.Join(t.TempDir(), "x.db")))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p, err := provider(db, onSQLite, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO links (subdomain, ticket, account_id, incident_id, linked, user_id, made, on_solve)
		VALUES ('acme', 1, 'A', 'QLINKED', 5, '9001', 0, 1), ('acme', 1, 'A', 'QCHOSEN', 0, '9001', 0, 1), ('acme', 1, 'A', 'QMADE', 0, '9001', 1, 1)`); err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 8); err != nil {
		t.Fatal(err)
	}
	var rows, chosen, dated int
	if err := db.QueryRow(`SELECT count(*), sum(on_solve), sum(changed > 0) FROM links`).Scan(&rows, &chosen, &dated); err != nil {
		t.Fatal(err)
	}
	if rows != 2 || chosen != 0 || dated != 2 {
		t.Errorf("%d rows, %d chosen, %d with a time; want 2, 0 and 2", rows, chosen, dated)
	}
}
