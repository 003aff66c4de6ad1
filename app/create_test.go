package app_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

func connected(t *testing.T, s *apptest.Stand, user int64, login string) *apptest.Panel {
	t.Helper()
	p := s.NewBrowser(t).Panel(s.ZD.Account("acme"), user)
	p.Connect(login)
	return p
}

func TestCreate(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	s.PD.ClearHistory()
	if got := p.Get(apptest.Incidents(101)); got.State() != "no-incident" {
		t.Fatalf("%s %s", got.State(), got.Text())
	}
	if got := p.Get(apptest.Incidents(101) + "/new"); got.State() != "form" {
		t.Fatalf("%s %s", got.State(), got.Text())
	}
	got := p.Post(apptest.Incidents(101), s.NewIncident("Payments API"))
	if got.State() != "created" || !strings.Contains(got.Text(), "was created") || !strings.Contains(got.Text(), "Checkout fails") {
		t.Fatalf("%d %s", got.Status, got.Text())
	}
	// one call to show the panel, one for the form's priorities, one to create
	if calls := s.PD.Paths(); strings.Join(calls, ", ") != "GET /incidents, GET /priorities, POST /incidents" {
		t.Errorf("asked PagerDuty: %v", calls)
	}
	made := s.Made(101)
	if len(made) != 1 || made[0].Key != "Zendesk_acme_101" || made[0].Title != "Checkout fails" ||
		made[0].Details != "Since 09:40\n\nZendesk ticket: "+s.ZD.Account("acme").TicketURL(101) ||
		made[0].Urgency != "high" {
		t.Errorf("made %+v", made)
	}
	again := p.Post(apptest.Incidents(101), s.NewIncident("Payments API"))
	if again.State() != "created" || !strings.Contains(again.Text(), "already has an open incident") || len(s.Made(101)) != 1 {
		t.Errorf("the same key twice: %s; %d incidents", again.Text(), len(s.Made(101)))
	}
	if got := p.Post(apptest.Incidents(101), s.NewIncident("Checkout web")); got.State() != "created" || len(s.Made(101)) != 2 {
		t.Errorf("another service: %s", got.Text())
	}
	for _, in := range s.Made(101) {
		s.PD.SetStatus("jane", in.ID, "resolved")
	}
	if got := p.Post(apptest.Incidents(101), s.NewIncident("Payments API")); !strings.Contains(got.Text(), "was created") || len(s.Made(101)) != 3 {
		t.Errorf("after the resolve: %s", got.Text())
	}
}

// A look for a creation that was not answered gives what that would have: for an open
// incident of the ticket's own on that service alone.
func TestRecoveredByALook(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	service := func(name string) string {
		return apptest.Incidents(101) + "?created=" + s.NewIncident(name).Get("service")
	}
	if got := p.Get(service("Payments API")); got.State() != "no-incident" {
		t.Errorf("nothing was created: %s", got.State())
	}
	if got := p.Post(apptest.Incidents(101), s.NewIncident("Payments API")); got.State() != "created" {
		t.Fatal(got.Text())
	}
	got := p.Get(service("Payments API"))
	view := got.Find(".view")
	if got.State() != "created" || view.AttrOr("data-tag", "") != "pagerduty" ||
		!strings.Contains(view.AttrOr("data-note", ""), "PagerDuty") || !strings.Contains(got.Text(), "but we checked") {
		t.Errorf("%s %s", got.State(), got.Text())
	}
	for what, path := range map[string]string{
		"another service": service("Checkout web"),
		"no service":      apptest.Incidents(101) + "?created=",
		"no id":           apptest.Incidents(101) + "?created=%3Cscript%3E",
	} {
		if got := p.Get(path); got.State() != "one" || got.Find(".view").AttrOr("data-note", "") != "" {
			t.Errorf("%s: %s", what, got.State())
		}
	}
	s.PD.SetStatus("jane", s.Made(101)[0].ID, "resolved")
	if got := p.Get(service("Payments API")); got.State() != "only-resolved" {
		t.Errorf("resolved: %s", got.State())
	}
}

