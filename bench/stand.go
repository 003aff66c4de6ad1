package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"zendesk-pagerduty/seal"
	simzendesk "zendesk-pagerduty/simulator/zendesk"
)

// agents is how many take turns, each a PagerDuty user of their own: PagerDuty
// and the program limit each of them.
const agents = 200

// stand is the program on a database of its own, with connected agents.
type stand struct {
	*process
	dir      string
	db       *sql.DB
	sessions []http.Header // one for each agent
	drop     func() error  // the database, where it is not in dir
}

// upstream is the PagerDuty that a program is told of, and its agents' token.
type upstream struct{ url, token string }

// open starts the binary. It is spoken to by its documented surface and its
// schema alone, so that an older build can stand beside it.
func (o options) open(ctx context.Context, binary, postgres string, pd upstream, fill ...string) (s *stand, err error) {
	s = &stand{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "zendesk-pagerduty-bench-"); err != nil {
		return nil, err
	}
	database, err := s.database(ctx, postgres)
	if err != nil {
		return nil, err
	}
	secret := make([]byte, 32)
	rand.Read(secret)
	env, url, ready, err := environment(database, "bench:"+base64.StdEncoding.EncodeToString(secret), pd.url)
	if err != nil {
		return nil, err
	}
	migrate := exec.CommandContext(ctx, binary, "migrate")
	migrate.Env = env
	if out, err := migrate.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s migrate: %w: %s (make build first?)", binary, err, out)
	}
	ring, err := seal.ParseRing("bench:" + base64.StdEncoding.EncodeToString(secret))
	if err != nil {
		return nil, err
	}
	if err := s.fill(ctx, o.account, ring, pd, fill); err != nil {
		return nil, err
	}
	cmd := exec.Command(binary, "serve")
	cmd.Env = env
	s.process, err = start(ctx, cmd, url, ready)
	return s, err
}

// environment is the program's settings on free ports.
func environment(database, keys, pagerDuty string) (env []string, url, ready string, err error) {
	listen, err1 := freePort()
	admin, err2 := freePort()
	_, port, _ := strings.Cut(listen, ":")
	url = "http://localhost:" + port
	return []string{
		"LISTEN=" + listen, "ADMIN_LISTEN=" + admin, "PUBLIC_URL=" + url, "DATABASE_URL=" + database,
		"PAGERDUTY_CLIENT_ID=bench", "PAGERDUTY_CLIENT_SECRET=bench", "SECRET_KEYS=" + keys, "LOG_LEVEL=error",
		"PAGERDUTY_API_URLS=" + pagerDuty, "PAGERDUTY_EVENTS_URLS=" + pagerDuty,
	}, url, "http://" + admin + "/ready", errors.Join(err1, err2)
}

// database makes one: a file, or a database of its own in the PostgreSQL.
func (s *stand) database(ctx context.Context, postgres string) (address string, err error) {
	if postgres == "" {
		path := filepath.Join(s.dir, "bench.db")
		s.db, err = sql.Open("sqlite", path+"?_pragma=busy_timeout(5000)")
		return "sqlite:" + path, err
	}
	name := "bench_" + strings.ToLower(seal.Hash(s.dir)[:8])
	name = strings.NewReplacer("-", "x", "_", "y").Replace(name)
	server, err := sql.Open("pgx", postgres)
	if err != nil {
		return "", err
	}
	if _, err := server.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", errors.Join(err, server.Close())
	}
	s.drop = func() error {
		_, err := server.ExecContext(context.Background(), "DROP DATABASE "+name)
		return errors.Join(err, server.Close())
	}
	at, err := url.Parse(postgres)
	if err != nil {
		return "", err
	}
	at.Path = "/" + name
	s.db, err = sql.Open("pgx", at.String())
	return at.String(), err
}

// acme is the Zendesk account of all agents.
const (
	insertInstallation = `INSERT INTO installations (subdomain, installation_id, app_id, public_key, origin) VALUES ('acme', $1, $2, $3, $4)`
	insertSession      = `INSERT INTO sessions (id, secret_hash, subdomain, installation_id, user_id, started, last_seen) VALUES ($1, $2, 'acme', $3, $4, $5, $5)`
	insertConnection   = `INSERT INTO connections (subdomain, user_id, pagerduty_user, pagerduty_account_id, pagerduty_account, delegation_id, api_base, name, email, scopes,
		access_token, refresh_token, expires, refresh_after, generation, lapsed, lease_owner, lease_until, saved_by)
		VALUES ('acme', $1, $6, 'PACME01', 'acme', 'D1', $2, 'Jane Miller', 'jane@acme.example', 'openid', $3, $4, $5, $5, 1, 0, '', 0, '')`
)

// fill registers the installation and connects the agents, as launches and
// logins would; more are statements for what else is to be there.
func (s *stand) fill(ctx context.Context, account *simzendesk.Account, ring *seal.Ring, pd upstream, more []string) error {
	now := time.Now()
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, insertInstallation, account.InstallationID, account.AppID, account.PublicKeyPEM, account.Origin); err != nil {
		return err
	}
	session, tokens := ring.Box("session"), ring.Box("tokens")
	for i := range agents {
		user, person := strconv.Itoa(9001+i), fmt.Sprintf("PBENCH%03d", i)
		id, secret := seal.Random(16), seal.Random(32)
		token := func(column string) string {
			return tokens.Seal([]byte(pd.token), "connections", column, "acme", user, person, pd.url)
		}
		if _, err := tx.ExecContext(ctx, insertSession, id, seal.Hash(secret), account.InstallationID, user, now.UnixMilli()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insertConnection, user, pd.url, token("access_token"), token("refresh_token"), now.Add(24*time.Hour).UnixMilli(), person); err != nil {
			return err
		}
		s.sessions = append(s.sessions, http.Header{"Sidebar-Session": {session.Seal([]byte(id + "." + secret))}})
	}
	for _, statement := range more {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%w: %.80s", err, statement)
		}
	}
	return tx.Commit()
}

// panel is the address of a ticket's panel.
func (s *stand) panel(ticket int) string {
	return fmt.Sprintf("%s/tickets/%d/incidents", s.url, ticket)
}

// Close takes the stand down.
func (s *stand) Close() error {
	var errs []error
	if s.process != nil {
		errs = append(errs, s.process.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.drop != nil {
		errs = append(errs, s.drop())
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}
