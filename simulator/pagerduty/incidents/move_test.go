package incidents_test

import (
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

// Another service may bring its escalation policy or not, and take a key twice or not.
func TestMove(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	move := func(id, service string) pagerdutytest.Reply {
		return jane("PUT", "/incidents/"+id, changed(pagerdutytest.Object{
			"service": pagerdutytest.Reference(sim.Service(service).ID, "service"),
		}))
	}
	for assigns, want := range map[string]string{"keeps": "Payments on call", "service": "Card operations on call"} {
		sim.Set(func(s *pagerduty.Settings) { s.MoveAssigns = assigns })
		id := sim.AddIncident("jane", "Payments API", "Wrong team", "").ID
		if r := move(id, "Card processor"); r.Status != 200 {
			t.Fatalf("%d %s", r.Status, r.Text)
		}
		if in := sim.Incident(id); in.Service != "Card processor" || in.Policy != want {
			t.Errorf("%s: it is on %s, of %s", assigns, in.Service, in.Policy)
		}
	}
	for duplicate, status := range map[string]int{"2002": 400, "moves": 200} {
		sim.Set(func(s *pagerduty.Settings) { s.MoveDuplicate = duplicate })
		id := sim.AddIncident("jane", "Payments API", "One", "Zendesk_acme_901").ID
		sim.AddIncident("jane", "Checkout web", "Two", "Zendesk_acme_901")
		if r := move(id, "Checkout web"); r.Status != status {
			t.Errorf("%s: %d %s", duplicate, r.Status, r.Text)
		}
		if services := []string{"Payments API", "Checkout web"}; !slices.Contains(services, sim.Incident(id).Service) {
			t.Errorf("it is on %s", sim.Incident(id).Service)
		}
		sim.SetStatus("lee", id, "resolved")
	}
}
