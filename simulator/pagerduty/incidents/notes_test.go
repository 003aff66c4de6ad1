package incidents_test

import (
	"fmt"
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func TestNotes(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, id := pagerdutytest.As(t, sim, "jane"), pagerdutytest.SlowIncident(sim).ID
	before := jane("GET", "/incidents/"+id+"/notes", nil).List("notes")
	if !slices.ContainsFunc(before, func(n map[string]any) bool {
		return n["user"].(map[string]any)["type"] == "bot_user_reference"
	}) {
		t.Error("no note by a bot")
	}
	made := jane("POST", "/incidents/"+id+"/notes", pagerdutytest.Object{
		"note": pagerdutytest.Object{"content": "Retries <b>off</b>"},
	})
	if made.Status != 200 || made.Object("note")["content"] != "Retries <b>off</b>" {
		t.Fatalf("%d %s", made.Status, made.Text)
	}
	if after := jane("GET", "/incidents/"+id+"/notes", nil).List("notes"); len(after) != len(before)+1 {
		t.Errorf("%d notes after %d", len(after), len(before))
	}
	sim.AddNote("omar", id, "From elsewhere")
	notes := sim.Incident(id).Notes
	if last := notes[len(notes)-1]; last.Content != "From elsewhere" || last.Author != "omar" || last.ID == "" {
		t.Errorf("the last note is %v", last)
	}
}

func TestNoteRefusals(t *testing.T) {
	sim := pagerdutytest.Described(t)
	id, note := pagerdutytest.SlowIncident(sim).ID, pagerdutytest.Object{"note": pagerdutytest.Object{"content": "x"}}
	pagerdutytest.As(t, sim, "jane")("POST", "/incidents/"+id+"/notes", pagerdutytest.Object{
		"note": pagerdutytest.Object{"content": "  "},
	}).Wants(t, "blank", 400, 2001)
	pagerdutytest.As(t, sim, "omar")("POST", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/notes", note).Wants(t,
		"hidden", 403, 2010)
	pagerdutytest.As(t, sim, "stan")("POST", "/incidents/"+id+"/notes", note).Wants(t, "a stakeholder", 403, 2010)
	olga := pagerdutytest.As(t, sim, "olga")
	olga("POST", "/incidents/"+id+"/notes", note).Wants(t, "an observer", 403, 2010)
	mine := sim.AddIncident("jane", "Payments API", "Olga's", "").ID
	pagerdutytest.As(t, sim, "jane")("PUT", "/incidents/"+mine, pagerdutytest.Object{
		"incident": pagerdutytest.Object{
			"type": "incident",
			"assignments": []pagerdutytest.Object{{
				"assignee": pagerdutytest.Reference(pagerdutytest.FindPerson(t, sim, "olga").ID, "user"),
			}},
		},
	})
	if r := olga("POST", "/incidents/"+mine+"/notes", note); r.Status != 200 {
		t.Errorf("an observer on their own: %d %s", r.Status, r.Text)
	}
	sim.Set(func(s *pagerduty.Settings) { s.ObserverNotes = true })
	if r := olga("POST", "/incidents/"+id+"/notes", note); r.Status != 200 {
		t.Errorf("an observer who may: %d %s", r.Status, r.Text)
	}
	olga("POST", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/notes", note).Wants(t,
		"an observer on what is hidden", 403, 2010)
	sim.Set(func(s *pagerduty.Settings) { s.Hidden = "404" })
	olga("POST", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/notes", note).Wants(t, "hidden another way", 404,
		2100)
	token, _ := sim.MintToken("jane", "incidents.read")
	if r := pagerdutytest.Ask(t, token, "POST", sim.URL+"/incidents/"+id+"/notes", note); r.Status != 403 ||
		r.Code() != 0 {
		t.Errorf("without the scope: %d %s", r.Status, r.Text)
	}
	for n := len(sim.Incident(id).Notes); n < 2000; n++ {
		sim.AddNote("jane", id, fmt.Sprint(n))
	}
	pagerdutytest.As(t, sim, "jane")("POST", "/incidents/"+id+"/notes", note).Wants(t, "one too many", 400, 2001)
}
