package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zendesk-pagerduty/app"
)

// difficult are values with what a shell and systemd treat in a way of their own.
var difficult = []string{
	"", "plain", "https://pagerduty.example.com:8443", "k1:AAAA+/==,k2:BBBB==", "two words", " edges ", "a'b", `a"b`, `a\b`, `a\\b`, "$HOME", "${HOME}",
	"`id`", "$(id)", "a#b", "#a", "a;b", "a|b&c", "*", "~", "~root", "!!", "a'b\"c\\d$e`f", `ends\`, "\ttab\t", "ü“”", "%h", "a=b", "'", `"`, "it's $5",
}

// readers are those who read a file of settings, and give the value of X.
func readers(t *testing.T) map[string]func(file string) string {
	shell := func(name string) func(string) string {
		return func(file string) string {
			t.Helper()
			out, err := exec.Command(name, "-c", `set -a; . "$1"; set +a; printf %s "$X"`, "sh", file).CombinedOutput()
			if err != nil {
				t.Errorf("%s: %v %s", name, err, out)
			}
			return string(out)
		}
	}
	all := map[string]func(string) string{
		"sh":   shell("sh"),
		"bash": shell("bash"),
		"systemd's documented rules": func(file string) string {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			return environmentFile(t, string(raw))["X"]
		},
	}
	if _, err := os.Stat("/run/systemd/system"); err == nil {
		all["systemd"] = func(file string) string {
			t.Helper()
			out, err := exec.Command("systemd-run", "--pipe", "--wait", "--quiet", "--collect", "--property=EnvironmentFile="+file, "printenv", "X").Output()
			if err != nil {
				t.Errorf("systemd-run: %v", err)
			}
			return strings.TrimSuffix(string(out), "\n")
		}
	} else {
		t.Log("systemd does not run here: its documented rules stand for it")
	}
	return all
}

// environmentFile reads a file by systemd's rules (systemd.exec, "EnvironmentFile=").
func environmentFile(t *testing.T, text string) map[string]string {
	t.Helper()
	values := map[string]string{}
	for text != "" {
		var line string
		if line, _, _ = strings.Cut(text, "\n"); strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") || !strings.Contains(line, "=") {
			_, text, _ = strings.Cut(text, "\n")
			continue
		}
		var name string
		name, text, _ = strings.Cut(text, "=")
		text = strings.TrimLeft(text, " \t\r")
		var value strings.Builder
		quote, spaces := byte(0), 0 // spaces at the end of an unquoted value are not its own
		switch {
		case strings.HasPrefix(text, "'"), strings.HasPrefix(text, `"`):
			quote, text = text[0], text[1:]
		}
		i, closed := 0, false
		for ; i < len(text); i++ {
			c := text[i]
			switch {
			case closed && c == '\n', quote == 0 && c == '\n':
			case closed:
				if !strings.ContainsRune(" \t\r", rune(c)) {
					t.Errorf("%s: %q after a quote", name, c)
				}
				continue
			case quote != 0 && c == quote:
				closed = true
				continue
			case c == '\\' && quote == '"' && i+1 < len(text) && strings.IndexByte("\"\\`$", text[i+1]) >= 0, c == '\\' && quote == 0 && i+1 < len(text):
				i++
				value.WriteByte(text[i])
				spaces = 0
				continue
			default:
				if spaces++; quote != 0 || !strings.ContainsRune(" \t\r", rune(c)) {
					spaces = 0
				}
				value.WriteByte(c)
				continue
			}
			break
		}
		whole := value.String()
		values[name] = whole[:len(whole)-spaces]
		text = strings.TrimPrefix(text[i:], "\n")
	}
	return values
}

