package incidents_test

import (
	"encoding/json"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func TestCreateRefusals(t *testing.T) {
	sim := pagerduty.RunT(t)
	token, _ := sim.MintToken("jane", pagerdutytest.AllScopes...)
	create := func(service, key string) pagerdutytest.Reply {
		return pagerdutytest.Ask(t, token, "POST", sim.URL+"/incidents", pagerdutytest.NewIncident(service, "x", key))
	}
	api := sim.Service("Payments API").ID
	if r := create(api, "k"); r.Status != 201 {
		t.Fatalf("%d %s", r.Status, r.Text)
	}
	r := create(api, "k")
	if r.Status != 400 || r.Code() != 2002 ||
		!strings.Contains(r.Text, "Open incident with matching dedup key already exists on this service") {
		t.Errorf("the same key: %d %s", r.Status, r.Text)
	}
	if r := create(sim.Service("Checkout web").ID, "k"); r.Status != 201 {
		t.Errorf("the same key on another service: %d", r.Status)
	}
	sim.SetStatus("jane", sim.Incidents("k")[0].ID, "resolved")
	if r := create(api, "k"); r.Status != 201 {
		t.Errorf("the same key after the resolve: %d", r.Status)
	}
	for _, setting := range []string{"2002", "drop", "2001"} {
		sim.Set(func(s *pagerduty.Settings) { s.ClosedService = setting })
		r := create(sim.Service("Legacy fax").ID, "closed")
		if want := map[string]int{
			"2002": 400,
			"drop": 201,
			"2001": 400,
		}[setting]; r.Status != want || len(sim.Incidents("closed")) != 0 {
			t.Errorf("a disabled service with %q: %d and %d incidents", setting, r.Status, len(sim.Incidents("closed")))
		}
	}
	if r := create("PNOSUCH", "x"); r.Code() != 2002 || !strings.Contains(r.Text, "Service not found") {
		t.Errorf("unknown service: %s", r.Text)
	}
	if r := create(sim.Service("Night desk").ID, "x"); r.Code() != 1015 {
		t.Errorf("nobody on call: %s", r.Text)
	}
	for _, name := range []string{"Legacy fax", "Search"} {
		if r := create(sim.Service(name).ID, "x"); r.Status != 400 {
			t.Errorf("%s: %d", name, r.Status)
		}
	}
	for _, body := range []string{`{"incident":{"type":"incident","title":""}}`, `{}`,
		`{"incident":{"type":"incident","title":"x","service":{"id":"` + api + `","type":"service_reference"},"body":{}}}`,
		`{"incident":{"type":"incident","title":"x","service":{"id":"` + api + `","type":"service_reference"},"priority":{}}}`} {
		if r := pagerdutytest.Ask(t, token, "POST", sim.URL+"/incidents", json.RawMessage(body)); r.Code() != 2001 {
			t.Errorf("%s: %d %s", body, r.Status, r.Text)
		}
	}
}
