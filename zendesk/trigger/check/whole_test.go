package check_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

// Zendesk clears what an update does not name of conditions and actions as soon
// as it names one of them ("Update Ticket Trigger"): each of ours names both.
func TestUpdatesSendConditionsAndActions(t *testing.T) {
	updates := 0
	verify := func(what string, steps []trigger.Step) {
		t.Helper()
		for _, s := range steps {
			if s.Method != http.MethodPut || !strings.HasPrefix(s.Path, "/api/v2/triggers/") {
				continue
			}
			var body struct{ Trigger map[string]json.RawMessage }
			if err := json.Unmarshal(s.Body, &body); err != nil {
				t.Fatal(err)
			}
			conditions, actions := body.Trigger["conditions"], body.Trigger["actions"]
			if (conditions == nil) != (actions == nil) || string(conditions) == "null" || string(actions) == "null" {
				t.Errorf("%s: %s %s", what, s.Path, s.Body)
			}
			if conditions != nil {
				updates++
			}
		}
	}
	everything := trigger.Choices{
		Subdomain: "acme", EventsURL: us, RoutingKey: otherKey, Acknowledge: true, Resolve: true, HeedOpen: true, Also: []trigger.ID{"11", "13"},
	}
	for _, c := range wrongAccounts {
		a := byHand()
		c.make(a)
		for _, f := range check.Run(a.Account, a.Found) {
			if f.Fix != nil {
				verify(c.name+", "+string(f.Code), f.Fix())
			}
		}
		p, err := trigger.PlanFor(everything, a.Found)
		if err != nil {
			t.Fatal(err)
		}
		verify(c.name+", a plan", p.Steps)
		a.apply(t, p.Steps)
		verify(c.name+", removed", trigger.Removal(a.Found).Steps)
	}
	if updates < 100 {
		t.Errorf("only %d updates were checked", updates)
	}
}
