package app_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
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

func deeds(t *testing.T, s *apptest.Stand) []incident.Deed {
	t.Helper()
	var all []incident.Deed
	if err := s.App.Store.Deeds(t.Context(), time.Time{}, func(d incident.Deed) error { all = append(all, d); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAudit(t *testing.T) {
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	created := p.Post(apptest.Incidents(deskTicket), s.NewIncident("Payments API"))
	id := created.Find("[data-expect]").AttrOr("data-expect", "")
	p.Post(apptest.Incidents(deskTicket), s.NewIncident("Payments API")) // there is one
	p.Post(apptest.Incidents(deskTicket), url.Values{"service": {"PNOSUCH"}, "title": {"Secret title"}, "urgency": {"high"}})
	p.Post(cardOf(id)+"/acknowledge", nil)
	p.Post(cardOf(id)+"/acknowledge", nil) // late
	p.Post(cardOf(id)+"/note", url.Values{"text": {"Secret note"}})
	s.PD.Set(func(set *pagerduty.Settings) { set.StatusUpdates = "402" })
	p.Post(cardOf(id)+"/update", url.Values{"text": {"Secret update"}})
	s.PD.Fault(pagerduty.Fault{Method: "PUT", Path: "/incidents/*", Kind: pagerduty.Lost})
	p.Post(cardOf(id)+"/resolve", url.Values{"text": {"Secret resolution"}})
	linked := s.PD.AddIncident("lee", "Checkout web", "Linked", "").ID
	p.Send(http.MethodPut, links(deskTicket)+"/"+linked, nil)
	p.Send(http.MethodDelete, links(deskTicket)+"/"+linked, nil)
	p.Post(cardOf(id)+"/note", url.Values{"text": {" "}}) // nothing was asked of anybody

	var got []string
	for _, d := range deeds(t, s) {
		if d.Subdomain != "acme" || d.UserID != itoa(mia) || d.AccountID != "PACME01" || d.PagerDutyID != "PJANE01" || d.Ticket != deskTicket || d.At.IsZero() {
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
	if err := db.QueryRow(`SELECT count(*) FROM audit WHERE subdomain || user_id || account_id || pagerduty_user || incident_id || action || outcome LIKE '%Secret%'`).Scan(&secrets); err != nil || secrets != 0 {
		t.Errorf("%d lines hold text, %v", secrets, err)
	}
	if strings.Contains(s.Log.String(), "Secret") {
		t.Error("the log holds text of tickets or incidents")
	}
}

// What the operator's rules refuse is written down as well.
func TestAuditOfRefusedDeeds(t *testing.T) {
	s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.AllowedActions = []string{"note"} })
	p := connected(t, s, mia, "jane")
	p.Post(cardOf("QSOMETHING")+"/resolve", nil)
	got := deeds(t, s)
	if len(got) != 1 || got[0].Outcome != "notallowed" || got[0].Action != "resolve" || got[0].IncidentID != "QSOMETHING" || got[0].UserID != itoa(mia) {
		t.Errorf("%+v", got)
	}
}

// A deed that cannot be written down is not done.
func TestNoAuditNoDeed(t *testing.T) {
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

func (forgetful) Begin(context.Context, incident.Deed) (int64, error) {
	return 0, errors.New("disk full")
}

func TestAuditIsKeptForASetTime(t *testing.T) {
	s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.AuditDays = 3 })
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	p.Post(cardOf(a.id)+"/acknowledge", nil)
	if err := s.App.Sweep(t.Context()); err != nil || len(deeds(t, s)) != 1 {
		t.Fatalf("%v, %d lines", err, len(deeds(t, s)))
	}
	s.Forward(t, 71*time.Hour)
	if err := s.App.Sweep(t.Context()); err != nil || len(deeds(t, s)) != 1 {
		t.Errorf("after 71 hours: %v, %d lines", err, len(deeds(t, s)))
	}
	s.Forward(t, 2*time.Hour)
	if err := s.App.Sweep(t.Context()); err != nil || len(deeds(t, s)) != 0 {
		t.Errorf("after 73 hours: %v, %d lines", err, len(deeds(t, s)))
	}
}
