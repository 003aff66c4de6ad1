package events_test

import (
	"testing"
	"time"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

// Every integration's key leads to its service, in its own region.
func TestEveryKeyRoutes(t *testing.T) {
	sim := pagerdutytest.Described(t)
	page := sim.Service("Status page")
	keys := 0
	for _, in := range page.Integrations {
		if in.Key == "" {
			continue
		}
		keys++
		if r := pagerdutytest.Send(t, sim.URL, in.Key, "trigger", in.ID); r.Status != 202 {
			t.Fatalf("%s: %d %s", in.Name, r.Status, r.Text)
		}
		if got := sim.Incidents(in.ID); len(got) != 1 || got[0].Service != "Status page" {
			t.Errorf("%s: %v", in.Name, got)
		}
	}
	if keys != 4 {
		t.Errorf("%d keys", keys)
	}
	if r := pagerdutytest.Send(t, sim.EUURL, page.Key, "trigger", "x"); r.Status != 400 {
		t.Errorf("in the other region: %d", r.Status)
	}
}

// An Acknowledgement or resolve by another routing key is accepted and dropped,
// also where the key is another integration's of the same service.
func TestDeduplicationIsPerKey(t *testing.T) {
	sim := pagerdutytest.Described(t)
	all := sim.Service("Status page").Integrations
	first, second := all[0].Key, all[1].Key
	const key = "Zendesk_acme_951"
	pagerdutytest.Send(t, sim.URL, first, "trigger", key)
	for _, other := range []string{second, sim.Service("Payments API").Key} {
		for _, action := range []string{"acknowledge", "resolve"} {
			if r := pagerdutytest.Send(t, sim.URL, other, action, key); r.Status != 202 ||
				sim.Incidents(key)[0].Status != "triggered" {
				t.Errorf("%s by another key: %d, and it is %s", action, r.Status, sim.Incidents(key)[0].Status)
			}
		}
	}
	pagerdutytest.Send(t, sim.URL, second, "trigger", key)
	if got := sim.Incidents(key); len(got) != 2 || got[1].Service != "Status page" {
		t.Fatalf("%d incidents; each routing key has its own", len(got))
	}
	pagerdutytest.Send(t, sim.URL, first, "acknowledge", key)
	pagerdutytest.Send(t, sim.URL, second, "resolve", key)
	if got := sim.Incidents(key); got[0].Status != "acknowledged" || got[1].Status != "resolved" {
		t.Errorf("they are %s and %s", got[0].Status, got[1].Status)
	}
}

// A merged alert is reached by its keys where it went.
func TestEventAfterMerge(t *testing.T) {
	sim := pagerdutytest.Described(t)
	const key = "Zendesk_acme_952"
	routing := sim.Service("Checkout web").Key
	pagerdutytest.Send(t, sim.URL, routing, "trigger", key)
	target := sim.AddIncident("jane", "Payments API", "Target", "")
	sim.Merge("jane", target.ID, sim.Incidents(key)[0].ID)
	pagerdutytest.Send(t, sim.URL, routing, "trigger", key)
	if got := sim.Incidents(key); len(got) != 1 {
		t.Errorf("%d incidents after a trigger on an open alert", len(got))
	}
	pagerdutytest.Send(t, sim.URL, routing, "resolve", key)
	if got := sim.Incident(target.ID).Status; got != "resolved" {
		t.Errorf("the target is %s", got)
	}
}

// What comes while a service is closed is accepted and dropped.
func TestClosedServiceDropsEvents(t *testing.T) {
	for _, status := range []string{"maintenance", "disabled"} {
		sim := pagerduty.RunT(t)
		routing := sim.Service("Payments API").Key
		pagerdutytest.Send(t, sim.URL, routing, "trigger", "before")
		sim.SetServiceStatus("Payments API", status)
		for _, e := range [][2]string{{"trigger", "during"}, {"acknowledge", "before"}, {"resolve", "before"}} {
			if r := pagerdutytest.Send(t, sim.URL, routing, e[0], e[1]); r.Status != 202 {
				t.Errorf("%s: %s is answered %d", status, e[0], r.Status)
			}
		}
		if len(sim.Incidents("during")) != 0 || sim.Incidents("before")[0].Status != "triggered" {
			t.Errorf("%s: %d new, and the old one is %s", status, len(sim.Incidents("during")),
				sim.Incidents("before")[0].Status)
		}
	}
}

// The limit is a routing key's, and its minute ends at each event.
func TestEventLimit(t *testing.T) {
	sim := pagerduty.RunT(t)
	sim.Set(func(s *pagerduty.Settings) { s.LatencyMS = 0 })
	if got := sim.Settings().EventLimit; got != 120 {
		t.Errorf("the limit is %d", got)
	}
	all := sim.Service("Status page").Integrations
	burst := func(routing string, count, taken int) (last pagerdutytest.Reply) {
		t.Helper()
		got := 0
		for range count {
			if last = pagerdutytest.Send(t, sim.URL, routing, "resolve", "x"); last.Status == 202 {
				got++
			}
		}
		if got != taken {
			t.Errorf("%d of %d were taken; want %d", got, count, taken)
		}
		return last
	}
	burst(all[0].Key, 70, 70)
	pagerdutytest.Forward(t, sim, 40*time.Second)
	r := burst(all[0].Key, 60, 50)
	if r.Status != 429 || r.Body["message"] != "Request Limit Exceeded" || r.Body["status"] == "" ||
		r.Header.Get("ratelimit-reset") != "" {
		t.Errorf("%d %v %s", r.Status, r.Header, r.Text)
	}
	if pagerdutytest.Send(t, sim.URL, all[0].Key, "trigger", "lost"); len(sim.Incidents("lost")) != 0 {
		t.Error("an event above the limit made an incident")
	}
	burst(all[1].Key, 1, 1) // another integration of the same service
	burst(sim.Orchestration().Key, 1, 1)
	sim.Set(func(s *pagerduty.Settings) { s.BareLimit = true })
	if r := burst(all[0].Key, 1, 0); r.Body != nil {
		t.Errorf("bare: %s", r.Text)
	}
	pagerdutytest.Forward(t, sim, 20*time.Second) // the first 70 are a minute old, the other 50 are not
	burst(all[0].Key, 71, 70)
	pagerdutytest.Forward(t, sim, time.Minute)
	burst(all[0].Key, 121, 120)
}
