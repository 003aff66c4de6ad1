package app_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// asNow is a form that keeps the key that is in use.
func asNow(pairs ...string) url.Values {
	return filled("same", "key", "", "region", "", pairs...)
}

// lines are a plan's lines: the kind and the title, and what differs.
func lines(shown apptest.Page) []string {
	var list []string
	shown.Find("[data-plan] > ul > li").Each(func(_ int, li *goquery.Selection) {
		line := li.AttrOr("data-kind", "") + ": " + li.Find("bdi").Text()
		if _, differs, ok := strings.Cut(strings.Join(strings.Fields(li.Text()), " "), "Differs: "); ok {
			line += " (" + differs + ")"
		}
		list = append(list, line)
	})
	return list
}

// refusedSetup checks that there is a sentence and neither a plan nor steps.
func refusedSetup(t *testing.T, what string, got apptest.Page, status int, sentence string) {
	t.Helper()
	if got.Status != status || !strings.Contains(got.Find(".note").Text(), sentence) {
		t.Errorf("%s: %d %s; want %d and %q", what, got.Status, got.Text(), status, sentence)
	}
	if planShown(got) || strings.Contains(got.HTML, `"steps"`) || strings.Contains(got.HTML, "/api/v2/") {
		t.Errorf("%s was refused, and has a plan: %s", what, got.HTML)
	}
}

// refusedForm does that for a plan and for its steps.
func refusedForm(t *testing.T, p *apptest.SetupPage, what string, form url.Values, status int, sentence string) {
	t.Helper()
	refusedSetup(t, what, p.Plan("make", form), status, sentence)
	refusedSetup(t, what+", steps", p.Steps("make", form, ""), status, sentence)
}

// madeFor is the incidents of a ticket: service and status.
func madeFor(s *apptest.Stand, ticket int) string {
	var list []string
	for _, i := range s.Made(ticket) {
		list = append(list, i.Service+" "+i.Status)
	}
	return strings.Join(list, ", ")
}

func urgent(p *apptest.SetupPage, s *apptest.Stand, ticket int) string {
	p.Save(mia, ticket, map[string]any{"priority": "urgent"})
	return madeFor(s, ticket)
}

