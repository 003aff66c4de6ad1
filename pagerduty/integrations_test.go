package pagerduty_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/pagerduty"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	simulated "zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/openapi"
)

// stand is a simulated PagerDuty; what was sent to it is held against
// PagerDuty's description in the end.
func stand(t *testing.T) *simulated.Simulator {
	t.Helper()
	sim := simulated.RunT(t)
	sim.Set(func(s *simulated.Settings) { s.LatencyMS = 0 })
	t.Cleanup(func() { openapi.CheckT(t, sim.History()) })
	return sim
}

// as is the client of a new token.
func as(t *testing.T, sim *simulated.Simulator, who string, scopes ...string) *pagerduty.Agent {
	t.Helper()
	access, _ := sim.MintToken(who, scopes...)
	transport := pagerduty.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	api := &pagerduty.API{Transport: transport, Bases: []string{sim.URL}}
	agent, err := api.As(sim.URL, seal.Secret(access), who+"@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	return agent
}

var reading = []string{"services.read", "teams.read", "users.read"}

// keysOf are the keys that a test expects, by the names of the integrations.
func keysOf(sim *simulated.Simulator, service string) map[string]string {
	keys := map[string]string{}
	for _, in := range sim.Service(service).Integrations {
		if in.Type == "events_api_v2_inbound_integration" {
			keys[in.Name] = in.Key
		}
	}
	return keys
}

func TestIntegrations(t *testing.T) {
	sim := stand(t)
	jane := as(t, sim, "jane", reading...)
	for setting, calls := range map[string]int{"shown": 0, "single": 4, "absent": 4} {
		sim.Set(func(s *simulated.Settings) { s.IntegrationKeys = setting })
		sim.ClearHistory()
		for name, want := range map[string]int{"Payments API": 1, "Support desk": 0, "Mail intake": 0, "Status page": 3} {
			got, err := jane.Integrations(t.Context(), sim.Service(name).ID)
			if err != nil || len(got) != want {
				t.Fatalf("%s, %s: %d integrations: %v", setting, name, len(got), err)
			}
			keys := keysOf(sim, name)
			for _, in := range got {
				key, there := keys[in.Name]
				if setting == "absent" {
					key = ""
				}
				if !there || in.Key.Reveal() != key || in.ID == "" || !strings.HasPrefix(in.URL, sim.URL+"/web/services/") {
					t.Errorf("%s, %s: %+v", setting, name, in)
				}
			}
		}
		if asked := len(sim.Paths()) - 4; asked != calls {
			t.Errorf("%s: %d keys were asked for", setting, asked)
		}
	}
}

// A service with many integrations is not many calls.
func TestIntegrationsAsksForAHandful(t *testing.T) {
	sim := stand(t)
	sim.Set(func(s *simulated.Settings) { s.IntegrationKeys = "single" })
	lee, service := as(t, sim, "lee", append(reading, "services.write")...), sim.Service("Support desk").ID
	for n := range 8 {
		if _, err := lee.CreateIntegration(t.Context(), service, fmt.Sprint("Zendesk ", n)); err != nil {
			t.Fatal(err)
		}
	}
	sim.ClearHistory()
	got, err := lee.Integrations(t.Context(), service)
	if err != nil || len(got) != 8 || len(sim.Paths()) != 6 {
		t.Fatalf("%d integrations with %d calls: %v", len(got), len(sim.Paths()), err)
	}
	for n, in := range got {
		if (in.Key != "") != (n < 5) {
			t.Errorf("the key of number %d is told: %v", n, in.Key != "")
		}
	}
}

func TestIntegrationsRefused(t *testing.T) {
	sim := stand(t)
	hidden, api := sim.Service("Card processor").ID, sim.Service("Payments API").ID
	for _, c := range []struct {
		who, service string
		scopes       []string
		want         problem.Code
	}{
		{"omar", hidden, reading, incident.Forbidden},
		{"jane", "PNOSUCH", reading, incident.NoAccess},
		{"jane", api, []string{"incidents.read"}, incident.Forbidden},
		{"lee", api, []string{"services.write"}, incident.Forbidden}, // it writes, and does not read
	} {
		if got, err := as(t, sim, c.who, c.scopes...).Integrations(t.Context(), c.service); !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s with %v: %v; want %s", c.who, c.scopes, err, c.want)
		}
	}
	sim.Set(func(s *simulated.Settings) { s.Hidden = "404" })
	if _, err := as(t, sim, "omar", reading...).Integrations(t.Context(), hidden); !errors.Is(err, incident.NoAccess) {
		t.Errorf("hidden as 404: %v", err)
	}
	jane := as(t, sim, "jane", reading...)
	sim.ExpireAccessTokens()
	if _, err := jane.Integrations(t.Context(), api); !errors.Is(err, incident.Unauthorized) {
		t.Errorf("a dead token: %v", err)
	}
}

