package app_test

import (
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
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
