package rest_test

import (
	"net/http"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

// Every write that the description wants a From header of refuses a wrong one.
func TestFrom(t *testing.T) {
	sim := pagerduty.RunT(t)
	token, _ := sim.MintToken("jane", pagerdutytest.AllScopes...)
	id := pagerdutytest.SlowIncident(sim).ID
	for path, c := range map[string]struct{ method, body string }{
		"/notes":          {"POST", `{"note":{"content":"x"}}`},
		"/snooze":         {"POST", `{"duration":60}`},
		"/merge":          {"PUT", `{"source_incidents":[]}`},
		"/status_updates": {"POST", `{"message":"x"}`},
		"":                {"PUT", `{"incident":{"type":"incident","title":"x"}}`},
	} {
		for from, code := range map[string]float64{"": 1028, "jane": 1028, "stranger@acme.example": 1008} {
			req, err := http.NewRequestWithContext(t.Context(), c.method, sim.URL+"/incidents/"+id+path,
				strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}, "From": {from}}
			pagerdutytest.ReadReply(t, req).Wants(t, path+" from "+from, 400, code)
		}
	}
}
