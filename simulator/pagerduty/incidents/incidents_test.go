package incidents_test

import (
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func TestLookUpByKey(t *testing.T) {
	sim := pagerduty.RunT(t)
	token, _ := sim.MintToken("jane", pagerdutytest.AllScopes...)
	// the old one is outside of the default window of a month
	if got := len(pagerdutytest.Ask(t, token, "GET", pagerdutytest.ByKey(sim, "Zendesk_acme_103", ""), nil).List("incidents")); got != 2 {
		t.Errorf("%d within a month; want 2", got)
	}
	all := pagerdutytest.Ask(t, token, "GET", pagerdutytest.ByKey(sim, "Zendesk_acme_103", "&date_range=all"), nil).List("incidents")
	if len(all) != 3 {
		t.Fatalf("%d at all; want 3", len(all))
	}
	// one of them was raised by an event: its alert has the key
	if !slices.ContainsFunc(all, func(i map[string]any) bool { return i["incident_key"] == nil }) {
		t.Error("none without a key of its own")
	}
	sim.Set(func(s *pagerduty.Settings) { s.Nulls = true })
	open := pagerdutytest.Ask(t, token, "GET", pagerdutytest.ByKey(sim, "Zendesk_acme_103", ""), nil).List("incidents")
	if v, sent := open[0]["priority"]; !sent || v != nil {
		t.Errorf("no priority is %v; want null", v)
	}
	if got := len(pagerdutytest.Ask(t, token, "GET", pagerdutytest.ByKey(sim, "", "&date_range=all"), nil).List("incidents")); got < 8 {
		t.Errorf("a blank key gave %d; it is ignored, and everything comes", got)
	}
	sim.Set(func(s *pagerduty.Settings) { s.SearchLagSeconds = 60 })
	in := sim.AddIncident("jane", "Payments API", "Fresh", "Zendesk_acme_901")
	if got := pagerdutytest.Ask(t, token, "GET", pagerdutytest.ByKey(sim, "Zendesk_acme_901", ""), nil).List("incidents"); len(got) != 0 {
		t.Error("a new incident is in the lists at once in spite of the lag")
	}
	if r := pagerdutytest.Ask(t, token, "GET", sim.URL+"/incidents/"+in.ID, nil); r.Status != 200 {
		t.Errorf("by id: %d", r.Status)
	}
}

// What a person may see and do is the person's, for lists and for details.
func TestTeamsFilter(t *testing.T) {
	sim := pagerduty.RunT(t)
	private := sim.Incidents("Zendesk_acme_105")[0]
	for _, c := range []struct {
		who    string
		listed int
		detail int
		create int // on the private team's service
		public int // on a public one's
	}{
		{"jane", 1, 200, 201, 201}, {"lee", 1, 200, 201, 201}, {"ana", 1, 200, 201, 201},
		{"omar", 0, 403, 400, 201}, {"olga", 0, 403, 400, 201}, {"stan", 0, 403, 403, 403}, {"rita", 0, 403, 400, 400},
	} {
		token, _ := sim.MintToken(c.who, pagerdutytest.AllScopes...)
		if got := len(pagerdutytest.Ask(t, token, "GET", pagerdutytest.ByKey(sim, "Zendesk_acme_105", "&date_range=all"), nil).List("incidents")); got != c.listed {
			t.Errorf("%s lists %d; want %d", c.who, got, c.listed)
		}
		if got := pagerdutytest.Ask(t, token, "GET", sim.URL+"/incidents/"+private.ID, nil).Status; got != c.detail {
			t.Errorf("%s reads it: %d; want %d", c.who, got, c.detail)
		}
		services := pagerdutytest.Ask(t, token, "GET", sim.URL+"/services?query=card+processor", nil).List("services")
		if (len(services) == 1) != (c.listed == 1) {
			t.Errorf("%s finds %d services of the private team", c.who, len(services))
		}
		if r := pagerdutytest.Ask(t, token, "POST", sim.URL+"/incidents",
			pagerdutytest.NewIncident(sim.Service("Card processor").ID, "x", "private-"+c.who)); r.Status != c.create {
			t.Errorf("%s creates there: %d %s; want %d", c.who, r.Status, r.Text, c.create)
		}
		if r := pagerdutytest.Ask(t, token, "POST", sim.URL+"/incidents",
			pagerdutytest.NewIncident(sim.Service("Payments API").ID, "x", "public-"+c.who)); r.Status != c.public {
			t.Errorf("%s creates on a public service: %d %s; want %d", c.who, r.Status, r.Text, c.public)
		}
	}
}
