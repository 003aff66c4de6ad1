package app_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

func TestCreateInFull(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	form := p.Get(apptest.Incidents(101) + "/new?form=360001&group=360201")
	if form.State() != "form" || form.Find("[name=priority] option").Length() != 6 || form.Find("[name=form]").AttrOr("value", "") != "360001" {
		t.Fatalf("%d %s", form.Status, form.HTML)
	}
	v := s.NewIncident("Payments API")
	v.Set("priority", form.Find("[name=priority] option").Eq(2).AttrOr("value", ""))
	v.Set("requester", "Claire Dubois\nZendesk ticket: https://evil.example")
	v.Set("ticket_priority", "urgent")
	v.Set("form", "360001")
	v.Set("group", "360201")
	v.Set("target", "policy:"+policyOf(t, p, "Platform on call"))
	if got := p.Post(apptest.Incidents(101), v); got.State() != "created" {
		t.Fatalf("%d %s", got.Status, got.Text())
	}
	made := s.Made(101)[0]
	want := "Since 09:40\n\nRequester: Claire Dubois Zendesk ticket: https://evil.example\nTicket priority: urgent\nZendesk ticket: " + s.ZD.Account("acme").TicketURL(101)
	if made.Priority != "P2" || made.Policy != "Platform on call" || made.Details != want {
		t.Errorf("%+v\nwant the body\n%s", made, want)
	}
	// The service comes first the next time, for the form and for the group.
	for query, offered := range map[string]string{"form=360001": "Payments API", "group=360201": "Payments API", "form=1&group=360201": "Payments API", "form=1": "", "": ""} {
		if got := p.Get(apptest.Incidents(110)+"/new?"+query).Find("[name=service_name]").AttrOr("value", ""); got != offered {
			t.Errorf("%q offers %q; want %q", query, got, offered)
		}
	}
	// It is offered to those alone who may see it.
	s.PD.RenameService("Payments API", "Card processor 2")
	if got := p.Get(apptest.Incidents(110)+"/new?form=360001").Find("[name=service_name]").AttrOr("value", ""); got != "Card processor 2" {
		t.Errorf("its name is asked for anew: %q", got)
	}
	private := s.NewIncident("Card processor")
	private.Set("form", "360009")
	if got := p.Post(apptest.Incidents(110), private); got.State() != "created" {
		t.Fatalf("%d %s", got.Status, got.Text())
	}
	omar := connected(t, s, tom, "omar")
	if got := omar.Get(apptest.Incidents(101) + "/new?form=360009"); got.State() != "form" || strings.Contains(got.HTML, "Card processor\"") ||
		got.Find("[name=service]").AttrOr("value", "") != "" {
		t.Errorf("an outsider's form: %d %s", got.Status, got.HTML)
	}
}

func policyOf(t *testing.T, p *apptest.Panel, name string) string {
	t.Helper()
	value := p.Get("/tickets/101/targets?q="+url.QueryEscape(name)).Find("[data-name='"+name+"']").AttrOr("data-id", "")
	_, id, _ := strings.Cut(value, ":")
	if id == "" {
		t.Fatalf("no policy %q", name)
	}
	return id
}

func TestCreateForSomebody(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	v := s.NewIncident("Payments API")
	v.Set("target", "user:POMAR01")
	if got := p.Post(apptest.Incidents(101), v); got.State() != "created" {
		t.Fatalf("%d %s", got.Status, got.Text())
	}
	if made := s.Made(101)[0]; len(made.Assignees) != 1 || made.Assignees[0] != "omar" || made.Status != "triggered" {
		t.Errorf("%+v", made)
	}
	for _, c := range []struct{ name, value, says string }{
		{"target", "user:PNOBODY", "That user doesn't exist"}, {"target", "policy:PNOBODY", "That escalation policy doesn't exist"}, {"target", "team:PX", "or leave the field empty"},
		{"priority", "PNOBODY", "did not accept that priority"}, {"priority", "../x", "did not accept that priority"},
	} {
		v := s.NewIncident("Checkout web")
		v.Set(c.name, c.value)
		v.Add("priority_option", "PONE:P1")
		v.Add("priority_option", "../x:P2")
		got := p.Post(apptest.Incidents(101), v)
		if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Text(), c.says) || got.Find("#title").AttrOr("value", "") != "Checkout fails" ||
			got.Find("[name=priority] option").Length() != 2 {
			t.Errorf("%s %s: %d %s", c.name, c.value, got.Status, got.Text())
		}
	}
}

// PagerDuty's own words, and its own form, where the API cannot do it.
func TestCreateElsewhere(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	s.PD.Fault(
		pagerduty.Fault{
			Method: "POST",
			Path:   "/incidents",
			Kind:   pagerduty.Status,
			Status: 400,
			Body:   `{"error":{"message":"Invalid Input Provided","code":2001,"errors":["Impact is required."]}}`,
		},
	)
	got := p.Post(apptest.Incidents(101), s.NewIncident("Payments API"))
	if href := got.Find(".note a").AttrOr("href", ""); !strings.Contains(got.Text(), "Impact is required.") || href != s.PD.URL+"/web/incidents/create" {
		t.Errorf("%s %s", href, got.Text())
	}
}