func TestShellAndSystemdReadTheSame(t *testing.T) {
	for reader, read := range readers(t) {
		for i, value := range difficult {
			file := filepath.Join(t.TempDir(), fmt.Sprint(i))
			if err := os.WriteFile(file, []byte("# before\nX="+quoted(value)+"\n# after\nY=1\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := read(file); got != value {
				t.Errorf("%s reads %q as %q: %s", reader, value, got, quoted(value))
			}
		}
	}
}

// What init writes is private, complete, and an environment that serve takes once the
// app is registered.
func TestInitWritesAFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "settings.env")
	code, out, errs := command(t, nil, "init", "--public-url", "https://pagerduty.example.com", "--output", file)
	if code != 0 || !strings.Contains(out, "wrote "+file) || !strings.Contains(out, "https://pagerduty.example.com/login/callback") {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`(?m)^SECRET_KEYS=(\S+)$`).FindSubmatch(raw)
	if key == nil || strings.Contains(out, string(key[1])) {
		t.Errorf("no key in the file, or the key on standard output: %s", out)
	}
	private(t, file)
	for _, s := range app.AllSettings() {
		if !regexp.MustCompile(`(?m)^#[^\n]+\n#?` + s.Name + `=`).Match(raw) {
			t.Errorf("the file has no %s with a comment", s.Name)
		}
	}
	for line := range strings.Lines(string(raw)) {
		if len(line) > 121 && !strings.Contains(line, "=") {
			t.Errorf("a long line: %s", line)
		}
	}
	// Every default in it is one: with all of them switched on, serve starts the same.
	env := good(t)
	on := regexp.MustCompile(`(?m)^#([A-Z_]+=)`).ReplaceAllString(string(raw), "$1")
	for name, value := range environmentFile(t, on) {
		if env[name] == "" && value != "" {
			env[name] = value
		}
	}
	env["LISTEN"] = "wrong on purpose" // which is looked at last
	if code, _, errs := command(t, env, "serve"); code != 2 || !strings.HasPrefix(errs, "zendesk-pagerduty: LISTEN") {
		t.Errorf("the defaults do not do: %d %s", code, errs)
	}
	before := string(raw)
	if code, _, errs := command(t, nil, "init", "--public-url", "https://pagerduty.example.com", "-o", file); code != 2 || !strings.Contains(errs, "not there yet") {
		t.Errorf("again: %d %s", code, errs)
	}
	if raw, _ := os.ReadFile(file); string(raw) != before {
		t.Error("the file with the only key was replaced")
	}
}

func private(t *testing.T, file string) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s has mode %04o", file, info.Mode().Perm())
	}
}

func TestInitWritesSecretsIntoFiles(t *testing.T) {
	dir := t.TempDir()
	file, folder := filepath.Join(dir, "settings.env"), filepath.Join(dir, "secrets")
	args := []string{"init", "--public-url", "https://pagerduty.example.com", "--output", file, "--secret-files", folder}
	if code, out, errs := command(t, nil, args...); code != 0 {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	values := environmentFile(t, string(raw))
	for _, s := range app.AllSettings() {
		if !s.Secret {
			continue
		}
		if values[s.Name] != "" {
			t.Errorf("%s stands in the settings", s.Name)
		}
		private(t, values[s.Name+"_FILE"])
	}
	// With the client's id and secret put in, the first complaint is another.
	if err := os.WriteFile(values["PAGERDUTY_CLIENT_SECRET_FILE"], []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"LISTEN": "wrong on purpose", "PAGERDUTY_CLIENT_ID": "id", "DATABASE_URL": "sqlite:" + filepath.Join(dir, "x.db")}
	for name, value := range values {
		if value != "" {
			env[name] = value
		}
	}
	if code, _, errs := command(t, env, "serve"); code != 2 || !strings.Contains(errs, "LISTEN") {
		t.Errorf("%d %s", code, errs)
	}
	// A second try leaves the first one's files, and nothing half done.
	args[4] = filepath.Join(dir, "other.env")
	if code, _, errs := command(t, nil, args...); code != 2 || !strings.Contains(errs, "--secret-files") {
		t.Errorf("again: %d %s", code, errs)
	}
	if _, err := os.Stat(args[4]); err == nil {
		t.Error("settings without their secrets were written")
	}
}

// A command in the wrong folder, or without its settings, makes no database, and says
// which one it looked for.
func TestMigrateWithoutSettings(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	path := filepath.Join(dir, "zendesk-pagerduty.db")
	for _, args := range [][]string{{"migrate"}, {"migrate", "--status"}, {"installation", "list"}} {
		code, _, errs := command(t, nil, args...)
		if code != 1 || !strings.Contains(errs, "DATABASE_URL is not set: sqlite:"+path+": there is no database") {
			t.Errorf("%v: %d %s", args, code, errs)
		}
		if _, err := os.Stat(path); err == nil {
			t.Fatalf("%v made a database", args)
		}
	}
	if code, _, errs := command(t, map[string]string{"DATABASE_URL": "sqlite:" + path}, "migrate"); code != 0 || !strings.Contains(errs, "database: sqlite:"+path+"\n") {
		t.Errorf("named: %d %s", code, errs)
	}
	if code, _, errs := command(t, map[string]string{"DATABASE_URI": "sqlite:x"}, "installation", "list"); code != 2 || !strings.Contains(errs, "want DATABASE_URL") {
		t.Errorf("misspelt: %d %s", code, errs)
	}
	t.Setenv("DATABASE_URI", "")
	t.Setenv("DATABASE_URL", "")
	if code, _, errs := command(t, nil, "migrate"); code != 0 || !strings.Contains(errs, "database: sqlite:"+path+" (DATABASE_URL is not set)") {
		t.Errorf("the default one: %d %s", code, errs)
	}
}
