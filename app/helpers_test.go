package app_test

import (
	"database/sql"
	"strconv"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// database is a stand's SQLite file, from behind.
func database(t *testing.T, s *apptest.Stand) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", strings.TrimPrefix(s.Settings.DatabaseURL, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
