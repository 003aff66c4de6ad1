package incidents_test

import (
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func call(requester string, targets ...pagerdutytest.Object) pagerdutytest.Object {
	wrapped := []pagerdutytest.Object{}
	for _, target := range targets {
		wrapped = append(wrapped, pagerdutytest.Object{"responder_request_target": target})
	}
	return pagerdutytest.Object{"requester_id": requester, "message": "Please join", "responder_request_targets": wrapped}
}

func TestResponders(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, id := pagerdutytest.As(t, sim, "jane"), sim.Incidents("Zendesk_acme_102")[0].ID
	policy := jane("GET", "/escalation_policies?query=platform", nil).List("escalation_policies")[0]["id"].(string)
	r := jane("POST", "/incidents/"+id+"/responder_requests",
		call(pagerdutytest.FindPerson(t, sim, "jane").ID,
			pagerdutytest.Reference(pagerdutytest.FindPerson(t, sim, "omar").ID, "user"), pagerdutytest.Reference(policy,
				"escalation_policy")))
	if targets, _ := r.Object("responder_request")["responder_request_targets"].([]any); r.Status != 200 ||
		len(targets) != 2 {
		t.Fatalf("%d %s", r.Status, r.Text)
	}
	if got := sim.Incident(id).Responders; !slices.Equal(got, []string{"omar", "lee"}) {
		t.Errorf("the responders are %v; lee is the policy's first level", got)
	}
	in := jane("GET", "/incidents/"+id, nil).Object("incident")
	if len(in["incidents_responders"].([]any)) != 2 || len(in["responder_requests"].([]any)) != 1 {
		t.Errorf("the incident has %v and %v", in["incidents_responders"], in["responder_requests"])
	}
	// Asked again, nobody is there twice.
	jane("POST", "/incidents/"+id+"/responder_requests",
		call(pagerdutytest.FindPerson(t, sim, "jane").ID,
			pagerdutytest.Reference(pagerdutytest.FindPerson(t, sim, "omar").ID, "user")))
	if got := sim.Incident(id).Responders; len(got) != 2 {
		t.Errorf("the responders are %v", got)
	}
}

func TestResponderRefusals(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, me, omar := pagerdutytest.As(t, sim, "jane"), pagerdutytest.FindPerson(t, sim, "jane").ID, pagerdutytest.Reference(pagerdutytest.FindPerson(t,
		sim, "omar").ID,
		"user")
	path := "/incidents/" + sim.Incidents("Zendesk_acme_102")[0].ID + "/responder_requests"
	jane("POST", path, call(pagerdutytest.FindPerson(t, sim, "omar").ID, omar)).Wants(t, "for somebody else", 400, 1008)
	jane("POST", path, call(me)).Wants(t, "nobody", 400, 2001)
	jane("POST", path, call(me, pagerdutytest.Reference("PNONE", "user"))).Wants(t, "a stranger", 400, 2001)
	jane("POST", path, call(me, pagerdutytest.Reference("PNONE", "team"))).Wants(t, "a team", 400, 2001)
	silent := call(me, omar)
	silent["message"] = ""
	jane("POST", path, silent).Wants(t, "without a message", 400, 2001)
	private := jane("GET", "/escalation_policies?query=card", nil).List("escalation_policies")[0]["id"].(string)
	pagerdutytest.As(t, sim, "omar")("POST", path,
		call(pagerdutytest.FindPerson(t, sim, "omar").ID, pagerdutytest.Reference(private, "escalation_policy"))).Wants(t,
		"a private team's policy", 400, 1014)
	pagerdutytest.As(t, sim, "stan")("POST", path, call(pagerdutytest.FindPerson(t, sim, "stan").ID, omar)).Wants(t,
		"a stakeholder", 403, 2010)
	pagerdutytest.As(t, sim, "omar")("POST", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/responder_requests",
		call(pagerdutytest.FindPerson(t, sim, "omar").ID, omar)).Wants(t,
		"hidden", 403, 2010)
	jane("POST", "/incidents/"+sim.Incidents("Zendesk_acme_104")[0].ID+"/responder_requests", call(me, omar)).Wants(t,
		"a resolved one", 400, 1001)
	sim.Set(func(s *pagerduty.Settings) { s.Responders = "402" })
	jane("POST", path, call(me, omar)).Wants(t, "without the plan", 402, 2014)
	if in := jane("GET", "/incidents/"+pagerdutytest.SlowIncident(sim).ID, nil).Object("incident"); in["incidents_responders"] != nil {
		t.Error("responders are shown without the plan")
	}
}

func cancel(requester string, targets ...pagerdutytest.Object) pagerdutytest.Object {
	return pagerdutytest.Object{"requester_id": requester, "responder_request_targets": append([]pagerdutytest.Object{}, targets...)}
}

func TestCancelResponders(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, id := pagerdutytest.As(t, sim, "jane"), sim.Incidents("Zendesk_acme_102")[0].ID
	user := func(login string) pagerdutytest.Object {
		return pagerdutytest.Reference(pagerdutytest.FindPerson(t, sim, login).ID, "user")
	}
	me, path := pagerdutytest.FindPerson(t, sim, "jane").ID, "/incidents/"+id+"/responder_requests"
	policy := pagerdutytest.Reference(
		jane("GET", "/escalation_policies?query=platform", nil).List("escalation_policies")[0]["id"].(string), "escalation_policy")
	results := func(targets ...pagerdutytest.Object) (list []string) {
		t.Helper()
		r := jane("PUT", path+"/cancel", cancel(me, targets...))
		if r.Status != 200 {
			t.Fatalf("%d %s", r.Status, r.Text)
		}
		for _, target := range r.List("responder_request_targets") {
			list = append(list, target["result"].(string))
		}
		return list
	}
	jane("POST", path, call(me, user("omar"), user("ana"), policy))
	sim.AnswerRequest("ana", id, "joined")
	// Lee was asked through the policy: as a user they are no target.
	got := results(user("omar"), user("ana"), user("lee"), user("stan"), policy, pagerdutytest.Reference("PNONE", "user"))
	if want := []string{"cancelled", "joined", "not_found", "not_found", "cancelled", "not_found"}; !slices.Equal(got, want) {
		t.Errorf("results %v; want %v", got, want)
	}
	if got := sim.Incident(id).Requested; !slices.Equal(got, []string{"user_cancelled", "joined", "user_cancelled"}) {
		t.Errorf("the responders are %v", got)
	}
	if got := results(user("omar")); !slices.Equal(got, []string{"not_found"}) {
		t.Errorf("a second time: %v", got)
	}
	jane("POST", path, call(me, user("omar")))
	if got := sim.Incident(id).Requested[0]; got != "pending" {
		t.Errorf("asked anew: %s", got)
	}
	pagerdutytest.As(t, sim, "stan")("PUT", path+"/cancel", cancel(pagerdutytest.FindPerson(t, sim, "stan").ID, user("omar"))).
		Wants(t, "a stakeholder", 403, 2010)
	jane("PUT", path+"/cancel", cancel(pagerdutytest.FindPerson(t, sim, "omar").ID, user("omar"))).Wants(t, "for somebody else", 400, 1008)
	jane("PUT", path+"/cancel", cancel(me)).Wants(t, "nobody", 400, 2001)
	jane("PUT", "/incidents/PNONE/responder_requests/cancel", cancel(me, user("omar"))).Wants(t, "nowhere", 404, 2100)
	sim.Set(func(s *pagerduty.Settings) { s.Responders = "402" })
	jane("PUT", path+"/cancel", cancel(me, user("omar"))).Wants(t, "without the plan", 402, 2014)
}
