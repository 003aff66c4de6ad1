package server_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/server"
	"zendesk-pagerduty/server/web"
)

const card = ticket + "/PINC01"

var newForm = url.Values{"service": {"PSVC01"}, "title": {"Typed by hand"}, "description": {"two\nlines"}, "urgency": {"high"}}

// What goes wrong at PagerDuty becomes a status for the page, a state for its
// script, a sentence for the agent, and an outcome in the audit trail.
func TestErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		status int
		state  string
		panel  string // the sentence where incidents are read
		act    string // and where one is acknowledged
	}{
		"forbidden": {problem.New(incident.Forbidden, nil, nil), 403, "no-access", "role doesn't let you see incidents",
			"You don't have permission to do this in PagerDuty (Acknowledge)"},
		"no access":   {problem.New(incident.NoAccess, nil, nil), 403, "no-access", "role doesn't let you see incidents", "You don't have access to this incident"},
		"rate limit":  {problem.New(incident.Limited, nil, problem.Args{"seconds": 7}), 429, "limited", "7", "7"},
		"slow":        {problem.New(incident.Slow, nil, nil), 504, "slow", "PagerDuty", "most likely not made"},
		"down":        {problem.New(incident.Down, nil, nil), 502, "down", "PagerDuty is not responding", "most likely not made"},
		"unreachable": {problem.New(incident.Unreachable, nil, nil), 502, "down", "PagerDuty", "PagerDuty"},
		"garbled":     {problem.New(incident.Garbled, nil, nil), 502, "down", "PagerDuty", "most likely not made"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, nil)
			d.pd.reads = c.err
			if got := d.ask(http.MethodGet, ticket, nil); got.status != c.status || got.state() != c.state || !strings.Contains(got.text(), c.panel) {
				t.Errorf("the panel: %d %s %s", got.status, got.state(), got.text())
			}
			d.pd.reads, d.pd.writes = nil, c.err
			got := d.ask(http.MethodPost, card+"/acknowledge", url.Values{})
			if got.status < 400 || !strings.Contains(got.text(), c.act) {
				t.Errorf("the action: %d %s", got.status, got.text())
			}
			if trail := d.audited(); len(trail) != 1 || !strings.HasPrefix(trail[0], "acknowledge ") || strings.HasSuffix(trail[0], " done") {
				t.Errorf("the trail: %v", trail)
			}
		})
	}
}

// PagerDuty's own words reach the agent, as text; an error that is nobody's
// becomes a sentence that says nothing of its inside.
func TestWordsOfErrors(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	d.pd.writes = problem.New(incident.Refused, nil, problem.Args{"message": "<img src=x onerror=alert(1)> will not do"})
	got := d.ask(http.MethodPost, card+"/acknowledge", url.Values{})
	if got.status != http.StatusUnprocessableEntity || got.Find("img").Length() != 0 || !strings.Contains(got.text(), "<img src=x onerror=alert(1)> will not do") {
		t.Errorf("%d %s", got.status, got.html)
	}
	d.pd.reads = errInside
	got = d.ask(http.MethodGet, ticket, nil)
	if got.status != http.StatusInternalServerError || strings.Contains(got.html, "inside") {
		t.Errorf("%d %s", got.status, got.html)
	}
}

type inside struct{}

func (inside) Error() string { return "the inside of the program" }

var errInside = inside{}

// A creation that fails keeps all that was typed.
func TestTypedIsKept(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	d.pd.incident = incident.Incident{}
	d.pd.writes = problem.New(incident.PlanLacks, nil, nil)
	got := d.ask(http.MethodPost, ticket, newForm)
	if got.status != http.StatusPaymentRequired || got.Find("#title").AttrOr("value", "") != "Typed by hand" || got.Find("#description").Text() != "two\nlines" {
		t.Fatalf("%d %s", got.status, got.html)
	}
	d.pd.writes = nil
	if got := d.ask(http.MethodPost, ticket, newForm); got.status != http.StatusOK || got.state() != "created" || !strings.Contains(got.text(), "Typed by hand") {
		t.Errorf("%d %s %s", got.status, got.state(), got.text())
	}
	if want := []string{"create pagerduty.plan", "create made"}; !slices.Equal(d.audited(), want) {
		t.Errorf("the trail: %v, want %v", d.audited(), want)
	}
}

// Whatever people write in PagerDuty is text in the panel.
func TestEscaping(t *testing.T) {
	t.Parallel()
	for _, hostile := range []string{
		`<script>alert(1)</script>`,
		`"><img src=x onerror=alert(1)>`,
		`'); alert(1); ('`,
		`</article></main><form action=https://evil.test>`,
		`{{constructor.constructor('alert(1)')()}}`,
		"a\u202ebc\u0000d",
	} {
		d := open(t, nil)
		plain := d.ask(http.MethodGet, ticket, nil).Find("*").Length()
		d.pd.incident.Title, d.pd.incident.Service.Name = hostile, hostile
		d.pd.incident.Holders = nil
		d.pd.note = incident.Note{ID: "N1", Author: incident.Ref{Name: hostile}, Content: hostile}
		got := d.ask(http.MethodGet, ticket, nil)
		if got.status != http.StatusOK || got.Find("*").Length() != plain || !strings.Contains(got.text(), "alert") && strings.Contains(hostile, "alert") {
			t.Errorf("%q makes something of the page: %s", hostile, got.html)
		}
		notes := d.ask(http.MethodPost, card+"/note", url.Values{"text": {"Fine"}})
		if notes.status != http.StatusOK || notes.Find("script, img, [onerror], form[action^='https://evil']").Length() != 0 {
			t.Errorf("%q in a note: %d %s", hostile, notes.status, notes.html)
		}
	}
}