// What the page makes by a service, changes, and takes away again.
func TestSetupByService(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "jane") // a responder can do all this
	form := byService(s, "Payments API")
	shown := p.Plan("make", form)
	want := []string{
		"make: PagerDuty events (zendesk-pagerduty)", "make: PagerDuty: page for urgent tickets",
		"make: PagerDuty: page for the tag pagerduty_page", "make: PagerDuty: resolve with the ticket",
	}
	if diff := cmp.Diff(want, lines(shown)); diff != "" || shown.Find("button[data-do]").Length() != 1 {
		t.Fatalf("the plan (-want +got):\n%s\n%s", diff, shown.Text())
	}
	if n := len(p.Marks()); n != 0 {
		t.Fatalf("a plan made %d triggers", n)
	}
	answer := p.Steps("make", form, apptest.PlanID(shown))
	if answer.Header.Get("Content-Type") != "application/json" || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the steps' header: %v", answer.Header)
	}
	steps := apptest.StepsIn(t, answer)
	if len(steps) != 4 {
		t.Fatalf("%d steps", len(steps))
	}
	for _, step := range steps {
		if step.Method != http.MethodPost || step.Path != "/api/v2/webhooks" && step.Path != "/api/v2/triggers" {
			t.Errorf("%s %s", step.Method, step.Path)
		}
	}
	if n := len(p.Marks()); n != 0 {
		t.Fatalf("asking for the steps made %d triggers", n)
	}
	p.Run(steps)
	if hook := p.Found().Webhooks; len(hook) != 1 || hook[0].Endpoint != s.PD.URL+"/v2/enqueue" {
		t.Fatalf("%+v", hook)
	}
	if got := urgent(p, s, 109); got != "Payments API triggered" {
		t.Errorf("ticket 109 became urgent: %q", got)
	}
	p.Save(mia, 109, map[string]any{"comment": map[string]any{"body": "still"}})
	p.Save(mia, 109, map[string]any{"status": "solved"})
	if got := madeFor(s, 109); got != "Payments API resolved" {
		t.Errorf("ticket 109 was solved: %q", got)
	}
	// The sidebar finds it by its key.
	sidebar := connected(t, s, mia, "jane")
	if got := sidebar.Get(apptest.Incidents(109)); got.State() != "only-resolved" {
		t.Errorf("the sidebar: %s", got.State())
	}

	again := p.Plan("make", form)
	if diff := cmp.Diff([]string{"keep", "keep", "keep", "keep"}, kinds(again)); diff != "" || again.Find("button[data-do]").Length() != 0 || !strings.Contains(again.Text(), "nothing to do") {
		t.Errorf("again: %s\n%s", diff, again.Text())
	}
	changed := p.Do("make", asNow("severity_urgent", "error", "severity_high", "warning", "resolve", ""))
	want = []string{
		"keep: PagerDuty events (zendesk-pagerduty)", "keep: PagerDuty: page for the tag pagerduty_page", "make: PagerDuty: page for high tickets",
		"remove: PagerDuty: resolve with the ticket", "update: PagerDuty: page for urgent tickets (what is sent)",
	}
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(lines(changed)))); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	if got := p.Marks(); !slices.Equal(got, []string{"page", "raise-high", "raise-urgent"}) {
		t.Errorf("%v", got)
	}
	if got := urgent(p, s, 108); got != "Payments API triggered" {
		t.Errorf("ticket 108 became urgent: %q", got)
	}
	other := p.Do("make", byService(s, "Checkout web", "severity_urgent", "error", "severity_high", "warning"))
	if got := strings.Join(lines(other), "\n"); strings.Count(got, "(the integration key, the description)") != 3 {
		t.Errorf("another service:\n%s", got)
	}
	if got := urgent(p, s, 107); got != "Checkout web triggered" {
		t.Errorf("ticket 107 became urgent: %q", got)
	}

	gone := p.Do("remove", nil)
	if kinds := kinds(gone); len(kinds) != 5 || slices.ContainsFunc(kinds, func(k string) bool { return k != "remove" }) || !strings.Contains(gone.Find("[data-do]").Text(), "Remove it") {
		t.Errorf("the removal: %s", gone.Text())
	}
	if f := p.Found(); len(f.Webhooks) != 0 || len(p.Marks()) != 0 || len(f.Triggers) != 2 {
		t.Errorf("left behind: %+v", f)
	}
	if got := p.Plan("remove", nil); got.Find("[data-do]").Length() != 0 || !strings.Contains(got.Text(), "nothing to do") {
		t.Errorf("removed twice: %s", got.Text())
	}
	if got := urgent(p, s, 110); got != "" {
		t.Errorf("after the removal: %q", got)
	}
	if got := p.Look(); got.State() != "ready" {
		t.Errorf("after the removal the page is %q", got.State())
	}
}

func kinds(shown apptest.Page) []string {
	var list []string
	for _, line := range lines(shown) {
		kind, _, _ := strings.Cut(line, ":")
		list = append(list, kind)
	}
	return list
}

