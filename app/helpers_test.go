package app_test

import (
	"database/sql"
	"net"
	"strconv"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func freeAdmin(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

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
