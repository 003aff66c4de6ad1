package setup

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk/trigger"
)

func english(t *testing.T) *text.Texts {
	t.Helper()
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return texts.For("en")
}

func all(string) bool { return true }

// What is set up to page and does not is not said to: a trigger, or the webhook of all,
// is inactive or gone.
func TestWhoIsNotPaged(t *testing.T) {
	choices := trigger.Choices{
		Subdomain: "acme", EventsURL: "https://events.pagerduty.com", RoutingKey: strings.Repeat("k", 32),
		Severity: map[string]string{"high": "error"},
	}
	for name, c := range map[string]struct {
		change       func(*trigger.Found)
		pages, never []string
	}{
		"all is active":   {func(*trigger.Found) {}, []string{"Urgent", "High"}, nil},
		"one is inactive": {func(f *trigger.Found) { f.Triggers[0].Active = false }, []string{"High"}, []string{"Urgent"}},
		"one is gone":     {func(f *trigger.Found) { f.Triggers = f.Triggers[1:] }, []string{"High"}, []string{"Urgent"}},
		"the webhook is inactive": {
			func(f *trigger.Found) { f.Webhooks[0].Status = "inactive" }, nil, []string{"Urgent", "High"},
		},
		"the webhook is gone": {func(f *trigger.Found) { f.Webhooks = nil }, nil, []string{"Urgent", "High"}},
	} {
		d, err := trigger.Define(choices)
		if err != nil {
			t.Fatal(err)
		}
		d.Webhook.ID, d.Webhook.Status = "7", "active"
		found := trigger.Found{Webhooks: []trigger.Webhook{d.Webhook}, Triggers: d.Triggers}
		for n, one := range found.Triggers {
			found.Triggers[n].ID = trigger.ID(strconv.Itoa(n + 1))
			for i, action := range one.Actions {
				if action.Field == "notification_webhook" {
					body := action.Value.([]string)[1]
					one.Actions[i].Value = []any{"7", body}
				}
			}
		}
		c.change(&found)
		v := pagesView(english(t), request{}, choices, "", func(p string) bool { return trigger.Raising(found)[p] })
		if !slices.Equal(v.Priorities, c.pages) || !slices.Equal(v.Off, c.never) || len(v.Severities) != len(c.pages) {
			t.Errorf("%s: page %q as %q, not %q; want %q, not %q", name, v.Priorities, v.Severities, v.Off, c.pages, c.never)
		}
	}
}

// Urgent tickets page in any case, the most urgent are named first, and limits by
// their names in Zendesk.
func TestWhoIsPaged(t *testing.T) {
	in := request{Groups: []record{{ID: "7", Name: "Escalations"}}}
	v := pagesView(english(t), in, trigger.Choices{
		Severity: map[string]string{"low": "info", "high": "error"},
		Only:     map[string]string{"group_id": "7", "brand_id": "8", "current_tags": "vip"},
	}, "Payments API", all)
	if v.Service != "Payments API" {
		t.Errorf("service %q", v.Service)
	}
	for name, c := range map[string]struct{ got, want []string }{
		"priorities": {v.Priorities, []string{"Urgent", "High", "Low"}},
		"severities": {v.Severities, []string{"critical (Urgent)", "error (High)", "info (Low)"}},
		"limits":     {v.Only, []string{"the group Escalations", "the brand 8", "the tag vip"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
	if v := pagesView(english(t), in, trigger.Choices{}, "", all); len(v.Only) != 0 || !slices.Equal(v.Priorities, []string{"Urgent"}) {
		t.Errorf("without choices: %+v", v)
	}
}