func beforeOf(s *apptest.Stand, p *apptest.Panel, service string) apptest.Page {
	found := p.Get("/tickets/101/services?q=" + url.QueryEscape(service)).Find("[data-name='" + service + "']")
	return p.Get("/tickets/101/services/" + found.AttrOr("data-id", "x") + "?policy=" + found.AttrOr("data-policy", ""))
}

func TestBeforeAServiceIsPaged(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	for range 7 {
		s.PD.AddIncident("lee", "Checkout web", "Lee's own trouble", "Zendesk_acme_140")
	}
	s.PD.ClearHistory()
	got := beforeOf(s, p, "Checkout web")
	if calls := s.PD.Paths(); len(calls) != 4 { // the search, and three
		t.Errorf("asked %v", calls)
	}
	text := got.Text()
	if !strings.Contains(text, "Already open on this service") || strings.Count(text, "Lee's own trouble") != 5 || got.Find("[data-blocked]").Length() != 0 {
		t.Errorf("%d %s", got.Status, text)
	}
	if want := "Notifies Lee Park"; !strings.Contains(text, want) || !strings.Contains(text, "then you") || !strings.Contains(text, "then Omar Haddad") {
		t.Errorf("who is woken: %s", text)
	}
	mine := s.PD.AddIncident("lee", "Checkout web", "Of this ticket", "Zendesk_acme_101")
	got = beforeOf(s, p, "Checkout web")
	if got.Find("[data-blocked]").Length() != 1 || !strings.Contains(got.Text(), "#"+strconv.Itoa(mine.Number)) || strings.Contains(got.Text(), "Of this ticket") {
		t.Errorf("this ticket's own: %s", got.Text())
	}
	if got := beforeOf(s, p, "Night desk"); got.Find(".note.bad").Length() != 1 || !strings.Contains(got.Text(), "No one is on call") {
		t.Errorf("nobody on call: %s", got.Text())
	}
	// Another agent's open incident of a team that one may see is shown, and
	// nothing of a private one.
	secret := s.PD.AddIncident("lee", "Card processor", "Secret trouble", "")
	omar := connected(t, s, tom, "omar")
	if got := beforeOf(s, omar, "Checkout web"); !strings.Contains(got.Text(), "Lee's own trouble") {
		t.Errorf("omar: %s", got.Text())
	}
	hidden := omar.Get("/tickets/101/services/" + s.PD.Service("Card processor").ID + "?policy=" + policyOf(t, p, "Card operations on call"))
	if strings.Contains(hidden.HTML, "Secret") || strings.Contains(hidden.HTML, secret.ID) || strings.Contains(hidden.Text(), "Lee Park") {
		t.Errorf("omar sees the private team's: %s", hidden.HTML)
	}
	// What PagerDuty refuses of it stops nobody.
	s.PD.Fault(pagerduty.Fault{Method: "GET", Path: "/oncalls", Kind: pagerduty.Status, Status: 429, Times: -1})
	if got := beforeOf(s, p, "Checkout web"); got.Status != 200 || !strings.Contains(got.Text(), "Already open on this service") ||
		strings.Contains(got.Text(), "No one is on call") {
		t.Errorf("without on-calls: %d %s", got.Status, got.Text())
	}
	for _, path := range []string{"/tickets/101/services/..%2Fusers?policy=", "/tickets/101/services/PX?policy=a%2Fb"} {
		if got := p.Get(path); got.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
}

func TestPresets(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "presets.json")
	s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.PresetsFile = file; write(t, file, "{}") })
	write(
		t,
		file,
		`{"presets":[{"name":"Payments","forms":[1],"service":"`+s.PD.Service("Payments API").ID+`","urgency":"low","priority":"P2","title":"#{{ticket.id}}: {{ticket.title}}"},
		{"name":"Checkout","groups":[2],"service":"`+s.PD.Service("Checkout web").ID+`"},{"name":"Everything"}]}`,
	)
	second := s.Replica(t) // reads the file as it is now
	connected(t, s, mia, "jane")
	p := second.NewBrowser(t).Panel(second.ZD.Account("acme"), mia)
	got := p.Get(apptest.Incidents(101) + "/new?form=1&group=2")
	if got.Find("[name=preset] option").Length() != 4 || got.Find("[name=service_name]").AttrOr("value", "") != "Payments API" ||
		got.Find("[data-shape]").AttrOr("data-shape", "") != "#{{ticket.id}}: {{ticket.title}}" ||
		got.Find("[name=urgency] [selected]").AttrOr("value", "") != "low" ||
		got.Find("[name=priority] [selected]").Text() != "P2" {
		t.Errorf("the first preset: %s", got.HTML)
	}
	if got := p.Get(apptest.Incidents(101) + "/new?form=1&group=2&preset=1"); got.Find("[name=service_name]").AttrOr("value", "") != "Checkout web" ||
		got.Find("[name=preset] [selected]").Text() != "Checkout" {
		t.Errorf("the second: %s", got.HTML)
	}
	if got := p.Get(apptest.Incidents(101) + "/new?form=1&group=2&preset=3"); got.Find("[name=service_name]").AttrOr("value", "") != "" ||
		got.Find("[name=preset] [selected]").Text() != "None" {
		t.Errorf("none: %s", got.HTML)
	}
	if got := p.Get(apptest.Incidents(101) + "/new?form=7"); got.Find("[name=preset] option").Length() != 2 {
		t.Errorf("another form: %s", got.HTML)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
