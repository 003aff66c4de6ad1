package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zendesk-pagerduty/app"
	simzendesk "zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// command runs the program with an environment of its own.
func command(t *testing.T, env map[string]string, args ...string) (code int, out, errs string) {
	t.Helper()
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if strings.HasPrefix(name, "PAGERDUTY_") || strings.HasSuffix(name, "_FILE") || name == "DATABASE_URL" || name == "SECRET_KEYS" {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func good(t *testing.T) map[string]string {
	return map[string]string{
		"LISTEN": "127.0.0.1:0", "ADMIN_LISTEN": "127.0.0.1:0", "PUBLIC_URL": "https://pagerduty.example.com",
		"DATABASE_URL": "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "PAGERDUTY_CLIENT_ID": "id", "PAGERDUTY_CLIENT_SECRET": "hunter2-secret",
		"SECRET_KEYS": "k:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 32)),
	}
}

func presets(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "presets.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A wrong setting stops the start with one line that names it, what it got and
// what it wants, and exit code 2.
func TestWrongInput(t *testing.T) {
	for _, c := range []struct {
		change map[string]string
		args   []string
		want   string
	}{
		{nil, []string{"serve", "--no-such-flag"}, "--no-such-flag"},
		{nil, []string{"sreve"}, "sreve"},
		{nil, []string{"serve", "extra"}, "extra"},
		{map[string]string{"PAGERDUTY_SUBDOMAIN": "acme"}, nil, "PAGERDUTY_SUBDOMAIN: there is no such setting: want PAGERDUTY_SUBDOMAINS"},
		{map[string]string{"PUBLIC_URL": ""}, nil, "PUBLIC_URL is not set"},
		{map[string]string{"PUBLIC_URL": "http://pagerduty.example.com"}, nil, `PUBLIC_URL: got "http://pagerduty.example.com"`},
		{map[string]string{"PUBLIC_URL": "https://x.example/path"}, nil, "PUBLIC_URL"},
		{map[string]string{"PUBLIC_URL": "ftp://localhost"}, nil, "PUBLIC_URL"},
		{map[string]string{"SECRET_KEYS": ""}, nil, "SECRET_KEYS is not set"},
		{map[string]string{"SECRET_KEYS": "k:dG9vLXNob3J0LXNlY3JldA=="}, nil, "SECRET_KEYS: entry 1 (k): 16 bytes; want 32"},
		{map[string]string{"PAGERDUTY_CLIENT_ID": ""}, nil, "PAGERDUTY_CLIENT_ID is not set"},
		{map[string]string{"PAGERDUTY_CLIENT_SECRET": ""}, nil, "PAGERDUTY_CLIENT_SECRET is not set"},
		{map[string]string{"PAGERDUTY_CLIENT_SECRET_FILE": "/no/such/file", "PAGERDUTY_CLIENT_SECRET": ""}, nil, "PAGERDUTY_CLIENT_SECRET_FILE"},
		{map[string]string{"PAGERDUTY_CLIENT_SECRET_FILE": "/etc/hostname"}, nil, "both"},
		{map[string]string{"PAGERDUTY_OAUTH": "basic"}, nil, `PAGERDUTY_OAUTH: got "basic", want scoped or classic`},
		{map[string]string{"PAGERDUTY_SUBDOMAINS": "acme.pagerduty.com"}, nil, "PAGERDUTY_SUBDOMAINS"},
		{map[string]string{"TEXT_LANGUAGE": "deutsch"}, nil, `TEXT_LANGUAGE: got "deutsch", want one of en, `},
		{map[string]string{"PAGERDUTY_TOKEN_URL": "http://identity.pagerduty.com/oauth/token"}, nil, "PAGERDUTY_TOKEN_URL"},
		{map[string]string{"PAGERDUTY_API_URLS": "https://api.pagerduty.com,http://evil.example"}, nil, "PAGERDUTY_API_URLS"},
		{map[string]string{"PAGERDUTY_EVENTS_URLS": "http://evil.example,https://events.pagerduty.com"}, nil, "PAGERDUTY_EVENTS_URLS"},
		{map[string]string{"PAGERDUTY_EVENTS_URLS": "https://events.pagerduty.com"}, nil, "PAGERDUTY_EVENTS_URLS"},
		{map[string]string{"ZAF_SDK_URL": "nowhere"}, nil, "ZAF_SDK_URL"},
		{map[string]string{"TRUSTED_PROXIES": "10.0.0.0/8,localnet"}, nil, `TRUSTED_PROXIES: got "localnet"`},
		{map[string]string{"LOG_LEVEL": "loud"}, nil, `LOG_LEVEL: got "loud"`},
		{map[string]string{"LOG_FORMAT": "xml"}, nil, "LOG_FORMAT"},
		{map[string]string{"LISTEN": "8080"}, nil, "LISTEN"},
		{map[string]string{"READ_ONLY": "perhaps"}, nil, "READ_ONLY"},
		{map[string]string{"ALLOWED_ACTIONS": "note,explode"}, nil, `ALLOWED_ACTIONS: got "explode", want a comma-separated list of create, acknowledge`},
		{map[string]string{"PRESETS_FILE": "/no/such/file"}, nil, "PRESETS_FILE"},
		{map[string]string{"PRESETS_FILE": presets(t, `{"presets":[{"name":"A","urgency":"urgent"}]}`)}, nil, `PRESETS_FILE: preset 1 ("A"): urgency is "urgent", want high or low`},
		{map[string]string{"PRESETS_FILE": presets(t, `{"presets":[{"name":"A","title":"{{ticket.secret}}"}]}`)}, nil, `title is "{{ticket.secret}}", want one of`},
		{map[string]string{"PRESETS_FILE": presets(t, `{"presets":[{"name":"A","colour":"red"}]}`)}, nil, `unknown field "colour"`},
		{map[string]string{"AUDIT_DAYS": "0"}, nil, `AUDIT_DAYS: got "0", want days, from 1 to 36500`},
		{map[string]string{"AUDIT_DAYS": "forever"}, nil, "AUDIT_DAYS"},
		{nil, []string{"triggers", "--subdomain", "Acme", "--routing-key", "0123456789abcdef0123456789abcdef"}, `--subdomain: got "Acme"`},
		{nil, []string{"triggers", "--subdomain", "acme", "--routing-key", "hunter2-secret"}, "--routing-key"},
		{nil, []string{"triggers", "--subdomain", "acme", "--region", "asia", "--routing-key", "0123456789abcdef0123456789abcdef"}, "--region"},
		{nil, []string{"triggers", "--subdomain", "acme", "--routing-key", "0123456789abcdef0123456789abcdef", "--severity", "high=bad"}, `--severity: got "high=bad"`},
		{nil, []string{"triggers", "--subdomain", "acme", "--routing-key", "0123456789abcdef0123456789abcdef", "--detail", "x=a b"}, `--detail: got "x=a b"`},
		{nil, []string{"triggers", "--subdomain", "acme", "--routing-key", "0123456789abcdef0123456789abcdef", "--only", "group_id=support"}, `--only: got "group_id=support"`},
		{nil, []string{"triggers", "--subdomain", "acme", "--routing-key", "0123456789abcdef0123456789abcdef", "--service", "payments api"}, `--service: got "payments api"`},
		{nil, []string{"audit", "--since", "yesterday"}, `--since: got "yesterday", want a time`},
		{map[string]string{"DATABASE_URL": "mysql://x"}, nil, "DATABASE_URL"},
		{nil, []string{"installation", "add", "Acme", "--app", "1", "--installation", "2"}, `subdomain: got "Acme"`},
		{nil, []string{"installation", "add", "acme", "--installation", "2"}, "--app"},
		{nil, []string{"installation", "add", "acme", "--app", "x", "--installation", "2"}, "--app"},
		{nil, []string{"installation", "add", "acme", "--app", "1", "--installation", "2", "--origin", "https://evil.example"}, "--origin"},
		{nil, []string{"installation", "add", "acme", "--app", "1", "--installation", "2", "--key", "/no/such"}, "--key"},
		{nil, []string{"installation", "add", "acme", "--app", "1", "--installation", "2", "--key", "/etc/hostname"}, "public key"},
		{map[string]string{"PUBLIC_URL": ""}, []string{"package"}, "PUBLIC_URL"},
		{nil, []string{"init", "--pagerduty-oauth", "none"}, "PAGERDUTY_OAUTH"},
	} {
		wrongInput(t, c.change, c.args, c.want)
	}
}

func TestInit(t *testing.T) {
	code, out, errs := command(t, nil, "init", "--public-url", "https://pagerduty.example.com")
	if code != 0 {
		t.Fatalf("%d %s", code, errs)
	}
	for _, want := range []string{"PUBLIC_URL=https://pagerduty.example.com", "https://pagerduty.example.com/login/callback", "incidents.write", "zendesk-pagerduty serve"} {
		if !strings.Contains(out, want) {
			t.Errorf("init prints no %q:\n%s", want, out)
		}
	}
	// what it prints is an environment that serve takes, once the app is registered
	key := regexp.MustCompile(`(?m)^SECRET_KEYS=(\S+)$`).FindStringSubmatch(out)
	_, second, _ := command(t, nil, "init", "--public-url", "https://pagerduty.example.com")
	if key == nil || strings.Contains(second, key[1]) {
		t.Errorf("the key is missing, or the same twice: %v", key)
	}
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !regexp.MustCompile(`^[A-Z_]+=\S*$`).MatchString(line) {
			t.Errorf("a shell would not read %q", line)
		}
	}
}

func TestInstallations(t *testing.T) {
	sim := simzendesk.RunT(t)
	acme := sim.Account("acme")
	env := good(t)
	if code, _, errs := command(t, env, "installation", "list"); code != 1 || !strings.Contains(errs, env["DATABASE_URL"]) || !strings.Contains(errs, "there is no database") {
		t.Errorf("no database yet: %d %s", code, errs)
	}
	if code, _, errs := command(t, env, "migrate"); code != 0 {
		t.Fatalf("migrate: %d %s", code, errs)
	}
	add := []string{"installation", "add", "acme", "--app", "1001", "--installation", "2001", "--origin", acme.Origin}
	if code, out, errs := command(t, env, add...); code != 0 || !strings.Contains(out, "registered acme, app 1001, installation 2001") {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	if code, _, errs := command(t, env, "installation", "add", "acme", "--app", "999", "--installation", "2001", "--origin", acme.Origin); code != 1 ||
		!strings.Contains(errs, "acme has no app 999") {
		t.Errorf("an unknown app: %d %s", code, errs)
	}
	pem := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(pem, []byte(acme.PublicKeyPEM), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, env, "installation", "add", "globex", "--app", "5", "--installation", "6", "--key", pem); code != 0 {
		t.Errorf("by file: %d %s", code, errs)
	}
	_, out, _ := command(t, env, "installation", "list")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 3 || !strings.Contains(out, "https://globex.zendesk.com") || strings.Contains(out, "BEGIN") {
		t.Errorf("list:\n%s", out)
	}
	was := zendesk.Installation{PublicKeyPEM: acme.PublicKeyPEM}.Fingerprint()
	if code, out, _ := command(t, env, add...); code != 0 || !strings.Contains(out, "public key "+was+"\n") || strings.Contains(out, "changed") {
		t.Errorf("the same again: %d %s", code, out)
	}
	is := zendesk.Installation{PublicKeyPEM: sim.Account("globex").PublicKeyPEM}.Fingerprint()
	if err := os.WriteFile(pem, []byte(sim.Account("globex").PublicKeyPEM), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := command(t, env, append(add, "--key", pem)...); code != 0 || !strings.Contains(out, "public key "+is+"\nit was     "+was+"\nthe key has changed") {
		t.Errorf("another key: %d %s", code, out)
	}
	if code, out, _ := command(t, env, "installation", "remove", "acme", "--installation", "2001"); code != 0 || !strings.Contains(out, "removed acme") {
		t.Errorf("remove: %d %s", code, out)
	}
	if code, _, errs := command(t, env, "installation", "remove", "acme", "--installation", "2001"); code != 1 || !strings.Contains(errs, "no registered installation") {
		t.Errorf("remove again: %d %s", code, errs)
	}
	_, trail, _ := command(t, env, "audit")
	for _, want := range []string{
		`"zendesk":"acme","zendesk_user":"","ticket":0,"action":"installation.add","outcome":"done","about":"2001"}`,
		`"action":"installation.add","outcome":"newkey","about":"2001"}`, `"action":"installation.remove","outcome":"done","about":"2001"}`,
	} {
		if !strings.Contains(trail, want) {
			t.Errorf("the audit trail lacks %s:\n%s", want, trail)
		}
	}
	if code, out, errs := command(t, env, "migrate"); code != 0 || !strings.Contains(out, "already") {
		t.Errorf("migrate: %d %s %s", code, out, errs)
	}
}

func TestPackage(t *testing.T) {
	name := filepath.Join(t.TempDir(), "app.zip")
	code, out, errs := command(t, nil, "package", "--public-url", "https://pagerduty.example.com", "-o", name)
	if code != 0 || !strings.Contains(out, "upload it in Zendesk") {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	manifest, err := z.Open("manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(manifest)
	if want := `"version": "` + app.Version + `"`; err != nil || !strings.Contains(string(raw), want) {
		t.Errorf("the package's version is not the program's (%v): want %s in %s", err, want, raw)
	}
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	if want := 4 + len(texts.Languages()); len(z.File) != want { // manifest, two logos, an icon, and translations
		t.Errorf("%d files in it; want %d", len(z.File), want)
	}
}

func TestVersionAndHelp(t *testing.T) {
	want := regexp.MustCompile(`^` + regexp.QuoteMeta(app.Version) + ` \(commit [0-9a-z-]+, [0-9a-z-]+, schema [0-9]+\)\n$`)
	if code, out, _ := command(t, nil, "version"); code != 0 || !want.MatchString(out) {
		t.Errorf("version: %d %q, want %v", code, out, want)
	}
	for _, args := range [][]string{{"--help"}, {}, {"serve", "--help"}} {
		if code, out, errs := command(t, nil, args...); code != 0 || !strings.Contains(out, "Usage:") || errs != "" {
			t.Errorf("%v: %d %q %q", args, code, out, errs)
		}
	}
}
