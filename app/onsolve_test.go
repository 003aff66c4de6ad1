package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/store"
)

func onSolve(p *apptest.Panel, id, on string) apptest.Page {
	return p.Post(cardOf(id)+"/onsolve", url.Values{"on": {on}})
}

// solve is what the page does in Zendesk's save.
func solve(p *apptest.Panel, id string) apptest.Page {
	return p.Post(cardOf(id)+"/resolve", url.Values{"solving": {"1"}})
}

// written are the audit entries of actions, of choices and of keys that were handed
// out, without log-ins.
func written(t *testing.T, s *apptest.Stand) []incident.AuditEntry {
	t.Helper()
	besides := []incident.Action{incident.ToResolveOnSolve, incident.ToLeaveOnSolve, incident.ToHandOutKey}
	return slices.DeleteFunc(entries(t, s), func(d incident.AuditEntry) bool {
		return !slices.Contains(incident.Actions, d.Action) && !slices.Contains(besides, d.Action)
	})
}

func actions(t *testing.T, s *apptest.Stand) (list []string) {
	t.Helper()
	for _, d := range written(t, s) {
		list = append(list, d.UserID+" "+string(d.Action)+" "+d.Outcome)
	}
	return list
}

// Nobody switches it on for an incident that they cannot see, or that is not the
// ticket's: another agent's save would resolve it with their token.
func TestResolveOnSolveIsChecked(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	s.PD.Set(func(set *pagerduty.Settings) { set.Hidden = "404" })
	jane, omar := connected(t, s, mia, "jane"), connected(t, s, tom, "omar")
	hidden := s.PD.AddIncident("lee", "Card processor", "Secret trouble", "Zendesk_acme_101").ID
	elsewhere := s.PD.AddIncident("lee", "Payments API", "Of another ticket", "Zendesk_acme_102").ID
	if got := onSolve(omar, hidden, "1"); got.Status != http.StatusNotFound {
		t.Errorf("an outsider: %d %s", got.Status, got.Text())
	}
	if got := onSolve(jane, elsewhere, "1"); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Text(), "is not linked to the ticket") {
		t.Errorf("of another ticket: %d %s", got.Status, got.Text())
	}
	if got := jane.Get(apptest.Incidents(testTicket)); got.Find("[data-onsolve][checked]").Length() != 0 {
		t.Errorf("it is on: %s", got.Text())
	}
	jane.Send(http.MethodPut, links(testTicket)+"/"+elsewhere, nil)
	for _, id := range []string{hidden, elsewhere} { // by its key, by a link
		if got := onSolve(jane, id, "1"); got.Status != http.StatusNoContent {
			t.Errorf("%d %s", got.Status, got.Text())
		}
	}
	want := []string{"9002 onsolve pagerduty.noaccess", "9001 onsolve onsolve.foreign", "9001 link done", "9001 onsolve done", "9001 onsolve done"}
	if got := actions(t, s); !slices.Equal(got, want) {
		t.Errorf("the audit trail: %v", got)
	}
}

// The choice is of the agent who made it: others see it, their save does not act
// on it, and taking it over is theirs to do.
func TestResolveOnSolveIsItsAgents(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	jane, lee := connected(t, s, mia, "jane"), connected(t, s, tom, "lee")
	id := s.PD.AddIncident("lee", "Payments API", "Known trouble", "Zendesk_acme_101").ID
	sees := func(p *apptest.Panel, mine, others bool) {
		t.Helper()
		got := p.Get(apptest.Incidents(testTicket))
		if on := got.Find("[data-onsolve][checked]").Length() == 1; on != mine || strings.Contains(got.Text(), "A colleague selected this") != others {
			t.Errorf("mine %v, a colleague's %v; want %v and %v", on, !others, mine, others)
		}
	}
	onSolve(jane, id, "1")
	sees(jane, true, false)
	sees(lee, false, true)
	if got := solve(lee, id); got.Status != http.StatusConflict || s.PD.Incident(id).Status != "triggered" {
		t.Fatalf("another's save: %d, and it is %s", got.Status, s.PD.Incident(id).Status)
	}
	onSolve(lee, id, "") // takes back nothing of theirs
	sees(jane, true, false)
	onSolve(lee, id, "1")
	sees(lee, true, false)
	sees(jane, false, true)
	if got := solve(jane, id); got.Status != http.StatusConflict || s.PD.Incident(id).Status != "triggered" {
		t.Errorf("a save of who chose it before: %d", got.Status)
	}
	if got := solve(lee, id); got.Status != http.StatusOK || s.PD.Incident(id).Status != "resolved" {
		t.Errorf("their own save: %d %s", got.Status, got.Text())
	}
	want := []string{"9001 onsolve done", "9002 resolve onsolve.taken", "9002 onsolve.off done", "9002 onsolve done", "9001 resolve onsolve.taken", "9002 resolve done"}
	if got := actions(t, s); !slices.Equal(got, want) {
		t.Errorf("the audit trail: %v", got)
	}
	var left int
	if err := database(t, s).QueryRow(`SELECT count(*) FROM links WHERE on_solve = 1`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d choices are left for what is resolved, %v", left, err)
	}
}

