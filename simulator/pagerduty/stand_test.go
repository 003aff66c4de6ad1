package pagerduty_test

import (
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/openapi"
)

// asker asks as one person; a path is one of the US region's.
type asker func(method, path string, body any) reply

// described is a simulator for a test whose requests are all as PagerDuty's
// description has them: at its end they are held against it, with their answers.
func described(t *testing.T) *pagerduty.Simulator {
	t.Helper()
	sim := pagerduty.RunT(t)
	sim.Set(func(s *pagerduty.Settings) { s.LatencyMS = 0 })
	t.Cleanup(func() { openapi.CheckT(t, sim.History()) })
	return sim
}

func as(t *testing.T, sim *pagerduty.Simulator, who string) asker {
	t.Helper()
	token, _ := sim.MintToken(who, allScopes...)
	return func(method, path string, body any) reply {
		t.Helper()
		return ask(t, token, method, sim.URL+path, body)
	}
}

type object = map[string]any

// wants is an error with a status and a code; 0 for one without.
func (r reply) wants(t *testing.T, what string, status int, code float64) {
	t.Helper()
	if r.status != status || r.code() != code {
		t.Errorf("%s: %d %s; want %d with code %v", what, r.status, r.text, status, code)
	}
}

// object is a member that is an object.
func (r reply) object(name string) object {
	o, _ := r.body[name].(map[string]any)
	return o
}

// slow is ticket 103's acknowledged incident, which has something of everything.
func slow(sim *pagerduty.Simulator) pagerduty.IncidentInfo {
	return sim.Incidents("Zendesk_acme_103")[0]
}

// hidden is an incident of the private team.
func hidden(sim *pagerduty.Simulator) pagerduty.IncidentInfo {
	return sim.Incidents("Zendesk_acme_105")[0]
}

func person(t *testing.T, sim *pagerduty.Simulator, login string) pagerduty.PersonInfo {
	t.Helper()
	for _, p := range sim.People() {
		if p.Login == login {
			return p
		}
	}
	t.Fatalf("nobody has the login %s", login)
	return pagerduty.PersonInfo{}
}

func reference(id, kind string) object { return object{"id": id, "type": kind + "_reference"} }
