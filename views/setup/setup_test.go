package setup_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"zendesk-pagerduty/views/setup"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/views/viewstest"
)

// Who is no admin of the account sees who they are, and nothing to do.
func TestNoAdmin(t *testing.T) {
	doc := viewstest.Render(t, func(tx *text.Texts) templ.Component {
		return setup.Body(tx, setup.View{State: "not-admin", Subdomain: "acme", Role: "agent"})
	})
	if doc.Find("form, button").Length() != 0 || !strings.Contains(doc.Find("[data-role]").Text(), "acme") {
		t.Errorf("%s", doc.Text())
	}
}

// One way to a key is chosen from the beginning, and one that is open.
func TestOneWayToAKey(t *testing.T) {
	for name, c := range map[string]struct {
		choices setup.Choices
		want    string
	}{
		"a key in use":       {setup.Choices{HasKey: true, Connected: true}, "same"},
		"a login":            {setup.Choices{Connected: true}, "service"},
		"neither":            {setup.Choices{}, "key"},
		"a key and no login": {setup.Choices{HasKey: true}, "same"},
	} {
		doc := viewstest.Render(t, func(tx *text.Texts) templ.Component {
			return setup.Body(tx, setup.View{State: "ready", Choices: c.choices})
		})
		chosen := doc.Find("[name=key_from][checked]")
		if chosen.Length() != 1 || chosen.AttrOr("value", "") != c.want || chosen.Is("[disabled]") {
			t.Errorf("%s: %d ways are chosen, %q first, want %q", name, chosen.Length(), chosen.AttrOr("value", ""), c.want)
		}
	}
}

// A plan without anything to do has no button; another has one that says what it
// does.
func TestPlan(t *testing.T) {
	for _, c := range []struct {
		plan   setup.Plan
		button string // the id of its sentence
	}{
		{setup.Plan{ID: "x", What: "make"}, "setup.do"},
		{setup.Plan{ID: "x", What: "remove"}, "setup.do.remove"},
		{setup.Plan{ID: "x", What: "make", Done: true, Tidies: true}, ""},
	} {
		want := ""
		doc := viewstest.Render(t, func(tx *text.Texts) templ.Component {
			if c.button != "" {
				want = tx.S(c.button)
			}
			return setup.PlanSection(tx, c.plan)
		})
		if got := doc.Find("[data-press=do]").Text(); got != want || doc.Find("[data-plan=x]").Is("[data-tidies]") {
			t.Errorf("%+v: the button reads %q, want %q", c.plan, got, want)
		}
	}
}

// An integration whose key PagerDuty does not show cannot be chosen, and one is
// offered to be made.
func TestIntegrationChoice(t *testing.T) {
	list := []setup.Integration{{ID: "I1", Name: "Grafana", URL: "https://acme.pagerduty.com/x"}}
	show := func(i setup.Integrations) *goquery.Document {
		return viewstest.Render(t, func(tx *text.Texts) templ.Component { return setup.IntegrationChoice(tx, i) })
	}
	doc := show(setup.Integrations{CanMake: true, StepUp: true, List: list})
	if doc.Find("[name=integration]:not([disabled])").Length() != 0 || doc.Find("[data-press=integrate][data-stepup]").Length() != 1 {
		t.Errorf("without a key: %s", doc.Text())
	}
	list = append(list, setup.Integration{ID: "I2", Name: "Zendesk acme", HasKey: true})
	if doc = show(setup.Integrations{CanMake: true, List: list}); doc.Find("[data-press=integrate]").Length() != 0 {
		t.Errorf("with a key: %s", doc.Text())
	}
}

// Each step of a test has the sentences that the page fills.
func TestSteps(t *testing.T) {
	doc := viewstest.Render(t, func(tx *text.Texts) templ.Component { return setup.TestSection(tx, setup.Test{Ticket: "1"}) })
	for step, words := range map[string]int{"ticket": 0, "sent": 1, "log": 3, "found": 0, "made": 2, "came": 1, "ended": 2} {
		if got := doc.Find("[data-step=" + step + "] template[data-words]").Length(); got != words {
			t.Errorf("the step %s has %d sentences, want %d", step, got, words)
		}
	}
}
