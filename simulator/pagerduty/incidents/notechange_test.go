package incidents_test

import (
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func noteOf(content string) pagerdutytest.Object {
	return pagerdutytest.Object{"note": pagerdutytest.Object{"content": content}}
}

func TestChangeNotes(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, id := pagerdutytest.As(t, sim, "jane"), pagerdutytest.SlowIncident(sim).ID
	notes := "/incidents/" + id + "/notes"
	made := jane("POST", notes, noteOf("Frist")).Object("note")["id"].(string)
	others := sim.Incident(id).Notes[0].ID // Lee's
	bot := sim.Incident(id).Notes[1].ID
	if r := jane("PUT", notes+"/"+made, noteOf("First")); r.Status != 200 || r.Object("note")["content"] != "First" {
		t.Errorf("%d %s", r.Status, r.Text)
	}
	jane("PUT", notes+"/"+made, noteOf(" ")).Wants(t, "blank", 400, 2001)
	for what, note := range map[string]string{"somebody else's": others, "a bot's": bot} {
		jane("PUT", notes+"/"+note, noteOf("Mine")).Wants(t, what, 403, 2010)
		jane("DELETE", notes+"/"+note, nil).Wants(t, what, 403, 2010)
	}
	jane("DELETE", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/notes/"+made, nil).Wants(t, "of another incident", 404, 2100)
	pagerdutytest.As(t, sim, "stan")("DELETE", notes+"/"+made, nil).Wants(t, "a stakeholder", 403, 2010)
	if r := jane("DELETE", notes+"/"+made, nil); r.Status != 204 {
		t.Errorf("%d %s", r.Status, r.Text)
	}
	jane("DELETE", notes+"/"+made, nil).Wants(t, "a second time", 404, 2100)
	jane("PUT", notes+"/"+made, noteOf("Again")).Wants(t, "one that is gone", 404, 2100)
	if slices.ContainsFunc(sim.Incident(id).Notes, func(n pagerduty.NoteInfo) bool { return n.ID == made }) {
		t.Error("it is still there")
	}
}
