package pagerduty_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// An event by the orchestration's key goes where the first rule that fits says,
// and what follows by the same two keys reaches its alert there.
func TestOrchestration(t *testing.T) {
	sim := described(t)
	o := sim.Orchestration()
	if len(o.Key) != 32 || len(o.Rules) != 2 {
		t.Fatalf("%+v", o)
	}
	priority, severity := o.Rules[0], o.Rules[1]
	for dedup, c := range map[string]struct {
		payload object
		service string
	}{
		"by-priority": {object{"custom_details": object{"priority": "URGENT"}, "severity": "info"}, priority.Service},
		"by-severity": {object{"custom_details": object{"priority": "low"}, "severity": "critical"}, severity.Service},
		"both":        {object{"custom_details": object{"priority": "urgent"}, "severity": "critical"}, priority.Service},
		"neither":     {object{"severity": "info"}, o.Default},
		"a number":    {object{"severity": "info", "custom_details": object{"priority": 1}}, o.Default},
		"a text":      {object{"severity": "info", "custom_details": "urgent"}, o.Default},
	} {
		if r := send(t, sim.URL, o.Key, "trigger", dedup, c.payload); r.status != 202 {
			t.Fatalf("%s: %d %s", dedup, r.status, r.text)
		}
		got := sim.Incidents(dedup)
		if len(got) != 1 || got[0].Service != c.service {
			t.Fatalf("%s: %v; want one on %s", dedup, got, c.service)
		}
		// The service's own key is another: nothing happens.
		if key := sim.Service(c.service).Key; key != "" {
			send(t, sim.URL, key, "resolve", dedup)
		}
		send(t, sim.URL, o.Key, "acknowledge", dedup)
		if now := sim.Incidents(dedup)[0].Status; now != "acknowledged" {
			t.Errorf("%s after an Acknowledgement: %s", dedup, now)
		}
		send(t, sim.URL, o.Key, "trigger", dedup, object{"severity": "warning"}) // it would go elsewhere, were it new
		send(t, sim.URL, o.Key, "resolve", dedup)
		if got := sim.Incidents(dedup); len(got) != 1 || got[0].Status != "resolved" {
			t.Errorf("%s: %d incidents, the first %s", dedup, len(got), got[0].Status)
		}
	}
	if r := send(t, sim.EUURL, o.Key, "trigger", "x"); r.status != 400 {
		t.Errorf("in the other region: %d", r.status)
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
