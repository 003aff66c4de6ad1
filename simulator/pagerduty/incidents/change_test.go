package incidents_test

import (
	"encoding/json"
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func changed(o pagerdutytest.Object) pagerdutytest.Object {
	o["type"] = "incident_reference"
	return pagerdutytest.Object{"incident": o}
}

func TestChange(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	id := sim.AddIncident("jane", "Payments API", "Change me", "").ID
	put := func(o pagerdutytest.Object) pagerduty.IncidentInfo {
		t.Helper()
		if r := jane("PUT", "/incidents/"+id, changed(o)); r.Status != 200 {
			t.Errorf("%v: %d %s", o, r.Status, r.Text)
		}
		return sim.Incident(id)
	}
	if in := sim.Incident(id); in.Level != 1 || !slices.Equal(in.Assignees, []string{"lee"}) {
		t.Errorf("it begins with level %d and %v", in.Level, in.Assignees)
	}
	if in := put(pagerdutytest.Object{
		"escalation_level": 3,
	}); in.Level != 3 || !slices.Equal(in.Assignees, []string{"omar"}) {
		t.Errorf("level 3 is %d with %v", in.Level, in.Assignees)
	}
	omar, ana := pagerdutytest.Reference(pagerdutytest.FindPerson(t, sim, "omar").ID, "user"), pagerdutytest.Reference(pagerdutytest.FindPerson(t,
		sim, "ana").ID,
		"user")
	if in := put(pagerdutytest.Object{
		"assignments": []pagerdutytest.Object{{"assignee": omar}, {"assignee": ana}},
	}); !slices.Equal(in.Assignees, []string{"omar", "ana"}) {
		t.Errorf("reassigned to %v", in.Assignees)
	}
	platform := jane("GET", "/escalation_policies?query=platform", nil).List("escalation_policies")[0]["id"].(string)
	if in := put(pagerdutytest.Object{
		"escalation_policy": pagerdutytest.Reference(platform, "escalation_policy"),
	}); in.Policy != "Platform on call" || in.Level != 1 {
		t.Errorf("the policy is %s, level %d", in.Policy, in.Level)
	}
	if in := put(pagerdutytest.Object{
		"conference_bridge": pagerdutytest.Object{"conference_number": "+1 1", "conference_url": "https://meet.example/1"},
	}); in.BridgeURL != "https://meet.example/1" || in.BridgeNumber != "+1 1" {
		t.Errorf("the bridge is %s %s", in.BridgeNumber, in.BridgeURL)
	}
	if in := put(pagerdutytest.Object{
		"incident_type": pagerdutytest.Object{"name": "major_incident"},
	}); in.Type != "major_incident" {
		t.Errorf("the type is %s", in.Type)
	}
	if in := put(pagerdutytest.Object{
		"service": pagerdutytest.Reference(sim.Service("Checkout web").ID, "service"),
	}); in.Service != "Checkout web" {
		t.Errorf("the service is %s", in.Service)
	}
	if in := put(pagerdutytest.Object{"priority": "P2"}); in.Priority != "P2" {
		t.Errorf("the priority by name is %s", in.Priority)
	}
	if in := put(pagerdutytest.Object{"status": "resolved", "resolution": "Done"}); in.Resolution != "Done" {
		t.Errorf("the resolution is %q", in.Resolution)
	}
	// Reopened, it goes to whom the request names, and nobody else is paged.
	if in := put(pagerdutytest.Object{
		"status":      "triggered",
		"assignments": []pagerdutytest.Object{{"assignee": ana}},
	}); !slices.Equal(in.Assignees, []string{"ana"}) || in.Resolution != "" {
		t.Errorf("reopened for %v", in.Assignees)
	}
	many := jane("PUT", "/incidents", pagerdutytest.Object{
		"incidents": []pagerdutytest.Object{{
			"id":               id,
			"type":             "incident_reference",
			"escalation_level": 1,
			"service":          pagerdutytest.Reference(sim.Service("Search").ID, "service"),
		}},
	})
	if in := sim.Incident(id); many.Status != 200 || in.Service != "Checkout web" ||
		!slices.Equal(in.Assignees, []string{"lee"}) {
		t.Errorf("of many: %d, %s, %v; the service is for a single change", many.Status, in.Service, in.Assignees)
	}
}

// A resolved incident that is triggered without anybody's name begins at the first
// level of its policy, and who is there is notified again.
func TestReopen(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	id := sim.AddIncident("jane", "Payments API", "Over too early", "").ID
	notified := func() (n int) {
		for _, e := range jane("GET", "/incidents/"+id+"/log_entries?limit=100", nil).List("log_entries") {
			if e["type"] == "notify_log_entry" {
				n++
			}
		}
		return n
	}
	sim.SetStatus("lee", id, "resolved")
	before := notified()
	if r := jane("PUT", "/incidents/"+id, changed(pagerdutytest.Object{"status": "triggered"})); r.Status != 200 {
		t.Fatalf("%d %s", r.Status, r.Text)
	}
	if in := sim.Incident(id); in.Status != "triggered" || in.Level != 1 ||
		!slices.Equal(in.Assignees, []string{"lee"}) || notified() != before+1 {
		t.Errorf("%s at level %d for %v, with %d notifications after %d", in.Status, in.Level, in.Assignees, notified(), before)
	}
}

func TestChangeRefusals(t *testing.T) {
	sim := pagerduty.RunT(t)
	jane, omar := pagerdutytest.As(t, sim, "jane"), pagerdutytest.As(t, sim, "omar")
	id := sim.AddIncident("jane", "Payments API", "Leave me", "").ID
	policy := func(query string) pagerdutytest.Object {
		return pagerdutytest.Reference(jane("GET", "/escalation_policies?query="+query, nil).List("escalation_policies")[0]["id"].(string),
			"escalation_policy")
	}
	ana := []pagerdutytest.Object{{
		"assignee": pagerdutytest.Reference(pagerdutytest.FindPerson(t, sim, "ana").ID, "user"),
	}}
	for _, c := range []struct {
		what   string
		ask    pagerdutytest.Asker
		change pagerdutytest.Object
		status int
		code   float64
	}{
		{"beyond the last level", jane, pagerdutytest.Object{"escalation_level": 4}, 400, 1006},
		{"level 0", jane, pagerdutytest.Object{"escalation_level": 0}, 400, 1006},
		{
			"an unknown policy", jane,
			pagerdutytest.Object{"escalation_policy": pagerdutytest.Reference("PNONE", "escalation_policy")}, 400, 1014,
		},
		{"a private team's policy", omar, pagerdutytest.Object{"escalation_policy": policy("card")}, 400, 1014},
		{"a policy without anybody", jane, pagerdutytest.Object{"escalation_policy": policy("night")}, 400, 1015},
		{
			"an unknown assignee", jane,
			pagerdutytest.Object{"assignments": []pagerdutytest.Object{{"assignee": pagerdutytest.Reference("PNONE", "user")}}},
			400, 1007,
		},
		{
			"assignee and policy", jane, pagerdutytest.Object{"assignments": ana, "escalation_policy": policy("platform")}, 400,
			2001,
		},
		{"an unknown type", jane, pagerdutytest.Object{"incident_type": pagerdutytest.Object{"name": "nonsense"}}, 400, 2001},
		{"an unknown service", jane, pagerdutytest.Object{"service": pagerdutytest.Reference("PNONE", "service")}, 400, 2002},
		{
			"a private team's service", omar,
			pagerdutytest.Object{"service": pagerdutytest.Reference(sim.Service("Card processor").ID, "service")}, 400, 2002,
		},
		{"no title", jane, pagerdutytest.Object{"title": " "}, 400, 2001},
		{"priority null", jane, pagerdutytest.Object{"priority": nil}, 400, 2001},
		{"an empty priority", jane, pagerdutytest.Object{"priority": pagerdutytest.Object{}}, 400, 2001},
		{"a priority without a name", jane, pagerdutytest.Object{"priority": ""}, 400, 2001},
		{"an unknown priority", jane, pagerdutytest.Object{"priority": "P9"}, 400, 1020},
		{"a status", jane, pagerdutytest.Object{"status": "closed"}, 400, 1003},
		{"a stakeholder", pagerdutytest.As(t, sim, "stan"), pagerdutytest.Object{"title": "x"}, 403, 2010},
	} {
		c.ask("PUT", "/incidents/"+id, changed(c.change)).Wants(t, c.what, c.status, c.code)
	}
	jane("PUT", "/incidents/"+sim.Incidents("Zendesk_acme_104")[0].ID, changed(pagerdutytest.Object{
		"assignments": ana,
	})).Wants(t, "a resolved one", 400, 1001)
	// Of many, one that is wrong keeps all as they were.
	two := json.RawMessage(`{"incidents":[{"id":"` + id + `","type":"incident","title":"Other"},{"id":"` + id + `","type":"incident","escalation_level":9}]}`)
	jane("PUT", "/incidents", two).Wants(t, "one of two", 400, 1006)
	if in := sim.Incident(id); in.Title != "Leave me" || !slices.Equal(in.Assignees, []string{"lee"}) {
		t.Errorf("a refusal changed it: %q, %v", in.Title, in.Assignees)
	}
	sim.Set(func(s *pagerduty.Settings) { s.Priorities = "402" })
	jane("PUT", "/incidents/"+id, changed(pagerdutytest.Object{
		"priority": "P1",
	})).Wants(t, "without priorities", 400, 1020)
}
