package app_test

import (
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

// trialOf asks who would be woken.
func trialOf(p *apptest.SetupPage, ticket any) apptest.Page {
	return p.Ask("/setup/test", p.Read().With("ticket", ticket))
}

// sendTrial has Zendesk send a test, as the page does, and tells PagerDuty's
// answer to it.
func sendTrial(t *testing.T, p *apptest.SetupPage, ticket int) (status int) {
	t.Helper()
	answer := p.Ask("/setup/steps", p.Read().With("what", "test").With("ticket", ticket))
	steps := apptest.StepsIn(t, answer)
	if len(steps) != 1 || steps[0].Method != http.MethodPost || steps[0].Path != "/api/v2/webhooks/test?webhook_id="+string(p.Found().Webhooks[0].ID) || answer.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%+v %v", steps, answer.Header)
	}
	var got struct{ Response struct{ Status int } }
	if err := json.Unmarshal(p.Run(steps), &got); err != nil {
		t.Fatal(err)
	}
	return got.Response.Status
}

func foundPath(ticket int) string { return "/setup/found/" + strconv.Itoa(ticket) }

// Before anybody is woken it says whom; then the incident is found by whoever
// may see it.
func TestSetupTrial(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "jane")
	for what, got := range map[string]apptest.Page{"nothing made": trialOf(p, 109), "its steps": p.Ask("/setup/steps", p.Read().With("what", "test").With("ticket", 109))} {
		refusedSetup(t, what, got, http.StatusUnprocessableEntity, "nothing to test yet")
	}
	p.Do("make", byService(s, "Payments API"))
	shown := trialOf(p, 109)
	if shown.Status != http.StatusOK || !strings.Contains(shown.Text(), "It wakes Lee Park, who is on call for “Payments API”.") || !strings.Contains(shown.Text(), "Page now, for ticket 109") || shown.Find("[data-testing]").AttrOr("data-webhook", "") != string(p.Found().Webhooks[0].ID) {
		t.Errorf("%d %s", shown.Status, shown.HTML)
	}
	if n := shown.Find("[data-testing] [data-step]").Length(); n != 4 || shown.Find("[data-testing] ol.steps[hidden]").Length() != 1 {
		t.Errorf("%d steps: %s", n, shown.HTML)
	}
	if got := madeFor(s, 109); got != "" {
		t.Fatalf("asking paged: %s", got)
	}
	if got := p.Get(foundPath(109)); got.Status != http.StatusNoContent || got.HTML != "" {
		t.Errorf("nothing yet: %d %s", got.Status, got.HTML)
	}

	s.PD.Set(func(set *pagerduty.Settings) { set.SearchLagSeconds = 5 })
	if got := sendTrial(t, p, 109); got != http.StatusAccepted || madeFor(s, 109) != "Payments API triggered" {
		t.Fatalf("%d %s", got, madeFor(s, 109))
	}
	if got := p.Get(foundPath(109)); got.Status != http.StatusNoContent {
		t.Errorf("before PagerDuty's search knows it: %d %s", got.Status, got.HTML)
	}
	s.Forward(t, 6*time.Second)
	made := s.Made(109)[0]
	found := p.Get(foundPath(109))
	resolve := found.Find("[data-test-resolve]").AttrOr("data-test-resolve", "")
	if found.Status != http.StatusOK || found.Find("[data-incident]").AttrOr("data-incident", "") != made.ID || !strings.Contains(found.Text(), "#"+strconv.Itoa(made.Number)) || !strings.Contains(found.Text(), "Test of ticket events: ticket 109") {
		t.Fatalf("%d %s", found.Status, found.HTML)
	}
	if got := trialOf(p, 109); !strings.Contains(got.Find(".note.warn").Text(), "Incident #"+strconv.Itoa(made.Number)+" of this ticket is already open") {
		t.Errorf("while one is open: %s", got.Text())
	}
	// A second test becomes a part of it.
	if got := sendTrial(t, p, 109); got != http.StatusAccepted || madeFor(s, 109) != "Payments API triggered" {
		t.Errorf("a second one: %d %s", got, madeFor(s, 109))
	}
	if got := p.Post(resolve, nil); got.Status != http.StatusOK || madeFor(s, 109) != "Payments API resolved" {
		t.Errorf("resolved by %q: %d %s", resolve, got.Status, got.Text())
	}
	if got := p.Get(foundPath(109)); got.Status != http.StatusNoContent {
		t.Errorf("resolved, and found: %d %s", got.Status, got.HTML)
	}
	// The ticket's real events go the same way.
	if got := urgent(p, s, 109); got != "Payments API resolved, Payments API triggered" && got != "Payments API triggered, Payments API resolved" {
		t.Errorf("%q", got)
	}
}