// PagerDuty's search may not know a new incident yet: the panel shows it all
// the same, and only an incident whose key is the ticket's.
func TestCreatedStaysShown(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	s.PD.Set(func(set *pagerduty.Settings) { set.SearchLagSeconds = 3600 })
	p := connected(t, s, mia, "jane")
	got := p.Post(apptest.Incidents(101), s.NewIncident("Payments API"))
	id := got.Find("[data-expect]").AttrOr("data-expect", "")
	if got := p.Get(apptest.Incidents(101)); got.State() != "no-incident" {
		t.Errorf("the search knows it already: %s", got.State())
	}
	if got := p.Get(apptest.Incidents(101) + "?expect=" + id); got.State() != "one" {
		t.Errorf("expected, and the panel is %s", got.State())
	}
	if got := p.Get(apptest.Incidents(110) + "?expect=" + id); got.State() != "no-incident" {
		t.Errorf("another ticket shows it: %s", got.Text())
	}
}

func TestManyAgentsAtOnce(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	panels := []*apptest.Panel{connected(t, s, mia, "jane"), connected(t, s, tom, "lee")}
	var group sync.WaitGroup
	texts := make([]string, 10)
	for i := range texts {
		group.Go(func() {
			texts[i] = panels[i%2].Post(apptest.Incidents(101), s.NewIncident("Payments API")).Text()
		})
	}
	group.Wait()
	if n := len(s.Made(101)); n != 1 {
		t.Errorf("%d incidents", n)
	}
	notes := strings.Join(texts, "\n")
	if strings.Count(notes, "Incident #") != 1 || strings.Count(notes, "already has an open incident") != 9 {
		t.Errorf("notes:\n%s", notes)
	}
}

func TestFaultsOfCreation(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	ticket := 1000 // of its own for each case
	for name, c := range map[string]struct {
		faults []pagerduty.Fault
		status int
		says   string
		made   int
	}{
		"answer lost after the work": {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Lost}}, 200, "response was lost, but we checked", 1},
		"answer cut":                 {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Cut}}, 200, "response was lost, but we checked", 1},
		"garbage after the work":     {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Garbage, After: true}}, 200, "response was lost, but we checked", 1},
		"502 after the work": {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Status, Status: 502, After: true}}, 200,
			"response was lost, but we checked", 1},
		"500 before it": {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Status, Status: 500}}, 502, "most likely not created", 0},
		"lost, and the look-up too": {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Lost},
			{Method: "GET", Path: "/incidents", Kind: pagerduty.Status, Status: 503, Times: -1}},
			502, "can't tell whether your incident was created", 1},
		"rate-limited": {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Status, Status: 429,
			Header: map[string]string{"ratelimit-reset": "17"}}}, 429, "No incident was created. Try again in 17 s", 0},
		"rate-limited, bare": {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Status, Status: 429}}, 429, "No incident was created. Try again in 30 s", 0},
		"plan":               {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Status, Status: 402}}, 402, "plan does not include", 0},
		"refused in its words": {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Status, Status: 400,
			Body: `{"error":{"message":"Invalid Input Provided","code":2001,"errors":["Incident type <b>x</b> is off."]}}`}}, 422, "Incident type <b>x</b> is off.", 0},
		"an error as a string": {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Status, Status: 400,
			Body: `{"error":"not like that"}`}}, 422, "not like that", 0},
		"a token that is dead": {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Status, Status: 401,
			Body: "HTTP Token: Access denied."}}, 200, "was created", 1},
		"a redirect to nowhere": {[]pagerduty.Fault{{Method: "POST", Path: "/incidents", Kind: pagerduty.Status, Status: 302,
			Header: map[string]string{"Location": "http://127.0.0.1:1/"}}}, 502, "most likely not created", 0},
	} {
		t.Run(name, func(t *testing.T) {
			ticket++
			s.PD.ClearFaults()
			for _, f := range c.faults {
				s.PD.Fault(f)
			}
			got := p.Post(apptest.Incidents(ticket), s.NewIncident("Payments API"))
			if got.Status != c.status || !strings.Contains(got.Text(), c.says) {
				t.Errorf("%d %s; want %d and %q", got.Status, got.Text(), c.status, c.says)
			}
			if n := len(s.Made(ticket)); n != c.made {
				t.Errorf("%d incidents; want %d", n, c.made)
			}
			if got.Status != 200 {
				if got.Find("#title").AttrOr("value", "") != "Checkout fails" || got.Find("#description").Text() != "Since 09:40" ||
					got.Find("[name=service]").AttrOr("value", "") == "" {
					t.Errorf("what was typed is lost: %s", got.HTML)
				}
				s.PD.ClearFaults()
				if again := p.Post(apptest.Incidents(ticket), s.NewIncident("Payments API")); again.Status != 200 || len(s.Made(ticket)) != 1 {
					t.Errorf("trying again: %d %s; %d incidents", again.Status, again.Text(), len(s.Made(ticket)))
				}
			}
		})
	}
}