// A pasted key may be a Global Orchestration's, which chooses the service.
func TestSetupByKey(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "")
	p.Do("make", byKey(s, "  "+s.PD.Orchestration().Key+"\n"))
	if got := urgent(p, s, 109); got != "Payments API triggered" {
		t.Errorf("ticket 109 became urgent: %q", got)
	}
	p.Do("make", asNow("acknowledge", "on"))
	if got := p.Marks(); !slices.Equal(got, []string{"acknowledge", "page", "paged", "raise-urgent", "resolve"}) {
		t.Errorf("%v", got)
	}
	p.Save(mia, 109, map[string]any{"assignee_id": tom})
	if got := madeFor(s, 109); got != "Payments API acknowledged" {
		t.Errorf("ticket 109 was taken: %q", got)
	}
	for name, key := range map[string]string{"short": "SECRETKEY", "long": strings.Repeat("S", 33), "with a blank": strings.Repeat("S", 16) + " " + strings.Repeat("S", 15), "markup": `<b>SECRET</b>`, "quotes": `SECRETKEY","event_action":"resolve`, "empty": ""} {
		got := p.Plan("make", byKey(s, key))
		refusedForm(t, p, name, byKey(s, key), http.StatusUnprocessableEntity, "is not 32 letters and digits")
		if key != "" && (strings.Contains(got.HTML, "SECRET") || strings.Contains(got.HTML, "SSSS")) {
			t.Errorf("%s: it is repeated: %s", name, got.HTML)
		}
	}
	if log := s.Log.String(); strings.Contains(log, "SECRET") || strings.Contains(log, "SSSS") {
		t.Error("a key that does not do is in the log")
	}
}

// Without anything to keep, nothing is kept.
func TestSetupKeyFrom(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	for what, form := range map[string]url.Values{
		"as now, without anything": asNow(), "no way": filled("", "key", "", "region", s.PD.URL), "a way that is none": filled("else", "key", s.PD.Service("Payments API").Key, "region", s.PD.URL),
		"no service": filled("service", "service", "", "integration", ""), "no form": nil,
	} {
		refusedForm(t, p, what, form, http.StatusUnprocessableEntity, "Choose whom to page")
	}
	payments, checkout := s.PD.Service("Payments API"), s.PD.Service("Checkout web")
	for what, form := range map[string]url.Values{
		"an integration that there is not":  filled("service", "service", payments.ID, "integration", "PNOSUCH"),
		"another service's integration":     filled("service", "service", payments.ID, "integration", checkout.Integrations[0].ID),
		"a service without an integration":  byService(s, "Support desk"),
		"a service with mail alone":         byService(s, "Mail intake"),
		"several, and none chosen":          filled("service", "service", s.PD.Service("Status page").ID, "integration", ""),
		"an integration for something else": filled("service", "service", s.PD.Service("Status page").ID, "integration", s.PD.Service("Status page").Integrations[2].ID),
	} {
		refusedForm(t, p, what, form, http.StatusUnprocessableEntity, "no integration to choose from")
	}
	refusedForm(t, p, "no such service", filled("service", "service", "PNOSUCH", "integration", ""), http.StatusNotFound, "no access to this service")
	s.PD.Set(func(set *pagerduty.Settings) { set.IntegrationKeys = "absent" })
	refusedForm(t, p, "a key that is not told", byService(s, "Payments API"), http.StatusUnprocessableEntity, "does not tell that integration's key")
	shown := p.Get("/setup/services/" + payments.ID)
	if shown.Find("[name=integration][disabled]").Length() != 1 || !strings.Contains(shown.Text(), "does not tell its key here") || shown.Find("a").AttrOr("href", "") == "" || shown.Find("[data-integrate]").Length() != 1 {
		t.Errorf("%s", shown.HTML)
	}
	omar := s.SetupPage(t, sara)
	omar.Connect("omar")
	refusedForm(t, omar, "a private team's service", byService(s, "Card processor"), http.StatusForbidden, "PagerDuty does not let you")
	if len(p.Found().Webhooks) != 0 {
		t.Error("something was made")
	}
}

// Of several integrations, the chosen one's key is used.
func TestSetupChosenIntegration(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	status := s.PD.Service("Status page")
	shown := p.Get("/setup/services/" + status.ID)
	if shown.Find("[name=integration]").Length() != 3 || shown.Find("[name=integration][checked]").Length() != 1 || shown.Find("[data-integrate]").Length() != 0 {
		t.Errorf("%s", shown.HTML)
	}
	p.Do("make", filled("service", "service", status.ID, "integration", status.Integrations[3].ID))
	if calls := p.Ours()["raise-urgent"].Actions[0].Value.([]any)[1].(string); !strings.Contains(calls, status.Integrations[3].Key) {
		t.Errorf("%s", calls)
	}
	if got := urgent(p, s, 109); got != "Status page triggered" {
		t.Errorf("%q", got)
	}
}

