package pagerduty_test

import (
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
)

func call(requester string, targets ...object) object {
	wrapped := []object{}
	for _, target := range targets {
		wrapped = append(wrapped, object{"responder_request_target": target})
	}
	return object{"requester_id": requester, "message": "Please join", "responder_request_targets": wrapped}
}

func TestResponders(t *testing.T) {
	sim := described(t)
	jane, id := as(t, sim, "jane"), sim.Incidents("Zendesk_acme_102")[0].ID
	policy := jane("GET", "/escalation_policies?query=platform", nil).list("escalation_policies")[0]["id"].(string)
	r := jane("POST", "/incidents/"+id+"/responder_requests", call(person(t, sim, "jane").ID, reference(person(t, sim, "omar").ID, "user"), reference(policy, "escalation_policy")))
	if targets, _ := r.object("responder_request")["responder_request_targets"].([]any); r.status != 200 || len(targets) != 2 {
		t.Fatalf("%d %s", r.status, r.text)
	}
	if got := sim.Incident(id).Responders; !slices.Equal(got, []string{"omar", "lee"}) {
		t.Errorf("the responders are %v; lee is the policy's first level", got)
	}
	in := jane("GET", "/incidents/"+id, nil).object("incident")
	if len(in["incidents_responders"].([]any)) != 2 || len(in["responder_requests"].([]any)) != 1 {
		t.Errorf("the incident has %v and %v", in["incidents_responders"], in["responder_requests"])
	}
	// Asked again, nobody is there twice.
	jane("POST", "/incidents/"+id+"/responder_requests", call(person(t, sim, "jane").ID, reference(person(t, sim, "omar").ID, "user")))
	if got := sim.Incident(id).Responders; len(got) != 2 {
		t.Errorf("the responders are %v", got)
	}
}

func TestResponderRefusals(t *testing.T) {
	sim := described(t)
	jane, me, omar := as(t, sim, "jane"), person(t, sim, "jane").ID, reference(person(t, sim, "omar").ID, "user")
	path := "/incidents/" + sim.Incidents("Zendesk_acme_102")[0].ID + "/responder_requests"
	jane("POST", path, call(person(t, sim, "omar").ID, omar)).wants(t, "for somebody else", 400, 1008)
	jane("POST", path, call(me)).wants(t, "nobody", 400, 2001)
	jane("POST", path, call(me, reference("PNONE", "user"))).wants(t, "a stranger", 400, 2001)
	jane("POST", path, call(me, reference("PNONE", "team"))).wants(t, "a team", 400, 2001)
	silent := call(me, omar)
	silent["message"] = ""
	jane("POST", path, silent).wants(t, "without a message", 400, 2001)
	private := jane("GET", "/escalation_policies?query=card", nil).list("escalation_policies")[0]["id"].(string)
	as(t, sim, "omar")("POST", path, call(person(t, sim, "omar").ID, reference(private, "escalation_policy"))).wants(t, "a private team's policy", 400, 1014)
	as(t, sim, "stan")("POST", path, call(person(t, sim, "stan").ID, omar)).wants(t, "a stakeholder", 403, 2010)
	as(t, sim, "omar")("POST", "/incidents/"+hidden(sim).ID+"/responder_requests", call(person(t, sim, "omar").ID, omar)).wants(t, "hidden", 403, 2010)
	jane("POST", "/incidents/"+sim.Incidents("Zendesk_acme_104")[0].ID+"/responder_requests", call(me, omar)).wants(t, "a resolved one", 400, 1001)
	sim.Set(func(s *pagerduty.Settings) { s.Responders = "402" })
	jane("POST", path, call(me, omar)).wants(t, "without the plan", 402, 2014)
	if in := jane("GET", "/incidents/"+slow(sim).ID, nil).object("incident"); in["incidents_responders"] != nil {
		t.Error("responders are shown without the plan")
	}
}
