package pagerduty_test

import (
	"testing"
	"time"

	"zendesk-pagerduty/simulator/pagerduty"
)

func TestSnooze(t *testing.T) {
	sim := described(t)
	jane, id := as(t, sim, "jane"), slow(sim).ID
	r := jane("POST", "/incidents/"+id+"/snooze", object{"duration": 3600})
	pending, _ := r.object("incident")["pending_actions"].([]any)
	if r.status != 201 || len(pending) != 1 || pending[0].(map[string]any)["type"] != "unacknowledge" {
		t.Fatalf("%d %s", r.status, r.text)
	}
	if left := sim.Incident(id).SnoozedUntil.Sub(sim.Clock.Now()); left < 59*time.Minute || left > time.Hour {
		t.Errorf("it is snoozed for %s", left)
	}
	// Until then it stays acknowledged; after, whoever looks first finds it triggered.
	if err := sim.Clock.Forward(59 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if got := jane("GET", "/incidents/"+id, nil).object("incident")["status"]; got != "acknowledged" {
		t.Errorf("before its time it is %v", got)
	}
	if err := sim.Clock.Forward(2 * time.Minute); err != nil {
		t.Fatal(err)
	}
	after := jane("GET", "/incidents/"+id, nil).object("incident")
	if after["status"] != "triggered" || len(after["pending_actions"].([]any)) != 0 {
		t.Errorf("after its time it is %v with %v pending", after["status"], after["pending_actions"])
	}
	if got := kinds(jane("GET", "/incidents/"+id+"/log_entries", nil)); got[0] != "unacknowledge" {
		t.Errorf("the timeline begins with %v", got[0])
	}
}

// A status that changes in between ends a snooze.
func TestSnoozeEnds(t *testing.T) {
	sim := pagerduty.RunT(t)
	jane, id := as(t, sim, "jane"), slow(sim).ID
	jane("POST", "/incidents/"+id+"/snooze", object{"duration": 60})
	sim.SetStatus("jane", id, "resolved")
	if err := sim.Clock.Forward(time.Hour); err != nil {
		t.Fatal(err)
	}
	if in := sim.Incident(id); in.Status != "resolved" || !in.SnoozedUntil.IsZero() {
		t.Errorf("it is %s, snoozed until %s", in.Status, in.SnoozedUntil)
	}
}

func TestSnoozeRefusals(t *testing.T) {
	sim := pagerduty.RunT(t)
	jane, id := as(t, sim, "jane"), slow(sim).ID
	for _, d := range []int{-1, 0, 604801} {
		jane("POST", "/incidents/"+id+"/snooze", object{"duration": d}).wants(t, "a duration that is none", 400, 1013)
	}
	minute := object{"duration": 60}
	jane("POST", "/incidents/"+sim.Incidents("Zendesk_acme_102")[0].ID+"/snooze", minute).wants(t, "a triggered one", 400, 1012)
	jane("POST", "/incidents/"+sim.Incidents("Zendesk_acme_104")[0].ID+"/snooze", minute).wants(t, "a resolved one", 400, 1012)
	as(t, sim, "omar")("POST", "/incidents/"+hidden(sim).ID+"/snooze", minute).wants(t, "hidden", 403, 2010)
	as(t, sim, "olga")("POST", "/incidents/"+id+"/snooze", minute).wants(t, "an observer", 403, 2010)
	jane("POST", "/incidents/"+id+"/snooze", "nonsense").wants(t, "no object", 400, 2002)
}
