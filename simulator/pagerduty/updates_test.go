package pagerduty_test

import (
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
)

func TestStatusUpdates(t *testing.T) {
	sim := described(t)
	jane, id := as(t, sim, "jane"), sim.Incidents("Zendesk_acme_102")[0].ID
	path := "/incidents/" + id + "/status_updates"
	if r := jane("POST", path, object{"message": "We are on it"}); r.status != 200 || r.object("status_update")["message"] != "We are on it" {
		t.Errorf("%d %s", r.status, r.text)
	}
	if r := jane("POST", path, object{"message": "Done", "subject": "Good news", "html_message": "<h1>Done</h1>"}); r.object("status_update")["subject"] != "Good news" {
		t.Errorf("%d %s", r.status, r.text)
	}
	if got := sim.Incident(id).StatusUpdates; !slices.Equal(got, []string{"We are on it", "Done"}) {
		t.Errorf("the updates are %q", got)
	}
	jane("POST", path, object{"message": " "}).wants(t, "blank", 400, 2001)
	jane("POST", path, object{"message": "x", "subject": "y"}).wants(t, "a subject alone", 400, 2001)
	as(t, sim, "stan")("POST", path, object{"message": "x"}).wants(t, "a stakeholder", 403, 2010)
	as(t, sim, "omar")("POST", "/incidents/"+hidden(sim).ID+"/status_updates", object{"message": "x"}).wants(t, "hidden", 403, 2010)
	sim.Set(func(s *pagerduty.Settings) { s.StatusUpdates = "402" })
	jane("POST", path, object{"message": "x"}).wants(t, "without the plan", 402, 2014)
}
