package pagerduty_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/simulator/pagerduty"
)

// window is a maintenance window of services, from and to some hours after the
// simulator's now.
func window(sim *pagerduty.Simulator, from, to time.Duration, services ...string) object {
	refs := []object{}
	for _, name := range services {
		refs = append(refs, reference(sim.Service(name).ID, "service"))
	}
	now := sim.Clock.Now()
	return object{"maintenance_window": object{
		"type": "maintenance_window", "start_time": now.Add(from).Format(time.RFC3339), "end_time": now.Add(to).Format(time.RFC3339),
		"description": "New database", "services": refs,
	}}
}

func forward(t *testing.T, sim *pagerduty.Simulator, d time.Duration) {
	t.Helper()
	if err := sim.Clock.Forward(d); err != nil {
		t.Fatal(err)
	}
}

// A service is in maintenance for as long as a window is open by the
// simulator's clock, and then as before.
func TestMaintenanceWindow(t *testing.T) {
	sim := described(t)
	lee := keyed(t, sim, "lee", "services.read", "services.write", "teams.read")
	api := sim.Service("Payments API")
	status := func(want string) {
		t.Helper()
		if got := lee("GET", "/services/"+api.ID, nil).object("service")["status"]; got != want || sim.Service("Payments API").Status != want {
			t.Errorf("the service is %v; want %s", got, want)
		}
	}
	made := lee("POST", "/maintenance_windows", window(sim, time.Hour, 3*time.Hour, "Payments API", "Card processor"))
	w := made.object("maintenance_window")
	if made.status != 201 || w["created_by"].(map[string]any)["summary"] != "Lee Park" || len(w["services"].([]any)) != 2 || len(w["teams"].([]any)) != 2 {
		t.Fatalf("%d %s", made.status, made.text)
	}
	path := fmt.Sprint("/maintenance_windows/", w["id"])
	status("active")
	send(t, sim.URL, api.Key, "trigger", "before")
	forward(t, sim, 2*time.Hour)
	status("maintenance")
	if r := send(t, sim.URL, api.Key, "trigger", "during"); r.status != 202 || len(sim.Incidents("during")) != 0 {
		t.Errorf("an event during it: %d, and %d incidents", r.status, len(sim.Incidents("during")))
	}
	if send(t, sim.URL, api.Key, "resolve", "before"); sim.Incidents("before")[0].Status != "triggered" {
		t.Error("an event resolved an incident during maintenance")
	}
	token, _ := sim.MintToken("jane", allScopes...)
	if r := ask(t, token, "POST", sim.URL+"/incidents", newIncident(api.ID, "x", "by-rest")); r.code() != 2001 || !strings.Contains(r.text, "maintenance") {
		t.Errorf("a creation by REST: %s", r.text)
	}
	// A service that was switched off stays so.
	sim.SetServiceStatus("Payments API", "disabled")
	status("disabled")
	sim.SetServiceStatus("Payments API", "active")
	forward(t, sim, 2*time.Hour)
	status("active")
	if send(t, sim.URL, api.Key, "trigger", "during"); len(sim.Incidents("during")) != 1 {
		t.Error("an event after it made no incident")
	}
	if r := lee("DELETE", path, nil); r.status != 405 {
		t.Errorf("deleted when over: %d", r.status)
	}
	if r := lee("PUT", path, window(sim, 0, time.Hour, "Payments API")); r.status != 400 {
		t.Errorf("changed when over: %d", r.status)
	}
}