// A key that cannot be read leaves the list as it is; an answer that did not come
// is an error.
func TestIntegrationsWhoseKeyIsRefused(t *testing.T) {
	sim := stand(t)
	sim.Set(func(s *simulated.Settings) { s.IntegrationKeys = "single" })
	jane, page := as(t, sim, "jane", reading...), sim.Service("Status page")
	one := "/services/" + page.ID + "/integrations/" + page.Integrations[1].ID
	for _, status := range []int{403, 404} {
		sim.Fault(simulated.Fault{Path: one, Kind: simulated.Status, Status: status})
		got, err := jane.Integrations(t.Context(), page.ID)
		if err != nil || len(got) != 3 || got[0].Key == "" || got[1].Key != "" || got[2].Key == "" {
			t.Errorf("%d: %+v, %v", status, got, err)
		}
	}
	for status, want := range map[int]problem.Code{401: incident.Unauthorized, 402: incident.PlanLacks} {
		sim.Fault(simulated.Fault{Path: one, Kind: simulated.Status, Status: status})
		if _, err := jane.Integrations(t.Context(), page.ID); !errors.Is(err, want) {
			t.Errorf("%d: %v", status, err)
		}
	}
	// A read is tried again.
	sim.Fault(simulated.Fault{Path: one, Kind: simulated.Lost})
	if got, err := jane.Integrations(t.Context(), page.ID); err != nil || got[1].Key == "" {
		t.Errorf("after a lost answer: %v", err)
	}
}

