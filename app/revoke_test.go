package app_test

import (
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// PagerDuty ends a person's whole delegation with one of its tokens. A login
// that fails must not end the one that works.
func TestFailedLoginKeepsAWorkingOne(t *testing.T) {
	for name, set := range map[string]func(*pagerduty.Settings){
		"unknown key":     func(s *pagerduty.Settings) { s.IDTokenKey = "unknown" },
		"unknown issuer":  func(s *pagerduty.Settings) { s.Issuer = "unknown" },
		"missing a scope": func(s *pagerduty.Settings) { s.Scopes = []string{"incidents.read"} },
	} {
		t.Run(name, func(t *testing.T) {
			s := apptest.Start(t)
			p := connected(t, s, mia, "jane")
			before := s.PD.Settings()
			s.PD.Set(set)
			b := s.NewBrowser(t)
			toms := b.Panel(s.ZD.Account("acme"), tom)
			b.AtPagerDuty(toms.Window(b), "jane")
			state(t, toms, "failed")
			s.PD.Set(func(set *pagerduty.Settings) { *set = before })
			if got := p.Get(apptest.Incidents(102)); got.State() != "one" {
				t.Errorf("the working login is %s", got.State())
			}
			s.App.Close()
			if n := s.PD.LiveGrants("jane"); n == 0 {
				t.Error("the working login was ended")
			}
		})
	}
}

func TestRevokeGrantsNever(t *testing.T) {
	s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.RevokeGrants = "never" })
	p := connected(t, s, mia, "jane")
	p.Post("/logout", nil)
	s.App.Close()
	if n := s.PD.Calls("POST", "/oauth/revoke"); n != 0 {
		t.Errorf("%d revocations", n)
	}
}
