//go:build deploy

package deploy

import (
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"zendesk-pagerduty/seal"
)

// binary is the program that make build made.
func binary(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../bin/zendesk-pagerduty")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: make test-deploy builds it", err)
	}
	return path
}

// newPostgres is a database of its own in the PostgreSQL that
// scripts/with-postgres.sh runs beside the tests.
func newPostgres(t *testing.T) string {
	t.Helper()
	address := os.Getenv("TEST_POSTGRES_URL")
	if address == "" {
		t.Fatal("TEST_POSTGRES_URL is not set: make test-deploy runs these tests beside a PostgreSQL")
	}
	server, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	name := "deploy_" + strings.ToLower(strings.NewReplacer("-", "x", "_", "y").Replace(seal.Random(12)))
	if _, err := server.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	at.Path = "/" + name
	return at.String()
}

// someone is a user without any right, as which the program is run.
const someone = 65532

// handed is a folder of that user's.
func handed(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.Chown(folder, someone, someone); err != nil {
		t.Fatal(err)
	}
	for dir := folder; dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