// An id never becomes another path, whoever names it.
func TestIntegrationsHostileIDs(t *testing.T) {
	sim := stand(t)
	lee := as(t, sim, "lee", append(reading, "services.write")...)
	for _, id := range []string{
		"", " ", ".", "..", "../users/me", "P1/../../users/me", "P1?include[]=x", "P1#x", "P1%2f..", "P1\n", "P\u00df1", "P1;x",
		`P1"`, "P1\x00", strings.Repeat("P", 33), "https://evil.example/P1",
	} {
		_, reads := lee.Integrations(t.Context(), id)
		_, writes := lee.CreateIntegration(t.Context(), id, "Zendesk")
		if !errors.Is(reads, incident.ServiceMissing) || !errors.Is(writes, incident.ServiceMissing) {
			t.Errorf("%q: %v, %v", id, reads, writes)
		}
	}
	if got := sim.Paths(); len(got) != 0 {
		t.Errorf("these were sent: %q", got)
	}
	// Nor one that an answer names.
	service := sim.Service("Payments API").ID
	for id, want := range map[string]int{"../../users/me": 0, "P1/x": 0, "": 0, "P1": 1} {
		answer, err := json.Marshal(map[string]any{"service": map[string]any{"id": service, "integrations": []any{
			map[string]any{"id": id, "type": "events_api_v2_inbound_integration_reference", "summary": "<b>", "html_url": "javascript:alert(1)"},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		sim.Fault(simulated.Fault{Path: "/services/" + service, Kind: simulated.Status, Status: 200, Body: string(answer)})
		got, err := lee.Integrations(t.Context(), service)
		if err != nil || len(got) != want {
			t.Errorf("%q: %v, %v", id, got, err)
		}
		for _, in := range got {
			if in.Key != "" || in.URL != "" || in.Name != "<b>" {
				t.Errorf("%q: %+v", id, in)
			}
		}
	}
	for _, path := range sim.Paths() {
		if strings.Contains(path, "users") {
			t.Errorf("%s was sent", path)
		}
	}
}

func TestCreateIntegration(t *testing.T) {
	sim := stand(t)
	supportDesk := sim.Service("Support desk").ID
	lee := as(t, sim, "lee", "services.write") // nothing else is needed
	got, err := lee.CreateIntegration(t.Context(), supportDesk, "Zendesk (acme)")
	made := sim.Service("Support desk").Integrations
	if err != nil || len(made) != 1 || got.ID != made[0].ID || got.Name != "Zendesk (acme)" || got.Key.Reveal() != made[0].Key || got.URL == "" {
		t.Fatalf("%+v, %v; there are %+v", got, err, made)
	}
	if made[0].Type != "events_api_v2_inbound_integration" {
		t.Errorf("it is a %s", made[0].Type)
	}
	sim.Set(func(s *simulated.Settings) { s.IntegrationKeys = "absent" })
	if got, err := lee.CreateIntegration(t.Context(), supportDesk, "Zendesk"); err != nil || got.Key != "" || got.ID == "" {
		t.Errorf("without a key: %+v, %v", got, err)
	}
	_, err = lee.CreateIntegration(t.Context(), supportDesk, " ")
	if _, args, _ := problem.Of(err); !errors.Is(err, incident.Refused) || args[problem.Message] != "Name cannot be empty." {
		t.Errorf("no name: %v", err)
	}
	for _, c := range []struct {
		who, service string
		scope        string
		want         problem.Code
	}{
		{"jane", supportDesk, "services.write", incident.Forbidden},
		{"omar", sim.Service("Card processor").ID, "services.write", incident.Forbidden},
		{"lee", supportDesk, "services.read", incident.Forbidden},
		{"lee", "PNOSUCH", "services.write", incident.NoAccess},
	} {
		if _, err := as(t, sim, c.who, c.scope).CreateIntegration(t.Context(), c.service, "x"); !errors.Is(err, c.want) {
			t.Errorf("%s with %s: %v; want %s", c.who, c.scope, err, c.want)
		}
	}
	if n := len(sim.Service("Support desk").Integrations); n != 2 {
		t.Errorf("there are %d", n)
	}
}

// A creation is sent once, whatever becomes of its answer.
func TestCreateIntegrationAnswerLost(t *testing.T) {
	for what, c := range map[string]struct {
		fault simulated.Fault
		want  problem.Code
		made  int
	}{
		"lost":           {simulated.Fault{Kind: simulated.Lost}, incident.Down, 1},
		"cut":            {simulated.Fault{Kind: simulated.Cut}, incident.Down, 1},
		"garbage":        {simulated.Fault{Kind: simulated.Garbage, After: true}, incident.Garbled, 1},
		"an empty one":   {simulated.Fault{Kind: simulated.Garbage, Body: `{}`, After: true}, incident.Garbled, 1},
		"a hostile id":   {simulated.Fault{Kind: simulated.Garbage, Body: `{"integration":{"id":"../x"}}`, After: true}, incident.Garbled, 1},
		"an error after": {simulated.Fault{Kind: simulated.Status, Status: 502, After: true}, incident.Down, 1},
		"too late":       {simulated.Fault{Kind: simulated.Status, Status: 504}, incident.Slow, 0},
		"limited":        {simulated.Fault{Kind: simulated.Status, Status: 429}, incident.Limited, 0},
		"a dead token":   {simulated.Fault{Kind: simulated.Status, Status: 401}, incident.Unauthorized, 0},
	} {
		sim := stand(t)
		supportDesk := sim.Service("Support desk").ID
		c.fault.Method, c.fault.Path = "POST", "/services/"+supportDesk+"/integrations"
		sim.Fault(c.fault)
		_, err := as(t, sim, "lee", "services.write").CreateIntegration(t.Context(), supportDesk, "Zendesk")
		code, _, _ := problem.Of(err)
		if code != c.want || len(sim.Service("Support desk").Integrations) != c.made || sim.Calls("POST", c.fault.Path) != 1 {
			t.Errorf("%s: %v; %d were made with %d calls", what, err, len(sim.Service("Support desk").Integrations), sim.Calls("POST", c.fault.Path))
		}
	}
}

func TestRole(t *testing.T) {
	sim := stand(t)
	for who, want := range map[string]string{"ana": "owner", "lee": "user", "jane": "limited_user", "olga": "observer", "stan": "read_only_user", "rita": "restricted_access"} {
		if got, err := as(t, sim, who, "users.read").Role(t.Context()); err != nil || got != want {
			t.Errorf("%s: %q, %v", who, got, err)
		}
	}
	if _, err := as(t, sim, "lee", "services.write").Role(t.Context()); !errors.Is(err, incident.Forbidden) {
		t.Errorf("without the scope: %v", err)
	}
	sim.Fault(simulated.Fault{Path: "/users/me", Kind: simulated.Status, Status: 200, Body: `{"user":{"id":"PLEE001"}}`, Times: 3})
	if _, err := as(t, sim, "lee", "users.read").Role(t.Context()); !errors.Is(err, incident.Garbled) {
		t.Errorf("an answer without one: %v", err)
	}
}

// Whatever is written of an integration, or of what went wrong with one, its key
// is not in it.
func TestKeysStayHidden(t *testing.T) {
	sim := stand(t)
	lee, api := as(t, sim, "lee", append(reading, "services.write")...), sim.Service("Payments API")
	list, err := lee.Integrations(t.Context(), api.ID)
	if err != nil || list[0].Key.Reveal() != api.Key {
		t.Fatalf("%v %v", list, err)
	}
	// A refusal may quote anything.
	sim.Fault(simulated.Fault{Method: "POST", Kind: simulated.Status, Status: 400, Body: `{"error":{"code":2001,"message":"x","errors":["integration_key ` + api.Key + `"]}}`})
	_, refused := lee.CreateIntegration(t.Context(), api.ID, "x")
	sim.Fault(simulated.Fault{Method: "GET", Kind: simulated.Garbage, Body: `{"service":{"integration_key":"` + api.Key + `"`, Times: 3})
	_, garbled := lee.Integrations(t.Context(), api.ID)
	sim.Fault(simulated.Fault{Method: "POST", Kind: simulated.Garbage, Body: `{"integration":{"integration_key":"` + api.Key + `"}}`})
	_, lost := lee.CreateIntegration(t.Context(), api.ID, "x")
	if refused == nil || garbled == nil || lost == nil {
		t.Fatalf("%v, %v, %v", refused, garbled, lost)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s\n%v %+v\n%v\n%v\n", list, list, list, list, &list[0], refused, garbled, lost)
	for _, log := range []*slog.Logger{slog.New(slog.NewJSONHandler(&out, nil)), slog.New(slog.NewTextHandler(&out, nil))} {
		log.Info("integrations", "list", list, "one", list[0], "key", list[0].Key, "refused", refused, "garbled", garbled, "lost", lost)
	}
	if err := json.NewEncoder(&out).Encode(list); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), api.Key) || !strings.Contains(out.String(), "redacted") {
		t.Errorf("a key is in %s", out.String())
	}
}
