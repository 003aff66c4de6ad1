package store_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// statements are those of the former release, each once, with arguments. They
// were recorded at commit 86879a3 (schema 8) by a driver that stood between the
// store and the database while the store's suite ran, with the tests of
// registering and of reseal. A later release records its own in their place.
func statements(t *testing.T, address string) (list []statement) {
	t.Helper()
	file := "testdata/statements.postgres.json"
	if strings.HasPrefix(address, "sqlite:") {
		file = "testdata/statements.sqlite.json"
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber() // milliseconds are not a float
	if err := decoder.Decode(&list); err != nil {
		t.Fatal(err)
	}
	return list
}

type statement struct {
	SQL  string
	Args []any
}

// run runs one for itself and takes it back.
func (s statement) run(t *testing.T, db *sql.DB) error {
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if !strings.Contains(s.SQL, "INTO installations") { // to which sessions refer
		if _, err := tx.ExecContext(t.Context(), `INSERT INTO installations (subdomain, installation_id, app_id, public_key, origin)
			VALUES ('acme', 11, 1, 'PEM', 'https://acme.zendesk.com')`); err != nil {
			return err
		}
	}
	args := make([]any, len(s.Args))
	for i, arg := range s.Args {
		args[i] = arg
		if number, ok := arg.(json.Number); ok {
			if args[i], err = number.Int64(); err != nil {
				return err
			}
		}
	}
	rows, err := tx.QueryContext(t.Context(), s.SQL, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

// Replicas of the former release run on, and start, on this schema: every one of
// their statements still does. It proves that no table or column is missing, that
// no new one is demanded of an INSERT, and that types and unique keys fit; it does
// not prove that what one release stores means the same to the other. A migration
// that breaks it needs another release in between, or raises the mark runs_from.
func TestFormerReleaseRuns(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		open(t, address)
		db := raw(t, address)
		list := statements(t, address)
		if len(list) < 75 {
			t.Fatalf("%d statements", len(list))
		}
		for _, s := range list {
			if err := s.run(t, db); err != nil {
				t.Errorf("%s: %v", s.SQL, err)
			}
		}
	})
}

// A test of the test: what a careless migration would do.
func TestFormerReleaseIsMissed(t *testing.T) {
	for _, careless := range []string{
		`ALTER TABLE links RENAME COLUMN made TO created`,
		`ALTER TABLE connections ADD COLUMN region TEXT NOT NULL CHECK (region <> '') DEFAULT ''`,
		`DROP TABLE leases`,
		`CREATE TRIGGER bound BEFORE INSERT ON sessions WHEN NEW.user_id <> '' BEGIN SELECT RAISE(FAIL, 'no'); END`,
	} {
		address := newSQLite(t)
		open(t, address)
		db := raw(t, address)
		if _, err := db.ExecContext(t.Context(), careless); err != nil {
			t.Fatal(err)
		}
		failed := 0
		for _, s := range statements(t, address) {
			if s.run(t, db) != nil {
				failed++
			}
		}
		if failed == 0 {
			t.Errorf("%s: the former release runs, says the test", careless)
		}
	}
}