func TestMaintenanceWindows(t *testing.T) {
	sim := described(t)
	lee, omar := keyed(t, sim, "lee", "services.read", "services.write", "teams.read"), keyed(t, sim, "omar", "services.read", "services.write")
	plan := func(from, to time.Duration, services ...string) string {
		t.Helper()
		r := lee("POST", "/maintenance_windows", window(sim, from, to, services...))
		if r.status != 201 {
			t.Fatalf("%d %s", r.status, r.text)
		}
		return "/maintenance_windows/" + r.object("maintenance_window")["id"].(string)
	}
	open := plan(-time.Hour, time.Hour, "Mail intake")
	future := plan(2*time.Hour, 3*time.Hour, "Mail intake", "Card processor")
	private := plan(2*time.Hour, 3*time.Hour, "Card processor")
	counts := func(ask asker, want map[string]int) {
		t.Helper()
		for query, n := range want {
			if got := len(ask("GET", "/maintenance_windows?"+query, nil).list("maintenance_windows")); got != n {
				t.Errorf("?%s gives %d; want %d", query, got, n)
			}
		}
	}
	counts(lee, map[string]int{
		"": 3, "filter=all": 3, "filter=ongoing": 1, "filter=future": 2, "filter=past": 0, "filter=open": 3, "query=database": 3, "query=nothing": 0,
		"service_ids[]=" + sim.Service("Card processor").ID: 2,
	})
	// The private team's service is in none that an outsider sees.
	counts(omar, map[string]int{"": 2, "service_ids[]=" + sim.Service("Card processor").ID: 0})
	if r := omar("GET", future, nil); r.status != 200 || strings.Contains(r.text, "Card processor") {
		t.Errorf("an outsider reads %d %s", r.status, r.text)
	}
	omar("GET", private, nil).wants(t, "an outsider on the private one", 403, 2010)
	omar("DELETE", future, nil).wants(t, "an outsider deletes", 403, 2010)
	lee("GET", "/maintenance_windows/PNONE", nil).wants(t, "none", 404, 2100)

	was := lee("GET", open, nil).object("maintenance_window")
	changed := omar("PUT", open, window(sim, time.Minute, 2*time.Hour, "Mail intake")).object("maintenance_window")
	if changed["start_time"] != was["start_time"] || changed["end_time"] == was["end_time"] {
		t.Errorf("the open one became %v from %v", changed, was)
	}
	if r := omar("DELETE", open, nil); r.status != 204 || sim.Service("Mail intake").Status != "active" {
		t.Errorf("ended: %d, and the service is %s", r.status, sim.Service("Mail intake").Status)
	}
	if r := lee("DELETE", future, nil); r.status != 204 {
		t.Errorf("deleted: %d", r.status)
	}
	lee("GET", future, nil).wants(t, "deleted", 404, 2100)
	counts(lee, map[string]int{"": 2, "filter=past": 1})
}

func TestMaintenanceRefusals(t *testing.T) {
	sim := pagerduty.RunT(t)
	lee := keyed(t, sim, "lee", "services.write")
	for what, c := range map[string]struct {
		body object
		code float64
	}{
		"unwrapped":         {object{"type": "maintenance_window"}, 2001},
		"over":              {window(sim, -2*time.Hour, -time.Hour, "Payments API"), 2001},
		"the wrong way":     {window(sim, 2*time.Hour, time.Hour, "Payments API"), 2001},
		"of nothing":        {window(sim, 0, time.Hour), 2001},
		"no such service":   {object{"maintenance_window": object{"type": "maintenance_window", "start_time": "2035-01-01T00:00:00Z", "end_time": "2035-01-02T00:00:00Z", "services": []object{reference("PNONE", "service")}}}, 2002},
		"no time":           {object{"maintenance_window": object{"type": "maintenance_window", "start_time": "now", "end_time": "later", "services": []object{}}}, 2001},
		"no type of window": {object{"maintenance_window": object{"type": "window"}}, 2001},
	} {
		lee("POST", "/maintenance_windows", c.body).wants(t, what, 400, c.code)
	}
	for who, code := range map[string]float64{"jane": 2010, "olga": 2010, "stan": 2010} {
		keyed(t, sim, who, "services.write")("POST", "/maintenance_windows", window(sim, 0, time.Hour, "Payments API")).wants(t, who, 403, code)
	}
	keyed(t, sim, "lee", "services.read")("POST", "/maintenance_windows", window(sim, 0, time.Hour, "Payments API")).wants(t, "without the scope", 403, 0)
	token, _ := sim.MintToken("lee", "services.write")
	req, err := http.NewRequestWithContext(t.Context(), "POST", sim.URL+"/maintenance_windows", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}, "From": {"stranger@acme.example"}}
	read(t, req).wants(t, "from a stranger", 400, 1008)
}

func TestMaintenanceHandles(t *testing.T) {
	sim := pagerduty.RunT(t)
	status := func(want string) {
		t.Helper()
		if got := sim.Service("Support desk").Status; got != want {
			t.Errorf("it is %s; want %s", got, want)
		}
	}
	sim.StartMaintenance("Support desk", time.Hour)
	status("maintenance")
	forward(t, sim, time.Hour)
	status("active")
	control := func(path, body string) int {
		t.Helper()
		res, err := http.Post(sim.ControlURL+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode
	}
	if got := control("/maintenance/start", `{"service":"Support desk","for":"1h"}`); got != 200 {
		t.Errorf("started: %d", got)
	}
	status("maintenance")
	if got := control("/maintenance/end", `{"service":"Support desk"}`); got != 200 {
		t.Errorf("ended: %d", got)
	}
	status("active")
	for _, body := range []string{`{"service":"Support desk"}`, `{"service":"No such","for":"1h"}`} {
		if got := control("/maintenance/start", body); got != 400 {
			t.Errorf("%s: %d", body, got)
		}
	}
}
