package gallery

import (
	"slices"
	"time"

	"github.com/a-h/templ"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/setup"
	"zendesk-pagerduty/views/text"
)

// setupStates are those of the page in Zendesk's navigation bar.
func setupStates(t *text.Texts, now time.Time) []State {
	none := setup.View{State: "ready", Subdomain: "acme", Role: "admin", PagerDutyRole: "limited_user", Connected: true, Choices: choices()}
	apart := none
	apart.Connected, apart.PagerDutyRole, apart.Choices.Connected = false, "", false
	made := none
	made.State, made.PagerDutyRole, made.CanTest = "made", "admin", true
	made.Made = []setup.Made{{Title: "PagerDuty: page for urgent tickets", Active: true},
		{Title: "PagerDuty: page for the tag pagerduty_page", Active: true}, {Title: "PagerDuty: resolve with the ticket", Active: true}}
	made.Pages = &setup.Pages{Service: "Payments API", Priorities: []string{t.S("priority.urgent")},
		Severities: []string{t.F("setup.pages.as", text.Args{"Severity": t.S("severity.critical"), "Priority": t.S("priority.urgent")})}}
	made.Tested, made.WebhookURL, made.TriggersURL = now.Add(-3*time.Hour), "https://acme.zendesk.com/admin/1", "https://acme.zendesk.com/admin/2"
	made.Choices.HasKey, made.Choices.ServiceID, made.Choices.ServiceName, made.Choices.Details = true, "P1", "Payments API", "organization = ticket.organization.name\n"
	made.Choices.Acknowledge, made.Choices.Existing = true, []setup.Existing{{ID: "1", Title: "Tell the VIP team", Chosen: true}, {ID: "2", Title: long}}
	wrong := made
	wrong.Pages, wrong.Tested, wrong.TestedOther = &setup.Pages{Priorities: made.Pages.Priorities, Severities: made.Pages.Severities}, now.AddDate(0, 0, -9), true
	wrong.Choices.ServiceName, wrong.Made = "", slices.Clone(made.Made)
	wrong.Pages.Priorities, wrong.Pages.Off = nil, made.Pages.Priorities
	wrong.Made[0].Active = false
	wrong.Findings = []setup.Finding{
		{ID: "a", Code: "check.key", Sentence: t.F("check.key.case", text.Args{"title": "Page for outages", "got": "zendesk"}),
			Fix: t.F("fix.key", text.Args{"want": "Zendesk_acme_{{ticket.id}}"})},
		{ID: "c", Code: "check.inactive", Sentence: t.F("check.inactive", text.Args{"title": wrong.Made[0].Title}), Fix: t.F("fix.on", nil)},
		{ID: "b", Code: "check.method", Sentence: t.F("check.webhook.method", text.Args{"title": hostile, "got": "PUT"})},
	}
	limited := *made.Pages
	limited.Priorities = append(limited.Priorities, t.S("priority.high"))
	limited.Severities = append(limited.Severities, t.F("setup.pages.as", text.Args{"Severity": t.S("severity.error"), "Priority": t.S("priority.high")}))
	limited.Only = []string{t.F("setup.pages.group", text.Args{"Name": "Escalations"}), t.F("setup.pages.tag", text.Args{"Name": "vip"})}
	plan := setup.Plan{ID: "x", What: "make", Pages: &limited, Changes: []setup.Change{
		{Kind: "keep", Title: "PagerDuty events (zendesk-pagerduty)", Does: t.S("setup.does.webhook")},
		{Kind: "update", Title: "PagerDuty: page for urgent tickets", Does: t.F("setup.does.raise", text.Args{"Priority": t.S("priority.urgent")}),
			Differs: []string{t.S("setup.differs.key"), t.S("setup.differs.conditions")}},
		{Kind: "make", Title: "PagerDuty: page for high tickets", Does: t.F("setup.does.raise", text.Args{"Priority": t.S("priority.high")})},
		{Kind: "remove", Title: "PagerDuty: acknowledge when the ticket is taken", Does: t.S("setup.does.acknowledge")},
		{Kind: "update", Title: "Tell the VIP team", Does: t.S("setup.does.taken")},
		{Kind: "shared", Title: "Shared webhook", Does: t.S("setup.does.shared")},
	}}
	remove := plan
	remove.What, remove.Pages, remove.Changes = "remove", nil, plan.Changes[3:]
	done := setup.Plan{ID: "x", What: "make", Done: true, Changes: plan.Changes[:1]}
	integrations := setup.Integrations{Service: "P1", Chosen: "I1", CanMake: true, StepUp: true,
		List: []setup.Integration{{ID: "I1", Name: "Zendesk acme", HasKey: true}, {ID: "I2", Name: "Grafana", URL: "https://acme.pagerduty.com/services/P1/integrations/I2"}}}
	keyless := integrations
	keyless.Chosen, keyless.List = "", integrations.List[1:]
	testing := setup.Test{Ticket: "4711", Webhook: "01J", Service: "Payments API", Wakes: "Lee Park"}
	testingNobody := setup.Test{Ticket: "4711", Service: "Night desk", Nobody: true, Open: "1234"}
	arrived := setup.Found{Ticket: "4712", ID: "Q2", Number: "1235", Title: "Ticket 4712: Test", URL: "https://acme.pagerduty.com/incidents/Q2",
		Status: "triggered", At: now, CanResolve: true}
	state := func(name, title string, c templ.Component) State {
		return State{Name: "setup-" + name, Title: "Set-up: " + title, Fragment: c}
	}
	return []State{
		state("page", "first", setup.Body(t, none)),
		state("not-connected", "without a PagerDuty login", setup.Body(t, apart)),
		state("not-admin", "no Zendesk admin", setup.Body(t, setup.View{State: "not-admin", Subdomain: "acme", Role: "agent"})),
		state("made", "made", setup.Body(t, made)),
		state("findings", "something is wrong", setup.Body(t, wrong)),
		state("differs", "changed in Zendesk", setup.Body(t, differing(made))),
		state("plan", "changes to confirm", among(setup.PlanSection(t, plan))),
		state("remove", "what will be removed", among(setup.PlanSection(t, remove))),
		state("nothing", "no changes needed", among(setup.PlanSection(t, done))),
		state("integrations", "integrations", part(setup.IntegrationChoice(t, integrations))),
		state("no-integration", "no integration", part(setup.IntegrationChoice(t, setup.Integrations{Service: "P1", CanMake: true, StepUp: true}))),
		state("key-not-shown", "PagerDuty shows no key", part(setup.IntegrationChoice(t, keyless))),
		state("forbidden", "no right to make one", part(views.NoticeBox(t, &views.Notice{Kind: "bad", Text: t.Problem("pagerduty.forbidden", "setup", nil)}))),
		state("link", "no window: a link to copy", part(setup.StepUpLink(t, "https://pagerduty.example.com/login/5nPq2Wm7RZkA0b3cD9eFgh"))),
		state("waiting", "waiting for the window", part(setup.StepUpLink(t, ""))),
		state("test", "test: who is woken", part(setup.TestSection(t, testing))),
		state("test-nobody", "test: nobody, one is open", part(setup.TestSection(t, testingNobody))),
		state("test-unknown", "test: not known who", part(setup.TestSection(t, setup.Test{Ticket: "4711"}))),
		state("found", "test: the incident", part(setup.FoundIncident(t, setup.Found{Ticket: "4711", ID: "Q1", Number: "1234", Title: "Test of ticket events: ticket 4711", URL: "https://acme.pagerduty.com/incidents/Q1",
			Status: "triggered", At: now, CanResolve: true}))),
		state("open-test", "test: left open", part(setup.OpenTest(t))),
		state("arrived", "difficult text: unchanged", part(setup.ArrivedText(t, setup.Arrived{Found: arrived}))),
		state("arrived-without", "difficult text: left out", part(setup.ArrivedText(t, setup.Arrived{Found: arrived, Omitted: true}))),
		state("arrived-differs", "difficult text: differs", part(setup.ArrivedText(t, setup.Arrived{Found: arrived, Differs: []setup.Difference{
			{Part: "title", Sent: `Test: "double", 😀`, Came: `Test: "double", ?`},
		}}))),
	}
}

