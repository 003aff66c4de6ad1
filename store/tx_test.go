package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"zendesk-pagerduty/migrations"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

func prepared(t *testing.T, address string) *Store {
	t.Helper()
	s, err := Open(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// A client that leaves in the middle leaves nothing half-done.
func TestCancelledInTheMiddle(t *testing.T) {
	s := prepared(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	ctx, leave := context.WithCancel(t.Context())
	err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO installations (subdomain, installation_id, app_id, public_key, origin) VALUES ('acme', 1, 1, '', '')`); err != nil {
			t.Fatal(err)
		}
		leave()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v; want context.Canceled", err)
	}
	if _, err := s.Installation(t.Context(), "acme", 1); !errors.Is(err, zendesk.NotRegistered) {
		t.Errorf("half of it was stored: %v", err)
	}
}

// An older schema is the operator's to migrate: a program that starts with a
// newer binary must not do it by itself.
func TestOlderSchemaIsRefused(t *testing.T) {
	address := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	prepared(t, address)
	later := fstest.MapFS{"sqlite/99999_another.sql": {Data: []byte("-- +goose Up\nCREATE TABLE another (id BIGINT);\n")}}
	files, err := fs.Glob(migrations.FS, "sqlite/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		later[name] = &fstest.MapFile{Data: text}
	}
	s, err := Open(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.schema = later
	if err := s.Prepare(t.Context()); err == nil || !strings.Contains(err.Error(), "wants 99999: run “zendesk-pagerduty migrate”") {
		t.Errorf("got %v; want it to say what to run", err)
	}
	if _, err := s.db.ExecContext(t.Context(), `SELECT 1 FROM another`); err == nil {
		t.Error("it was migrated all the same")
	}
}

// A migration may take longer than a statement of the serving program.
func TestMigrationIsNotCutOff(t *testing.T) {
	server := os.Getenv("TEST_POSTGRES_URL")
	if server == "" {
		t.Skip("TEST_POSTGRES_URL is not set")
	}
	db, _, err := connect(server, Limits{}.orDefaults(), asItIs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	name := strings.ToLower("m" + seal.Random(12))
	name = strings.NewReplacer("-", "x", "_", "y").Replace(name)
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)") })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	s, err := Open(t.Context(), u.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	files, err := fs.Glob(migrations.FS, "postgres/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	schema := fstest.MapFS{"postgres/99999_limit.sql": {Data: []byte(
		"-- +goose Up\nCREATE TABLE migrated AS SELECT current_setting('statement_timeout') AS limit_of_it;\n")}}
	for _, name := range files {
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		schema[name] = &fstest.MapFile{Data: text}
	}
	s.schema = schema
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	var limit string
	if err := s.db.QueryRowContext(t.Context(), `SELECT limit_of_it FROM migrated`).Scan(&limit); err != nil || limit != "0" {
		t.Errorf("a migration may take %q, %v; want no limit", limit, err)
	}
}

// contendedRow is a row that others are in the way of, for so many tries.
func contendedRow(t *testing.T, tries int) (counted int, err error) {
	t.Helper()
	s := prepared(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	s.db.count = func(Kind) { counted++ }
	err = s.queryRow(t.Context(), func(row scanner) error {
		if err := row.Scan(new(int)); err != nil {
			return err
		}
		if tries--; tries >= 0 {
			return &raced{errors.New("another replica was faster")}
		}
		return nil
	}, `SELECT 1`)
	return counted, err
}

// What is tried again and then done is no failure; what stays undone is one, and not
// one for each try.
func TestTriesAreNoFailures(t *testing.T) {
	if counted, err := contendedRow(t, 2); counted != 0 || err != nil {
		t.Errorf("%d failures, %v", counted, err)
	}
	if counted, err := contendedRow(t, tries); counted != 1 || err == nil {
		t.Errorf("%d failures, %v", counted, err)
	}
}
