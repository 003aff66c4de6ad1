package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app/apptest"
)

func TestSwitchCancelAndLogOut(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	p := b.Panel(s.ZD.Account("acme"), mia)
	p.Connect("jane")
	// while a switch is under way, the old login goes on
	window := s.NewBrowser(t)
	confirm := p.Window(window)
	state(t, p, "connecting")
	if got := p.Get(apptest.Incidents(102)); got.State() != "one" {
		t.Errorf("without asking for the login: %s", got.State())
	}
	if got := p.Post("/login/cancel", nil); got.Status != http.StatusNoContent {
		t.Fatalf("cancel: %d", got.Status)
	}
	if got := p.Get(apptest.Incidents(102) + "?login=1"); got.State() != "one" {
		t.Errorf("after the cancel: %s", got.State())
	}
	late, _ := window.Authorize(confirm)
	failedWindow(t, late, "already used")
	p.Connect("lee")
	if got := p.Get(apptest.Incidents(102)); !strings.Contains(got.Text(), "Lee Park, acme") {
		t.Errorf("after the switch: %s", got.Text())
	}
	other := b.Panel(s.ZD.Account("acme"), mia)
	if got := p.Post("/logout", nil); got.Status != http.StatusNoContent {
		t.Fatalf("log out: %d", got.Status)
	}
	if got := other.Get(apptest.Incidents(102)); got.State() != "not-connected" {
		t.Errorf("another panel after the log-out: %s", got.State())
	}
	s.App.Close()
	for _, person := range []string{"jane", "lee"} {
		if n := s.PD.LiveGrants(person); n != 0 {
			t.Errorf("%s has %d live grants left", person, n)
		}
	}
}

// A grant that nobody claims is erased, and revoked.
func TestUnclaimed(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	p := b.Panel(s.ZD.Account("acme"), mia)
	apptest.Granted(t, b.AtPagerDuty(p.Window(b), "jane"))
	s.Forward(t, 11*time.Minute)
	if err := s.App.Logins.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.App.Close()
	if n := s.PD.LiveGrants("jane"); n != 0 {
		t.Errorf("%d live grants", n)
	}
}

// The same person of PagerDuty in two Zendesk accounts is one delegation: a
// log-out in one must not end the other, though PagerDuty would.
func TestRevocationKeepsOtherLogins(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	here, there := b.Panel(s.ZD.Account("acme"), mia), b.Panel(s.ZD.Account("globex"), 7001)
	here.Connect("jane")
	there.Connect("jane")
	here.Post("/logout", nil)
	if got := there.Get(apptest.Incidents(101)); got.State() == "lapsed" || got.State() == "not-connected" {
		t.Errorf("the other account's panel is %s", got.State())
	}
	s.App.Close()
	if s.PD.LiveGrants("jane") == 0 {
		t.Error("the other login was revoked")
	}
}