// What is made is what was seen.
func TestSetupPlanChanged(t *testing.T) {
	t.Parallel()
	const changed = "Something has changed in Zendesk since this was shown"
	s, p := setUp(t, "lee")
	form := byService(s, "Payments API")
	seen := apptest.PlanID(p.Plan("make", form))
	for what, plan := range map[string]string{"no plan": "", "made up": strings.Repeat("A", 22), "too long": strings.Repeat("A", 100_000), "another plan": apptest.PlanID(p.Plan("make", byService(s, "Checkout web")))} {
		refusedSetup(t, what, p.Steps("make", form, plan), http.StatusConflict, changed)
	}
	refusedSetup(t, "another severity", p.Steps("make", byService(s, "Payments API", "severity_high", "info"), seen), http.StatusConflict, changed)
	refusedSetup(t, "something else", p.Steps("remove", form, seen), http.StatusConflict, changed)
	// Another admin was faster, or took something away.
	p.Do("make", form)
	refusedSetup(t, "another admin", p.Steps("make", form, seen), http.StatusConflict, changed)
	removal := apptest.PlanID(p.Plan("remove", nil))
	p.Zendesk(sara, http.MethodDelete, "/api/v2/triggers/"+string(p.Ours()["resolve"].ID), nil, nil)
	refusedSetup(t, "another admin removed something", p.Steps("remove", nil, removal), http.StatusConflict, changed)
	// A key that changes changes the plan, which says nothing of it.
	if one, two := apptest.PlanID(p.Plan("make", form)), apptest.PlanID(p.Plan("make", byService(s, "Payments API", "key_from", "key", "key", s.PD.Service("Checkout web").Key, "region", s.PD.URL))); one == two || len(one) != 22 {
		t.Errorf("%s %s", one, two)
	}
	refusedSetup(t, "a finding that there is not", p.Ask("/setup/steps", p.Read().With("what", "mend").With("finding", "nosuch")), http.StatusConflict, "mended meanwhile")
}

// The page cannot send an account's pages elsewhere. An attacker who gets an
// admin to open a crafted form, or who changed the webhook, would read tickets
// and keep pages from going out.
func TestSetupRegions(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	key := s.PD.Service("Payments API").Key
	for _, region := range []string{
		"https://evil.example", "https://events.pagerduty.com.evil.example", s.PD.URL + "/", s.PD.URL + "@evil.example", s.PD.URL + "/v2/enqueue", strings.ToUpper(s.PD.URL),
		"http://127.0.0.1:1", "http://localhost", "//evil.example", "javascript:alert(1)", "", " " + s.PD.URL, "https://events.pagerduty.com",
	} {
		form := filled("key", "key", key, "region", region)
		refusedForm(t, p, region, form, http.StatusUnprocessableEntity, "no address of PagerDuty's Events API that this server knows")
	}
	// By service, the address is the login's region's, whatever the form says.
	p.Do("make", byService(s, "Payments API", "region", "https://evil.example"))
	hook := p.Found().Webhooks[0]
	if hook.Endpoint != s.PD.URL+"/v2/enqueue" {
		t.Fatalf("%+v", hook)
	}
	p.Do("make", byKey(s, key, "region", s.PD.EUURL))
	if hook := p.Found().Webhooks; len(hook) != 1 || hook[0].Endpoint != s.PD.EUURL+"/v2/enqueue" {
		t.Fatalf("a server's other region: %+v", hook)
	}
	// Somebody changed the webhook by hand: it is not taken over.
	p.Zendesk(sara, http.MethodPatch, "/api/v2/webhooks/"+string(hook.ID), map[string]any{"webhook": map[string]any{"endpoint": "https://evil.example/v2/enqueue"}}, nil)
	refusedForm(t, p, "as now", asNow(), http.StatusUnprocessableEntity, "“https://evil.example” is no address")
	if got := p.Plan("make", byService(s, "Payments API")); !strings.Contains(strings.Join(lines(got), "\n"), "(the address)") {
		t.Errorf("put right: %s", got.Text())
	}
}

