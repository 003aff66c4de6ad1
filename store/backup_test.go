package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

var acme = zendesk.Installation{Subdomain: "acme", AppID: 1, InstallationID: 11, PublicKeyPEM: "PEM", Origin: "https://acme.zendesk.com"}

// used fills a store with a row of every kind.
func used(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	connect(t, s, mia, "PMIA", "mia")
	connect(t, s, tom, "PTOM", "tom")
	link := incident.Link{Ticket: incident.Ticket{Subdomain: "acme", ID: 7}, AccountID: "A", IncidentID: "QLINKED", UserID: mia.UserID, At: now}
	made := link
	made.IncidentID = "QMADE"
	entry := incident.AuditEntry{At: now, Subdomain: "acme", UserID: mia.UserID, AccountID: "A", PagerDutyID: "PMIA", Ticket: 7, Action: incident.ToCreate}
	id, err := s.Begin(ctx, entry)
	for _, err := range []error{
		err,
		s.End(ctx, id, "made", "QMADE"),
		s.AddInstallation(ctx, acme),
		s.Link(ctx, link),
		s.Made(ctx, made),
		s.UsedService(ctx, "acme", "A", "PSERVICE", []string{"group:1"}, now),
		s.SetLeavesNotes(ctx, "acme", mia.UserID, false),
		s.StartSession(ctx, zendesk.SessionStart{
			Session:        zendesk.Session{ID: "session", Agent: mia, Started: now},
			InstallationID: acme.InstallationID,
			PublicKeyPEM:   acme.PublicKeyPEM,
			SecretHash:     "hash",
			TokenHash:      "token",
			TokenExpires:   now.Add(time.Minute),
			RepeatSince:    now,
		}),
		s.CreateAttempt(ctx, oauth.Attempt{ID: "open", Agent: tom, SessionID: "s", Purpose: oauth.ForSidebar, Verifier: "pkce",
			Stage: oauth.StageOpen, Began: now, Expires: now.Add(time.Hour)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// kept says what of it a store has lost.
func kept(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	if list, err := s.Installations(ctx); err != nil || len(list) != 1 || list[0] != acme {
		t.Errorf("installations: %v, %v", list, err)
	}
	links, err := s.TicketLinks(ctx, incident.Ticket{Subdomain: "acme", ID: 7}, "A")
	if err != nil || len(links) != 2 || links[0].IncidentID != "QMADE" || !links[0].Made || links[1].IncidentID != "QLINKED" || !links[1].Linked {
		t.Errorf("links: %v, %v", links, err)
	}
	if id, err := s.LastService(ctx, "acme", "A", []string{"group:1"}); id != "PSERVICE" || err != nil {
		t.Errorf("last-used service: %q, %v", id, err)
	}
	if on, err := s.LeavesNotes(ctx, "acme", mia.UserID); on || err != nil {
		t.Errorf("preferences: %v, %v", on, err)
	}
	if got := trail(t, s); len(got) < 3 || got[2] != "9001 create made QMADE" {
		t.Errorf("the audit trail: %q", got)
	}
}

func trail(t *testing.T, s *store.Store) (lines []string) {
	t.Helper()
	if err := s.AuditEntries(t.Context(), time.Time{}, func(d incident.AuditEntry) error {
		lines = append(lines, d.UserID+" "+string(d.Action)+" "+d.Outcome+" "+d.IncidentID+d.About)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return lines
}

// asksForLogin says that both agents have to log in, and that no panel and no
// login is left.
func asksForLogin(t *testing.T, s *store.Store) {
	t.Helper()
	for agent, user := range map[zendesk.Agent]string{mia: "PMIA", tom: "PTOM"} {
		if c, err := s.Connection(t.Context(), agent); err != nil || !c.Lapsed || c.Access != "" || c.UserID != user {
			t.Errorf("%v is connected as %s, lapsed: %v, %v", agent, c.UserID, c.Lapsed, err)
		}
	}
	if _, err := s.Session(t.Context(), "session"); !errors.Is(err, zendesk.SessionEnded) {
		t.Errorf("an open panel came back: %v", err)
	}
	if _, err := s.Attempt(t.Context(), "open", now); !errors.Is(err, oauth.AttemptUnknown) {
		t.Errorf("a login under way came back: %v", err)
	}
}

// sealedTokens are the sealed tokens of a database.
func sealedTokens(t *testing.T, address string) (list [][]byte) {
	t.Helper()
	rows, err := raw(t, address).QueryContext(t.Context(), `SELECT access_token FROM connections UNION ALL SELECT refresh_token FROM connections
		UNION ALL SELECT verifier FROM attempts`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var sealed []byte
		if err := rows.Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		if len(sealed) > 0 {
			list = append(list, sealed)
		}
	}
	return list
}

// A backup is made beside a running server, holds what is still in its log, and
// holds no token. A restored one keeps everything but logins, with another key
// ring as well.
func TestBackupAndRestore(t *testing.T) {
	address := newSQLite(t)
	running := open(t, address)
	used(t, running)
	tokens := sealedTokens(t, address)
	if len(tokens) < 5 {
		t.Fatalf("%d sealed values", len(tokens))
	}
	file := filepath.Join(t.TempDir(), "backup.db")
	did, err := store.Backup(t.Context(), address, file)
	if err != nil || did.Connections != 2 || did.Schema < 10 {
		t.Fatalf("%+v, %v", did, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, sealed := range tokens {
		if bytes.Contains(raw, sealed) {
			t.Errorf("the backup holds a sealed token")
		}
	}
	if c, err := running.Connection(t.Context(), mia); err != nil || c.Lapsed || c.Access == "" {
		t.Errorf("the running server's connection: lapsed %v, %v", c.Lapsed, err)
	}
	if files, err := os.ReadDir(filepath.Dir(file)); err != nil || len(files) != 1 {
		t.Errorf("it left %v, %v", files, err)
	}
	for name, keys := range map[string]string{"the key ring": "k", "another key ring": "other"} {
		t.Run(name, func(t *testing.T) {
			restored := newSQLite(t)
			if did, err := store.Restore(t.Context(), file, restored); err != nil || did.Connections != 2 {
				t.Fatalf("%+v, %v", did, err)
			}
			if info, err := os.Stat(strings.TrimPrefix(restored, "sqlite:")); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%v, %v", info.Mode(), err)
			}
			s := openWith(t, restored, keys)
			kept(t, s)
			asksForLogin(t, s)
			connect(t, s, mia, "PMIA", "again")
			if c, err := s.Connection(t.Context(), mia); err != nil || c.Access.Reveal() != "access-again" {
				t.Errorf("after a new login: %v", err)
			}
		})
	}
}

// A plain copy of a file, with its log beside it, has tokens that may be spent.
func TestRestoreOfAPlainCopy(t *testing.T) {
	address := newSQLite(t)
	used(t, open(t, address))
	path, copied := strings.TrimPrefix(address, "sqlite:"), filepath.Join(t.TempDir(), "copy.db")
	for _, suffix := range []string{"", "-wal"} {
		raw, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied+suffix, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	restored := newSQLite(t)
	if _, err := store.Restore(t.Context(), copied, restored); err != nil {
		t.Fatal(err)
	}
	s := open(t, restored)
	kept(t, s)
	asksForLogin(t, s)
}

// The moment for a backup is before a migration, which the newer program does.
func TestBackupOfAnOlderSchema(t *testing.T) {
	address := newSQLite(t)
	loadVersion4(t, address)
	file := filepath.Join(t.TempDir(), "backup.db")
	if did, err := store.Backup(t.Context(), address, file); err != nil || did.Schema != 4 || did.Connections != 2 {
		t.Fatalf("%+v, %v", did, err)
	}
	restored := newSQLite(t)
	if did, err := store.Restore(t.Context(), file, restored); err != nil || did.Schema != 4 {
		t.Fatalf("%+v, %v", did, err)
	}
	if from, _, err := store.Migrate(t.Context(), restored); err != nil || from != 4 {
		t.Fatalf("from %d, %v", from, err)
	}
	if c, err := open(t, restored).Connection(t.Context(), mia); err != nil || !c.Lapsed {
		t.Errorf("lapsed: %v, %v", c.Lapsed, err)
	}
}

// files are what a backup or a restore has to refuse.
type files struct {
	dir, address, taken, backup, foreign, newer string
}

func refusedFiles(t *testing.T) files {
	t.Helper()
	f := files{dir: t.TempDir(), address: newSQLite(t)}
	used(t, open(t, f.address))
	for name, content := range map[string]string{"taken.db": "precious", "new.db-wal": "of the former database"} {
		if err := os.WriteFile(filepath.Join(f.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f.taken = filepath.Join(f.dir, "taken.db")
	f.backup, f.newer = filepath.Join(f.dir, "backup.db"), filepath.Join(f.dir, "newer.db")
	for _, file := range []string{f.backup, f.newer} {
		if _, err := store.Backup(t.Context(), f.address, file); err != nil {
			t.Fatal(err)
		}
	}
	f.foreign = filepath.Join(f.dir, "foreign.db")
	for file, statement := range map[string]string{
		f.foreign: `CREATE TABLE installations (id)`,
		f.newer:   `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`,
	} {
		if _, err := raw(t, "sqlite:"+file).ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func TestBackupRefuses(t *testing.T) {
	f := refusedFiles(t)
	dir, address, taken, backup, foreign, newer := f.dir, f.address, f.taken, f.backup, f.foreign, f.newer
	before, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		do   func() error
		want string
	}{
		"a backup over a file": {func() error { _, err := store.Backup(t.Context(), address, taken); return err }, "not overwritten"},
		"a backup of nothing": {func() error {
			_, err := store.Backup(t.Context(), newSQLite(t), filepath.Join(dir, "b"))
			return err
		}, "there is no database"},
		"a backup of PostgreSQL": {func() error {
			_, err := store.Backup(t.Context(), "postgres://x/y", filepath.Join(dir, "b"))
			return err
		}, "pg_dump"},
		"a backup into no folder": {func() error {
			_, err := store.Backup(t.Context(), address, filepath.Join(dir, "no", "b"))
			return err
		}, "no such file"},
		"a restore over a database": {func() error { _, err := store.Restore(t.Context(), backup, "sqlite:"+taken); return err }, "not overwritten"},
		"a restore beside another log": {func() error {
			_, err := store.Restore(t.Context(), backup, "sqlite:"+filepath.Join(dir, "new.db"))
			return err
		}, "move both away"},
		"a restore of nothing": {func() error {
			_, err := store.Restore(t.Context(), filepath.Join(dir, "none"), newSQLite(t))
			return err
		}, "no such file"},
		"a restore of no database":    {func() error { _, err := store.Restore(t.Context(), taken, newSQLite(t)); return err }, "not a database"},
		"a restore of another's":      {func() error { _, err := store.Restore(t.Context(), foreign, newSQLite(t)); return err }, "no database of zendesk-pagerduty"},
		"a restore of a newer schema": {func() error { _, err := store.Restore(t.Context(), newer, newSQLite(t)); return err }, "run the newer program"},
		"a restore into PostgreSQL":   {func() error { _, err := store.Restore(t.Context(), backup, "postgres://x/y"); return err }, "pg_restore"},
	} {
		if err := c.do(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want a sentence with %q", name, err, c.want)
		}
	}
	if after, err := os.ReadDir(dir); err != nil || len(after) != len(before) {
		t.Errorf("they left %v, %v", after, err)
	}
	if raw, err := os.ReadFile(taken); err != nil || string(raw) != "precious" {
		t.Errorf("%q, %v", raw, err)
	}
}