func TestSetupTrialSaysWhoIsWoken(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	says := func(what, words string) {
		t.Helper()
		got := trialOf(p, 109)
		if got.Status != http.StatusOK || !strings.Contains(got.Text(), words) || got.Find("[data-test-send]").Length() != 1 {
			t.Errorf("%s: %d %s; want %q", what, got.Status, got.Text(), words)
		}
	}
	p.Do("make", byService(s, "Payments API"))
	says("oneself", "It wakes You, who is on call for “Payments API”")
	s.PD.RenameService("Payments API", "<b>Payments</b>")
	says("a hostile name", "“<b>Payments</b>”")
	s.PD.RenameService("<b>Payments</b>", "Payments API")
	s.PD.StartMaintenance("Payments API", time.Hour)
	says("maintenance", "“Payments API” is in maintenance or disabled")
	s.PD.EndMaintenance("Payments API")
	s.PD.SetServiceStatus("Payments API", "disabled")
	says("disabled", "“Payments API” is in maintenance or disabled")
	s.PD.SetServiceStatus("Payments API", "active")
	p.Do("make", byService(s, "Night desk"))
	says("nobody", "Nobody is on call for “Night desk”")
	p.Do("make", byKey(s, s.PD.Orchestration().Key))
	says("an orchestration", "whoever is on call where this integration key leads")
	if got := sendTrial(t, p, 108); got != http.StatusAccepted || madeFor(s, 108) != "Checkout web triggered" {
		t.Errorf("%d %s", got, madeFor(s, 108))
	}
	// Once the key is taken away in PagerDuty, the test says what PagerDuty said.
	p.Do("make", byKey(s, strings.Repeat("A", 32)))
	if got := sendTrial(t, p, 107); got == http.StatusAccepted {
		t.Errorf("a key that there is not: %d", got)
	}
}

// Tests go by the agent's own rights.
func TestSetupTrialOfAPrivateTeam(t *testing.T) {
	t.Parallel()
	for _, hidden := range []string{"403", "403-resolved", "404"} {
		s, p := setUp(t, "jane") // of the private team
		s.PD.Set(func(set *pagerduty.Settings) { set.Hidden = hidden })
		p.Do("make", byService(s, "Card processor"))
		if got := trialOf(p, 109); !strings.Contains(got.Text(), "on call for “Card processor”") {
			t.Errorf("%s", got.Text())
		}
		if got := sendTrial(t, p, 109); got != http.StatusAccepted || madeFor(s, 109) != "Card processor triggered" {
			t.Fatalf("%d %s", got, madeFor(s, 109))
		}
		if got := p.Get(foundPath(109)); got.Status != http.StatusOK || !strings.Contains(got.Text(), "Test of ticket events") {
			t.Errorf("a member: %d %s", got.Status, got.Text())
		}
		outsider := s.SetupPage(t, sara)
		outsider.Connect("omar")
		if got := outsider.Get(foundPath(109)); got.Status != http.StatusNoContent || got.HTML != "" {
			t.Errorf("%s: an outsider: %d %s", hidden, got.Status, got.HTML)
		}
		for what, got := range map[string]apptest.Page{"the test": trialOf(outsider, 109), "the page": outsider.Look()} {
			if text := got.Text(); strings.Contains(text, "Card processor") || strings.Contains(text, "Lee Park") || strings.Contains(text, strconv.Itoa(s.Made(109)[0].Number)) {
				t.Errorf("%s: %s tells an outsider: %s", hidden, what, text)
			}
		}
	}
}