func TestRefusalsOfCreation(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	for _, c := range []struct {
		login, service, says string
	}{
		{"jane", "Night desk", "No one is on call"},
		{"jane", "Legacy fax", "disabled"},
		{"jane", "Search", "maintenance"},
		{"omar", "Card processor", "This service doesn't exist in PagerDuty"},
		{"stan", "Payments API", "You don't have permission to create incidents"},
		{"rita", "Payments API", "This service doesn't exist in PagerDuty"},
	} {
		p := connected(t, s, mia, c.login)
		got := p.Post(apptest.Incidents(110), s.NewIncident(c.service))
		if got.State() != "form" || !strings.Contains(got.Text(), c.says) {
			t.Errorf("%s on %s: %s", c.login, c.service, got.Text())
		}
	}
	if n := len(s.Made(110)); n != 0 {
		t.Errorf("%d incidents", n)
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.ReadOnly = true })
	p := connected(t, s, mia, "jane")
	if got := p.Get(apptest.Incidents(102)); got.Find("[data-press=create]").Length() != 0 || !strings.Contains(got.Text(), "Read-only") {
		t.Errorf("%s", got.Text())
	}
	if got := p.Post(apptest.Incidents(101), s.NewIncident("Payments API")); got.Status != http.StatusForbidden || len(s.Made(101)) != 0 {
		t.Errorf("%d %s", got.Status, got.Text())
	}
}

// What one agent may not see is nowhere: not in HTML, headers, log, or a cache
// that another filled a moment before.
func TestPrivateTeams(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	insider, outsider := connected(t, s, mia, "jane"), connected(t, s, tom, "omar")
	const title = "Card numbers are checked against an old list"
	for range 2 {
		if got := insider.Get(apptest.Incidents(105)); !strings.Contains(got.Text(), title) {
			t.Fatalf("the insider sees %s", got.Text())
		}
		got := outsider.Get(apptest.Incidents(105))
		if got.State() != "no-incident" {
			t.Errorf("the outsider's panel is %s", got.State())
		}
		for _, hidden := range []string{title, "Card processor", s.Made(105)[0].ID} {
			if strings.Contains(got.HTML, hidden) {
				t.Errorf("the outsider's page holds %q", hidden)
			}
			for name, values := range got.Header {
				if strings.Contains(strings.Join(values, " "), hidden) {
					t.Errorf("the outsider's header %s holds %q", name, hidden)
				}
			}
		}
		if got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("a browser may keep it: %s", got.Header.Get("Cache-Control"))
		}
	}
	if log := s.Log.String(); strings.Contains(log, title) || strings.Contains(log, "Card processor") {
		t.Error("the log holds what one agent sees")
	}
	find := func(p *apptest.Panel) string { return p.Get("/tickets/105/services?q=card").Text() }
	if !strings.Contains(find(insider), "Card processor") || strings.Contains(find(outsider), "Card processor") {
		t.Errorf("services: insider %q, outsider %q", find(insider), find(outsider))
	}
	// The outsider cannot have it shown by its id either.
	if got := outsider.Get(apptest.Incidents(105) + "?expect=" + s.Made(105)[0].ID); got.State() != "no-incident" {
		t.Errorf("by id: %s", got.Text())
	}
	if got := outsider.Post(apptest.Incidents(105), s.NewIncident("Card processor")); strings.Contains(got.Text(), title) {
		t.Errorf("a refused creation tells: %s", got.Text())
	}
}

