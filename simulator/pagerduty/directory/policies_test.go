package directory_test

import (
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func TestPolicies(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	payments := jane("GET", "/escalation_policies?query=payments", nil).List("escalation_policies")[0]
	rules := payments["escalation_rules"].([]any)
	if len(rules) != 3 {
		t.Fatalf("there are %d rules", len(rules))
	}
	for n, want := range []string{"user_reference", "schedule_reference", "user_reference"} {
		if got := rules[n].(map[string]any)["targets"].([]any)[0].(map[string]any)["type"]; got != want {
			t.Errorf("rule %d is for a %v; want %s", n+1, got, want)
		}
	}
	calls := jane("GET", "/oncalls?escalation_policy_ids[]="+payments["id"].(string), nil).List("oncalls")
	if len(calls) != 3 {
		t.Fatalf("%d are on call", len(calls))
	}
	for n, name := range []string{"Lee Park", "Jane Miller", "Omar Haddad"} {
		call := calls[n]
		scheduled := call["schedule"] != nil && call["start"] != nil && call["end"] != nil
		if call["escalation_level"] != float64(n+1) || call["user"].(map[string]any)["summary"] != name ||
			scheduled != (n == 1) {
			t.Errorf("position %d is %v", n+1, call)
		}
	}
}

func TestServicesAndPoliciesAreListedByName(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	for _, kind := range []string{"services", "escalation_policies"} {
		for query, down := range map[string]bool{"": false, "&sort_by=name": false, "&sort_by=name:desc": true} {
			var names []string
			for _, one := range jane("GET", "/"+kind+"?limit=100"+query, nil).List(kind) {
				names = append(names, strings.ToLower(one["name"].(string)))
			}
			if down {
				slices.Reverse(names)
			}
			if len(names) < 2 || !slices.IsSorted(names) {
				t.Errorf("%s%s: %q", kind, query, names)
			}
		}
	}
}

func TestAbilitiesFollowTheSettings(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	before := len(jane("GET", "/abilities", nil).Body["abilities"].([]any))
	sim.Set(func(s *pagerduty.Settings) {
		s.Responders, s.Workflows, s.StatusUpdates, s.Subscribers, s.CustomFields, s.Priorities = "402", "402", "402", "402", "402", "402"
	})
	if got := len(jane("GET", "/abilities", nil).Body["abilities"].([]any)); got != before-5 {
		t.Errorf("%d abilities of %d are left", got, before)
	}
}

// One ability by its name: there, not paid for, or none at all.
func TestOneAbility(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	sim.Set(func(s *pagerduty.Settings) { s.Responders = "402" })
	for name, want := range map[string]int{"teams": 204, "coordinated_responding": 402, "mind_reading": 404} {
		if got := jane("GET", "/abilities/"+name, nil).Status; got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}
