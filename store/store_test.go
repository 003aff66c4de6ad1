package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/migrations"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/store/storetest"
	"zendesk-pagerduty/zendesk"
)

func box(t *testing.T) *seal.Box {
	t.Helper()
	ring, err := seal.ParseRing("k:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return ring.Box("tokens")
}

func open(t *testing.T, address string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address, box(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func newSQLite(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "with space.db") }

// newPostgres makes a database of its own for a test. Without a server the test
// fails where one is required, and says loudly elsewhere that it did not run.
func newPostgres(t *testing.T) string {
	t.Helper()
	server := os.Getenv("TEST_POSTGRES_URL")
	if server == "" {
		const sentence = "TEST_POSTGRES_URL is not set, so the store was NOT tested on PostgreSQL: run make test-store"
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
	name := "t" + strings.ToLower(regexp.MustCompile(`\W`).ReplaceAllString(seal.Random(12), "x"))
	if _, err := admin.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		admin.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// each runs a test on both databases.
func each(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, newPostgres(t)) })
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store { return open(t, newSQLite(t)) })
}

func TestPostgres(t *testing.T) {
	newPostgres(t)
	storetest.Run(t, func(t *testing.T) storetest.Store { return open(t, newPostgres(t)) })
}

var (
	now  = time.UnixMilli(1_790_000_000_000)
	mia  = zendesk.Agent{Subdomain: "acme", UserID: "9001"}
	tom  = zendesk.Agent{Subdomain: "acme", UserID: "9002"}
	base = "https://api.pagerduty.com"
)

func connect(t *testing.T, s *store.Store, agent zendesk.Agent, user, token string) {
	t.Helper()
	id := seal.Random(16)
	a := oauth.Attempt{
		ID:        id,
		Agent:     agent,
		SessionID: "s",
		Purpose:   oauth.ForSidebar,
		Verifier:  "pkce-verifier-" + seal.Secret(token),
		Stage:     oauth.StageOpen,
		Began:     now,
		Expires:   now.Add(time.Hour),
	}
	g := oauth.Grant{
		Access:       seal.Secret("access-" + token),
		Refresh:      seal.Secret("refresh-" + token),
		Expires:      now,
		RefreshAfter: now,
		APIBase:      base,
		UserID:       user,
		AccountID:    "A",
		Account:      "acme",
	}
	if err := s.CreateAttempt(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	confirm(t, s, id)
	if _, err := s.ConsumeAttempt(t.Context(), id, window, now); err != nil {
		t.Fatal(err)
	}
	if err := s.GrantAttempt(t.Context(), id, g, "h", now); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ClaimAttempt(t.Context(), agent, posted(id, "h"), now); err != nil {
		t.Fatal(err)
	}
}

func raw(t *testing.T, address string) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", address
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, dsn = "sqlite", path
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Whoever can write to the database still cannot lend one agent's token to
// another, or send it elsewhere.
func TestMovedTokensDoNotOpen(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		for name, swap := range map[string]string{
			"tokens of another agent": `UPDATE connections SET access_token = (SELECT access_token FROM connections WHERE user_id = '9002'),
				refresh_token = (SELECT refresh_token FROM connections WHERE user_id = '9002'),
				pagerduty_user = (SELECT pagerduty_user FROM connections WHERE user_id = '9002') WHERE user_id = '9001'`,
			"the row of another agent": `UPDATE connections SET user_id = CASE user_id WHEN '9002' THEN '9003' ELSE user_id END`,
			"another person":           `UPDATE connections SET pagerduty_user = 'PMALLORY'`,
			"another API base":         `UPDATE connections SET api_base = 'https://api.eu.pagerduty.com'`,
			"columns exchanged":        `UPDATE connections SET access_token = refresh_token, refresh_token = access_token`,
			"another account":          `UPDATE connections SET subdomain = 'globex'`,
			"damaged":                  `UPDATE connections SET access_token = 'k.AAAA'`,
			"emptied":                  `UPDATE connections SET access_token = ''`,
		} {
			s := open(t, address)
			connect(t, s, mia, "PMIA", "mia")
			connect(t, s, tom, "PTOM", "tom")
			db := raw(t, address)
			if _, err := db.Exec(swap); err != nil {
				t.Fatal(err)
			}
			opened := 0
			for _, agent := range []zendesk.Agent{mia, tom, {Subdomain: "acme", UserID: "9003"}, {Subdomain: "globex", UserID: "9001"}, {Subdomain: "globex", UserID: "9002"}} {
				c, err := s.Connection(t.Context(), agent)
				if errors.Is(err, oauth.NotConnected) {
					continue
				}
				own := map[zendesk.Agent]string{mia: "access-mia", tom: "access-tom"}[agent]
				if err == nil && c.Access.Reveal() != own {
					t.Errorf("%s: %v got the token %q", name, agent, c.Access.Reveal())
				}
				if err == nil {
					opened++
				} else if !errors.Is(err, seal.ErrCannotOpen) {
					t.Errorf("%s: %v; want ErrCannotOpen", name, err)
				}
			}
			if opened > 1 {
				t.Errorf("%s: %d connections still open", name, opened)
			}
			// a login is the way out
			if _, err := db.Exec(`DELETE FROM connections WHERE user_id = '9003' OR subdomain = 'globex'`); err != nil {
				t.Fatal(err)
			}
			connect(t, s, mia, "PMIA", "again")
			if c, err := s.Connection(t.Context(), mia); err != nil || c.Access.Reveal() != "access-again" {
				t.Errorf("%s: after a new login: %v", name, err)
			}
		}
	})
}

