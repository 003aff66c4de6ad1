package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// What the page says of name, e-mail, account or user decides nothing.
func TestSpoofedIdentity(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	p := b.Panel(s.ZD.Account("acme"), tom)
	got := p.Post("/login/link", url.Values{"name": {"Mia"}, "email": {"mia@acme.example"}, "user": {"9001"}, "subdomain": {"globex"}})
	confirm := b.Get(got.Find("[data-link]").AttrOr("value", ""))
	if !strings.Contains(confirm.Text(), "9002") || strings.Contains(confirm.Text(), "9001") || strings.Contains(confirm.Text(), "globex") {
		t.Errorf("the confirmation believes the page: %s", confirm.Text())
	}
	p.Connect("jane")
	form := s.NewIncident("Payments API")
	form.Set("from", "ana@acme.example")
	form.Set("subdomain", "globex")
	if got := p.Post(apptest.Incidents(101), form); got.State() != "created" {
		t.Fatalf("%s", got.Text())
	}
	if made := s.Made(101); len(made) != 1 || made[0].ByPerson != "jane" {
		t.Errorf("made: %v", made)
	}
	for _, e := range s.PD.History() {
		if from := e.Header.Get("From"); from != "" && from != "jane@acme.example" {
			t.Errorf("From: %s", from)
		}
	}
}

func TestIDTokens(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set      func(*pagerduty.Settings)
		sentence string
	}{
		"wrong nonce":        {func(s *pagerduty.Settings) { s.Nonce = "wrong" }, "could not be verified"},
		"wrong audience":     {func(s *pagerduty.Settings) { s.Audience = "wrong" }, "could not be verified"},
		"unknown key":        {func(s *pagerduty.Settings) { s.IDTokenKey = "unknown" }, "could not be verified"},
		"unknown issuer":     {func(s *pagerduty.Settings) { s.Issuer = "unknown" }, "could not be verified"},
		"a scope is missing": {func(s *pagerduty.Settings) { s.Scopes = []string{"incidents.read"} }, "is missing permissions: incidents.read, incidents.write"},
	} {
		t.Run(name, func(t *testing.T) {
			s := apptest.Start(t)
			s.PD.Set(c.set)
			b := s.NewBrowser(t)
			p := b.Panel(s.ZD.Account("acme"), mia)
			failedWindow(t, b.AtPagerDuty(p.Window(b), "jane"), c.sentence)
			state(t, p, "failed")
			s.App.Close()
			if n := s.PD.Calls("POST", "/oauth/revoke"); n != 0 {
				t.Errorf("%d revocations: the delegation may be another deployment's", n)
			}
			noSecrets(t, s)
		})
	}
	for name, set := range map[string]func(*pagerduty.Settings){
		"nonce echoed":       func(s *pagerduty.Settings) { s.Nonce = "echo" },
		"nonce absent":       func(s *pagerduty.Settings) { s.Nonce = "absent" },
		"the one issuer":     func(s *pagerduty.Settings) { s.Issuer = "identity" },
		"the other issuer":   func(s *pagerduty.Settings) { s.Issuer = "app" },
		"no region named":    func(s *pagerduty.Settings) { s.Audience = "client" },
		"no revocation":      func(s *pagerduty.Settings) { s.Revoke = "absent" },
		"revocation refused": func(s *pagerduty.Settings) { s.Revoke = "refuses" },
	} {
		t.Run(name, func(t *testing.T) {
			s := apptest.Start(t)
			s.PD.Set(set)
			p := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
			p.Connect("jane")
			s.PD.RotateKeys()
			p.Connect("jane") // keys rotated in between
			if got := p.Get(apptest.Incidents(102)); got.State() != "one" {
				t.Errorf("%s: %s", got.State(), got.Text())
			}
			if got := p.Post("/logout", nil); got.Status != http.StatusNoContent {
				t.Errorf("log out: %d", got.Status)
			}
		})
	}
}

func TestRegionsAndAccounts(t *testing.T) {
	t.Parallel()
	t.Run("an EU account is asked in the EU", func(t *testing.T) {
		s := apptest.Start(t)
		p := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
		p.Connect("eva")
		if got := p.Get(apptest.Incidents(101)); got.State() != "one" || !strings.Contains(got.Text(), "Eva Lindqvist, nordwind") {
			t.Errorf("%s: %s", got.State(), got.Text())
		}
	})
	t.Run("a region that is not on the list", func(t *testing.T) {
		s := apptest.Start(t, func(set *app.Settings, _ *app.Options) {
			set.APIURLs, set.EventsURLs = set.APIURLs[:1], set.EventsURLs[:1]
		})
		b := s.NewBrowser(t)
		p := b.Panel(s.ZD.Account("acme"), mia)
		failedWindow(t, b.AtPagerDuty(p.Window(b), "eva"), "PAGERDUTY_API_URLS")
	})
	t.Run("an account that is not on the list", func(t *testing.T) {
		s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.Subdomains = []string{"acme"} })
		b := s.NewBrowser(t)
		p := b.Panel(s.ZD.Account("acme"), mia)
		failedWindow(t, b.AtPagerDuty(p.Window(b), "eva"), "nordwind")
		state(t, p, "failed")
	})
}
