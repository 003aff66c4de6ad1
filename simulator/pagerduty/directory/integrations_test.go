package directory_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func TestIntegrationsOfServices(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	for name, kinds := range map[string][]string{
		"Payments API":    {pagerdutytest.EventsV2},
		"Support desk":    {},
		"Billing archive": {},
		"Mail intake":     {"generic_email_inbound_integration"},
		"Status page": {
			pagerdutytest.EventsV2, pagerdutytest.EventsV2, "nagios_inbound_integration", pagerdutytest.EventsV2,
			"generic_email_inbound_integration",
		},
	} {
		info := sim.Service(name)
		path := "/services/" + info.ID
		refs, _ := jane("GET", path, nil).Object("service")["integrations"].([]any)
		whole, _ := jane("GET", path+"?include[]=integrations", nil).Object("service")["integrations"].([]any)
		if len(refs) != len(kinds) || len(whole) != len(kinds) || len(info.Integrations) != len(kinds) {
			t.Fatalf("%s has %d references and %d integrations", name, len(refs), len(whole))
		}
		for n, kind := range kinds {
			ref, in := refs[n].(map[string]any), whole[n].(map[string]any)
			if ref["type"] != kind+"_reference" || ref["integration_key"] != nil || in["type"] != kind || ref["id"] != in["id"] {
				t.Errorf("%s: %v, and whole %v", name, ref, in)
			}
			key, _ := in["integration_key"].(string)
			mail := kind == "generic_email_inbound_integration"
			if mail != (key == "") || mail != (in["integration_email"] != nil) || key != info.Integrations[n].Key {
				t.Errorf("%s: key %q, mail %v", name, key, in["integration_email"])
			}
			one := jane("GET", fmt.Sprint(path, "/integrations/", in["id"]), nil).Object("integration")
			if fmt.Sprint(one) != fmt.Sprint(in) {
				t.Errorf("%s: %v by itself; want %v", name, one, in)
			}
		}
	}
	listed := jane("GET", "/services?name=Payments+API&include[]=integrations", nil)
	if !strings.Contains(listed.Text, sim.Service("Payments API").Key) {
		t.Errorf("the list lacks the key: %s", listed.Text)
	}
	if r := jane("GET", "/services?name=Payments+API", nil); strings.Contains(r.Text, sim.Service("Payments API").Key) {
		t.Error("a key came unasked")
	}
}

// Only some accounts are seen to send keys.
func TestIntegrationKeysSetting(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, lee := pagerdutytest.As(t, sim, "jane"), pagerdutytest.AsWithScopes(t, sim, "lee", "services.write")
	info := sim.Service("Payments API")
	path := "/services/" + info.ID
	for setting, want := range map[string][4]bool{
		"shown":  {true, true, true, true},
		"single": {false, false, true, true},
		"absent": {},
	} {
		sim.Set(func(s *pagerduty.Settings) { s.IntegrationKeys = setting })
		for n, r := range []pagerdutytest.Reply{
			jane("GET", path+"?include[]=integrations", nil),
			jane("GET", "/services?name=Payments+API&include[]=integrations", nil),
			jane("GET", path+"/integrations/"+info.Integrations[0].ID, nil),
			lee("POST", path+"/integrations", pagerdutytest.NewIntegration(pagerdutytest.EventsV2, "Zendesk")),
		} {
			if r.Status/100 != 2 || strings.Contains(r.Text, `"integration_key"`) != want[n] {
				t.Errorf("%s: answer %d has a key against the setting: %d %s", setting, n, r.Status, r.Text)
			}
		}
	}
}

// Creating is for managers, by their base role or that of their team.
func TestWhoCreatesIntegrations(t *testing.T) {
	sim := pagerdutytest.Described(t)
	for _, c := range []struct {
		who, service string
		status       int
		code         float64
	}{
		{"ana", "Payments API", 201, 0}, {"lee", "Payments API", 201, 0}, {"lee", "Support desk", 201, 0},
		{"jane", "Payments API", 403, 2010}, {"jane", "Support desk", 403, 2010}, {"omar", "Payments API", 403, 2010},
		{"omar", "Mail intake", 201, 0}, // their team's manager
		{"omar", "Support desk", 403, 2010}, {"olga", "Payments API", 403, 2010}, {"stan", "Payments API", 403, 2010},
		{"rita", "Payments API", 403, 2010}, {"lee", "Card processor", 201, 0}, {"omar", "Card processor", 403, 2010},
	} {
		path := "/services/" + sim.Service(c.service).ID + "/integrations"
		pagerdutytest.AsWithScopes(t, sim, c.who, "services.write")("POST", path,
			pagerdutytest.NewIntegration(pagerdutytest.EventsV2, "Zendesk")).Wants(t,
			c.who+" on "+c.service, c.status, c.code)
	}
	sim.Set(func(s *pagerduty.Settings) { s.Hidden = "404" })
	hidden := sim.Service("Card processor")
	omar := pagerdutytest.AsWithScopes(t, sim, "omar", "services.read", "services.write", "teams.read")
	omar("POST", "/services/"+hidden.ID+"/integrations", pagerdutytest.NewIntegration(pagerdutytest.EventsV2, "x")).Wants(t,
		"a hidden service", 404, 2100)
	omar("GET", "/services/"+hidden.ID+"/integrations/"+hidden.Integrations[0].ID, nil).Wants(t, "a hidden integration",
		404, 2100)
}

