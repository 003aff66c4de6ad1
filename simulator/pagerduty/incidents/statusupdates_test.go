package incidents_test

import (
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func TestStatusUpdates(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, id := pagerdutytest.As(t, sim, "jane"), sim.Incidents("Zendesk_acme_102")[0].ID
	path := "/incidents/" + id + "/status_updates"
	if r := jane("POST", path, pagerdutytest.Object{
		"message": "We are on it",
	}); r.Status != 200 || r.Object("status_update")["message"] != "We are on it" {
		t.Errorf("%d %s", r.Status, r.Text)
	}
	if r := jane("POST", path, pagerdutytest.Object{
		"message":      "Done",
		"subject":      "Good news",
		"html_message": "<h1>Done</h1>",
	}); r.Object("status_update")["subject"] != "Good news" {
		t.Errorf("%d %s", r.Status, r.Text)
	}
	if got := sim.Incident(id).StatusUpdates; !slices.Equal(got, []string{"We are on it", "Done"}) {
		t.Errorf("the updates are %q", got)
	}
	jane("POST", path, pagerdutytest.Object{"message": " "}).Wants(t, "blank", 400, 2001)
	jane("POST", path, pagerdutytest.Object{"message": "x", "subject": "y"}).Wants(t, "a subject alone", 400, 2001)
	pagerdutytest.As(t, sim, "stan")("POST", path, pagerdutytest.Object{
		"message": "x",
	}).Wants(t, "a stakeholder", 403, 2010)
	pagerdutytest.As(t, sim, "omar")("POST", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/status_updates", pagerdutytest.Object{
		"message": "x",
	}).Wants(t, "hidden", 403, 2010)
	sim.Set(func(s *pagerduty.Settings) { s.StatusUpdates = "402" })
	jane("POST", path, pagerdutytest.Object{"message": "x"}).Wants(t, "without the plan", 402, 2014)
}
