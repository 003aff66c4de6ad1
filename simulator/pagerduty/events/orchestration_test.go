package events_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

// An event by the orchestration's key goes where the first rule that fits says,
// and what follows by the same two keys reaches its alert there.
func TestOrchestration(t *testing.T) {
	sim := pagerdutytest.Described(t)
	o := sim.Orchestration()
	if len(o.Key) != 32 || len(o.Rules) != 2 {
		t.Fatalf("%+v", o)
	}
	priority, severity := o.Rules[0], o.Rules[1]
	for dedup, c := range map[string]struct {
		payload pagerdutytest.Object
		service string
	}{
		"by-priority": {
			pagerdutytest.Object{"custom_details": pagerdutytest.Object{"priority": "URGENT"}, "severity": "info"},
			priority.Service,
		},
		"by-severity": {
			pagerdutytest.Object{"custom_details": pagerdutytest.Object{"priority": "low"}, "severity": "critical"},
			severity.Service,
		},
		"both": {
			pagerdutytest.Object{"custom_details": pagerdutytest.Object{"priority": "urgent"}, "severity": "critical"},
			priority.Service,
		},
		"neither": {pagerdutytest.Object{"severity": "info"}, o.Default},
		"a number": {
			pagerdutytest.Object{"severity": "info", "custom_details": pagerdutytest.Object{"priority": 1}}, o.Default,
		},
		"a text": {pagerdutytest.Object{"severity": "info", "custom_details": "urgent"}, o.Default},
	} {
		if r := pagerdutytest.Send(t, sim.URL, o.Key, "trigger", dedup, c.payload); r.Status != 202 {
			t.Fatalf("%s: %d %s", dedup, r.Status, r.Text)
		}
		got := sim.Incidents(dedup)
		if len(got) != 1 || got[0].Service != c.service {
			t.Fatalf("%s: %v; want one on %s", dedup, got, c.service)
		}
		// The service's own key is another: nothing happens.
		if key := sim.Service(c.service).Key; key != "" {
			pagerdutytest.Send(t, sim.URL, key, "resolve", dedup)
		}
		pagerdutytest.Send(t, sim.URL, o.Key, "acknowledge", dedup)
		if now := sim.Incidents(dedup)[0].Status; now != "acknowledged" {
			t.Errorf("%s after an Acknowledgement: %s", dedup, now)
		}
		pagerdutytest.Send(t, sim.URL, o.Key, "trigger", dedup, pagerdutytest.Object{
			"severity": "warning",
		}) // it would go elsewhere, were it new
		pagerdutytest.Send(t, sim.URL, o.Key, "resolve", dedup)
		if got := sim.Incidents(dedup); len(got) != 1 || got[0].Status != "resolved" {
			t.Errorf("%s: %d incidents, the first %s", dedup, len(got), got[0].Status)
		}
	}
	if r := pagerdutytest.Send(t, sim.EUURL, o.Key, "trigger", "x"); r.Status != 400 {
		t.Errorf("in the other region: %d", r.Status)
	}
	res, err := http.Get(sim.ControlURL + "/orchestration")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if raw, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(raw), o.Key) {
		t.Errorf("the control server says %s (%v)", raw, err)
	}
}
