package pagerduty_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

// What tests in other languages do over the control server.
func TestControlServer(t *testing.T) {
	sim := pagerduty.RunT(t)
	id, other := pagerdutytest.SlowIncident(sim).ID, sim.Incidents("Zendesk_acme_102")[0].ID
	post := func(path string, body pagerdutytest.Object) int {
		t.Helper()
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.Post(sim.ControlURL+path, "application/json", bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	for path, body := range map[string]pagerdutytest.Object{
		"/incidents/" + id + "/notes":    {"person": "jane", "content": "By hand"},
		"/incidents/" + id + "/title":    {"title": "Renamed"},
		"/incidents/" + other + "/merge": {"person": "jane", "source": id},
		"/people/omar/name":              {"name": "Omar H."},
		"/services/name":                 {"service": "Search", "name": "Finding"},
	} {
		if status := post(path, body); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
	in := sim.Incident(id)
	if in.Title != "Renamed" || in.MergedInto != other || in.Notes[len(in.Notes)-1].Content != "By hand" {
		t.Errorf("the incident is %+v", in)
	}
	if sim.Service("Finding").Status != "maintenance" || pagerdutytest.FindPerson(t, sim, "omar").Name != "Omar H." {
		t.Error("the names are as before")
	}
	if status := post("/incidents/QNONE/title", pagerdutytest.Object{"title": "x"}); status != 400 {
		t.Errorf("an unknown incident: %d", status)
	}
	res, err := http.Get(sim.ControlURL + "/incidents/" + id)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var got pagerduty.IncidentInfo
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil || got.Title != "Renamed" {
		t.Errorf("%v %+v", err, got)
	}
}

// Nothing that was there before has moved for what was added.
func TestSeed(t *testing.T) {
	sim := pagerduty.RunT(t)
	all := sim.Incidents("")
	for n, title := range map[int]string{
		0:  "Checkout fails for customers in the EU",
		1:  "Card payments take longer than ten seconds",
		10: "Invoices are late at Globex",
	} {
		if all[n].Title != title || all[n].Number != 1001+n {
			t.Errorf("incident %d is #%d %s", n, all[n].Number, all[n].Title)
		}
	}
	plain := 0
	for _, in := range all[11:] {
		if in.Account == "acme" && in.Key == "" && in.Status != "resolved" {
			plain++
		}
	}
	if plain != 6 {
		t.Errorf("%d open incidents without a key at the end", plain)
	}
}
