package app_test

import (
	"fmt"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/store"
)

// A setting is called changed where its value is another than its default, however
// the two are written: 5m and 5m0s are the same.
func TestChangedSettings(t *testing.T) {
	settings := apptest.Start(t).Settings
	changed := func(name string) bool {
		for _, s := range settings.Effective() {
			if s.Name == name {
				return !s.Default
			}
		}
		t.Fatal("no such setting: " + name)
		return false
	}
	settings.Database.Idle = 5 * time.Minute
	settings.DatabaseURL = app.DefaultDatabaseURL
	if changed("DATABASE_IDLE_TIMEOUT") || changed("DATABASE_URL") {
		t.Error("a default is called changed")
	}
	settings.Database.Idle = 6 * time.Minute
	settings.DatabaseURL += ".other"
	if !changed("DATABASE_IDLE_TIMEOUT") || !changed("DATABASE_URL") {
		t.Error("what was changed is called a default")
	}
}

// What operators read as a setting's default is what the store does without it.
func TestDatabaseDefaultsAreTheStores(t *testing.T) {
	limits, compared := store.DefaultLimits(), 0
	for _, s := range app.AllSettings() {
		want := map[string]any{
			"DATABASE_MAX_CONNS":       limits.MaxConns,
			"DATABASE_TIMEOUT":         limits.Timeout,
			"DATABASE_CONNECT_TIMEOUT": limits.Connect,
			"DATABASE_IDLE_TIMEOUT":    limits.Idle,
		}[s.Name]
		if want == nil {
			continue
		}
		compared++
		value := s.Default
		if d, err := time.ParseDuration(value); err == nil {
			value = d.String()
		}
		if value != fmt.Sprint(want) {
			t.Errorf("%s is %s by default; the store's is %v", s.Name, s.Default, want)
		}
	}
	if compared != 4 {
		t.Errorf("compared %d settings", compared)
	}
}
