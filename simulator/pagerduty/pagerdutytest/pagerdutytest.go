// Package pagerdutytest asks a simulated PagerDuty what apps and browsers ask it,
// for the tests of the simulator's packages.
package pagerdutytest

import (
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/openapi"
)

// Asker asks as one person; a path is one of the US region's.
type Asker func(method, path string, body any) Reply

// Object is a JSON object.
type Object = map[string]any

// Described is a simulator for a test whose requests are all as PagerDuty's
// description has them: at its end they are held against it, with their answers.
func Described(t *testing.T) *pagerduty.Simulator {
	t.Helper()
	sim := pagerduty.RunT(t)
	sim.Set(func(s *pagerduty.Settings) { s.LatencyMS = 0 })
	t.Cleanup(func() { openapi.CheckT(t, sim.History()) })
	return sim
}

// As asks as a person, with [AllScopes].
func As(t *testing.T, sim *pagerduty.Simulator, who string) Asker {
	t.Helper()
	token, _ := sim.MintToken(who, AllScopes...)
	return func(method, path string, body any) Reply {
		t.Helper()
		return Ask(t, token, method, sim.URL+path, body)
	}
}

// Wants checks for an error with a status and a code; 0 for one without.
func (r Reply) Wants(t *testing.T, what string, status int, code float64) {
	t.Helper()
	if r.Status != status || r.Code() != code {
		t.Errorf("%s: %d %s; want %d with code %v", what, r.Status, r.Text, status, code)
	}
}

// Object is a member that is an object.
func (r Reply) Object(name string) Object {
	o, _ := r.Body[name].(map[string]any)
	return o
}

// SlowIncident is ticket 103's acknowledged incident, which has something of everything.
func SlowIncident(sim *pagerduty.Simulator) pagerduty.IncidentInfo {
	return sim.Incidents("Zendesk_acme_103")[0]
}

// HiddenIncident is an incident of the private team.
func HiddenIncident(sim *pagerduty.Simulator) pagerduty.IncidentInfo {
	return sim.Incidents("Zendesk_acme_105")[0]
}

// FindPerson returns the person with a login such as "jane", and ends the test where
// there is none.
func FindPerson(t *testing.T, sim *pagerduty.Simulator, login string) pagerduty.PersonInfo {
	t.Helper()
	for _, p := range sim.People() {
		if p.Login == login {
			return p
		}
	}
	t.Fatalf("nobody has the login %s", login)
	return pagerduty.PersonInfo{}
}

// Reference is how a request names a thing of a kind.
func Reference(id, kind string) Object { return Object{"id": id, "type": kind + "_reference"} }
