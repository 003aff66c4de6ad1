package pagerdutytest

import (
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
)

// NewIntegration is the body that creates an integration.
func NewIntegration(kind, name string) Object {
	return Object{"integration": Object{"type": kind, "name": name}}
}

// EventsV2 is the type of an integration for the Events API v2.
const EventsV2 = "events_api_v2_inbound_integration"

// AsWithScopes asks with the scopes that integrations need.
func AsWithScopes(t *testing.T, sim *pagerduty.Simulator, who string, scopes ...string) Asker {
	t.Helper()
	token, _ := sim.MintToken(who, scopes...)
	return func(method, path string, body any) Reply {
		t.Helper()
		return Ask(t, token, method, sim.URL+path, body)
	}
}
