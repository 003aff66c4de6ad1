package incidents_test

import (
	"testing"
	"time"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func TestSnooze(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, id := pagerdutytest.As(t, sim, "jane"), pagerdutytest.SlowIncident(sim).ID
	r := jane("POST", "/incidents/"+id+"/snooze", pagerdutytest.Object{"duration": 3600})
	pending, _ := r.Object("incident")["pending_actions"].([]any)
	if r.Status != 201 || len(pending) != 1 || pending[0].(map[string]any)["type"] != "unacknowledge" {
		t.Fatalf("%d %s", r.Status, r.Text)
	}
	if left := sim.Incident(id).SnoozedUntil.Sub(sim.Clock.Now()); left < 59*time.Minute || left > time.Hour {
		t.Errorf("it is snoozed for %s", left)
	}
	// Until then it stays acknowledged; after, whoever looks first finds it triggered.
	if err := sim.Clock.Forward(59 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if got := jane("GET", "/incidents/"+id, nil).Object("incident")["status"]; got != "acknowledged" {
		t.Errorf("before its time it is %v", got)
	}
	if err := sim.Clock.Forward(2 * time.Minute); err != nil {
		t.Fatal(err)
	}
	after := jane("GET", "/incidents/"+id, nil).Object("incident")
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
	jane, id := pagerdutytest.As(t, sim, "jane"), pagerdutytest.SlowIncident(sim).ID
	jane("POST", "/incidents/"+id+"/snooze", pagerdutytest.Object{"duration": 60})
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
	jane, id := pagerdutytest.As(t, sim, "jane"), pagerdutytest.SlowIncident(sim).ID
	for _, d := range []int{-1, 0, 604801} {
		jane("POST", "/incidents/"+id+"/snooze", pagerdutytest.Object{
			"duration": d,
		}).Wants(t, "a duration that is none", 400, 1013)
	}
	minute := pagerdutytest.Object{"duration": 60}
	jane("POST", "/incidents/"+sim.Incidents("Zendesk_acme_102")[0].ID+"/snooze", minute).Wants(t, "a triggered one", 400,
		1012)
	jane("POST", "/incidents/"+sim.Incidents("Zendesk_acme_104")[0].ID+"/snooze", minute).Wants(t, "a resolved one", 400,
		1012)
	pagerdutytest.As(t, sim, "omar")("POST", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/snooze", minute).Wants(t,
		"hidden", 403, 2010)
	pagerdutytest.As(t, sim, "olga")("POST", "/incidents/"+id+"/snooze", minute).Wants(t, "an observer", 403, 2010)
	jane("POST", "/incidents/"+id+"/snooze", "nonsense").Wants(t, "no object", 400, 2002)
}