func TestSetupTrialOfNoTicket(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	p.Do("make", byService(s, "Payments API"))
	for _, ticket := range []any{0, -1, nil, math.MinInt64} {
		refusedSetup(t, "a trial", trialOf(p, ticket), http.StatusBadRequest, "That is not a ticket number")
		refusedSetup(t, "its steps", p.Ask("/setup/steps", p.Read().With("what", "test").With("ticket", ticket)), http.StatusBadRequest, "That is not a ticket number")
	}
	for _, ticket := range []any{1.5, "109", 1e30, []int{109}, true} {
		if got := trialOf(p, ticket); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Text(), "could not be read") {
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
		p.Do("make", byService(s, "Payments API"))
		if got := sendTrial(t, p, 109); got != http.StatusAccepted {
			t.Fatal(got)
		}
		if got := p.Get(foundPath(109)); got.Status != http.StatusOK || got.Find("button").Length() != 0 {
			t.Errorf("%s: %d %s", name, got.Status, got.HTML)
		}
	}
}

// A webhook that somebody sent elsewhere gets no test, and with it no key.
func TestSetupTrialFollowsNoWebhookElsewhere(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	p.Do("make", byService(s, "Payments API"))
	p.Zendesk(sara, http.MethodPatch, "/api/v2/webhooks/"+string(p.Found().Webhooks[0].ID), map[string]any{"webhook": map[string]any{"endpoint": "https://collect.evil.example/v2/enqueue"}}, nil)
	for what, got := range map[string]apptest.Page{"shown": trialOf(p, 109), "its steps": p.Ask("/setup/steps", p.Read().With("what", "test").With("ticket", 109))} {
		refusedSetup(t, what, got, http.StatusUnprocessableEntity, "is no address of PagerDuty's Events API that this server knows")
	}
}

// A service is named beside a key only where PagerDuty says that it has it:
// whoever may edit a trigger can write any service there.
func TestSetupNamesNoServiceOfAnotherKey(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	p.Do("make", byService(s, "Payments API"))
	if got := p.Look(); !strings.Contains(got.Text(), "As now: the service “Payments API”") {
		t.Fatalf("%s", got.Text())
	}
	payments, web := s.PD.Service("Payments API"), s.PD.Service("Checkout web")
	for _, trigger := range p.Found().Triggers {
		if trigger.Marked() != "" {
			p.Zendesk(sara, http.MethodPut, "/api/v2/triggers/"+string(trigger.ID), map[string]any{"trigger": map[string]any{
				"description": strings.ReplaceAll(trigger.Description, payments.ID, web.ID),
			}}, nil)
		}
	}
	if got := p.Look(); strings.Contains(got.Text(), "Checkout web") || !strings.Contains(got.Text(), "As now: the integration key that is in use") {
		t.Errorf("%s", got.Text())
	}
	if got := trialOf(p, 109); strings.Contains(got.Text(), "Checkout web") || !strings.Contains(got.Text(), "It is not known here who that is.") {
		t.Errorf("%s", got.Text())
	}
}

// What a ticket's text became on its way is read from the incident's alert, and
// shown to those alone who may see the incident.
func TestSetupTextTest(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "jane") // of the private team
	p.Do("make", byService(s, "Card processor"))
	typed := url.Values{"title": {`Say "no" \ 😀`}, "description": {"one\n\"two\""}}
	arrived := func(p *apptest.SetupPage, ticket string) apptest.Page { return p.Post("/setup/arrived/"+ticket, typed) }
	if got := arrived(p, "109"); got.Status != http.StatusNoContent {
		t.Errorf("nothing yet: %d %s", got.Status, got.HTML)
	}
	var made struct{ Ticket struct{ ID int } }
	p.Zendesk(sara, http.MethodPost, "/api/v2/tickets.json", map[string]any{"ticket": map[string]any{
		"subject": typed.Get("title"), "comment": map[string]any{"body": typed.Get("description")}, "tags": []string{"pagerduty_page"},
	}}, &made)
	p.Save(sara, made.Ticket.ID, map[string]any{"priority": "low"}) // waits for the calls
	ticket := strconv.Itoa(made.Ticket.ID)
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
	outsider := s.SetupPage(t, sara)
	outsider.Connect("omar")
	if got := arrived(outsider, ticket); got.Status != http.StatusNoContent || got.HTML != "" {
		t.Errorf("an outsider: %d %s", got.Status, got.HTML)
	}
}

// maxShown is how much of a text is shown, in characters.
const maxShown = 200