func TestCreateIntegration(t *testing.T) {
	sim := pagerdutytest.Described(t)
	lee := pagerdutytest.AsWithScopes(t, sim, "lee", "services.read", "services.write", "teams.read")
	supportDesk := sim.Service("Support desk")
	if supportDesk.Key != "" {
		t.Fatalf("Support desk has the key %q", supportDesk.Key)
	}
	path := "/services/" + supportDesk.ID + "/integrations"
	made := lee("POST", path, pagerdutytest.NewIntegration(pagerdutytest.EventsV2, "Zendesk"))
	in := made.Object("integration")
	key, _ := in["integration_key"].(string)
	if made.Status != 201 || len(key) != 32 || in["name"] != "Zendesk" || in["created_at"] == nil ||
		sim.Service("Support desk").Key != key {
		t.Fatalf("%d %s", made.Status, made.Text)
	}
	again := lee("POST", path, pagerdutytest.NewIntegration(pagerdutytest.EventsV2, "Zendesk")).Object("integration")
	if again["id"] == in["id"] || again["integration_key"] == key || len(key) != 32 {
		t.Errorf("a second one of the name is %v", again)
	}
	if r := pagerdutytest.Send(t, sim.URL, key, "trigger", "Zendesk_acme_950"); r.Status != 202 ||
		sim.Incidents("Zendesk_acme_950")[0].Service != "Support desk" {
		t.Errorf("an event by the new key: %d %s", r.Status, r.Text)
	}
	body := pagerdutytest.NewIntegration(pagerdutytest.EventsV2, "Renamed")
	body["integration"].(pagerdutytest.Object)["vendor"] = pagerdutytest.Object{
		"id":   "PZDV001",
		"type": "vendor_reference",
	}
	changed := lee("PUT", fmt.Sprint(path, "/", in["id"]), body).Object("integration")
	vendor, _ := changed["vendor"].(map[string]any)
	if changed["name"] != "Renamed" || vendor["summary"] != "Zendesk" || changed["integration_key"] != key {
		t.Errorf("changed: %v", changed)
	}
	lee("PUT", fmt.Sprint(path, "/", in["id"]), pagerdutytest.NewIntegration("nagios_inbound_integration", "x")).Wants(t,
		"another type", 400, 2001)
	pagerdutytest.AsWithScopes(t, sim, "jane", "services.write")("PUT", fmt.Sprint(path, "/", in["id"]), body).Wants(t,
		"changed by a responder", 403, 2010)
	other := "/services/" + sim.Service("Payments API").ID + "/integrations/" + fmt.Sprint(in["id"])
	lee("GET", other, nil).Wants(t, "by another service", 404, 2100)
	lee("POST", "/services/PNOSUCH/integrations", body).Wants(t, "no such service", 404, 2100)
	mail := lee("POST", path, pagerdutytest.NewIntegration("generic_email_inbound_integration", "Mail")).Object("integration")
	if mail["integration_key"] != nil || !strings.HasSuffix(fmt.Sprint(mail["integration_email"]), "@acme.pagerduty.com") {
		t.Errorf("a mail integration is %v", mail)
	}
}

func TestIntegrationRefusals(t *testing.T) {
	sim := pagerduty.RunT(t)
	lee := pagerdutytest.AsWithScopes(t, sim, "lee", "services.write")
	path := "/services/" + sim.Service("Support desk").ID + "/integrations"
	for _, body := range []string{
		`{}`, `{"type":"` + pagerdutytest.EventsV2 + `","name":"unwrapped"}`, `{"integration":null}`,
		`{"integration":{"name":"no type"}}`,
		`{"integration":{"type":"nonsense","name":"x"}}`,
		`{"integration":{"type":"` + pagerdutytest.EventsV2 + `_reference","name":"x"}}`,
		`{"integration":{"type":"` + pagerdutytest.EventsV2 + `"}}`,
		`{"integration":{"type":"` + pagerdutytest.EventsV2 + `","name":" \t "}}`,
		`{"integration":{"type":"` + pagerdutytest.EventsV2 + `","name":"x","vendor":{"id":"PNONE","type":"vendor_reference"}}}`,
		`{"integration":{"type":"generic_email_inbound_integration","name":"x","integration_email":"x@elsewhere.example"}}`,
	} {
		lee("POST", path, json.RawMessage(body)).Wants(t, body, 400, 2001)
	}
	lee("POST", path, json.RawMessage(`[]`)).Wants(t, "no object", 400, 2002)
	if n := len(sim.Service("Support desk").Integrations); n != 0 {
		t.Errorf("%d were made", n)
	}
	for method, missing := range map[string]string{
		"GET":  "services.read teams.read",
		"POST": "services.write",
		"PUT":  "services.write",
	} {
		token := pagerdutytest.AsWithScopes(t, sim, "lee", map[string]string{
			"GET":  "services.write",
			"POST": "services.read",
			"PUT":  "services.read",
		}[method])
		p, body := path, any(pagerdutytest.NewIntegration(pagerdutytest.EventsV2, "x"))
		if method != "POST" {
			p += "/P1"
		}
		if method == "GET" {
			body = nil
		}
		r := token(method, p, body)
		if e := r.Object("error"); r.Status != 403 || r.Code() != 0 || e["required_scopes"] != missing {
			t.Errorf("%s without its scope: %d %s", method, r.Status, r.Text)
		}
	}
	sim.Set(func(s *pagerduty.Settings) { s.OAuth = "classic" })
	if r := pagerdutytest.AsWithScopes(t, sim, "lee", "read")("POST", path,
		pagerdutytest.NewIntegration(pagerdutytest.EventsV2, "x")); r.Status != 403 {
		t.Errorf("Classic's read: %d", r.Status)
	}
	if r := pagerdutytest.AsWithScopes(t, sim, "lee", "write")("POST", path,
		pagerdutytest.NewIntegration(pagerdutytest.EventsV2, "x")); r.Status != 201 {
		t.Errorf("Classic's write: %d %s", r.Status, r.Text)
	}
}
