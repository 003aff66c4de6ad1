package rest_test

import (
	"fmt"
	"testing"
	"time"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/openapi"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

// Every endpoint once, and all requests and answers held against PagerDuty's description.
func TestEveryEndpoint(t *testing.T) {
	sim := pagerduty.RunT(t)
	token, _ := sim.MintToken("jane", pagerdutytest.AllScopes...)
	in := sim.Incidents("Zendesk_acme_103")
	team := pagerdutytest.Ask(t, token, "GET", sim.URL+"/teams?query=payments", nil).List("teams")[0]["id"].(string)
	for _, path := range []string{"/users/me", "/services?query=pay&limit=5&sort_by=name",
		"/services/" + sim.Service("Payments API").ID, "/incidents?date_range=all&limit=100",
		"/incidents/" + in[0].ID, "/incidents/" + in[0].ID + "/notes", "/incidents/" + in[2].ID + "/alerts",
		"/incidents?incident_key=Zendesk_acme_106&date_range=all",
		"/priorities", "/escalation_policies", "/oncalls", "/teams", "/teams/" + team + "/members", "/abilities"} {
		if r := pagerdutytest.Ask(t, token, "GET", sim.URL+path, nil); r.Status != 200 {
			t.Errorf("GET %s: %d %s", path, r.Status, r.Text)
		}
	}
	made := pagerdutytest.Ask(t, token, "POST", sim.URL+"/incidents",
		pagerdutytest.NewIncident(sim.Service("Payments API").ID, "New", "Zendesk_acme_900"))
	if made.Status != 201 {
		t.Fatalf("create: %d %s", made.Status, made.Text)
	}
	id := made.Body["incident"].(map[string]any)["id"].(string)
	for _, status := range []string{"acknowledged", "resolved"} {
		if r := pagerdutytest.Ask(t, token, "PUT", sim.URL+"/incidents/"+id, map[string]any{
			"incident": map[string]any{"type": "incident_reference", "status": status},
		}); r.Status != 200 {
			t.Errorf("PUT %s: %d %s", status, r.Status, r.Text)
		}
	}
	openapi.CheckT(t, sim.History())
}

func TestLimits(t *testing.T) {
	sim := pagerduty.RunT(t)
	sim.Set(func(s *pagerduty.Settings) { s.RateLimit, s.LatencyMS = 3, 0 })
	token, _ := sim.MintToken("jane", pagerdutytest.AllScopes...)
	for n := range 4 {
		r := pagerdutytest.Ask(t, token, "GET", sim.URL+"/abilities", nil)
		switch {
		case n < 3 && (r.Status != 200 || r.Header.Get("ratelimit-remaining") != fmt.Sprint(2-n)):
			t.Errorf("request %d: %d, remaining %q", n, r.Status, r.Header.Get("ratelimit-remaining"))
		case n == 3 && (r.Status != 429 || r.Code() != 2020 || r.Header.Get("ratelimit-reset") == ""):
			t.Errorf("request %d: %d %s", n, r.Status, r.Text)
		}
	}
	sim.Set(func(s *pagerduty.Settings) { s.BareLimit = true })
	if r := pagerdutytest.Ask(t, token, "GET", sim.URL+"/abilities", nil); r.Status != 429 ||
		r.Header.Get("ratelimit-reset") != "" ||
		r.Body != nil {
		t.Errorf("bare: %d %v %s", r.Status, r.Header, r.Text)
	}
	if err := sim.Clock.Forward(time.Minute); err != nil {
		t.Fatal(err)
	}
	if r := pagerdutytest.Ask(t, token, "GET", sim.URL+"/abilities", nil); r.Status != 200 {
		t.Errorf("a minute later: %d", r.Status)
	}
}
