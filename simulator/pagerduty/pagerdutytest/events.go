package pagerdutytest

import (
	"testing"
	"time"

	"zendesk-pagerduty/simulator/pagerduty"
)

// Send is one event to a region's Events API.
func Send(t *testing.T, base, routing, action, dedup string, payload ...Object) Reply {
	t.Helper()
	e := Object{"routing_key": routing, "event_action": action, "dedup_key": dedup}
	if action == "trigger" {
		p := Object{"summary": "Urgent", "source": "web", "severity": "critical"}
		for _, more := range payload {
			for name, v := range more {
				p[name] = v
			}
		}
		e["payload"] = p
	}
	return Ask(t, "", "POST", base+"/v2/enqueue", e)
}

// Forward pushes the simulator's clock on.
func Forward(t *testing.T, sim *pagerduty.Simulator, d time.Duration) {
	t.Helper()
	if err := sim.Clock.Forward(d); err != nil {
		t.Fatal(err)
	}
}
