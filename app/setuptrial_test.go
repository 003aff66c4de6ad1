package app_test

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

func foundPath(ticket int) string { return "/setup/found/" + strconv.Itoa(ticket) }

// Before anybody is woken it says whom; then the incident is found by whoever
// may see it.
func TestSetupTrial(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "jane")
	for what, got := range map[string]apptest.Page{"nothing made": p.trial(109), "its steps": p.trialSteps(109)} {
		refusedSetup(t, what, got, http.StatusUnprocessableEntity, "nothing to test yet")
	}
	p.read = p.madeFor("Payments API")
	shown := p.trial(109)
	if shown.Status != http.StatusOK || !strings.Contains(shown.Text(), "This sends a real page to Lee Park (on call for “Payments API”).") ||
		!strings.Contains(shown.Text(), "Send test page for ticket 109") ||
		shown.Find("[data-testing]").AttrOr("data-webhook", "") != "WEBHOOK" {
		t.Errorf("%d %s", shown.Status, shown.HTML)
	}
	if n := shown.Find("[data-testing] [data-step]").Length(); n != 4 || shown.Find("[data-testing] ol.steps[hidden]").Length() != 1 {
		t.Errorf("%d steps: %s", n, shown.HTML)
	}
	if got := p.Get(foundPath(109)); got.Status != http.StatusNoContent || got.HTML != "" {
		t.Errorf("nothing yet: %d %s", got.Status, got.HTML)
	}

	answer := p.trialSteps(109)
	if steps := stepsIn(t, answer); len(steps) != 1 || steps[0].Method != http.MethodPost || steps[0].Path != "/api/v2/webhooks/test?webhook_id=WEBHOOK" ||
		answer.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%+v %v", steps, answer.Header)
	}
	s.PD.Set(func(set *pagerduty.Settings) { set.SearchLagSeconds = 5 })
	made := tested(s, "Payments API")
	if got := p.Get(foundPath(109)); got.Status != http.StatusNoContent {
		t.Errorf("before PagerDuty's search knows it: %d %s", got.Status, got.HTML)
	}
	s.Forward(t, 6*time.Second)
	found := p.Get(foundPath(109))
	resolve := found.Find("[data-test-resolve]").AttrOr("data-test-resolve", "")
	if found.Status != http.StatusOK || found.Find("[data-incident]").AttrOr("data-incident", "") != made.ID || !strings.Contains(found.Text(), "#"+strconv.Itoa(made.Number)) ||
		!strings.Contains(found.Text(), "Test of ticket events: ticket 109") {
		t.Fatalf("%d %s", found.Status, found.HTML)
	}
	if got := p.trial(109); !strings.Contains(got.Find(".note.warn").Text(), "Incident #"+strconv.Itoa(made.Number)+" of this ticket is already open") {
		t.Errorf("while one is open: %s", got.Text())
	}
	if got := p.Post(resolve, nil); got.Status != http.StatusOK || s.PD.Incident(made.ID).Status != "resolved" {
		t.Errorf("resolved by %q: %d %s", resolve, got.Status, got.Text())
	}
	if got := p.Get(foundPath(109)); got.Status != http.StatusNoContent {
		t.Errorf("resolved, and found: %d %s", got.Status, got.HTML)
	}
}

// tested is the incident that Zendesk's test of the webhook makes for ticket 109.
func tested(s *apptest.Stand, service string) pagerduty.IncidentInfo {
	return s.PD.AddIncident("lee", service, "Test of ticket events: ticket 109", "Zendesk_acme_109")
}

// Of several that are open, as of several services, the newest is named: it is the one
// that the test finds.
func TestSetupTrialWhileSeveralAreOpen(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	p.read = p.madeFor("Payments API")
	tested(s, "Checkout web")
	s.Forward(t, time.Minute)
	newest := tested(s, "Payments API")
	if got := p.trial(109).Find(".note.warn").Text(); !strings.Contains(got, "#"+strconv.Itoa(newest.Number)+" ") {
		t.Errorf("%q; want #%d", got, newest.Number)
	}
	if got := p.Get(foundPath(109)).Find("[data-incident]").AttrOr("data-incident", ""); got != newest.ID {
		t.Errorf("found: %q", got)
	}
}

