package app_test

import (
	"encoding/json"
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

// lines are a plan's lines: the kind and the title, and what differs.
func lines(shown apptest.Page) []string {
	var list []string
	shown.Find("[data-plan] > ul > li").Each(func(_ int, li *goquery.Selection) {
		line := li.AttrOr("data-kind", "") + ": " + li.Find("bdi").Text()
		if _, differs, ok := strings.Cut(strings.Join(strings.Fields(li.Text()), " "), "Differences: "); ok {
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
func refusedForm(t *testing.T, p *setupPage, what string, form url.Values, status int, sentence string) {
	t.Helper()
	refusedSetup(t, what, p.plan("make", form), status, sentence)
	refusedSetup(t, what+", steps", p.steps("make", form, ""), status, sentence)
}

// What the page is told to make, to keep and to take away. That it does, and what
// tickets page then, is in e2e/setup/making.test.mjs.
func TestSetupPlan(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "jane") // a responder can do all this
	form := byService(s, "Payments API")
	shown := p.plan("make", form)
	want := []string{
		"make: PagerDuty events (zendesk-pagerduty)", "make: PagerDuty: page for urgent tickets",
		"make: PagerDuty: page for the tag pagerduty_page", "make: PagerDuty: resolve with the ticket",
	}
	if diff := cmp.Diff(want, lines(shown)); diff != "" || shown.Find("button[data-press=do]").Length() != 1 {
		t.Fatalf("the plan (-want +got):\n%s\n%s", diff, shown.Text())
	}
	answer := p.steps("make", form, planID(shown))
	if answer.Header.Get("Content-Type") != "application/json" || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the steps' header: %v", answer.Header)
	}
	steps := stepsIn(t, answer)
	if len(steps) != 4 {
		t.Fatalf("%d steps", len(steps))
	}
	for _, step := range steps {
		if step.Method != http.MethodPost || step.Path != "/api/v2/webhooks" && step.Path != "/api/v2/triggers" {
			t.Errorf("%s %s", step.Method, step.Path)
		}
	}
	if got := p.plan("remove", nil); got.Find("[data-press=do]").Length() != 0 || !strings.Contains(got.Text(), "No changes needed") {
		t.Errorf("nothing removed: %s", got.Text())
	}
	p.read = p.madeFor("Payments API")
	again := p.plan("make", form)
	if diff := cmp.Diff([]string{"keep", "keep", "keep", "keep"}, kinds(again)); diff != "" || again.Find("button[data-press=do]").Length() != 0 ||
		!strings.Contains(again.Text(), "No changes needed") {
		t.Errorf("again: %s\n%s", diff, again.Text())
	}
	if got := kinds(p.plan("remove", nil)); !slices.Equal(got, []string{"remove", "remove", "remove", "remove"}) {
		t.Errorf("the removal: %v", got)
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

func TestSetupWrongKeys(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "")
	for name, key := range map[string]string{"short": "SECRETKEY", "long": strings.Repeat("S", 33),
		"with a blank": strings.Repeat("S", 16) + " " + strings.Repeat("S", 15), "markup": `<b>SECRET</b>`, "quotes": `SECRETKEY","event_action":"resolve`, "empty": ""} {
		got := p.plan("make", byKey(s, key))
		refusedForm(t, p, name, byKey(s, key), http.StatusUnprocessableEntity, "has 32 letters and digits")
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
		"as now, without anything": asNow(), "no way": filled("", "key", "", "region", s.PD.URL),
		"a way that is none": filled("else", "key", s.PD.Service("Payments API").Key, "region", s.PD.URL),
		"no service":         filled("service", "service", "", "integration", ""), "no form": nil,
	} {
		refusedForm(t, p, what, form, http.StatusUnprocessableEntity, "Select a service from the list, or paste an integration key")
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
		refusedForm(t, p, what, form, http.StatusUnprocessableEntity, "no integration to select")
	}
	refusedForm(t, p, "no such service", filled("service", "service", "PNOSUCH", "integration", ""), http.StatusNotFound, "You don't have access to this service")
	s.PD.Set(func(set *pagerduty.Settings) { set.IntegrationKeys = "absent" })
	refusedForm(t, p, "a key that is not told", byService(s, "Payments API"), http.StatusUnprocessableEntity, "doesn't show that integration's key")
	shown := p.Get("/setup/services/" + payments.ID)
	if shown.Find("[name=integration][disabled]").Length() != 1 || !strings.Contains(shown.Text(), "doesn't show this integration's key") ||
		shown.Find("a").AttrOr("href", "") == "" ||
		shown.Find("[data-press=integrate]").Length() != 1 {
		t.Errorf("%s", shown.HTML)
	}
	omar := setupOf(t, s, "acme", sara)
	omar.Connect("omar")
	refusedForm(t, omar, "a private team's service", byService(s, "Card processor"), http.StatusForbidden, "You don't have permission")
}

// Of several integrations, the chosen one's key is used.
func TestSetupChosenIntegration(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	status := s.PD.Service("Status page")
	shown := p.Get("/setup/services/" + status.ID)
	if shown.Find("[name=integration]").Length() != 3 || shown.Find("[name=integration][checked]").Length() != 1 || shown.Find("[data-press=integrate]").Length() != 0 {
		t.Errorf("%s", shown.HTML)
	}
	steps, _ := json.Marshal(p.handedOut("make", filled("service", "service", status.ID, "integration", status.Integrations[3].ID)))
	if !strings.Contains(string(steps), status.Integrations[3].Key) || strings.Contains(string(steps), status.Integrations[0].Key) {
		t.Errorf("%s", steps)
	}
}

// What is made is what was seen.
func TestSetupPlanChanged(t *testing.T) {
	t.Parallel()
	const changed = "Something changed in Zendesk since this preview"
	s, p := setUp(t, "lee")
	form := byService(s, "Payments API")
	seen := planID(p.plan("make", form))
	for what, plan := range map[string]string{"no plan": "", "made up": strings.Repeat("A", 22), "too long": strings.Repeat("A", 100_000),
		"another plan": planID(p.plan("make", byService(s, "Checkout web")))} {
		refusedSetup(t, what, p.steps("make", form, plan), http.StatusConflict, changed)
	}
	refusedSetup(t, "another severity", p.steps("make", byService(s, "Payments API", "severity_high", "info"), seen), http.StatusConflict, changed)
	refusedSetup(t, "something else", p.steps("remove", form, seen), http.StatusConflict, changed)
	// Another admin was faster, or took something away.
	p.read = p.madeFor("Payments API")
	refusedSetup(t, "another admin", p.steps("make", form, seen), http.StatusConflict, changed)
	removal := planID(p.plan("remove", nil))
	found := p.read["found"].(map[string]any)
	triggers := found["triggers"].([]any)
	found["triggers"] = triggers[:len(triggers)-1]
	refusedSetup(t, "another admin removed something", p.steps("remove", nil, removal), http.StatusConflict, changed)
	// A key that changes changes the plan, which says nothing of it.
	if one, two := planID(p.plan("make", form)), planID(p.plan("make",
		byService(s, "Payments API", "key_from", "key", "key", s.PD.Service("Checkout web").Key, "region", s.PD.URL))); one == two ||
		len(one) != 22 {
		t.Errorf("%s %s", one, two)
	}
	refusedSetup(t, "a finding that there is not", p.ask("/setup/steps", p.read.with("what", "fix").with("finding", "nosuch")), http.StatusConflict, "already fixed")
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
		refusedForm(t, p, region, form, http.StatusUnprocessableEntity, "not an address of PagerDuty's Events API that this server knows")
	}
	// By service, the address is the login's region's, whatever the form says.
	if got := webhookIn(t, p.handedOut("make", byService(s, "Payments API", "region", "https://evil.example"))); got != s.PD.URL+"/v2/enqueue" {
		t.Fatalf("a webhook to %s", got)
	}
	p.read = p.madeFor("Payments API")
	if got := webhookIn(t, p.handedOut("make", byKey(s, key, "region", s.PD.EUURL))); got != s.PD.EUURL+"/v2/enqueue" {
		t.Fatalf("a server's other region: a webhook to %s", got)
	}
	// Somebody changed the webhook by hand: it is not taken over.
	p.read = p.madeFor("Payments API", "EVENTS", "https://evil.example")
	refusedForm(t, p, "as now", asNow(), http.StatusUnprocessableEntity, "“https://evil.example” is not an address")
	if got := p.plan("make", byService(s, "Payments API")); !strings.Contains(strings.Join(lines(got), "\n"), "(the address)") {
		t.Errorf("put right: %s", got.Text())
	}
}

// A sandbox has copies of production's triggers: their key is not its own.
func TestSetupOfACopy(t *testing.T) {
	t.Parallel()
	_, p := setUp(t, "lee")
	copied := p.madeFor("Payments API", "Zendesk_acme_", "Zendesk_acme1700000000_")
	if got := p.ask("/setup/look", copied); got.Status != http.StatusOK || got.Find("[name=key_from][value=same]").Length() != 0 || got.Find("form[data-test]").Length() != 0 {
		t.Errorf("the copy's key is offered: %s", got.HTML)
	}
	refusedSetup(t, "as now", p.ask("/setup/plan", copied.with("what", "make").with("form", asNow())), http.StatusUnprocessableEntity,
		"Select a service from the list, or paste an integration key")
	refusedSetup(t, "a test", p.ask("/setup/test", copied.with("ticket", 109)), http.StatusUnprocessableEntity, "nothing to test yet")
}

// Choices that do not do.
func TestSetupChoices(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	for what, c := range map[string]struct{ name, value, says string }{
		"a severity":                {"severity_urgent", "fatal", "“urgent=fatal” is not a priority with a severity"},
		"a severity of a trigger":   {"also_severity", "fatal", "“fatal” is not a priority"},
		"a group":                   {"only_group_id", "360202 or 1", "can't be used here"},
		"a brand":                   {"only_brand_id", "acme", "can't be used here"},
		"a form":                    {"only_ticket_form_id", "-1", "can't be used here"},
		"two tags":                  {"only_current_tags", "vip gold", "can't be used here"},
		"a detail without a value":  {"details", "organization", "The custom detail “organization” is not valid"},
		"a detail without a name":   {"details", "= ticket.id", "Enter a name"},
		"a detail with nothing":     {"details", "organization = {{}}", "Enter a name"},
		"a detail that closes JSON": {"details", `x","routing_key":"y = ticket.id`, "is not valid. Names can"},
		"a detail with Liquid":      {"details", "x = ticket.title | upcase", "is not valid. Names can"},
		"a detail that is a loop":   {"details", "x = {% for i in (1..9999) %}", "is not valid. Names can"},
	} {
		refusedForm(t, p, what, byService(s, "Payments API", c.name, c.value), http.StatusUnprocessableEntity, c.says)
	}
	// What is no priority or limit of Zendesk's is not asked for.
	if got := p.plan("make", byService(s, "Payments API", "severity_huge", "critical", "only_requester_id", "1")); !planShown(got) {
		t.Errorf("fields that nobody knows: %d %s", got.Status, got.Text())
	}
}

// A trigger of the account's own that is to page as well, and one that the account
// does not have, or one of ours, which is none of its own.
func TestSetupAlso(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	const id = "1001002"
	if got := p.load().Find("[name=also][value='" + id + "']"); got.Length() != 1 || got.Is("[checked]") {
		t.Fatal("it is not offered")
	}
	p.read = p.madeFor("Payments API")
	shown := p.plan("make", byService(s, "Payments API", "also", id, "also_severity", "warning"))
	if got := lines(shown); !slices.Contains(got, "update: Notify requester of received request (the actions)") {
		t.Errorf("%q", got)
	}
	for _, other := range []string{"1", "1001004"} {
		if got := kinds(p.plan("make", asNow("also", other))); !slices.Equal(got, []string{"keep", "keep", "keep", "keep"}) {
			t.Errorf("%s: %v", other, got)
		}
	}
}