// A choice takes the right to resolve.
func TestResolveOnSolveWhereResolvingIsOff(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.AllowedActions = []string{"note"} })
	p := connected(t, s, mia, "jane")
	id := s.PD.AddIncident("lee", "Payments API", "Known trouble", "Zendesk_acme_101").ID
	if got := onSolve(p, id, "1"); got.Status != http.StatusForbidden {
		t.Errorf("%d %s", got.Status, got.Text())
	}
	if got := actions(t, s); !slices.Equal(got, []string{"9001 onsolve notallowed"}) {
		t.Errorf("the audit trail: %v", got)
	}
}

// Who was given a key that pages without a login is written down, before they
// get it.
func TestHandingOutAKeyIsAudited(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "jane")
	form := byService(s, "Payments API")
	plan := planID(p.plan("make", form))
	if got := written(t, s); len(got) != 0 {
		t.Errorf("a plan hands out nothing: %+v", got)
	}
	stepsIn(t, p.steps("make", form, plan))
	got := written(t, s)
	if len(got) != 1 || got[0].Action != incident.ToHandOutKey || got[0].Outcome != "done" || got[0].IncidentID != s.PD.Service("Payments API").ID ||
		got[0].UserID == "" || got[0].PagerDutyID != "PJANE01" || got[0].AccountID != "PACME01" || got[0].At.IsZero() {
		t.Errorf("%+v", got)
	}
	// The page has it already: it is sent back, not handed out.
	p.read = p.madeFor("Payments API")
	if again := p.handedOut("make", asNow("severity_high", "warning")); len(again) != 1 {
		t.Errorf("%+v", again)
	}
	if got := written(t, s); len(got) != 1 {
		t.Errorf("sent back: %+v", got)
	}
}

func TestNoAuditNoKey(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "jane", func(_ *app.Settings, opt *app.Options) {
		opt.Store = func(s *store.Store) app.Store { return forgetful{s} }
	})
	form := byService(s, "Payments API")
	got := p.steps("make", form, planID(p.plan("make", form)))
	if got.Status < 400 || strings.Contains(got.HTML, s.PD.Service("Payments API").Key) {
		t.Errorf("%d %s", got.Status, got.HTML)
	}
}

// One replica sweeps at a time.
func TestOneReplicaSweeps(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	if taken, err := s.App.Store.Lease(t.Context(), "sweep", "another replica", time.Hour); err != nil || !taken {
		t.Fatalf("%v, %v", taken, err)
	}
	s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	count := func() (n int) {
		if err := database(t, s).QueryRow(`SELECT count(*) FROM sessions`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	s.Forward(t, 25*time.Hour)
	if err := s.App.Sweep(t.Context()); err != nil || count() != 1 {
		t.Errorf("while another does it: %v, %d sessions", err, count())
	}
	if _, err := s.App.Store.Lease(t.Context(), "sweep", "another replica", 0); err != nil {
		t.Fatal(err)
	}
	if err := s.App.Sweep(t.Context()); err != nil || count() != 0 {
		t.Errorf("after it: %v, %d sessions", err, count())
	}
}
