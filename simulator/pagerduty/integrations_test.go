package pagerduty_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
)

func newIntegration(kind, name string) object {
	return object{"integration": object{"type": kind, "name": name}}
}

const eventsV2 = "events_api_v2_inbound_integration"

// keyed asks with the scopes that integrations need.
func keyed(t *testing.T, sim *pagerduty.Simulator, who string, scopes ...string) asker {
	t.Helper()
	token, _ := sim.MintToken(who, scopes...)
	return func(method, path string, body any) reply {
		t.Helper()
		return ask(t, token, method, sim.URL+path, body)
	}
}

func TestIntegrationsOfServices(t *testing.T) {
	sim := described(t)
	jane := as(t, sim, "jane")
	for name, kinds := range map[string][]string{
		"Payments API":    {eventsV2},
		"Support desk":    {},
		"Billing archive": {},
		"Mail intake":     {"generic_email_inbound_integration"},
		"Status page":     {eventsV2, eventsV2, "nagios_inbound_integration", eventsV2, "generic_email_inbound_integration"},
	} {
		info := sim.Service(name)
		path := "/services/" + info.ID
		refs, _ := jane("GET", path, nil).object("service")["integrations"].([]any)
		whole, _ := jane("GET", path+"?include[]=integrations", nil).object("service")["integrations"].([]any)
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
			one := jane("GET", fmt.Sprint(path, "/integrations/", in["id"]), nil).object("integration")
			if fmt.Sprint(one) != fmt.Sprint(in) {
				t.Errorf("%s: %v by itself; want %v", name, one, in)
			}
		}
	}
	listed := jane("GET", "/services?name=Payments+API&include[]=integrations", nil)
	if !strings.Contains(listed.text, sim.Service("Payments API").Key) {
		t.Errorf("the list lacks the key: %s", listed.text)
	}
	if r := jane("GET", "/services?name=Payments+API", nil); strings.Contains(r.text, sim.Service("Payments API").Key) {
		t.Error("a key came unasked")
	}
}

// Only some accounts are seen to send keys.
func TestIntegrationKeysSetting(t *testing.T) {
	sim := described(t)
	jane, lee := as(t, sim, "jane"), keyed(t, sim, "lee", "services.write")
	info := sim.Service("Payments API")
	path := "/services/" + info.ID
	for setting, want := range map[string][4]bool{"shown": {true, true, true, true}, "single": {false, false, true, true}, "absent": {}} {
		sim.Set(func(s *pagerduty.Settings) { s.IntegrationKeys = setting })
		for n, r := range []reply{
			jane("GET", path+"?include[]=integrations", nil),
			jane("GET", "/services?name=Payments+API&include[]=integrations", nil),
			jane("GET", path+"/integrations/"+info.Integrations[0].ID, nil),
			lee("POST", path+"/integrations", newIntegration(eventsV2, "Zendesk")),
		} {
			if r.status/100 != 2 || strings.Contains(r.text, `"integration_key"`) != want[n] {
				t.Errorf("%s: answer %d has a key against the setting: %d %s", setting, n, r.status, r.text)
			}
		}
	}
}

// Creating is for managers, by their base role or that of their team.
func TestWhoCreatesIntegrations(t *testing.T) {
	sim := described(t)
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
		keyed(t, sim, c.who, "services.write")("POST", path, newIntegration(eventsV2, "Zendesk")).wants(t, c.who+" on "+c.service, c.status, c.code)
	}
	sim.Set(func(s *pagerduty.Settings) { s.Hidden = "404" })
	hidden := sim.Service("Card processor")
	omar := keyed(t, sim, "omar", "services.read", "services.write", "teams.read")
	omar("POST", "/services/"+hidden.ID+"/integrations", newIntegration(eventsV2, "x")).wants(t, "a hidden service", 404, 2100)
	omar("GET", "/services/"+hidden.ID+"/integrations/"+hidden.Integrations[0].ID, nil).wants(t, "a hidden integration", 404, 2100)
}