// A sandbox has copies of production's triggers: their key is not its own.
func TestSetupOfACopy(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	p.Do("make", byService(s, "Payments API"))
	raw, err := json.Marshal(p.Read())
	if err != nil {
		t.Fatal(err)
	}
	var copied apptest.Asked
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(raw), "Zendesk_acme_", "Zendesk_acme1700000000_")), &copied); err != nil {
		t.Fatal(err)
	}
	if got := p.Ask("/setup/look", copied); got.Status != http.StatusOK || got.Find("[name=key_from][value=same]").Length() != 0 || got.Find("form[data-test]").Length() != 0 {
		t.Errorf("the copy's key is offered: %s", got.HTML)
	}
	refusedSetup(t, "as now", p.Ask("/setup/plan", copied.With("what", "make").With("form", asNow())), http.StatusUnprocessableEntity, "Choose whom to page")
	refusedSetup(t, "a test", p.Ask("/setup/test", copied.With("ticket", 109)), http.StatusUnprocessableEntity, "nothing to test yet")
}

// Every priority with its severity, limits, further details.
func TestSetupChoices(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	p.Do("make", byService(s, "Payments API", "severity_urgent", "error", "severity_low", "info", "only_group_id", "360202", "only_brand_id", "360301", "only_ticket_form_id", "360001",
		"only_current_tags", " vip ", "heed", "on", "resolve", "", "details", "organization = {{ticket.organization.name}}\r\n\n mail=ticket.requester.email "))
	ours := p.Ours()
	if got := slices.Sorted(maps.Keys(ours)); !slices.Equal(got, []string{"clear-fallen", "clear-solved", "page", "raise-low", "raise-urgent"}) {
		t.Errorf("%v", got)
	}
	conditions, _ := json.Marshal(ours["raise-low"].Conditions.All)
	for _, want := range []string{
		`{"field":"group_id","operator":"is","value":"360202"}`, `{"field":"brand_id","operator":"is","value":"360301"}`, `{"field":"ticket_form_id","operator":"is","value":"360001"}`,
		`{"field":"current_tags","operator":"includes","value":"vip"}`, `{"field":"current_tags","operator":"not_includes","value":"pagerduty_open"}`,
	} {
		if !strings.Contains(string(conditions), want) {
			t.Errorf("the conditions lack %s: %s", want, conditions)
		}
	}
	if got := urgent(p, s, 109); got != "" {
		t.Errorf("a ticket that the limits leave out: %q", got)
	}
	p.Save(mia, 107, map[string]any{"group_id": 360202, "brand_id": 360301, "ticket_form_id": 360001, "additional_tags": []string{"vip"}, "priority": "low"})
	if got := madeFor(s, 107); got != "Payments API triggered" {
		t.Fatalf("a ticket that they let through: %q", got)
	}
	details, _ := s.Made(107)[0].Details.(map[string]any)
	if details["mail"] == nil || details["organization"] == nil || details["priority"] != "low" {
		t.Errorf("%v", details)
	}
	for what, c := range map[string]struct{ name, value, says string }{
		"a severity":                {"severity_urgent", "fatal", "“urgent=fatal” is no priority with a severity"},
		"a severity of a trigger":   {"also_severity", "fatal", "“fatal” is no priority"},
		"a group":                   {"only_group_id", "360202 or 1", "does not do as a limit"},
		"a brand":                   {"only_brand_id", "acme", "does not do as a limit"},
		"a form":                    {"only_ticket_form_id", "-1", "does not do as a limit"},
		"two tags":                  {"only_current_tags", "vip gold", "does not do as a limit"},
		"a detail without a value":  {"details", "organization", "A further detail is “organization”"},
		"a detail without a name":   {"details", "= ticket.id", "wants a name"},
		"a detail with nothing":     {"details", "organization = {{}}", "wants a name"},
		"a detail that closes JSON": {"details", `x","routing_key":"y = ticket.id`, "does not do"},
		"a detail with Liquid":      {"details", "x = ticket.title | upcase", "does not do"},
		"a detail that is a loop":   {"details", "x = {% for i in (1..9999) %}", "does not do"},
	} {
		refusedForm(t, p, what, byService(s, "Payments API", c.name, c.value), http.StatusUnprocessableEntity, c.says)
	}
	// What is no priority or limit of Zendesk's is not asked for.
	if got := p.Plan("make", byService(s, "Payments API", "severity_huge", "critical", "only_requester_id", "1")); !planShown(got) {
		t.Errorf("fields that nobody knows: %d %s", got.Status, got.Text())
	}
}

