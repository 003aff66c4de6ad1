package selfcheck_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/selfcheck"
	"zendesk-pagerduty/simulator/pagerduty"
)

// broken is a set-up with one thing wrong: about and found are in the first
// failing line.
type broken struct {
	name         string
	start        apptest.Change // of the server
	change       func(t *testing.T, s *apptest.Stand, c *selfcheck.Check)
	about, found string
}

var brokenSetUps = []broken{
	{
		name: "a setting that will not do",
		change: func(_ *testing.T, _ *apptest.Stand, c *selfcheck.Check) {
			c.Settings.PublicURL = "http://pagerduty.example.com"
		},
		about: "settings", found: "PUBLIC_URL",
	}, {
		name: "a misspelt setting",
		change: func(_ *testing.T, _ *apptest.Stand, c *selfcheck.Check) {
			c.Environ = []string{"PAGERDUTY_SUBDOMAIN=acme"}
		},
		about: "settings", found: "want PAGERDUTY_SUBDOMAINS",
	}, {
		name:   "no key ring",
		change: func(_ *testing.T, _ *apptest.Stand, c *selfcheck.Check) { c.Settings.SecretKeys = "" },
		about:  "settings", found: "SECRET_KEYS is not set",
	}, {
		name: "another folder",
		change: func(t *testing.T, _ *apptest.Stand, c *selfcheck.Check) {
			c.Settings.DatabaseURL = "sqlite:" + filepath.Join(t.TempDir(), "x.db")
		},
		about: "database", found: "there is no database",
	}, {
		name: "PostgreSQL is not running",
		change: func(t *testing.T, _ *apptest.Stand, c *selfcheck.Check) {
			c.Settings.DatabaseURL = "postgres://user:hunter2@" + apptest.FreeAddress(t) + "/x"
		},
		about: "database", found: "connection refused",
	}, {
		name: "a migration was forgotten",
		change: func(t *testing.T, s *apptest.Stand, _ *selfcheck.Check) {
			sqlite(t, s, `DELETE FROM goose_db_version WHERE version_id >= 9`)
		},
		about: "schema", found: "version 8; this program wants",
	}, {
		name: "the database was moved",
		change: func(t *testing.T, s *apptest.Stand, _ *selfcheck.Check) {
			sqlite(t, s, `INSERT INTO marks (name, value) VALUES ('moved_to', 'postgres://elsewhere/db')`)
		},
		about: "schema", found: "moved to postgres://elsewhere/db",
	}, {
		name: "the disk is full", // of which a trigger stands in
		change: func(t *testing.T, s *apptest.Stand, _ *selfcheck.Check) {
			sqlite(t, s, `CREATE TRIGGER full BEFORE INSERT ON leases BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END`)
		},
		about: "write", found: "disk is full",
	}, {
		name: "a sealing key was lost",
		change: func(_ *testing.T, _ *apptest.Stand, c *selfcheck.Check) {
			c.Settings.SecretKeys = sealingKey("fresh", "f")
		},
		about: "key ring", found: "sealed with key test, which SECRET_KEYS lacks",
	}, {
		name: "a sealing key was replaced",
		change: func(_ *testing.T, _ *apptest.Stand, c *selfcheck.Check) {
			c.Settings.SecretKeys = sealingKey("test", "o")
		},
		about: "key ring", found: "do not open with key test",
	}, {
		name:   "another server is where PagerDuty's keys should be",
		change: func(t *testing.T, _ *apptest.Stand, c *selfcheck.Check) { c.Settings.JWKSURL = another(t) + "/jwks" },
		about:  "signing keys", found: "answered 404",
	}, {
		name: "the clock is wrong",
		change: func(_ *testing.T, _ *apptest.Stand, c *selfcheck.Check) {
			c.Now = func() time.Time { return time.Now().Add(3 * time.Minute) }
		},
		about: "clock", found: "against PagerDuty: 3m",
	}, {
		name:   "the client secret was changed",
		change: func(_ *testing.T, _ *apptest.Stand, c *selfcheck.Check) { c.Settings.ClientSecret = "former-secret" },
		about:  "client secret", found: "does not take this client id with this secret",
	}, {
		name: "nobody listens at the public address",
		change: func(t *testing.T, _ *apptest.Stand, c *selfcheck.Check) {
			c.Settings.PublicURL = "http://" + apptest.FreeAddress(t)
		},
		about: "http://127.0.0.1", found: "connection refused",
	}, {
		name:   "the public address leads to another server",
		change: func(t *testing.T, _ *apptest.Stand, c *selfcheck.Check) { c.Settings.PublicURL = another(t) },
		about:  "http://127.0.0.1", found: "not as this program with these SECRET_KEYS",
	}, {
		name: "nobody trusts the certificate",
		change: func(t *testing.T, s *apptest.Stand, c *selfcheck.Check) {
			c.Settings.PublicURL, _ = proxy(t, s, true, nil)
		},
		about: "https://127.0.0.1", found: "unknown authority",
	}, {
		name: "the certificate is for another name",
		change: func(t *testing.T, s *apptest.Stand, c *selfcheck.Check) {
			c.Settings.PublicURL, c.TLS = proxy(t, s, true, nil)
			c.Settings.PublicURL = strings.Replace(c.Settings.PublicURL, "127.0.0.1", "localhost", 1)
		},
		about: "https://localhost", found: "certificate is valid for",
	}, {
		name:  "everybody's word is taken for their address",
		start: func(set *app.Settings, _ *app.Options) { set.TrustedProxies = []string{"127.0.0.0/8", "::1/128"} },
		about: "forwarded address", found: "whatever address a client claims",
	}, {
		name: "the registered app lacks scopes",
		change: func(t *testing.T, s *apptest.Stand, _ *selfcheck.Check) {
			s.PD.Set(func(v *pagerduty.Settings) { v.Scopes = []string{"incidents.read"} })
			b := s.NewBrowser(t)
			b.AtPagerDuty(b.Panel(s.ZD.Account("acme"), 9002).Window(b), "omar")
		},
		about: "scopes", found: "was granted too few; the app must have: incidents.read incidents.write",
	}, {
		name: "the program asks for more than it did",
		change: func(_ *testing.T, _ *apptest.Stand, c *selfcheck.Check) {
			c.Settings.Scopes = []string{"incidents.read", "fresh.read"}
		},
		about: "scopes", found: "lacks fresh.read",
	}, {
		name: "the app was made anew in Zendesk",
		change: func(t *testing.T, s *apptest.Stand, _ *selfcheck.Check) {
			in := apptest.Installation(s.ZD.Account("acme"))
			in.PublicKeyPEM = s.ZD.Account("globex").PublicKeyPEM
			if err := s.App.Registry.AddInstallation(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		},
		about: "installation acme/", found: "launches are refused",
	}, {
		name: "the Events API is out of reach",
		change: func(t *testing.T, s *apptest.Stand, c *selfcheck.Check) {
			c.Settings.EventsURLs = []string{s.PD.URL, "http://" + apptest.FreeAddress(t)}
		},
		about: "events host", found: "connection refused",
	},
}