func TestCreateIntegration(t *testing.T) {
	sim := described(t)
	lee := keyed(t, sim, "lee", "services.read", "services.write", "teams.read")
	desk := sim.Service("Support desk")
	if desk.Key != "" {
		t.Fatalf("Support desk has the key %q", desk.Key)
	}
	path := "/services/" + desk.ID + "/integrations"
	made := lee("POST", path, newIntegration(eventsV2, "Zendesk"))
	in := made.object("integration")
	key, _ := in["integration_key"].(string)
	if made.status != 201 || len(key) != 32 || in["name"] != "Zendesk" || in["created_at"] == nil || sim.Service("Support desk").Key != key {
		t.Fatalf("%d %s", made.status, made.text)
	}
	again := lee("POST", path, newIntegration(eventsV2, "Zendesk")).object("integration")
	if again["id"] == in["id"] || again["integration_key"] == key || len(key) != 32 {
		t.Errorf("a second one of the name is %v", again)
	}
	if r := send(t, sim.URL, key, "trigger", "Zendesk_acme_950"); r.status != 202 || sim.Incidents("Zendesk_acme_950")[0].Service != "Support desk" {
		t.Errorf("an event by the new key: %d %s", r.status, r.text)
	}
	body := newIntegration(eventsV2, "Renamed")
	body["integration"].(object)["vendor"] = object{"id": "PZDV001", "type": "vendor_reference"}
	changed := lee("PUT", fmt.Sprint(path, "/", in["id"]), body).object("integration")
	vendor, _ := changed["vendor"].(map[string]any)
	if changed["name"] != "Renamed" || vendor["summary"] != "Zendesk" || changed["integration_key"] != key {
		t.Errorf("changed: %v", changed)
	}
	lee("PUT", fmt.Sprint(path, "/", in["id"]), newIntegration("nagios_inbound_integration", "x")).wants(t, "another type", 400, 2001)
	keyed(t, sim, "jane", "services.write")("PUT", fmt.Sprint(path, "/", in["id"]), body).wants(t, "changed by a responder", 403, 2010)
	other := "/services/" + sim.Service("Payments API").ID + "/integrations/" + fmt.Sprint(in["id"])
	lee("GET", other, nil).wants(t, "by another service", 404, 2100)
	lee("POST", "/services/PNOSUCH/integrations", body).wants(t, "no such service", 404, 2100)
	mail := lee("POST", path, newIntegration("generic_email_inbound_integration", "Mail")).object("integration")
	if mail["integration_key"] != nil || !strings.HasSuffix(fmt.Sprint(mail["integration_email"]), "@acme.pagerduty.com") {
		t.Errorf("a mail integration is %v", mail)
	}
}

func TestIntegrationRefusals(t *testing.T) {
	sim := pagerduty.RunT(t)
	lee := keyed(t, sim, "lee", "services.write")
	path := "/services/" + sim.Service("Support desk").ID + "/integrations"
	for _, body := range []string{
		`{}`, `{"type":"` + eventsV2 + `","name":"unwrapped"}`, `{"integration":null}`, `{"integration":{"name":"no type"}}`,
		`{"integration":{"type":"nonsense","name":"x"}}`, `{"integration":{"type":"` + eventsV2 + `_reference","name":"x"}}`,
		`{"integration":{"type":"` + eventsV2 + `"}}`, `{"integration":{"type":"` + eventsV2 + `","name":" \t "}}`,
		`{"integration":{"type":"` + eventsV2 + `","name":"x","vendor":{"id":"PNONE","type":"vendor_reference"}}}`,
		`{"integration":{"type":"generic_email_inbound_integration","name":"x","integration_email":"x@elsewhere.example"}}`,
	} {
		lee("POST", path, json.RawMessage(body)).wants(t, body, 400, 2001)
	}
	lee("POST", path, json.RawMessage(`[]`)).wants(t, "no object", 400, 2002)
	if n := len(sim.Service("Support desk").Integrations); n != 0 {
		t.Errorf("%d were made", n)
	}
	for method, missing := range map[string]string{"GET": "services.read teams.read", "POST": "services.write", "PUT": "services.write"} {
		token := keyed(t, sim, "lee", map[string]string{"GET": "services.write", "POST": "services.read", "PUT": "services.read"}[method])
		p, body := path, any(newIntegration(eventsV2, "x"))
		if method != "POST" {
			p += "/P1"
		}
		if method == "GET" {
			body = nil
		}
		r := token(method, p, body)
		if e := r.object("error"); r.status != 403 || r.code() != 0 || e["required_scopes"] != missing {
			t.Errorf("%s without its scope: %d %s", method, r.status, r.text)
		}
	}
	sim.Set(func(s *pagerduty.Settings) { s.OAuth = "classic" })
	if r := keyed(t, sim, "lee", "read")("POST", path, newIntegration(eventsV2, "x")); r.status != 403 {
		t.Errorf("Classic's read: %d", r.status)
	}
	if r := keyed(t, sim, "lee", "write")("POST", path, newIntegration(eventsV2, "x")); r.status != 201 {
		t.Errorf("Classic's write: %d %s", r.status, r.text)
	}
}

// An integration's page is where a person finds its key.
func TestIntegrationPage(t *testing.T) {
	sim := described(t)
	info := sim.Service("Card processor")
	address := as(t, sim, "jane")("GET", "/services/"+info.ID+"/integrations/"+info.Integrations[0].ID, nil).object("integration")["html_url"].(string)
	for who, there := range map[string]bool{"jane": true, "omar": false} {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		form := strings.NewReader(url.Values{"person": {who}, "next": {strings.TrimPrefix(address, sim.URL)}}.Encode())
		res, err := (&http.Client{Jar: jar}).Post(sim.URL+"/login", "application/x-www-form-urlencoded", form)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if (res.StatusCode == 200) != there || strings.Contains(string(page), info.Key) != there {
			t.Errorf("%s: %d", who, res.StatusCode)
		}
	}
}