// A trigger of the admin's own pages as well, and keeps what it has.
func TestSetupAlso(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	var vip struct{ Trigger struct{ ID json.Number } }
	p.Zendesk(sara, http.MethodPost, "/api/v2/triggers", map[string]any{"trigger": map[string]any{
		"title": "VIP", "description": "Ours since 2019.",
		"conditions": map[string]any{"all": []any{map[string]any{"field": "current_tags", "operator": "includes", "value": "vip"}}},
		"actions":    []any{map[string]any{"field": "priority", "value": "high"}},
	}}, &vip)
	id := vip.Trigger.ID.String()
	if got := p.Look().Find("[name=also][value='" + id + "']"); got.Length() != 1 || got.Is("[checked]") {
		t.Fatal("it is not offered")
	}
	shown := p.Do("make", byService(s, "Payments API", "also", id, "also_severity", "warning"))
	if got := strings.Join(lines(shown), "\n"); !strings.Contains(got, "update: VIP (the actions)") {
		t.Errorf("%s", got)
	}
	p.Save(mia, 109, map[string]any{"additional_tags": []string{"vip"}})
	if got := madeFor(s, 109); got != "Payments API triggered" {
		t.Errorf("a VIP's ticket: %q", got)
	}
	look := p.Look()
	if look.Find("[name=also][value='"+id+"'][checked]").Length() != 1 || look.Find("[name=also_severity] [selected]").AttrOr("value", "") != "warning" || look.Find("details[open]").Length() != 1 {
		t.Errorf("what was chosen: %s", look.Find("details").Text())
	}
	if got := p.Plan("make", asNow("also", id, "also_severity", "warning")); got.Find("[data-do]").Length() != 0 {
		t.Errorf("again: %s", got.Text())
	}
	// One that the account does not have, or one of ours, is none of its own.
	if got := lines(p.Plan("make", asNow("also", "1"))); !slices.Contains(got, "remove: VIP") || len(got) != 5 {
		t.Errorf("%v", got)
	}
	p.Do("remove", nil)
	for _, now := range p.Found().Triggers {
		if string(now.ID) == id && (now.Description != "Ours since 2019." || len(now.Actions) != 1 || !now.Active) {
			t.Errorf("after the removal: %+v", now)
		}
	}
}

// Paging does not depend on this server.
func TestSetupPagesWhileTheServerIsStopped(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	p.Do("make", byService(s, "Payments API"))
	if err := s.App.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := http.Get(s.URL + "/live"); err == nil {
		t.Fatal("the server still answers")
	}
	if got := urgent(p, s, 109); got != "Payments API triggered" {
		t.Errorf("ticket 109 became urgent: %q", got)
	}
	p.Save(mia, 109, map[string]any{"status": "solved"})
	if got := madeFor(s, 109); got != "Payments API resolved" {
		t.Errorf("ticket 109 was solved: %q", got)
	}
}
