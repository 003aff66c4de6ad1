package pagerduty_test

import (
	"encoding/json"
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
)

func changed(o object) object {
	o["type"] = "incident_reference"
	return object{"incident": o}
}

func TestChange(t *testing.T) {
	sim := described(t)
	jane := as(t, sim, "jane")
	id := sim.AddIncident("jane", "Payments API", "Change me", "").ID
	put := func(o object) pagerduty.IncidentInfo {
		t.Helper()
		if r := jane("PUT", "/incidents/"+id, changed(o)); r.status != 200 {
			t.Errorf("%v: %d %s", o, r.status, r.text)
		}
		return sim.Incident(id)
	}
	if in := sim.Incident(id); in.Level != 1 || !slices.Equal(in.Assignees, []string{"lee"}) {
		t.Errorf("it begins with level %d and %v", in.Level, in.Assignees)
	}
	if in := put(object{"escalation_level": 3}); in.Level != 3 || !slices.Equal(in.Assignees, []string{"omar"}) {
		t.Errorf("level 3 is %d with %v", in.Level, in.Assignees)
	}
	omar, ana := reference(person(t, sim, "omar").ID, "user"), reference(person(t, sim, "ana").ID, "user")
	if in := put(object{"assignments": []object{{"assignee": omar}, {"assignee": ana}}}); !slices.Equal(in.Assignees, []string{"omar", "ana"}) {
		t.Errorf("reassigned to %v", in.Assignees)
	}
	platform := jane("GET", "/escalation_policies?query=platform", nil).list("escalation_policies")[0]["id"].(string)
	if in := put(object{"escalation_policy": reference(platform, "escalation_policy")}); in.Policy != "Platform on call" || in.Level != 1 {
		t.Errorf("the policy is %s, level %d", in.Policy, in.Level)
	}
	if in := put(object{"conference_bridge": object{"conference_number": "+1 1", "conference_url": "https://meet.example/1"}}); in.BridgeURL != "https://meet.example/1" || in.BridgeNumber != "+1 1" {
		t.Errorf("the bridge is %s %s", in.BridgeNumber, in.BridgeURL)
	}
	if in := put(object{"incident_type": object{"name": "major_incident"}}); in.Type != "major_incident" {
		t.Errorf("the type is %s", in.Type)
	}
	if in := put(object{"service": reference(sim.Service("Checkout web").ID, "service")}); in.Service != "Checkout web" {
		t.Errorf("the service is %s", in.Service)
	}
	if in := put(object{"priority": "P2"}); in.Priority != "P2" {
		t.Errorf("the priority by name is %s", in.Priority)
	}
	if in := put(object{"status": "resolved", "resolution": "Done"}); in.Resolution != "Done" {
		t.Errorf("the resolution is %q", in.Resolution)
	}
	// Reopened, it goes to whom the request names, and nobody else is paged.
	if in := put(object{"status": "triggered", "assignments": []object{{"assignee": ana}}}); !slices.Equal(in.Assignees, []string{"ana"}) || in.Resolution != "" {
		t.Errorf("reopened for %v", in.Assignees)
	}
	many := jane("PUT", "/incidents", object{"incidents": []object{{"id": id, "type": "incident_reference", "escalation_level": 1, "service": reference(sim.Service("Search").ID, "service")}}})
	if in := sim.Incident(id); many.status != 200 || in.Service != "Checkout web" || !slices.Equal(in.Assignees, []string{"lee"}) {
		t.Errorf("of many: %d, %s, %v; the service is for a single change", many.status, in.Service, in.Assignees)
	}
}

func TestChangeRefusals(t *testing.T) {
	sim := pagerduty.RunT(t)
	jane, omar := as(t, sim, "jane"), as(t, sim, "omar")
	id := sim.AddIncident("jane", "Payments API", "Leave me", "").ID
	policy := func(query string) object {
		return reference(jane("GET", "/escalation_policies?query="+query, nil).list("escalation_policies")[0]["id"].(string), "escalation_policy")
	}
	ana := []object{{"assignee": reference(person(t, sim, "ana").ID, "user")}}
	for _, c := range []struct {
		what   string
		ask    asker
		change object
		status int
		code   float64
	}{
		{"beyond the last level", jane, object{"escalation_level": 4}, 400, 1006},
		{"level 0", jane, object{"escalation_level": 0}, 400, 1006},
		{"an unknown policy", jane, object{"escalation_policy": reference("PNONE", "escalation_policy")}, 400, 1014},
		{"a private team's policy", omar, object{"escalation_policy": policy("card")}, 400, 1014},
		{"a policy without anybody", jane, object{"escalation_policy": policy("night")}, 400, 1015},
		{"an unknown assignee", jane, object{"assignments": []object{{"assignee": reference("PNONE", "user")}}}, 400, 1007},
		{"assignee and policy", jane, object{"assignments": ana, "escalation_policy": policy("platform")}, 400, 2001},
		{"an unknown type", jane, object{"incident_type": object{"name": "nonsense"}}, 400, 2001},
		{"an unknown service", jane, object{"service": reference("PNONE", "service")}, 400, 2002},
		{"a private team's service", omar, object{"service": reference(sim.Service("Card processor").ID, "service")}, 400, 2002},
		{"no title", jane, object{"title": " "}, 400, 2001},
		{"priority null", jane, object{"priority": nil}, 400, 2001},
		{"an empty priority", jane, object{"priority": object{}}, 400, 2001},
		{"a priority without a name", jane, object{"priority": ""}, 400, 2001},
		{"an unknown priority", jane, object{"priority": "P9"}, 400, 1020},
		{"a status", jane, object{"status": "closed"}, 400, 1003},
		{"a stakeholder", as(t, sim, "stan"), object{"title": "x"}, 403, 2010},
	} {
		c.ask("PUT", "/incidents/"+id, changed(c.change)).wants(t, c.what, c.status, c.code)
	}
	jane("PUT", "/incidents/"+sim.Incidents("Zendesk_acme_104")[0].ID, changed(object{"assignments": ana})).wants(t, "a resolved one", 400, 1001)
	// Of many, one that is wrong keeps all as they were.
	two := json.RawMessage(`{"incidents":[{"id":"` + id + `","type":"incident","title":"Other"},{"id":"` + id + `","type":"incident","escalation_level":9}]}`)
	jane("PUT", "/incidents", two).wants(t, "one of two", 400, 1006)
	if in := sim.Incident(id); in.Title != "Leave me" || !slices.Equal(in.Assignees, []string{"lee"}) {
		t.Errorf("a refusal changed it: %q, %v", in.Title, in.Assignees)
	}
	sim.Set(func(s *pagerduty.Settings) { s.Priorities = "402" })
	jane("PUT", "/incidents/"+id, changed(object{"priority": "P1"})).wants(t, "without priorities", 400, 1020)
}
