package storetest

import (
	"fmt"
	"testing"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/zendesk"
)

const day = 24 * time.Hour

// expires: what is past its time goes, and its neighbour stays. There is more of
// it than one batch deletes.
func expires(t *testing.T, s Store) {
	ctx, ticket := t.Context(), incident.Ticket{Subdomain: "acme", ID: 1}
	put := func(id string, at time.Time, do func(incident.Link) error) {
		t.Helper()
		l := linkOf(1, "PA", id)
		l.At = at
		must(t, do(l))
	}
	made := func(l incident.Link) error { return s.Made(ctx, l) }
	link := func(l incident.Link) error { return s.Link(ctx, l) }
	choose := func(l incident.Link) error { return s.ResolveOnSolve(ctx, l) }
	for i := range 1_100 {
		put(fmt.Sprint("QOLD", i), now, made)
	}
	put("QLINKED", now, link)
	put("QCHOSEN", now, choose)
	put("QOVER", now.Add(-300*day), choose)
	put("QNEW", now.Add(day), made)
	put("QUNLINKED", now, made)
	put("QUNLINKED", now, link)
	put("QUNLINKED", now.Add(day), func(l incident.Link) error { return s.Unlink(ctx, l) })
	must(t, s.SweepLinks(ctx, now.Add(time.Millisecond), now.Add(-275*day)))
	holds, err := s.TicketLinks(ctx, ticket, "PA")
	must(t, err)
	same(t, holds, []incident.TicketLink{
		{
			IncidentID: "QCHOSEN",
			OnSolve:    "9001",
		}, {IncidentID: "QNEW", Made: true}, {IncidentID: "QUNLINKED", Made: true}, {IncidentID: "QLINKED", Linked: true},
	})

	must(t, s.UsedService(ctx, "acme", "PA", "P1", []string{"form:1"}, now))
	must(t, s.UsedService(ctx, "acme", "PA", "P2", []string{"form:2"}, now.Add(time.Second)))
	must(t, s.SweepServices(ctx, now.Add(time.Millisecond)))
	for scope, want := range map[string]string{"form:1": "", "form:2": "P2"} {
		id, err := s.LastService(ctx, "acme", "PA", []string{scope})
		must(t, err)
		same(t, id, want)
	}

	must(t, s.SetLeavesNotes(ctx, "acme", "9001", false)) // by the database's clock
	must(t, s.SweepPreferences(ctx, time.Now().Add(-day)))
	on, err := s.LeavesNotes(ctx, "acme", "9001")
	must(t, err)
	same(t, on, false)
	must(t, s.SweepPreferences(ctx, time.Now().Add(day)))
	on, err = s.LeavesNotes(ctx, "acme", "9001")
	must(t, err)
	same(t, on, true)

	must(t, s.AddInstallation(ctx, acme))
	g := grant("1")
	connect(t, s, mia, g)
	must(t, s.SweepConnections(ctx, g.Expires))
	_, err = s.Connection(ctx, mia)
	must(t, err)
	must(t, s.SweepConnections(ctx, g.Expires.Add(time.Millisecond)))
	_, err = s.Connection(ctx, mia)
	wants(t, err, oauth.NotConnected)
}

// sessionsAreBounded: those of one agent that were used least recently end.
func sessionsAreBounded(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddInstallation(ctx, acme))
	for i := range 5 {
		r := start(fmt.Sprint("s", i), mia, fmt.Sprint("t", i))
		r.Session.Started, r.Most = now.Add(time.Duration(i)*time.Minute), 3
		must(t, s.StartSession(ctx, r))
		if i == 2 {
			must(t, s.TouchSession(ctx, "s0", now.Add(150*time.Second)))
		}
	}
	r := start("other", tom, "t-other")
	r.Most = 3
	must(t, s.StartSession(ctx, r))
	for id, want := range map[string]error{"s0": nil, "s1": zendesk.SessionEnded, "s2": zendesk.SessionEnded, "s3": nil, "s4": nil, "other": nil} {
		_, err := s.Session(ctx, id)
		if err != nil || want != nil {
			wants(t, err, want)
		}
	}
}

// jobs: one owner at a time, until it gives the job back or its time is over.
func jobs(t *testing.T, s Store) {
	take := func(job, owner string, d time.Duration, want bool) {
		t.Helper()
		got, err := s.Lease(t.Context(), job, owner, d)
		must(t, err)
		if got != want {
			t.Errorf("%s for %s: %v; want %v", job, owner, got, want)
		}
	}
	take("sweep", "a", time.Hour, true)
	take("sweep", "b", time.Hour, false)
	take("other", "b", time.Hour, true)
	take("sweep", "a", time.Hour, true)
	take("sweep", "a", 0, true)
	take("sweep", "b", time.Hour, true)
	take("sweep", "a", time.Hour, false)
}
