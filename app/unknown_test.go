package app_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/app"
)

func TestUnknownSettings(t *testing.T) {
	for name, want := range map[string]string{
		"PAGERDUTY_SUBDOMAIN":           "PAGERDUTY_SUBDOMAINS", // it would let any account in
		"PAGERDUTY_SUBDOMAINSS":         "PAGERDUTY_SUBDOMAINS", // too much
		"PAGERDUTY_SUBDOMIANS":          "PAGERDUTY_SUBDOMAINS", // changed places
		"PAGERDUTY_SUBDUMAINS":          "PAGERDUTY_SUBDOMAINS", // another letter
		"pagerduty_subdomains":          "PAGERDUTY_SUBDOMAINS", // no setting is in lower case
		"READONLY":                      "READ_ONLY",
		"ALLOWED_ACTION":                "ALLOWED_ACTIONS",
		"DATABASE_URI":                  "DATABASE_URL",
		"SECRET_KEY":                    "SECRET_KEYS",
		"PAGERDUTY_CLIENT_SECRETS_FILE": "PAGERDUTY_CLIENT_SECRET_FILE",
		"TRUSTED_PROXY":                 "",
		"PAGERDUTY_ALLOWED":             "reported",
		"DATABASE_PASSWORD":             "reported",
		"DATABASE_SERVICE_HOST":         "", // Kubernetes sets these for a service called "database"
		"DATABASE_PORT_5432_TCP_ADDR":   "",
		"PAGERDUTY_SUBDOMAINS":          "",
		"SECRET_KEYS_FILE":              "",
		"DATABASE_MAX_CONNS":            "",
		"LISTEN_FDS":                    "", // systemd's
		"LOGNAME":                       "",
		"HOME":                          "",
	} {
		unknown, err := app.UnknownSettings([]string{"PATH=/bin", name + "=hunter2"})
		var setting *app.SettingError
		got := strings.Join(unknown, " ")
		if errors.As(err, &setting) {
			_, got, _ = strings.Cut(err.Error(), "want ")
		}
		if want == "reported" {
			want = name
		}
		if got != want || err != nil && (!strings.HasPrefix(err.Error(), name+": ") || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	if unknown, err := app.UnknownSettings([]string{"PAGERDUTY_SUBDOMAIN="}); err != nil || len(unknown) > 0 {
		t.Errorf("one that is empty: %v %v", unknown, err)
	}
}

// A setting is one slip away from no other, or the wrong one would be named.
func TestSettingsAreApart(t *testing.T) {
	all := app.AllSettings()
	if len(all) < 40 {
		t.Fatalf("%d settings: this test looks in the wrong place", len(all))
	}
	for _, s := range all {
		if s.Help == "" || strings.Contains(s.Default+s.Help, "${") {
			t.Errorf("%s: %q, default %q", s.Name, s.Help, s.Default)
		}
		if s.Name == "DATABASE_URL" && s.Default != app.DefaultDatabaseURL {
			t.Errorf("the default database is %s", s.Default)
		}
		unknown, err := app.UnknownSettings([]string{s.Name + "=x"})
		if diff := cmp.Diff([]string(nil), unknown); diff != "" || err != nil {
			t.Errorf("%s: %v %v", s.Name, unknown, err)
		}
	}
}