// differing is a set-up of which somebody deleted or changed parts in Zendesk.
func differing(v setup.View) setup.View {
	v.Differs = 2
	return v
}

func choices() setup.Choices {
	return setup.Choices{
		Severity: map[string]string{"urgent": "critical"}, Only: map[string]string{}, Resolve: true, Connected: true,
		Severities: []string{"info", "warning", "error", "critical"}, Priorities: []string{"urgent", "high", "normal", "low"},
		Region: "https://events.pagerduty.com", Regions: []views.Option{{Value: "https://events.pagerduty.com", Text: "events.pagerduty.com"},
			{Value: "https://events.eu.pagerduty.com", Text: "events.eu.pagerduty.com"}},
		Groups: []views.Option{{Value: "1", Text: "Support"}, {Value: "2", Text: "Escalations"}},
	}
}

// foreignSetup is every view of the set-up that shows text from elsewhere.
func foreignSetup(t *text.Texts, s string, at time.Time) []templ.Component {
	c := choices()
	c.HasKey, c.ServiceName, c.Details, c.Only = true, s, s, map[string]string{"current_tags": s, "brand_id": s}
	c.Groups, c.Forms, c.Regions = []views.Option{{Value: s, Text: s}}, []views.Option{{Value: s, Text: s}}, []views.Option{{Value: s, Text: s}}
	c.Existing = []setup.Existing{{ID: s, Title: s, Chosen: true}}
	return []templ.Component{
		setup.Body(t, setup.View{State: "made", WebhookURL: s, TriggersURL: s, Pages: &setup.Pages{Service: s, Priorities: []string{s}, Off: []string{s}, Severities: []string{s}, Only: []string{s}}, Subdomain: "acme", Role: s, PagerDutyRole: s, Connected: true, CanTest: true, Choices: c,
			Made: []setup.Made{{Title: s}}, Findings: []setup.Finding{{ID: s, Code: "check", Sentence: s, Fix: s}}}),
		setup.Body(t, setup.View{State: "not-admin", Subdomain: "acme", Role: s}),
		setup.PlanSection(t, setup.Plan{ID: "x", What: "make", Changes: []setup.Change{{Kind: "update", Title: s, Does: s, Differs: []string{s, s}}}}),
		setup.IntegrationChoice(t, setup.Integrations{Service: "P1", CanMake: true, List: []setup.Integration{{ID: "I1", Name: s, URL: "https://x.example/1"}}}),
		setup.TestSection(t, setup.Test{Ticket: "1", Webhook: s, Service: s, Wakes: s, Open: "1"}),
		setup.FoundIncident(t, setup.Found{Ticket: "1", ID: "Q1", Number: "1", Title: s, URL: "https://x.example/1", Status: s, At: at, CanResolve: true}),
	}
}