func TestSetupTrialSaysWhoIsWoken(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	says := func(what, words string) {
		t.Helper()
		got := p.trial(109)
		if got.Status != http.StatusOK || !strings.Contains(got.Text(), words) || got.Find("[data-press=test-send]").Length() != 1 {
			t.Errorf("%s: %d %s; want %q", what, got.Status, got.Text(), words)
		}
	}
	p.read = p.madeFor("Payments API")
	says("oneself", "This sends a real page to you (on call for “Payments API”)")
	s.PD.RenameService("Payments API", "<b>Payments</b>")
	says("a hostile name", "“<b>Payments</b>”")
	s.PD.RenameService("<b>Payments</b>", "Payments API")
	s.PD.StartMaintenance("Payments API", time.Hour)
	says("maintenance", "“Payments API” is disabled or in a maintenance window")
	s.PD.EndMaintenance("Payments API")
	s.PD.SetServiceStatus("Payments API", "disabled")
	says("disabled", "“Payments API” is disabled or in a maintenance window")
	s.PD.SetServiceStatus("Payments API", "active")
	p.read = p.madeFor("Night desk")
	says("nobody", "No one is on call for “Night desk”")
	p.read = p.madeByKey(s.PD.Orchestration().Key)
	says("an orchestration", "whoever is on call for this integration key")
}

// Tests go by the agent's own rights.
func TestSetupTrialOfAPrivateTeam(t *testing.T) {
	t.Parallel()
	for _, hidden := range []string{"403", "403-resolved", "404"} {
		s, p := setUp(t, "jane") // of the private team
		s.PD.Set(func(set *pagerduty.Settings) { set.Hidden = hidden })
		p.read = p.madeFor("Card processor")
		if got := p.trial(109); !strings.Contains(got.Text(), "on call for “Card processor”") {
			t.Errorf("%s", got.Text())
		}
		made := tested(s, "Card processor")
		if got := p.Get(foundPath(109)); got.Status != http.StatusOK || !strings.Contains(got.Text(), "Test of ticket events") {
			t.Errorf("a member: %d %s", got.Status, got.Text())
		}
		outsider := setupOf(t, s, "acme", sara)
		outsider.read = p.read
		outsider.Connect("omar")
		if got := outsider.Get(foundPath(109)); got.Status != http.StatusNoContent || got.HTML != "" {
			t.Errorf("%s: an outsider: %d %s", hidden, got.Status, got.HTML)
		}
		for what, got := range map[string]apptest.Page{"the test": outsider.trial(109), "the page": outsider.load()} {
			if text := got.Text(); strings.Contains(text, "Card processor") || strings.Contains(text, "Lee Park") || strings.Contains(text, strconv.Itoa(made.Number)) {
				t.Errorf("%s: %s tells an outsider: %s", hidden, what, text)
			}
		}
	}
}

func TestSetupTrialOfNoTicket(t *testing.T) {
	t.Parallel()
	_, p := setUp(t, "lee")
	p.read = p.madeFor("Payments API")
	for _, ticket := range []any{0, -1, nil, math.MinInt64} {
		refusedSetup(t, "a trial", p.trial(ticket), http.StatusBadRequest, "That is not a ticket number")
		refusedSetup(t, "its steps", p.trialSteps(ticket), http.StatusBadRequest, "That is not a ticket number")
	}
	for _, ticket := range []any{1.5, "109", 1e30, []int{109}, true} {
		if got := p.trial(ticket); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Text(), "could not be read") {
			t.Errorf("%v: %d %s", ticket, got.Status, got.Text())
		}
	}
	for _, ticket := range []string{"0", "-1", "abc", "1.5", "99999999999999999999", "%00", "109%2F..", "109x"} {
		if got := p.Get("/setup/found/" + ticket); got.Status != http.StatusBadRequest || !strings.Contains(got.Text(), "That is not a ticket number") {
			t.Errorf("found %q: %d %s", ticket, got.Status, got.Text())
		}
	}
}

// Where the operator forbids it, the test's incident is not resolved from here.
func TestSetupTrialWhereResolvingIsOff(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]apptest.Change{
		"read-only": func(set *app.Settings, _ *app.Options) { set.ReadOnly = true },
		"notes":     func(set *app.Settings, _ *app.Options) { set.AllowedActions = []string{"note"} },
	} {
		s, p := setUp(t, "lee", change)
		p.read = p.madeFor("Payments API")
		tested(s, "Payments API")
		if got := p.Get(foundPath(109)); got.Status != http.StatusOK || got.Find("button").Length() != 0 {
			t.Errorf("%s: %d %s", name, got.Status, got.HTML)
		}
	}
}

