package app_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/seal"
)

// A field that is a secret is a setting as every other one: read from its variable
// or its file, listed, known by both names, and never shown.
func TestSecretsAreSettings(t *testing.T) {
	const value = "hunter2"
	secret := map[string]bool{}
	for _, s := range app.AllSettings() {
		secret[s.Name] = s.Secret
	}
	seen := 0
	for field := range reflect.TypeFor[app.Settings]().Fields() {
		if field.Type != reflect.TypeFor[seal.Secret]() {
			continue
		}
		seen++
		name := field.Tag.Get("env")
		if !secret[name] {
			t.Errorf("%s: %q is no secret among the settings", field.Name, name)
			continue
		}
		if unknown, err := app.UnknownSettings([]string{name + "_FILE=x"}); len(unknown) > 0 || err != nil {
			t.Errorf("%s_FILE is not known: %v %v", name, unknown, err)
		}
		file := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(file, []byte(value+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for variable, content := range map[string]string{name: value, name + "_FILE": file} {
			t.Setenv(name, "")
			t.Setenv(name+"_FILE", "")
			t.Setenv(variable, content)
			var s app.Settings
			if err := s.ReadSecrets(); err != nil {
				t.Fatal(err)
			}
			if got := reflect.ValueOf(s).FieldByIndex(field.Index).String(); got != value {
				t.Errorf("%s gives %q", variable, got)
			}
			for _, shown := range s.Effective() {
				if strings.Contains(shown.Value, value) || shown.Name == name && shown.Default {
					t.Errorf("%s is shown as %q, default %v", shown.Name, shown.Value, shown.Default)
				}
			}
		}
	}
	if seen < 2 {
		t.Errorf("found %d secrets", seen)
	}
}
