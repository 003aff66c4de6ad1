package pagerduty_test

import (
	"net/url"
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
)

func workflows(r reply) (found []string) {
	for _, f := range r.list("triggers") {
		found = append(found, f["workflow"].(map[string]any)["name"].(string))
	}
	return found
}

func start(id string) object {
	return object{"incident_workflow_instance": object{"incident": reference(id, "incident")}}
}

// message is the error of a workflow endpoint, which has no "error" around it.
func (r reply) message(t *testing.T, what string, status int) {
	t.Helper()
	if _, wrapped := r.body["error"]; wrapped || r.status != status || r.body["message"] == nil {
		t.Errorf("%s: %d %s; want %d with a bare message", what, r.status, r.text, status)
	}
}

func TestWorkflows(t *testing.T) {
	sim := described(t)
	jane, id := as(t, sim, "jane"), slow(sim).ID
	path := "/incident_workflows/triggers?trigger_type=manual&incident_id="
	manual := jane("GET", path+id, nil)
	if got := workflows(manual); manual.status != 200 || len(got) != 2 || manual.body["next_cursor"] != nil {
		t.Fatalf("%d %s", manual.status, manual.text)
	}
	// One of them is for some services only.
	if got := workflows(jane("GET", path+hidden(sim).ID, nil)); len(got) != 1 {
		t.Errorf("the private team's incident has %q", got)
	}
	if got := workflows(jane("GET", "/incident_workflows/triggers", nil)); len(got) != 3 {
		t.Errorf("there are %q", got)
	}
	first := jane("GET", path+id+"&limit=1", nil)
	second := jane("GET", path+id+"&limit=1&"+url.Values{"cursor": {first.body["next_cursor"].(string)}}.Encode(), nil)
	if !slices.Equal(append(workflows(first), workflows(second)...), workflows(manual)) || first.body["more"] != true || second.body["more"] != false {
		t.Errorf("the pages are %q and %q", workflows(first), workflows(second))
	}
	workflow := manual.list("triggers")[0]["workflow"].(map[string]any)["id"].(string)
	if got := workflows(jane("GET", "/incident_workflows/triggers?workflow_id="+workflow, nil)); len(got) != 1 {
		t.Errorf("of one workflow there are %q", got)
	}
	r := jane("POST", "/incident_workflows/"+workflow+"/instances", start(id))
	if r.status != 201 || r.object("incident_workflow_instance")["id"] == "" {
		t.Fatalf("%d %s", r.status, r.text)
	}
	if got := sim.Incident(id).Workflows; !slices.Equal(got, workflows(first)) {
		t.Errorf("started were %q", got)
	}
	if got := kinds(jane("GET", "/incidents/"+id+"/log_entries?is_overview=true", nil)); got[0] != "workflow_start" {
		t.Errorf("the timeline begins with %s", got[0])
	}
}

func TestWorkflowRefusals(t *testing.T) {
	sim := described(t)
	jane, omar, id := as(t, sim, "jane"), as(t, sim, "omar"), slow(sim).ID
	all := jane("GET", "/incident_workflows/triggers", nil).list("triggers")
	instances := func(n int) string {
		return "/incident_workflows/" + all[n]["workflow"].(map[string]any)["id"].(string) + "/instances"
	}
	jane("POST", "/incident_workflows/PNONE/instances", start(id)).message(t, "unknown", 404)
	jane("POST", instances(2), start(id)).message(t, "conditional", 400)
	jane("POST", instances(1), start(hidden(sim).ID)).message(t, "of other services", 400)
	jane("POST", instances(0), object{"incident_workflow_instance": object{}}).message(t, "without an incident", 400)
	omar("POST", instances(0), start(hidden(sim).ID)).message(t, "hidden", 403)
	omar("GET", "/incident_workflows/triggers?incident_id="+hidden(sim).ID, nil).message(t, "hidden", 403)
	as(t, sim, "stan")("POST", instances(0), start(id)).message(t, "a stakeholder", 403)
	jane("GET", "/incident_workflows/triggers?cursor=nonsense", nil).message(t, "a cursor that is none", 400)
	jane("GET", "/incident_workflows/triggers?service_id=PNONE", nil).message(t, "an unknown service", 404)
	jane("GET", "/incident_workflows/triggers?service_id="+sim.Service("Search").ID+"&incident_id="+id, nil).message(t, "both", 400)
	sim.Set(func(s *pagerduty.Settings) { s.Workflows = "402" })
	jane("GET", "/incident_workflows/triggers", nil).message(t, "without the plan", 402)
	jane("POST", instances(0), start(id)).message(t, "without the plan", 402)
}
