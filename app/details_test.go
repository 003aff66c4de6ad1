package app_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// The numbers that docs/incidents.md writes.
func TestCallsPerStep(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	linked := s.PD.AddIncident("lee", "Checkout web", "Linked", "").ID
	for _, c := range []struct {
		what string
		do   func() apptest.Page
		want []string
	}{
		{"open a panel", func() apptest.Page { return p.Get(apptest.Incidents(testTicket)) }, []string{"GET /incidents"}},
		{"search to link", func() apptest.Page { return p.Get("/tickets/101/links?q=linked") }, []string{"GET /incidents"}},
		{"link", func() apptest.Page { return p.Send(http.MethodPut, "/tickets/101/links/"+linked, nil) }, []string{"GET /incidents/" + linked}},
		{"open a panel with a link", func() apptest.Page { return p.Get(apptest.Incidents(testTicket)) }, []string{"GET /incidents", "GET /incidents/" + linked}},
		{"unlink", func() apptest.Page { return p.Send(http.MethodDelete, "/tickets/101/links/"+linked, nil) }, []string{"GET /incidents/" + linked}},
		{"open details", func() apptest.Page { return p.Get(cardOf(a.id) + "/details") },
			[]string{"GET /incidents/" + a.id, "GET /incidents/" + a.id + "/alerts", "GET /incidents/" + a.id + "/log_entries", "GET /incidents/" + a.id + "/notes"}},
		{"who is on call", func() apptest.Page { return p.Get(cardOf(a.id) + "/oncall") }, []string{"GET /incidents/" + a.id, "GET /oncalls"}},
		{"whole timeline", func() apptest.Page { return p.Get(cardOf(a.id) + "/timeline") }, []string{"GET /incidents/" + a.id + "/log_entries"}},
		{"more alerts", func() apptest.Page { return p.Get(cardOf(a.id) + "/alerts?offset=20") }, []string{"GET /incidents/" + a.id + "/alerts"}},
		{"open notes", func() apptest.Page { return p.Get(cardOf(a.id) + "/notes") }, []string{"GET /incidents/" + a.id + "/notes"}},
		{"open edit", func() apptest.Page { return p.Get(cardOf(a.id) + "/edit") }, []string{"GET /incidents/" + a.id, "GET /priorities"}},
		{"open escalate", func() apptest.Page { return p.Get(cardOf(a.id) + "/escalate") }, []string{"GET /incidents/" + a.id}},
		{"open resolve", func() apptest.Page { return p.Get(cardOf(a.id) + "/resolve") }, []string{"GET /incidents/" + a.id}},
		{"open snooze", func() apptest.Page { return p.Get(cardOf(a.id) + "/snooze") }, nil},
		{"open reassign", func() apptest.Page { return p.Get(cardOf(a.id) + "/reassign") }, nil},
		{"open responders", func() apptest.Page { return p.Get(cardOf(a.id) + "/responders") }, nil},
		{"search people", func() apptest.Page { return p.Get("/tickets/101/targets?q=o") }, []string{"GET /escalation_policies", "GET /users"}},
		{"open status update", func() apptest.Page { return p.Get(cardOf(a.id) + "/update") }, []string{"GET /incidents/" + a.id + "/status_updates/subscribers"}},
		{"open workflows", func() apptest.Page { return p.Get(cardOf(a.id) + "/workflow") }, []string{"GET /incident_workflows/triggers"}},
		{"open merge", func() apptest.Page { return p.Get(cardOf(a.id) + "/merge") }, []string{"GET /incidents"}},
	} {
		s.PD.ClearHistory()
		got := c.do()
		calls := s.PD.Paths()
		slices.Sort(calls)
		if got.Status != 200 || !slices.Equal(calls, c.want) {
			t.Errorf("%s: %d %s; asked %v, want %v", c.what, got.Status, got.Text(), calls, c.want)
		}
	}
}

// The four calls of the details go out at once: each waits here for the others.
func TestDetailsAreParallel(t *testing.T) {
	t.Parallel()
	gate := &gate{next: http.DefaultTransport}
	s := apptest.Start(t, func(_ *app.Settings, opt *app.Options) { opt.Transport = gate })
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	gate.close(4, "/incidents/"+a.id)
	got := p.Get(cardOf(a.id) + "/details")
	if got.Status != 200 || got.Find(".note.warn").Length() != 0 || gate.waiting() != 4 {
		t.Errorf("%d %s; %d calls met", got.Status, got.Text(), gate.waiting())
	}
}

// gate holds the requests of a path until a number of them has arrived.
type gate struct {
	next http.RoundTripper

	mu   sync.Mutex
	path string
	want int
	came int
	open chan struct{}
}

func (g *gate) close(want int, path string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.want, g.path, g.open = want, path, make(chan struct{})
}

func (g *gate) waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.came
}

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	g.mu.Lock()
	open := g.open
	held := open != nil && strings.HasPrefix(r.URL.Path, g.path)
	if held {
		if g.came++; g.came == g.want {
			close(open)
		}
	}
	g.mu.Unlock()
	if held {
		select {
		case <-open:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return g.next.RoundTrip(r)
}

// A refused part never breaks the rest.
func TestDetailsInPart(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	var slow string
	for _, i := range s.PD.Incidents("Zendesk_acme_103") {
		if len(i.Notes) > 0 {
			slow = i.ID
		}
	}
	whole := p.Get(apptest.Incidents(103) + "/" + slow + "/details")
	for _, words := range []string{"The card processor answers slowly", "Payments enrichment rule", "+1 415-555-0123", "https://meet.example/payments",
		"Environment", "production", "EU, US", "Omar Haddad", "asked", "joined", "Payments on call", "Acknowledged"} {
		if !strings.Contains(whole.Text(), words) {
			t.Errorf("the details lack %q", words)
		}
	}
	if all := p.Get(apptest.Incidents(103) + "/" + slow + "/timeline"); !strings.Contains(all.Text(), "The bananas are ripe") {
		t.Errorf("an unknown kind of entry is missing: %s", all.Text())
	}
	for _, part := range []string{"", "/notes", "/alerts", "/log_entries"} {
		s.PD.Fault(pagerduty.Fault{Method: "GET", Path: "/incidents/" + slow + part, Kind: pagerduty.Status, Status: 403, Times: 1})
		got := p.Get(apptest.Incidents(103) + "/" + slow + "/details")
		words := "You don't have permission to see this part" // which one, its heading says
		if part == "" {
			words = "You don't have permission to see this incident's description, responders and fields"
		} else if got.Find("section:has(h3) .note.warn").Length() != 1 {
			t.Errorf("%q refused: no heading says which part", part)
		}
		if got.Status != 200 || got.Find(".note.warn").Length() != 1 || !strings.Contains(got.Text(), words) {
			t.Errorf("%q refused: %d %s", part, got.Status, got.Text())
		}
		for selector, of := range map[string]string{"dl": "", "[data-section=notes] .line": "/notes"} {
			if shown := got.Find(selector).Length() > 0; shown == (part == of) {
				t.Errorf("%q refused: %s shown is %v", part, selector, shown)
			}
		}
		if !strings.Contains(got.Text(), "Timeline") {
			t.Errorf("%q refused: no timeline", part)
		}
	}
}
