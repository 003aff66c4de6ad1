package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zendesk-pagerduty/store"
)

func TestSQLiteFilesArePrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s := open(t, "sqlite:"+path)
	if _, err := s.Installations(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) != 3 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
	if got := store.Exposed("sqlite:" + path); got != "" {
		t.Error(got)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := store.Exposed("sqlite:" + path); !strings.Contains(got, path+" (mode 0644)") {
		t.Errorf("got %q", got)
	}
}

func TestExposedPostgres(t *testing.T) {
	for address, want := range map[string]bool{
		"postgres://u:hunter2@db.example.com/x":                     true, // sslmode=prefer
		"postgres://u:hunter2@db.example.com/x?sslmode=disable":     true,
		"postgres://u:hunter2@db.example.com/x?sslmode=require":     false,
		"postgres://u:hunter2@db.example.com/x?sslmode=verify-full": false,
		"postgres://u:hunter2@127.0.0.1/x?sslmode=disable":          false,
		"postgres://u:hunter2@localhost/x":                          false,
		"postgres://u@%2Fvar%2Frun%2Fpostgresql/x":                  false,
	} {
		if got := store.Exposed(address); (got != "") != want || strings.Contains(got, "hunter2") {
			t.Errorf("%s: %q", address, got)
		}
	}
}

// A command on a database that is not there makes none, and names what it looked
// for.
func TestOpenExisting(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s, err := store.OpenExisting(t.Context(), address, nil, store.Limits{})
		if err == nil {
			defer s.Close()
			err = s.Prepare(t.Context())
		}
		if !errors.Is(err, store.ErrMissing) || !strings.Contains(err.Error(), store.Name(address)) {
			t.Errorf("got %v", err)
		}
		if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
			if _, err := os.Stat(path); err == nil {
				t.Error("it was made all the same")
			}
		}
	})
	if got := store.Name("postgres://u:hunter2@db.example.com/x?sslmode=disable"); got != "postgres://u@db.example.com/x" {
		t.Error(got)
	}
}
