package app_test

import (
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/zendesk"
)

// PagerDuty's app has a new client secret, and a replica still has the former
// one: tokens go on until they end, no connection is given up when they do, and
// the right secret is all that it takes.
func TestChangedClientSecret(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	acme := s.ZD.Account("acme")
	connected(t, s, mia, "jane")
	former := *s
	former.Settings.ClientSecret = "of-last-year"
	stale := former.Replica(t)
	on := func(replica *apptest.Stand, session string) string {
		return replica.NewBrowser(t).PanelOf(session).Get(apptest.Incidents(102)).State()
	}

	s.Forward(t, 23*time.Hour+50*time.Minute) // the token is due, and lives on
	session := stale.NewBrowser(t).Panel(acme, mia).Session
	if got := on(stale, session); got != "one" {
		t.Errorf("while the token lives, the panel is %s", got)
	}
	s.Forward(t, time.Hour)
	if got := on(stale, session); got == "one" || got == "lapsed" || got == "not-connected" {
		t.Errorf("when the token has ended, the panel is %s", got)
	}
	if c, err := s.App.Store.Connection(t.Context(), zendesk.Agent{Subdomain: "acme", UserID: itoa(mia)}); err != nil || c.Lapsed {
		t.Errorf("the connection was given up: lapsed %v, %v", c.Lapsed, err)
	}
	if !strings.Contains(s.Log.String(), "invalid_client") {
		t.Error("the log does not say why")
	}
	if got := on(s, session); got != "one" {
		t.Errorf("with the new secret, the panel is %s", got)
	}
	if got := on(stale, session); got != "one" {
		t.Errorf("on the other replica, after that, the panel is %s", got)
	}
}
