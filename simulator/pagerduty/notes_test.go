package pagerduty_test

import (
	"fmt"
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
)

func TestNotes(t *testing.T) {
	sim := described(t)
	jane, id := as(t, sim, "jane"), slow(sim).ID
	before := jane("GET", "/incidents/"+id+"/notes", nil).list("notes")
	if !slices.ContainsFunc(before, func(n map[string]any) bool { return n["user"].(map[string]any)["type"] == "bot_user_reference" }) {
		t.Error("no note by a bot")
	}
	made := jane("POST", "/incidents/"+id+"/notes", object{"note": object{"content": "Retries <b>off</b>"}})
	if made.status != 200 || made.object("note")["content"] != "Retries <b>off</b>" {
		t.Fatalf("%d %s", made.status, made.text)
	}
	if after := jane("GET", "/incidents/"+id+"/notes", nil).list("notes"); len(after) != len(before)+1 {
		t.Errorf("%d notes after %d", len(after), len(before))
	}
	sim.AddNote("omar", id, "From elsewhere")
	notes := sim.Incident(id).Notes
	if last := notes[len(notes)-1]; last != (pagerduty.NoteInfo{Content: "From elsewhere", Author: "omar"}) {
		t.Errorf("the last note is %v", last)
	}
}

func TestNoteRefusals(t *testing.T) {
	sim := described(t)
	id, note := slow(sim).ID, object{"note": object{"content": "x"}}
	as(t, sim, "jane")("POST", "/incidents/"+id+"/notes", object{"note": object{"content": "  "}}).wants(t, "blank", 400, 2001)
	as(t, sim, "omar")("POST", "/incidents/"+hidden(sim).ID+"/notes", note).wants(t, "hidden", 403, 2010)
	as(t, sim, "stan")("POST", "/incidents/"+id+"/notes", note).wants(t, "a stakeholder", 403, 2010)
	olga := as(t, sim, "olga")
	olga("POST", "/incidents/"+id+"/notes", note).wants(t, "an observer", 403, 2010)
	mine := sim.AddIncident("jane", "Payments API", "Olga's", "").ID
	as(t, sim, "jane")("PUT", "/incidents/"+mine, object{"incident": object{"type": "incident", "assignments": []object{{"assignee": reference(person(t, sim, "olga").ID, "user")}}}})
	if r := olga("POST", "/incidents/"+mine+"/notes", note); r.status != 200 {
		t.Errorf("an observer on their own: %d %s", r.status, r.text)
	}
	sim.Set(func(s *pagerduty.Settings) { s.ObserverNotes = true })
	if r := olga("POST", "/incidents/"+id+"/notes", note); r.status != 200 {
		t.Errorf("an observer who may: %d %s", r.status, r.text)
	}
	olga("POST", "/incidents/"+hidden(sim).ID+"/notes", note).wants(t, "an observer on what is hidden", 403, 2010)
	sim.Set(func(s *pagerduty.Settings) { s.Hidden = "404" })
	olga("POST", "/incidents/"+hidden(sim).ID+"/notes", note).wants(t, "hidden another way", 404, 2100)
	token, _ := sim.MintToken("jane", "incidents.read")
	if r := ask(t, token, "POST", sim.URL+"/incidents/"+id+"/notes", note); r.status != 403 || r.code() != 0 {
		t.Errorf("without the scope: %d %s", r.status, r.text)
	}
	for n := len(sim.Incident(id).Notes); n < 2000; n++ {
		sim.AddNote("jane", id, fmt.Sprint(n))
	}
	as(t, sim, "jane")("POST", "/incidents/"+id+"/notes", note).wants(t, "one too many", 400, 2001)
}