func TestNoSecretInTheFile(t *testing.T) {
	address := newSQLite(t)
	s := open(t, address)
	connect(t, s, mia, "PMIA", "plaintext-token")
	files, err := filepath.Glob(filepath.Dir(strings.TrimPrefix(address, "sqlite:")) + "/*")
	if err != nil || len(files) < 2 {
		t.Fatalf("files %v, %v; want the database and its log", files, err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte("plaintext-token")) {
			t.Errorf("%s holds a token", filepath.Base(name))
		}
	}
}

func TestSchema(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		open(t, address)
		open(t, address) // prepared already
		from, to, err := store.Migrate(t.Context(), address)
		if err != nil || from != to || to < 1 {
			t.Fatalf("migrating what is up to date: %d to %d, %v", from, to, err)
		}
		db := raw(t, address)
		refused := func(want string) {
			t.Helper()
			s, err := store.Open(t.Context(), address, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := s.Prepare(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v; want a sentence with %q", err, want)
			}
		}
		if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`); err != nil {
			t.Fatal(err)
		}
		open(t, address) // it says that a program that knows the former version runs on it
		if _, err := db.Exec(`UPDATE marks SET value = '9999' WHERE name = 'runs_from'`); err != nil {
			t.Fatal(err)
		}
		refused("run the newer program")
		if _, _, err := store.Migrate(t.Context(), address); err == nil {
			t.Error("migrated a newer schema")
		}
	})
}

func TestReplicasStartTogether(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		errs := make(chan error, 4)
		for range cap(errs) {
			go func() {
				s, err := store.Open(t.Context(), address, nil)
				if err == nil {
					err = errors.Join(s.Prepare(t.Context()), s.Close())
				}
				errs <- err
			}()
		}
		for range cap(errs) {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}

// Both dialects: the same numbers, tables and columns.
func TestDialectsAgree(t *testing.T) {
	column := regexp.MustCompile(`(?m)^\s+([a-z_]+) (?:TEXT|BIGINT|INTEGER)`)
	table := regexp.MustCompile(`CREATE TABLE ([a-z_]+)`)
	read := func(dialect string) (names, shape []string) {
		files, err := fs.Glob(migrations.FS, dialect+"/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", dialect, files, err)
		}
		for _, file := range files {
			text, err := fs.ReadFile(migrations.FS, file)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, filepath.Base(file))
			for _, m := range append(table.FindAllStringSubmatch(string(text), -1), column.FindAllStringSubmatch(string(text), -1)...) {
				shape = append(shape, m[1])
			}
		}
		return names, shape
	}
	liteNames, liteShape := read("sqlite")
	pgNames, pgShape := read("postgres")
	if !slices.Equal(liteNames, pgNames) || !slices.Equal(liteShape, pgShape) {
		t.Errorf("sqlite %v %v\npostgres %v %v", liteNames, liteShape, pgNames, pgShape)
	}
}

func TestOpenSaysWhatItWants(t *testing.T) {
	for _, address := range []string{"", "sqlite::memory:", "mysql://user:hunter2@x/y", "sqlite:", "sqlite:x?mode=ro", "postgres://user:hunter2@%zz/"} {
		_, err := store.Open(t.Context(), address, nil)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
