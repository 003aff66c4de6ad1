package incidents_test

import (
	"net/url"
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func workflows(r pagerdutytest.Reply) (found []string) {
	for _, f := range r.List("triggers") {
		found = append(found, f["workflow"].(map[string]any)["name"].(string))
	}
	return found
}

func start(id string) pagerdutytest.Object {
	return pagerdutytest.Object{
		"incident_workflow_instance": pagerdutytest.Object{"incident": pagerdutytest.Reference(id, "incident")},
	}
}

func TestWorkflows(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, id := pagerdutytest.As(t, sim, "jane"), pagerdutytest.SlowIncident(sim).ID
	path := "/incident_workflows/triggers?trigger_type=manual&incident_id="
	manual := jane("GET", path+id, nil)
	if got := workflows(manual); manual.Status != 200 || len(got) != 2 || manual.Body["next_cursor"] != nil {
		t.Fatalf("%d %s", manual.Status, manual.Text)
	}
	// One of them is for some services only.
	if got := workflows(jane("GET", path+pagerdutytest.HiddenIncident(sim).ID, nil)); len(got) != 1 {
		t.Errorf("the private team's incident has %q", got)
	}
	if got := workflows(jane("GET", "/incident_workflows/triggers", nil)); len(got) != 3 {
		t.Errorf("there are %q", got)
	}
	first := jane("GET", path+id+"&limit=1", nil)
	second := jane("GET", path+id+"&limit=1&"+url.Values{"cursor": {first.Body["next_cursor"].(string)}}.Encode(), nil)
	if !slices.Equal(append(workflows(first), workflows(second)...), workflows(manual)) || first.Body["more"] != true ||
		second.Body["more"] != false {
		t.Errorf("the pages are %q and %q", workflows(first), workflows(second))
	}
	workflow := manual.List("triggers")[0]["workflow"].(map[string]any)["id"].(string)
	if got := workflows(jane("GET", "/incident_workflows/triggers?workflow_id="+workflow, nil)); len(got) != 1 {
		t.Errorf("of one workflow there are %q", got)
	}
	r := jane("POST", "/incident_workflows/"+workflow+"/instances", start(id))
	if r.Status != 201 || r.Object("incident_workflow_instance")["id"] == "" {
		t.Fatalf("%d %s", r.Status, r.Text)
	}
	if got := sim.Incident(id).Workflows; !slices.Equal(got, workflows(first)) {
		t.Errorf("started were %q", got)
	}
	if got := kinds(jane("GET", "/incidents/"+id+"/log_entries?is_overview=true", nil)); got[0] != "workflow_start" {
		t.Errorf("the timeline begins with %s", got[0])
	}
}

func TestWorkflowRefusals(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, omar, id := pagerdutytest.As(t, sim, "jane"), pagerdutytest.As(t, sim, "omar"), pagerdutytest.SlowIncident(sim).ID
	all := jane("GET", "/incident_workflows/triggers", nil).List("triggers")
	instances := func(n int) string {
		return "/incident_workflows/" + all[n]["workflow"].(map[string]any)["id"].(string) + "/instances"
	}
	jane("POST", "/incident_workflows/PNONE/instances", start(id)).WantsMessage(t, "unknown", 404)
	jane("POST", instances(2), start(id)).WantsMessage(t, "conditional", 400)
	jane("POST", instances(1), start(pagerdutytest.HiddenIncident(sim).ID)).WantsMessage(t, "of other services", 400)
	jane("POST", instances(0), pagerdutytest.Object{
		"incident_workflow_instance": pagerdutytest.Object{},
	}).WantsMessage(t, "without an incident", 400)
	omar("POST", instances(0), start(pagerdutytest.HiddenIncident(sim).ID)).WantsMessage(t, "hidden", 403)
	omar("GET", "/incident_workflows/triggers?incident_id="+pagerdutytest.HiddenIncident(sim).ID, nil).WantsMessage(t,
		"hidden", 403)
	pagerdutytest.As(t, sim, "stan")("POST", instances(0), start(id)).WantsMessage(t, "a stakeholder", 403)
	jane("GET", "/incident_workflows/triggers?cursor=nonsense", nil).WantsMessage(t, "a cursor that is none", 400)
	jane("GET", "/incident_workflows/triggers?service_id=PNONE", nil).WantsMessage(t, "an unknown service", 404)
	jane("GET", "/incident_workflows/triggers?service_id="+sim.Service("Search").ID+"&incident_id="+id, nil).WantsMessage(t,
		"both", 400)
	sim.Set(func(s *pagerduty.Settings) { s.Workflows = "402" })
	jane("GET", "/incident_workflows/triggers", nil).WantsMessage(t, "without the plan", 402)
	jane("POST", instances(0), start(id)).WantsMessage(t, "without the plan", 402)
}
