package main

import (
	"database/sql"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/seal"
)

// documented are the commands of docs/storage.md, line by line. A test runs each.
func documented(t *testing.T) (lines []string) {
	t.Helper()
	raw, err := os.ReadFile("../../docs/storage.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(raw), -1) {
		for line := range strings.Lines(block[1]) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// page runs lines of a page of documentation.
type page struct {
	*testing.T
	lines []string
	ran   map[string]bool
	env   map[string]string
	// names stand in the page for what a test cannot know.
	names map[string]string
}

// run runs a line that stands in the page, and returns what it prints.
func (p *page) run(line string, want int) (out, errs string) {
	p.Helper()
	if !slices.Contains(p.lines, line) {
		p.Fatalf("the page has no line %q", line)
	}
	p.ran[line] = true
	args := strings.Fields(line)[1:]
	for i, arg := range args {
		if name, ok := p.names[arg]; ok {
			args[i] = name
		}
	}
	code, out, errs := command(p.T, p.env, args...)
	if code != want {
		p.Fatalf("%s: exit code %d; want %d\n%s%s", line, code, want, out, errs)
	}
	return out, errs
}

// says runs a line and wants parts in what it prints.
func (p *page) says(line string, parts ...string) {
	p.Helper()
	out, _ := p.run(line, 0)
	for _, part := range parts {
		if !strings.Contains(out, part) {
			p.Errorf("%s does not say %q:\n%s", line, part, out)
		}
	}
}

// tool runs a line of another program, such as pg_dump, in a shell.
func (p *page) tool(line string, env ...string) {
	p.Helper()
	if !slices.Contains(p.lines, line) {
		p.Fatalf("the page has no line %q", line)
	}
	p.ran[line] = true
	c := exec.CommandContext(p.Context(), "sh", "-c", line)
	c.Env = append(os.Environ(), env...)
	if out, err := c.CombinedOutput(); err != nil {
		p.Fatalf("%s: %v\n%s", line, err, out)
	}
}

// settings are those of a running stand as variables of the environment.
func settings(s *apptest.Stand) map[string]string {
	env := map[string]string{}
	for _, setting := range s.Settings.Effective() {
		if setting.Value != "" {
			env[setting.Name] = setting.Value
		}
	}
	env["DATABASE_URL"] = s.Settings.DatabaseURL
	env["SECRET_KEYS"] = s.Settings.SecretKeys.Reveal()
	env["PAGERDUTY_CLIENT_SECRET"] = s.Settings.ClientSecret.Reveal()
	return env
}

const mia, tom = 9001, 9002

// Everything that docs/storage.md tells people to type does what the page says.
func TestStoragePage(t *testing.T) {
	s := apptest.Start(t)
	acme := s.ZD.Account("acme")
	p := &page{T: t, lines: documented(t), ran: map[string]bool{}, env: settings(s)}
	p.names = map[string]string{"2001": fmt.Sprint(acme.InstallationID), "PXPGF42": "POMAR01"}
	tools := postgresTools(t)
	t.Chdir(t.TempDir())
	panel := s.NewBrowser(t).Panel(acme, mia)
	panel.Connect("jane")
	if got := panel.Post(apptest.Incidents(102), s.NewIncident("Payments API")); got.State() != "created" {
		t.Fatalf("%s: %s", got.State(), got.Text())
	}
	s.NewBrowser(t).Panel(acme, tom).Connect("omar")

	p.says("zendesk-pagerduty check", "0 failures", "ok       write: a row was written", "has all", "setting: PUBLIC_URL="+s.URL)
	p.says("zendesk-pagerduty check --first-run", "ok       first incident: from a ticket of acme")
	p.says("zendesk-pagerduty check --first-run --once", "ok       first login: by acme/")
	broken := maps.Clone(p.env)
	broken["PAGERDUTY_CLIENT_SECRET"] = "former"
	if code, out, _ := command(t, broken, "check"); code != 1 || !strings.Contains(out, "failure  client secret: ") || !strings.Contains(out, "1 failures, ") {
		t.Errorf("a failure: exit code %d\n%s", code, out)
	}
	p.says("zendesk-pagerduty backup backup.db", "wrote backup.db", "2 connections without their tokens")
	p.says("zendesk-pagerduty connection list --account acme", "acme/9001", "PJANE01", "acme/9002", "POMAR01")

	p.says("zendesk-pagerduty connection revoke --zendesk acme/9001", "disconnected acme/9001 from PJANE01", "revoked 1 of their grants")
	if n := s.PD.LiveGrants("jane"); n != 0 {
		t.Errorf("PagerDuty has %d grants of hers", n)
	}
	if got := panel.Get(apptest.Incidents(102)); got.State() != "not-connected" {
		t.Errorf("her panel is %s", got.State())
	}
	p.says("zendesk-pagerduty connection revoke --pagerduty PXPGF42", "disconnected acme/9002 from POMAR01")
	if _, errs := p.run("zendesk-pagerduty connection revoke --account acme", 1); !strings.Contains(errs, "none of these is connected or logging in") {
		t.Error(errs)
	}
	panel.Connect("jane")
	keys := p.env["SECRET_KEYS"]
	p.env["SECRET_KEYS"] = ""
	p.says("zendesk-pagerduty connection revoke --all", "1 disconnected", "1 grants were not revoked")
	p.env["SECRET_KEYS"] = keys
	if n := s.PD.LiveGrants("jane"); n != 1 {
		t.Errorf("without the key ring, PagerDuty has %d grants of hers", n)
	}
	p.says("zendesk-pagerduty session end acme/9001", "1 open panels ended")
	if got := panel.Get(apptest.Incidents(102)); got.State() != "session-ended" {
		t.Errorf("her panel is %s", got.State())
	}
	if _, trail, _ := command(t, p.env, "audit"); !strings.Contains(trail, `"action":"connection.revoke"`) || !strings.Contains(trail, `"action":"session.end"`) {
		t.Errorf("the audit trail:\n%s", trail)
	}

	restorePage(p, s)
	if tools != "" {
		postgresPage(p, s, tools)
	}
	for _, line := range p.lines {
		if !p.ran[line] && (tools != "" || !strings.Contains(line, "pg_") && !strings.Contains(line, " move ")) {
			t.Errorf("nothing runs %q", line)
		}
	}
}

// restorePage runs the lines about SQLite files, in the folder of the backup.
func restorePage(p *page, s *apptest.Stand) {
	p.env["DATABASE_URL"] = "sqlite:zendesk-pagerduty.db"
	p.says("zendesk-pagerduty restore backup.db", "2 connections, whose agents log in again")
	p.says("zendesk-pagerduty migrate --status", "nothing to do")
	p.says("zendesk-pagerduty migrate", "already")
	p.says("zendesk-pagerduty installation list", "acme")
	if _, errs := p.run("zendesk-pagerduty backup backup.db", 1); !strings.Contains(errs, "backup.db: it is there already") {
		p.Error(errs)
	}

	// A server on it, with the key ring and with another one: agents log in again.
	for name, keys := range map[string]string{"the key ring": p.env["SECRET_KEYS"], "another key ring": "new:" + strings.Repeat("bmV3", 10) + "bmU="} {
		p.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			env := map[string]string{"DATABASE_URL": "sqlite:" + path}
			if code, _, errs := command(t, env, "restore", "backup.db"); code != 0 {
				t.Fatal(errs)
			}
			restored := *s
			restored.Settings.SecretKeys = seal.Secret(keys)
			restored.Settings.DatabaseURL = "sqlite:" + path
			second := restored.Replica(t)
			panel := second.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
			if got := panel.Get(apptest.Incidents(102)); got.State() != "lapsed" {
				t.Errorf("her panel is %s: %s", got.State(), got.Text())
			}
		})
	}

	other := *p
	other.env = map[string]string{"DATABASE_URL": "sqlite:removed.db"}
	if code, _, errs := command(p.T, other.env, "restore", "backup.db"); code != 0 {
		p.Fatal(errs)
	}
	other.says("zendesk-pagerduty installation remove acme --installation 2001", "it was the last one of acme", "2 disconnected", "removed acme")
	other.env = map[string]string{"DATABASE_URL": "sqlite:renamed.db", "SECRET_KEYS": p.env["SECRET_KEYS"]}
	if code, _, errs := command(p.T, other.env, "restore", "backup.db"); code != 0 {
		p.Fatal(errs)
	}
	other.says("zendesk-pagerduty installation rename acme acme-corp", "renamed acme to acme-corp: 1 installations",
		"1 incidents that were made from the sidebar")
}

