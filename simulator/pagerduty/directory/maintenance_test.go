package directory_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

// window is a maintenance window of services, from and to some hours after the
// simulator's now.
func window(sim *pagerduty.Simulator, from, to time.Duration, services ...string) pagerdutytest.Object {
	refs := []pagerdutytest.Object{}
	for _, name := range services {
		refs = append(refs, pagerdutytest.Reference(sim.Service(name).ID, "service"))
	}
	now := sim.Clock.Now()
	return pagerdutytest.Object{"maintenance_window": pagerdutytest.Object{
		"type":        "maintenance_window",
		"start_time":  now.Add(from).Format(time.RFC3339),
		"end_time":    now.Add(to).Format(time.RFC3339),
		"description": "New database",
		"services":    refs,
	}}
}

// A service is in maintenance for as long as a window is open by the
// simulator's clock, and then as before.
func TestMaintenanceWindow(t *testing.T) {
	sim := pagerdutytest.Described(t)
	lee := pagerdutytest.AsWithScopes(t, sim, "lee", "services.read", "services.write", "teams.read")
	api := sim.Service("Payments API")
	status := func(want string) {
		t.Helper()
		if got := lee("GET", "/services/"+api.ID, nil).Object("service")["status"]; got != want ||
			sim.Service("Payments API").Status != want {
			t.Errorf("the service is %v; want %s", got, want)
		}
	}
	made := lee("POST", "/maintenance_windows", window(sim, time.Hour, 3*time.Hour, "Payments API", "Card processor"))
	w := made.Object("maintenance_window")
	if made.Status != 201 || w["created_by"].(map[string]any)["summary"] != "Lee Park" ||
		len(w["services"].([]any)) != 2 ||
		len(w["teams"].([]any)) != 2 {
		t.Fatalf("%d %s", made.Status, made.Text)
	}
	path := fmt.Sprint("/maintenance_windows/", w["id"])
	status("active")
	pagerdutytest.Send(t, sim.URL, api.Key, "trigger", "before")
	pagerdutytest.Forward(t, sim, 2*time.Hour)
	status("maintenance")
	if r := pagerdutytest.Send(t, sim.URL, api.Key, "trigger", "during"); r.Status != 202 ||
		len(sim.Incidents("during")) != 0 {
		t.Errorf("an event during it: %d, and %d incidents", r.Status, len(sim.Incidents("during")))
	}
	if pagerdutytest.Send(t, sim.URL, api.Key, "resolve", "before"); sim.Incidents("before")[0].Status != "triggered" {
		t.Error("an event resolved an incident during maintenance")
	}
	token, _ := sim.MintToken("jane", pagerdutytest.AllScopes...)
	if r := pagerdutytest.Ask(t, token, "POST", sim.URL+"/incidents", pagerdutytest.NewIncident(api.ID, "x", "by-rest")); r.Code() != 2001 ||
		!strings.Contains(r.Text, "maintenance") {
		t.Errorf("a creation by REST: %s", r.Text)
	}
	// A service that was switched off stays so.
	sim.SetServiceStatus("Payments API", "disabled")
	status("disabled")
	sim.SetServiceStatus("Payments API", "active")
	pagerdutytest.Forward(t, sim, 2*time.Hour)
	status("active")
	if pagerdutytest.Send(t, sim.URL, api.Key, "trigger", "during"); len(sim.Incidents("during")) != 1 {
		t.Error("an event after it made no incident")
	}
	if r := lee("DELETE", path, nil); r.Status != 405 {
		t.Errorf("deleted when over: %d", r.Status)
	}
	if r := lee("PUT", path, window(sim, 0, time.Hour, "Payments API")); r.Status != 400 {
		t.Errorf("changed when over: %d", r.Status)
	}
}

