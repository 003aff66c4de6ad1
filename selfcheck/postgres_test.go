package selfcheck_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/selfcheck"
	"zendesk-pagerduty/store"
)

// PostgreSQL has a clock of its own.
func TestDatabaseClock(t *testing.T) {
	server := os.Getenv("TEST_POSTGRES_URL")
	if server == "" {
		const sentence = "TEST_POSTGRES_URL is not set, so the check was NOT tested on PostgreSQL"
		if os.Getenv("CI") != "" || os.Getenv("REQUIRE_POSTGRES") != "" {
			t.Fatal(sentence)
		}
		fmt.Fprintln(os.Stderr, sentence)
		t.Skip(sentence)
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	name := fmt.Sprintf("selfcheck_%d", os.Getpid())
	if _, err := admin.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	if _, _, err := store.Migrate(t.Context(), u.String()); err != nil {
		t.Fatal(err)
	}
	s := apptest.Start(t)
	c := selfcheck.Check{Settings: s.Settings}
	c.Settings.DatabaseURL = u.String()
	for ahead, level := range map[time.Duration]selfcheck.Level{0: selfcheck.OK, time.Hour: selfcheck.Warning} {
		c.Now = func() time.Time { return time.Now().Add(ahead) }
		found := false
		for _, l := range run(t, c) {
			found = found || l.About == "clock" && l.Level == level && strings.HasPrefix(l.Found, "against the database: ")
		}
		if !found {
			t.Errorf("%v ahead is no %s", ahead, level)
		}
	}
}