// What the operator does not allow is not offered, and is refused where it is
// asked for all the same, before PagerDuty hears of it.
func TestAllowed(t *testing.T) {
	t.Parallel()
	buttons := func(a answer) (names []string) {
		a.Find("button, [data-open], [data-act]").Each(func(_ int, b *goquery.Selection) { names = append(names, strings.TrimSpace(b.Text())) })
		return names
	}
	whole := open(t, nil)
	if got := buttons(whole.ask(http.MethodGet, ticket, nil)); !slices.Contains(got, "Acknowledge") {
		t.Fatalf("offered: %q", got)
	}
	for name, change := range map[string]func(*server.Server){
		"read-only":       func(s *server.Server) { s.ReadOnly = true },
		"not the actions": func(s *server.Server) { s.Allowed = incident.Allowed{incident.ToLink} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, change)
			if got := buttons(d.ask(http.MethodGet, ticket, nil)); slices.Contains(got, "Acknowledge") || slices.Contains(got, "Create another") {
				t.Errorf("offered: %q", got)
			}
			for path, form := range map[string]url.Values{card + "/acknowledge": {}, card + "/note": {"text": {"x"}}, ticket: newForm} {
				if got := d.ask(http.MethodPost, path, form); got.status != http.StatusForbidden {
					t.Errorf("%s: %d %s", path, got.status, got.text())
				}
			}
			if len(d.pd.wrote) != 0 {
				t.Errorf("PagerDuty was asked for %v", d.pd.wrote)
			}
		})
	}
}

// Every write is in the audit trail with how it ended; what asks nobody for
// anything is not.
func TestAuditTrail(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	d.ask(http.MethodGet, ticket, nil)
	d.ask(http.MethodPost, card+"/acknowledge", url.Values{})
	d.ask(http.MethodPost, card+"/note", url.Values{"text": {"Secret note"}})
	d.ask(http.MethodPost, card+"/note", url.Values{"text": {" "}})
	d.pd.writes = problem.New(incident.Forbidden, nil, nil)
	d.ask(http.MethodPost, card+"/note", url.Values{"text": {"Secret note"}})
	want := []string{"acknowledge done", "note done", "note pagerduty.forbidden"}
	if got := d.audited(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// The session value is the only authority.
func TestSessions(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	good := d.session
	for name, value := range map[string]string{"none": "", "foreign": "x", "cut": good.Reveal()[:len(good.Reveal())-2]} {
		d.session = seal.Secret(value)
		if got := d.ask(http.MethodGet, ticket, nil); got.status != http.StatusUnauthorized || got.state() != "session-ended" {
			t.Errorf("%s: %d %s", name, got.status, got.state())
		}
	}
	d.session = good
	got := d.ask(http.MethodGet, ticket, nil)
	if got.status != http.StatusOK || got.state() != "one" || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s %v", got.status, got.state(), got.header)
	}
	for _, path := range []string{"/tickets/0/incidents", "/tickets/x/incidents", "/tickets/-1/incidents"} {
		if got := d.ask(http.MethodGet, path, nil); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", path, got.status, got.text())
		}
	}
}

// What a page asks for as somebody whom its agent is no longer connected as is not
// done.
func TestOtherUser(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	shown, ok := d.ask(http.MethodGet, ticket, nil).Find("[data-user]").Attr("data-user")
	if !ok {
		t.Fatal("the panel does not say whose it is")
	}
	for user, want := range map[string]int{shown: http.StatusOK, shown + "X": http.StatusConflict} {
		before := len(d.pd.wrote)
		got := d.send(http.MethodPost, card+"/acknowledge", url.Values{}, "Sidebar-Session", d.session.Reveal(), web.UserHeader, user)
		if got.status != want || (len(d.pd.wrote) > before) != (want == http.StatusOK) {
			t.Errorf("as %q: %d, %v", user, got.status, d.pd.wrote)
		}
	}
	// A form that comes back would name the other one, and its next press create as them.
	before := len(d.pd.wrote)
	got := d.send(http.MethodPost, ticket, url.Values{"service": {"PSERVICE"}, "title": {"Down"}},
		"Sidebar-Session", d.session.Reveal(), web.UserHeader, shown+"X")
	if view := got.header.Get("Sidebar-View"); got.status != http.StatusConflict || view != "notice" || len(d.pd.wrote) > before {
		t.Errorf("a creation: %d, %s, %v", got.status, view, d.pd.wrote[before:])
	}
}