func TestMaintenanceWindows(t *testing.T) {
	sim := pagerdutytest.Described(t)
	lee, omar := pagerdutytest.AsWithScopes(t, sim, "lee", "services.read", "services.write", "teams.read"), pagerdutytest.AsWithScopes(t,
		sim, "omar", "services.read", "services.write")
	plan := func(from, to time.Duration, services ...string) string {
		t.Helper()
		r := lee("POST", "/maintenance_windows", window(sim, from, to, services...))
		if r.Status != 201 {
			t.Fatalf("%d %s", r.Status, r.Text)
		}
		return "/maintenance_windows/" + r.Object("maintenance_window")["id"].(string)
	}
	open := plan(-time.Hour, time.Hour, "Mail intake")
	future := plan(2*time.Hour, 3*time.Hour, "Mail intake", "Card processor")
	private := plan(2*time.Hour, 3*time.Hour, "Card processor")
	counts := func(ask pagerdutytest.Asker, want map[string]int) {
		t.Helper()
		for query, n := range want {
			if got := len(ask("GET", "/maintenance_windows?"+query, nil).List("maintenance_windows")); got != n {
				t.Errorf("?%s gives %d; want %d", query, got, n)
			}
		}
	}
	counts(lee, map[string]int{
		"":               3,
		"filter=all":     3,
		"filter=ongoing": 1,
		"filter=future":  2,
		"filter=past":    0,
		"filter=open":    3,
		"query=database": 3,
		"query=nothing":  0,
		"service_ids[]=" + sim.Service("Card processor").ID: 2,
	})
	// The private team's service is in none that an outsider sees.
	counts(omar, map[string]int{"": 2, "service_ids[]=" + sim.Service("Card processor").ID: 0})
	if r := omar("GET", future, nil); r.Status != 200 || strings.Contains(r.Text, "Card processor") {
		t.Errorf("an outsider reads %d %s", r.Status, r.Text)
	}
	omar("GET", private, nil).Wants(t, "an outsider on the private one", 403, 2010)
	omar("DELETE", future, nil).Wants(t, "an outsider deletes", 403, 2010)
	lee("GET", "/maintenance_windows/PNONE", nil).Wants(t, "none", 404, 2100)

	was := lee("GET", open, nil).Object("maintenance_window")
	changed := omar("PUT", open, window(sim, time.Minute, 2*time.Hour, "Mail intake")).Object("maintenance_window")
	if changed["start_time"] != was["start_time"] || changed["end_time"] == was["end_time"] {
		t.Errorf("the open one became %v from %v", changed, was)
	}
	if r := omar("DELETE", open, nil); r.Status != 204 || sim.Service("Mail intake").Status != "active" {
		t.Errorf("ended: %d, and the service is %s", r.Status, sim.Service("Mail intake").Status)
	}
	if r := lee("DELETE", future, nil); r.Status != 204 {
		t.Errorf("deleted: %d", r.Status)
	}
	lee("GET", future, nil).Wants(t, "deleted", 404, 2100)
	counts(lee, map[string]int{"": 2, "filter=past": 1})
}

func TestMaintenanceRefusals(t *testing.T) {
	sim := pagerduty.RunT(t)
	lee := pagerdutytest.AsWithScopes(t, sim, "lee", "services.write")
	for what, c := range map[string]struct {
		body pagerdutytest.Object
		code float64
	}{
		"unwrapped":     {pagerdutytest.Object{"type": "maintenance_window"}, 2001},
		"over":          {window(sim, -2*time.Hour, -time.Hour, "Payments API"), 2001},
		"the wrong way": {window(sim, 2*time.Hour, time.Hour, "Payments API"), 2001},
		"of nothing":    {window(sim, 0, time.Hour), 2001},
		"no such service": {
			pagerdutytest.Object{
				"maintenance_window": pagerdutytest.Object{
					"type":       "maintenance_window",
					"start_time": "2035-01-01T00:00:00Z",
					"end_time":   "2035-01-02T00:00:00Z",
					"services":   []pagerdutytest.Object{pagerdutytest.Reference("PNONE", "service")},
				},
			},
			2002,
		},
		"no time": {
			pagerdutytest.Object{
				"maintenance_window": pagerdutytest.Object{
					"type":       "maintenance_window",
					"start_time": "now",
					"end_time":   "later",
					"services":   []pagerdutytest.Object{},
				},
			},
			2001,
		},
		"no type of window": {pagerdutytest.Object{"maintenance_window": pagerdutytest.Object{"type": "window"}}, 2001},
	} {
		lee("POST", "/maintenance_windows", c.body).Wants(t, what, 400, c.code)
	}
	for who, code := range map[string]float64{"jane": 2010, "olga": 2010, "stan": 2010} {
		pagerdutytest.AsWithScopes(t, sim, who, "services.write")("POST", "/maintenance_windows",
			window(sim, 0, time.Hour, "Payments API")).Wants(t,
			who, 403, code)
	}
	pagerdutytest.AsWithScopes(t, sim, "lee", "services.read")("POST", "/maintenance_windows",
		window(sim, 0, time.Hour, "Payments API")).Wants(t,
		"without the scope", 403, 0)
	token, _ := sim.MintToken("lee", "services.write")
	req, err := http.NewRequestWithContext(t.Context(), "POST", sim.URL+"/maintenance_windows", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{
		"Authorization": {"Bearer " + token},
		"Content-Type":  {"application/json"},
		"From":          {"stranger@acme.example"},
	}
	pagerdutytest.ReadReply(t, req).Wants(t, "from a stranger", 400, 1008)
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
	pagerdutytest.Forward(t, sim, time.Hour)
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