// postgresTools is the folder of PostgreSQL's programs, "" without a server.
func postgresTools(t *testing.T) string {
	t.Helper()
	if os.Getenv("TEST_POSTGRES_URL") == "" {
		const sentence = "TEST_POSTGRES_URL is not set, so the page's lines about PostgreSQL were NOT run"
		if os.Getenv("CI") != "" || os.Getenv("REQUIRE_POSTGRES") != "" {
			t.Fatal(sentence)
		}
		fmt.Fprintln(os.Stderr, sentence)
		return ""
	}
	dir, err := exec.CommandContext(t.Context(), "../../scripts/with-postgres.sh", "--find").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(dir))
}

func postgresPage(p *page, s *apptest.Stand, tools string) {
	address, again := newDatabase(p.T, "moved"), newDatabase(p.T, "again")
	p.env["DATABASE_URL"] = address
	p.says("zendesk-pagerduty move zendesk-pagerduty.db", "connections    2 rows", "zendesk-pagerduty.db is not served any more")
	refused := map[string]string{"DATABASE_URL": "sqlite:zendesk-pagerduty.db"}
	if code, _, errs := command(p.T, refused, "installation", "list"); code != 1 || !strings.Contains(errs, "this database was moved to postgres://") {
		p.Errorf("%d %s", code, errs)
	}
	path := "PATH=" + tools + ":" + os.Getenv("PATH")
	p.tool(`pg_dump --format=custom --file=backup.dump "$DATABASE_URL"`, path, "DATABASE_URL="+address)
	p.tool(`pg_restore --no-owner --dbname="$NEW_DATABASE_URL" backup.dump`, path, "NEW_DATABASE_URL="+again)
	restored := *s
	restored.Settings.DatabaseURL = again
	second := restored.Replica(p.T)
	if got := second.NewBrowser(p.T).Panel(s.ZD.Account("acme"), mia).Get(apptest.Incidents(102)); got.State() != "lapsed" {
		p.Errorf("her panel is %s: %s", got.State(), got.Text())
	}
	if !strings.Contains(s.Log.String(), "the database was read back from a dump") {
		p.Error("the log does not say that the database was restored")
	}
}

// newDatabase makes an empty one on the test's server.
func newDatabase(t *testing.T, name string) string {
	t.Helper()
	server := os.Getenv("TEST_POSTGRES_URL")
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name = fmt.Sprintf("page_%s_%d", name, os.Getpid())
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