// A webhook that somebody sent elsewhere gets no test, and with it no key.
func TestSetupTrialFollowsNoWebhookElsewhere(t *testing.T) {
	t.Parallel()
	_, p := setUp(t, "lee")
	p.read = p.madeFor("Payments API", "EVENTS", "https://collect.evil.example")
	for what, got := range map[string]apptest.Page{"shown": p.trial(109), "its steps": p.trialSteps(109)} {
		refusedSetup(t, what, got, http.StatusUnprocessableEntity, "is not an address of PagerDuty's Events API that this server knows")
	}
}

// A service is named beside a key only where PagerDuty says that it has it:
// whoever may edit a trigger can write any service there.
func TestSetupNamesNoServiceOfAnotherKey(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	p.read = p.madeFor("Payments API")
	if got := p.load(); !strings.Contains(got.Text(), "Keep current service: “Payments API”") {
		t.Fatalf("%s", got.Text())
	}
	p.read = p.made(s.PD.Service("Payments API").Key, "SERVICE", s.PD.Service("Checkout web").ID)
	if got := p.load(); strings.Contains(got.Text(), "Checkout web") || !strings.Contains(got.Text(), "Keep current integration key") {
		t.Errorf("%s", got.Text())
	}
	if got := p.trial(109); strings.Contains(got.Text(), "Checkout web") || !strings.Contains(got.Text(), "We can't tell who that is.") {
		t.Errorf("%s", got.Text())
	}
}

// What a ticket's text became on its way is read from the incident's alert, and
// shown to those alone who may see the incident.
func TestSetupTextTest(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "jane") // of the private team
	typed := url.Values{"title": {`Say "no" \ 😀`}, "description": {"one\n\"two\""}}
	arrived := func(p *setupPage, ticket string) apptest.Page { return p.Post("/setup/arrived/"+ticket, typed) }
	if got := arrived(p, "109"); got.Status != http.StatusNoContent {
		t.Errorf("nothing yet: %d %s", got.Status, got.HTML)
	}
	raised(t, s, "Card processor", typed)
	const ticket = "109"
	if got := arrived(p, ticket); got.Status != http.StatusOK || got.Find("[data-arrived='0']").Length() != 1 || got.Find("[data-test-resolve]").Length() != 1 {
		t.Errorf("%d %s", got.Status, got.HTML)
	}
	typed = url.Values{"title": {"<b>other</b>" + strings.Repeat("x", 500)}}
	got := arrived(p, ticket)
	if got.Find("[data-differs]").Length() != 2 || !strings.Contains(got.Find("[data-differs=title]").Text(), typed.Get("title")[:maxShown]) ||
		strings.Contains(got.Text(), typed.Get("title")[:maxShown+1]) || !strings.Contains(got.Find("[data-differs=description]").Text(), "two") {
		t.Errorf("%s", got.HTML)
	}
	if got := arrived(p, "109x"); got.Status != http.StatusBadRequest {
		t.Errorf("no ticket: %d", got.Status)
	}
	outsider := setupOf(t, s, "acme", sara)
	outsider.Connect("omar")
	if got := arrived(outsider, ticket); got.Status != http.StatusNoContent || got.HTML != "" {
		t.Errorf("an outsider: %d %s", got.Status, got.HTML)
	}
}

// raised sends the event for ticket 109 that Zendesk makes of a trigger of ours and
// the ticket's text.
func raised(t *testing.T, s *apptest.Stand, service string, text url.Values) {
	t.Helper()
	encoded := func(part string) string { return strings.ReplaceAll(url.QueryEscape(text.Get(part)), "+", " ") }
	event, err := json.Marshal(map[string]any{
		"routing_key": s.PD.Service(service).Integrations[0].Key, "event_action": "trigger", "dedup_key": "Zendesk_acme_109",
		"payload": map[string]any{
			"summary": "Ticket 109: " + encoded("title"), "source": "acme.zendesk.com", "severity": "critical",
			"custom_details": map[string]any{"description": encoded("description")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(s.PD.URL+"/v2/enqueue", "application/json", bytes.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		t.Fatal(answer.Status)
	}
}

// maxShown is how much of a text is shown, in characters.
const maxShown = 200
