package app_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/store"
)

func auditEntries(t *testing.T, s *apptest.Stand) []incident.AuditEntry {
	t.Helper()
	var all []incident.AuditEntry
	for _, d := range entries(t, s) {
		if slices.Contains(incident.Actions, d.Action) {
			all = append(all, d)
		}
	}
	return all
}

// entries are the whole audit trail, with log-ins and log-outs.
func entries(t *testing.T, s *apptest.Stand) []incident.AuditEntry {
	t.Helper()
	var all []incident.AuditEntry
	if err := s.App.Store.AuditEntries(t.Context(), time.Time{}, func(d incident.AuditEntry) error { all = append(all, d); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAudit(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	created := p.Post(apptest.Incidents(testTicket), s.NewIncident("Payments API"))
	id := created.Find("[data-expect]").AttrOr("data-expect", "")
	p.Post(apptest.Incidents(testTicket), s.NewIncident("Payments API")) // there is one
	p.Post(apptest.Incidents(testTicket), url.Values{"service": {"PNOSUCH"}, "title": {"Secret title"}, "urgency": {"high"}})
	p.Post(cardOf(id)+"/acknowledge", nil)
	p.Post(cardOf(id)+"/acknowledge", nil) // late
	p.Post(cardOf(id)+"/note", url.Values{"text": {"Secret note"}})
	s.PD.Set(func(set *pagerduty.Settings) { set.StatusUpdates = "402" })
	p.Post(cardOf(id)+"/update", url.Values{"text": {"Secret update"}})
	s.PD.Fault(pagerduty.Fault{Method: "PUT", Path: "/incidents/*", Kind: pagerduty.Lost})
	p.Post(cardOf(id)+"/resolve", url.Values{"text": {"Secret resolution"}})
	linked := s.PD.AddIncident("lee", "Checkout web", "Linked", "").ID
	p.Send(http.MethodPut, links(testTicket)+"/"+linked, nil)
	p.Send(http.MethodDelete, links(testTicket)+"/"+linked, nil)
	p.Post(cardOf(id)+"/note", url.Values{"text": {" "}}) // nothing was asked of anybody

	var got []string
	for _, d := range auditEntries(t, s) {
		if d.Subdomain != "acme" || d.UserID != itoa(mia) || d.AccountID != "PACME01" || d.PagerDutyID != "PJANE01" || d.Ticket != testTicket || d.At.IsZero() {
			t.Errorf("who and where: %+v", d)
		}
		got = append(got, string(d.Action)+" "+d.IncidentID+" "+d.Outcome)
	}
	want := []string{
		"create " + id + " made", "create " + id + " existing", "create  create.service", "acknowledge " + id + " done", "acknowledge " + id + " late",
		"note " + id + " done", "update " + id + " pagerduty.plan", "resolve " + id + " recovered", "link " + linked + " done", "unlink " + linked + " done",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// No text of tickets or incidents, in the trail or in the log.
	db := database(t, s)
	var secrets int
	err := db.QueryRow(`SELECT count(*) FROM audit
		WHERE subdomain || user_id || account_id || pagerduty_user || incident_id || action || outcome LIKE '%Secret%'`).Scan(&secrets)
	if err != nil || secrets != 0 {
		t.Errorf("%d lines hold text, %v", secrets, err)
	}
	if strings.Contains(s.Log.String(), "Secret") {
		t.Error("the log holds text of tickets or incidents")
	}
}

// PagerDuty's refusals may quote what was typed: the agent reads it, the log
// does not. Nor does it hold what a page sends in place of a choice.
func TestRefusalsAreNotLoggedInWords(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	s.PD.Fault(pagerduty.Fault{Method: "PUT", Path: "/incidents/*", Kind: pagerduty.Status, Status: 400,
		Body: `{"error":{"message":"Invalid Input Provided","code":2001,"errors":["Resolution \"Secret resolution\" will not do"]}}`})
	got := p.Post(cardOf(a.id)+"/resolve", url.Values{"text": {"Secret resolution"}})
	says(t, "resolve", got, []int{422}, []string{`PagerDuty rejected this, so nothing was changed: Resolution "Secret resolution" will not do`})
	p.Post(cardOf(a.id)+"/edit", url.Values{"urgency": {strings.Repeat("flood", 10_000)}})
	if log := s.Log.String(); strings.Contains(log, "Secret") || strings.Contains(log, strings.Repeat("flood", 100)) {
		t.Errorf("the log holds it: %.2000s", log)
	}
}

// Another tab switches to another PagerDuty account while an action is under
// way, which ends the old token. What was clicked on one person's card is not
// done as another, nor written down as theirs.
func TestSwitchInTheMiddleOfAnAction(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	other := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	a := acts[0].prepared(s, "Payments API")
	s.PD.Fault(pagerduty.Fault{Method: "GET", Path: "/incidents/*", Kind: pagerduty.Hang, Status: 401})
	answer := make(chan apptest.Page)
	go func() { answer <- p.Post(cardOf(a.id)+"/acknowledge", nil) }()
	for len(auditEntries(t, s)) == 0 {
	}
	other.Connect("lee")
	s.PD.ClearFaults()
	got := <-answer
	if now := s.PD.Incident(a.id); now.Status != "triggered" {
		t.Errorf("it was done by %v", now.Assignees)
	}
	if list := auditEntries(t, s); got.Status != http.StatusConflict || len(list) != 1 || list[0].PagerDutyID != "PJANE01" || list[0].Outcome != "pagerduty.unauthorized" {
		t.Errorf("%d %s\n%+v", got.Status, got.Text(), list)
	}
}

// What the operator's rules refuse is written down as well.
func TestAuditOfRefusedActions(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.AllowedActions = []string{"note"} })
	p := connected(t, s, mia, "jane")
	p.Post(cardOf("QSOMETHING")+"/resolve", nil)
	got := auditEntries(t, s)
	if len(got) != 1 || got[0].Outcome != "notallowed" || got[0].Action != "resolve" || got[0].IncidentID != "QSOMETHING" || got[0].UserID != itoa(mia) {
		t.Errorf("%+v", got)
	}
}

// An action that cannot be written down is not done.
func TestNoAuditNoAction(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, func(_ *app.Settings, opt *app.Options) {
		opt.Store = func(s *store.Store) app.Store { return forgetful{s} }
	})
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	if got := p.Post(cardOf(a.id)+"/acknowledge", nil); got.Status != http.StatusInternalServerError {
		t.Errorf("%d %s", got.Status, got.Text())
	}
	if now := s.PD.Incident(a.id); now.Status != "triggered" {
		t.Errorf("it was done: %+v", now)
	}
}

type forgetful struct{ *store.Store }

func (forgetful) Begin(context.Context, incident.AuditEntry) (int64, error) {
	return 0, errors.New("disk full")
}

// PagerDuty takes an incident's number for its id. One incident under two names
// would have two actions at a time, and lines that do not name it.
func TestNumbersAreNoIDs(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	in := s.PD.AddIncident("lee", "Payments API", "Known trouble", "Zendesk_acme_101")
	for _, action := range []string{"acknowledge", "note"} {
		if got := p.Post(cardOf(strconv.Itoa(in.Number))+"/"+action, url.Values{"text": {"x"}}); got.Status != http.StatusNotFound {
			t.Errorf("%s: %d %s", action, got.Status, got.Text())
		}
	}
	if list := auditEntries(t, s); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}

// Nor does one that was done fail because the links cannot be read after it.
func TestNoLinksAfterAnAction(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, func(_ *app.Settings, opt *app.Options) {
		opt.Store = func(s *store.Store) app.Store { return linkless{s} }
	})
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	if got := p.Post(cardOf(a.id)+"/acknowledge", nil); got.Status != http.StatusOK || got.Find("[data-core=acknowledged]").Length() != 1 {
		t.Errorf("%d %s", got.Status, got.Text())
	}
}

type linkless struct{ *store.Store }

func (linkless) Linked(context.Context, incident.Ticket, string) ([]string, error) {
	return nil, errors.New("disk full")
}

func TestAuditIsKeptForASetTime(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.AuditDays = 3 })
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	p.Post(cardOf(a.id)+"/acknowledge", nil)
	if err := s.App.Sweep(t.Context()); err != nil || len(auditEntries(t, s)) != 1 {
		t.Fatalf("%v, %d lines", err, len(auditEntries(t, s)))
	}
	s.Forward(t, 71*time.Hour)
	if err := s.App.Sweep(t.Context()); err != nil || len(auditEntries(t, s)) != 1 {
		t.Errorf("after 71 hours: %v, %d lines", err, len(auditEntries(t, s)))
	}
	s.Forward(t, 2*time.Hour)
	if err := s.App.Sweep(t.Context()); err != nil || len(auditEntries(t, s)) != 0 {
		t.Errorf("after 73 hours: %v, %d lines", err, len(auditEntries(t, s)))
	}
}
