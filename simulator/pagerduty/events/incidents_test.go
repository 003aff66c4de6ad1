package events_test

import (
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func TestEvents(t *testing.T) {
	sim := pagerduty.RunT(t)
	token, _ := sim.MintToken("jane", pagerdutytest.AllScopes...)
	key := sim.Service("Payments API").Key
	send := func(action, dedup string) pagerdutytest.Reply {
		return pagerdutytest.Ask(t, "", "POST", sim.URL+"/v2/enqueue", map[string]any{
			"routing_key":  key,
			"event_action": action,
			"dedup_key":    dedup,
			"payload": map[string]any{
				"summary":        "Urgent",
				"source":         "web",
				"severity":       "critical",
				"custom_details": map[string]any{"n": 1},
			},
		})
	}
	open := func() (n int) {
		for _, i := range pagerdutytest.Ask(t, token, "GET", pagerdutytest.ByKey(sim, "Zendesk_acme_902", "&date_range=all"),
			nil).List("incidents") {
			if i["status"] != "resolved" {
				n++
			}
		}
		return n
	}
	for range 2 { // the second adds to the open alert
		if r := send("trigger", "Zendesk_acme_902"); r.Status != 202 {
			t.Fatalf("trigger: %d %s", r.Status, r.Text)
		}
	}
	if open() != 1 {
		t.Errorf("%d open; want 1", open())
	}
	send("resolve", "Zendesk_acme_902")
	if open() != 0 {
		t.Error("resolve left it open")
	}
	send("trigger", "Zendesk_acme_902")
	if got := len(sim.Incidents("Zendesk_acme_902")); got != 2 {
		t.Errorf("%d incidents; a trigger after the resolve makes a new one", got)
	}
	if r := send("resolve", "never-seen"); r.Status != 202 {
		t.Errorf("an unknown key: %d; it is accepted and dropped", r.Status)
	}
	if r := send("nonsense", "x"); r.Status != 400 || r.Body["status"] != "invalid event" {
		t.Errorf("nonsense: %d %s", r.Status, r.Text)
	}
}
