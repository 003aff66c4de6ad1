package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"zendesk-pagerduty/app"
)

// Without DATABASE_URL, serve and the commands that touch the database alone open the
// same one, and name it as the default.
func TestDefaultDatabaseIsOne(t *testing.T) {
	for _, settings := range []reflect.Type{reflect.TypeFor[app.Settings](), reflect.TypeFor[database]()} {
		found := false
		for field := range settings.Fields() {
			if field.Tag.Get("env") != "DATABASE_URL" {
				continue
			}
			found = true
			if got := field.Tag.Get("default"); got != app.DefaultDatabaseURL {
				t.Errorf("%s opens %s by default; want %s", settings, got, app.DefaultDatabaseURL)
			}
		}
		if !found {
			t.Errorf("%s has no DATABASE_URL", settings)
		}
	}
}

// What SQLite says names neither the file nor the reason: the program does.
func TestDatabaseErrorsHavePathAndReason(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, reason := range map[string]string{
		dir:                                  "it cannot be opened (it is a folder)",
		text:                                 "the file is no SQLite database",
		filepath.Join(dir, "none", "x.db"):   "no such file or directory",
		filepath.Join(text, "below", "x.db"): "not a directory",
	} {
		env := good(t)
		env["DATABASE_URL"] = "sqlite:" + path
		code, _, errs := command(t, env, "serve")
		if code != 1 || !strings.Contains(errs, path) || !strings.Contains(errs, reason) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: %d %s; want %q", path, code, errs, reason)
		}
	}
}
