package trigger_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
)

// corrected is what the plan changes in set-ups of before, by the end of a
// trigger's mark. Both were faults: text was put into the event as Zendesk's Liquid
// does not escape it, and "solved" was written as an order of statuses, in which
// Zendesk counts differently.
func corrected(mark string) string {
	switch {
	case strings.HasPrefix(mark, "raise-"), mark == "page":
		return "event"
	case mark == "resolve", mark == "clear-solved":
		return "conditions"
	}
	return ""
}

// TestUpgrade plans for accounts that were set up by the program of commit
// 44abb37, in a simulated Zendesk, with the fewest choices and with the most: all
// of it is known again, nothing is made or removed, and what changes is what was
// corrected since. The file has what that program chose and what the account then
// held, with another integration key and PagerDuty's own address.
func TestUpgrade(t *testing.T) {
	raw, err := os.ReadFile("testdata/account44abb37.json")
	if err != nil {
		t.Fatal(err)
	}
	var accounts []struct {
		Choices trigger.Choices
		Found   trigger.Found
	}
	if err := json.Unmarshal(raw, &accounts); err != nil {
		t.Fatal(err)
	}
	for i, changes := range []int{4, 10} {
		a := accounts[i]
		plan, err := trigger.PlanFor(a.Choices, a.Found)
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Changes) != changes {
			t.Errorf("%d changes; want %d", len(plan.Changes), changes)
		}
		for _, c := range plan.Changes {
			kind, differs := trigger.Keep, []string(nil)
			if part := corrected(c.Mark); part != "" {
				kind, differs = trigger.Update, []string{part}
			}
			if c.Kind != kind || c.Twice || !slices.Equal(c.Differs, differs) {
				t.Errorf("%+v; want %s of %v", c, kind, differs)
			}
		}
		got, made := trigger.Chosen("acme", a.Found)
		if !made || got.RoutingKey != a.Choices.RoutingKey || got.Acknowledge != a.Choices.Acknowledge ||
			got.HeedOpen != a.Choices.HeedOpen || got.Severity["high"] != a.Choices.Severity["high"] {
			t.Errorf("chosen %+v, read back %+v", a.Choices, got)
		}
	}
}
