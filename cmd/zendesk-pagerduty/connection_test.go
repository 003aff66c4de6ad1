package main

import (
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
)

// An agent who leaves in the middle of a login, before its code came to the panel,
// is disconnected too: PagerDuty forgets the grant, and the code is worth nothing.
func TestRevokeALoginUnderWay(t *testing.T) {
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	panel := b.Panel(s.ZD.Account("acme"), mia)
	attempt, code := apptest.Granted(t, b.AtPagerDuty(panel.Window(b), "jane"))
	env := settings(s)
	if n := s.PD.LiveGrants("jane"); n != 1 {
		t.Fatalf("PagerDuty has %d grants of hers", n)
	}
	exit, out, errs := command(t, env, "connection", "revoke", "--zendesk", "acme/9001")
	for _, want := range []string{
		"ended 1 logins under way of acme/9001",
		"0 disconnected, 1 logins under way ended; PagerDuty has revoked 1 of their grants",
	} {
		if exit != 0 || !strings.Contains(out, want) {
			t.Fatalf("exit code %d, want 0 and %q:\n%s%s", exit, want, out, errs)
		}
	}
	if n := s.PD.LiveGrants("jane"); n != 0 {
		t.Errorf("PagerDuty has %d grants of hers", n)
	}
	panel.Claim(attempt, code)
	if got := panel.Get(apptest.Incidents(102)); got.State() != "not-connected" {
		t.Errorf("with the code, her panel is %s", got.State())
	}
	const none = "none of these is connected or logging in"
	if exit, _, errs := command(t, env, "connection", "revoke", "--zendesk", "acme/9001"); exit != 1 || !strings.Contains(errs, none) {
		t.Errorf("once more: exit code %d, %s", exit, errs)
	}
}

// What a login under way was granted when its account is renamed is forgotten by
// PagerDuty: its panel is of the former address, so that nobody claims it.
func TestRenameEndsALoginUnderWay(t *testing.T) {
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	panel := b.Panel(s.ZD.Account("acme"), mia)
	apptest.Granted(t, b.AtPagerDuty(panel.Window(b), "jane"))
	if n := s.PD.LiveGrants("jane"); n != 1 {
		t.Fatalf("PagerDuty has %d grants of hers", n)
	}
	exit, out, errs := command(t, settings(s), "installation", "rename", "acme", "acme-corp")
	const want = "1 logins under way ended; PagerDuty has revoked 1 grants that nobody uses any more"
	if exit != 0 || !strings.Contains(out, want) {
		t.Fatalf("exit code %d, want 0 and %q:\n%s%s", exit, want, out, errs)
	}
	if n := s.PD.LiveGrants("jane"); n != 0 {
		t.Errorf("PagerDuty has %d grants of hers", n)
	}
}