func TestServices(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	got := p.Get("/tickets/101/services?q=")
	if n := got.Find("[role=option][data-id]").Length(); n != 25 || !strings.Contains(got.Text(), "More services match") {
		t.Errorf("%d options: %s", n, got.Text())
	}
	if got := p.Get("/tickets/101/services?q=no+such+service+anywhere"); got.Find("[role=option][data-id]").Length() != 0 ||
		!strings.Contains(got.Text(), "No matching services") {
		t.Errorf("%s", got.Text())
	}
	if got := p.Get("/tickets/101/services?q=legacy"); got.Find("[role=option][aria-disabled=true]").Length() != 1 {
		t.Errorf("a disabled service is not flagged: %s", got.HTML)
	}
	if got := p.Get("/tickets/101/services?q=bold"); got.Find("b").Length() != 0 {
		t.Errorf("a service's name is markup: %s", got.HTML)
	}
	if strings.Contains(got.HTML, s.PD.Service("Payments API").Key) {
		t.Error("an integration key reached the page")
	}
}

// nulls is an incident with null wherever PagerDuty was seen to send one.
const nulls = `{"incidents":[{"id":"Q1","incident_number":1,"title":"Nulls everywhere","status":"triggered","urgency":"high","priority":null,"incident_key":null,
	"html_url":"javascript://x.example/%0aalert(1)","created_at":"2026-11-24T10:00:00+02:00","last_status_change_at":null,
	"service":{"id":"P1","summary":"S","html_url":null},"assignments":[]}],"more":false}`

func TestTroublesOfAPanel(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	for _, c := range []struct {
		fault  pagerduty.Fault
		status int
		state  string
		says   string
	}{
		{pagerduty.Fault{Kind: pagerduty.Status, Status: 503, Times: 2}, 200, "one", "Checkout fails"}, // tried again
		{pagerduty.Fault{Kind: pagerduty.Status, Status: 503, Times: 9}, 502, "down", "not responding"},
		{pagerduty.Fault{Kind: pagerduty.Garbage, Times: 9}, 502, "down", "unexpected response"},
		{pagerduty.Fault{Kind: pagerduty.Garbage, Body: nulls, Times: 1}, 200, "one", "Nulls everywhere"},
		{pagerduty.Fault{Kind: pagerduty.Garbage, Body: `{"incidents":"none"}`, Times: 9}, 502, "down", "unexpected response"},
		{pagerduty.Fault{Kind: pagerduty.Garbage, Body: `{}`, Times: 9}, 502, "down", "unexpected response"},
		{pagerduty.Fault{Kind: pagerduty.Cut, Times: 9}, 502, "down", "not responding"},
		{pagerduty.Fault{Kind: pagerduty.Lost, Times: 9}, 502, "down", "not responding"},
		{pagerduty.Fault{Kind: pagerduty.Status, Status: 429, Header: map[string]string{"ratelimit-reset": "18"}, Times: 9}, 429, "limited", "Trying again in 18 s"},
		{pagerduty.Fault{Kind: pagerduty.Status, Status: 403, Body: `{"error":{"message":"Access Denied","code":2010}}`, Times: 9}, 403, "no-access",
			"role doesn't let you see incidents"},
		{pagerduty.Fault{Kind: pagerduty.Status, Status: 302, Header: map[string]string{"Location": "http://127.0.0.1:1/steal"}, Times: 9}, 502, "down", "unexpected response"},
	} {
		c.fault.Method, c.fault.Path = "GET", "/incidents"
		s.PD.Fault(c.fault)
		got := p.Get(apptest.Incidents(102))
		if strings.Contains(got.HTML, "javascript:") {
			t.Errorf("an address became a link that runs: %s", got.HTML)
		}
		if got.Status != c.status || got.State() != c.state || !strings.Contains(got.Text(), c.says) {
			t.Errorf("%+v: %d %s %s; want %d %s %q", c.fault, got.Status, got.State(), got.Text(), c.status, c.state, c.says)
		}
		s.PD.ClearFaults()
	}
	noSecrets(t, s)
}
