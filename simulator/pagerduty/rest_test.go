package pagerduty_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/openapi"
)

var allScopes = []string{"incidents.read", "incidents.write", "services.read", "teams.read", "users.read", "priorities.read", "escalation_policies.read", "oncalls.read", "abilities.read",
	"subscribers.read", "subscribers.write", "incident_workflows.read", "incident_workflows:instances.write", "custom_fields.read"}

type reply struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

func (r reply) list(name string) []map[string]any {
	var found []map[string]any
	items, _ := r.body[name].([]any)
	for _, item := range items {
		found = append(found, item.(map[string]any))
	}
	return found
}

func (r reply) code() float64 {
	e, _ := r.body["error"].(map[string]any)
	code, _ := e["code"].(float64)
	return code
}

func ask(t *testing.T, token, method, address string, body any) reply {
	t.Helper()
	var reader io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, reader)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/vnd.pagerduty+json;version=2")
	req.Header.Set("Content-Type", "application/json") // PagerDuty's description wants it even of a GET
	if body != nil {
		req.Header.Set("From", "jane@acme.example")
	}
	return read(t, req)
}

func read(t *testing.T, req *http.Request) reply {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := reply{status: res.StatusCode, header: res.Header, text: string(raw)}
	_ = json.Unmarshal(raw, &r.body)
	return r
}

func newIncident(service, title, key string) map[string]any {
	return map[string]any{"incident": map[string]any{"type": "incident", "title": title, "service": map[string]any{"id": service, "type": "service_reference"},
		"incident_key": key, "urgency": "high", "body": map[string]any{"type": "incident_body", "details": "text"}}}
}

func byKey(sim *pagerduty.Simulator, key string, more string) string {
	return sim.URL + "/incidents?" + url.Values{"incident_key": {key}}.Encode() + "&statuses[]=triggered&statuses[]=acknowledged&statuses[]=resolved" + more
}

// Every endpoint once, and all that was said against PagerDuty's description.
func TestEveryEndpoint(t *testing.T) {
	sim := pagerduty.RunT(t)
	token, _ := sim.MintToken("jane", allScopes...)
	in := sim.Incidents("Zendesk_acme_103")
	team := ask(t, token, "GET", sim.URL+"/teams?query=payments", nil).list("teams")[0]["id"].(string)
	for _, path := range []string{"/users/me", "/services?query=pay&limit=5&sort_by=name", "/services/" + sim.Service("Payments API").ID, "/incidents?date_range=all&limit=100",
		"/incidents/" + in[0].ID, "/incidents/" + in[0].ID + "/notes", "/incidents/" + in[2].ID + "/alerts",
		"/incidents?incident_key=Zendesk_acme_106&date_range=all",
		"/priorities", "/escalation_policies", "/oncalls", "/teams", "/teams/" + team + "/members", "/abilities"} {
		if r := ask(t, token, "GET", sim.URL+path, nil); r.status != 200 {
			t.Errorf("GET %s: %d %s", path, r.status, r.text)
		}
	}
	made := ask(t, token, "POST", sim.URL+"/incidents", newIncident(sim.Service("Payments API").ID, "New", "Zendesk_acme_900"))
	if made.status != 201 {
		t.Fatalf("create: %d %s", made.status, made.text)
	}
	id := made.body["incident"].(map[string]any)["id"].(string)
	for _, status := range []string{"acknowledged", "resolved"} {
		if r := ask(t, token, "PUT", sim.URL+"/incidents/"+id, map[string]any{"incident": map[string]any{"type": "incident_reference", "status": status}}); r.status != 200 {
			t.Errorf("PUT %s: %d %s", status, r.status, r.text)
		}
	}
	openapi.CheckT(t, sim.History())
}

func TestLookUpByKey(t *testing.T) {
	sim := pagerduty.RunT(t)
	token, _ := sim.MintToken("jane", allScopes...)
	// the old one is outside of the default window of a month
	if got := len(ask(t, token, "GET", byKey(sim, "Zendesk_acme_103", ""), nil).list("incidents")); got != 2 {
		t.Errorf("%d within a month; want 2", got)
	}
	all := ask(t, token, "GET", byKey(sim, "Zendesk_acme_103", "&date_range=all"), nil).list("incidents")
	if len(all) != 3 {
		t.Fatalf("%d at all; want 3", len(all))
	}
	// one of them was raised by an event: its alert has the key
	if !slices.ContainsFunc(all, func(i map[string]any) bool { return i["incident_key"] == nil }) {
		t.Error("none without a key of its own")
	}
	sim.Set(func(s *pagerduty.Settings) { s.Nulls = true })
	open := ask(t, token, "GET", byKey(sim, "Zendesk_acme_103", ""), nil).list("incidents")
	if v, sent := open[0]["priority"]; !sent || v != nil {
		t.Errorf("no priority is %v; want null", v)
	}
	if got := len(ask(t, token, "GET", byKey(sim, "", "&date_range=all"), nil).list("incidents")); got < 8 {
		t.Errorf("a blank key gave %d; it is ignored, and everything comes", got)
	}
	sim.Set(func(s *pagerduty.Settings) { s.SearchLagSeconds = 60 })
	in := sim.AddIncident("jane", "Payments API", "Fresh", "Zendesk_acme_901")
	if got := ask(t, token, "GET", byKey(sim, "Zendesk_acme_901", ""), nil).list("incidents"); len(got) != 0 {
		t.Error("a new incident is in the lists at once in spite of the lag")
	}
	if r := ask(t, token, "GET", sim.URL+"/incidents/"+in.ID, nil); r.status != 200 {
		t.Errorf("by id: %d", r.status)
	}
}

func TestEvents(t *testing.T) {
	sim := pagerduty.RunT(t)
	token, _ := sim.MintToken("jane", allScopes...)
	key := sim.Service("Payments API").Key
	send := func(action, dedup string) reply {
		return ask(t, "", "POST", sim.URL+"/v2/enqueue", map[string]any{"routing_key": key, "event_action": action, "dedup_key": dedup,
			"payload": map[string]any{"summary": "Urgent", "source": "web", "severity": "critical", "custom_details": map[string]any{"n": 1}}})
	}
	open := func() (n int) {
		for _, i := range ask(t, token, "GET", byKey(sim, "Zendesk_acme_902", "&date_range=all"), nil).list("incidents") {
			if i["status"] != "resolved" {
				n++
			}
		}
		return n
	}
	for range 2 { // the second adds to the open alert
		if r := send("trigger", "Zendesk_acme_902"); r.status != 202 {
			t.Fatalf("trigger: %d %s", r.status, r.text)
		}
	}
	if open() != 1 {
		t.Errorf("%d open; want 1", open())
	}
	send("resolve", "Zendesk_acme_902")
	if open() != 0 {
		t.Error("resolve left it open")
	}
	send("trigger", "Zendesk_acme_902")
	if got := len(sim.Incidents("Zendesk_acme_902")); got != 2 {
		t.Errorf("%d incidents; a trigger after the resolve makes a new one", got)
	}
	if r := send("resolve", "never-seen"); r.status != 202 {
		t.Errorf("an unknown key: %d; it is accepted and dropped", r.status)
	}
	if r := send("nonsense", "x"); r.status != 400 || r.body["status"] != "invalid event" {
		t.Errorf("nonsense: %d %s", r.status, r.text)
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
		token, _ := sim.MintToken(c.who, allScopes...)
		if got := len(ask(t, token, "GET", byKey(sim, "Zendesk_acme_105", "&date_range=all"), nil).list("incidents")); got != c.listed {
			t.Errorf("%s lists %d; want %d", c.who, got, c.listed)
		}
		if got := ask(t, token, "GET", sim.URL+"/incidents/"+private.ID, nil).status; got != c.detail {
			t.Errorf("%s reads it: %d; want %d", c.who, got, c.detail)
		}
		services := ask(t, token, "GET", sim.URL+"/services?query=card+processor", nil).list("services")
		if (len(services) == 1) != (c.listed == 1) {
			t.Errorf("%s finds %d services of the private team", c.who, len(services))
		}
		if r := ask(t, token, "POST", sim.URL+"/incidents", newIncident(sim.Service("Card processor").ID, "x", "private-"+c.who)); r.status != c.create {
			t.Errorf("%s creates there: %d %s; want %d", c.who, r.status, r.text, c.create)
		}
		if r := ask(t, token, "POST", sim.URL+"/incidents", newIncident(sim.Service("Payments API").ID, "x", "public-"+c.who)); r.status != c.public {
			t.Errorf("%s creates on a public service: %d %s; want %d", c.who, r.status, r.text, c.public)
		}
	}
}

func TestCreateRefusals(t *testing.T) {
	sim := pagerduty.RunT(t)
	token, _ := sim.MintToken("jane", allScopes...)
	create := func(service, key string) reply {
		return ask(t, token, "POST", sim.URL+"/incidents", newIncident(service, "x", key))
	}
	api := sim.Service("Payments API").ID
	if r := create(api, "k"); r.status != 201 {
		t.Fatalf("%d %s", r.status, r.text)
	}
	r := create(api, "k")
	if r.status != 400 || r.code() != 2002 || !strings.Contains(r.text, "Open incident with matching dedup key already exists on this service") {
		t.Errorf("the same key: %d %s", r.status, r.text)
	}
	if r := create(sim.Service("Checkout web").ID, "k"); r.status != 201 {
		t.Errorf("the same key on another service: %d", r.status)
	}
	sim.SetStatus("jane", sim.Incidents("k")[0].ID, "resolved")
	if r := create(api, "k"); r.status != 201 {
		t.Errorf("the same key after the resolve: %d", r.status)
	}
	for _, setting := range []string{"2002", "drop", "2001"} {
		sim.Set(func(s *pagerduty.Settings) { s.ClosedService = setting })
		r := create(sim.Service("Legacy fax").ID, "closed")
		if want := map[string]int{"2002": 400, "drop": 201, "2001": 400}[setting]; r.status != want || len(sim.Incidents("closed")) != 0 {
			t.Errorf("a disabled service with %q: %d and %d incidents", setting, r.status, len(sim.Incidents("closed")))
		}
	}
	if r := create("PNOSUCH", "x"); r.code() != 2002 || !strings.Contains(r.text, "Service not found") {
		t.Errorf("unknown service: %s", r.text)
	}
	if r := create(sim.Service("Night desk").ID, "x"); r.code() != 1015 {
		t.Errorf("nobody on call: %s", r.text)
	}
	for _, name := range []string{"Legacy fax", "Search"} {
		if r := create(sim.Service(name).ID, "x"); r.status != 400 {
			t.Errorf("%s: %d", name, r.status)
		}
	}
	for _, body := range []string{`{"incident":{"type":"incident","title":""}}`, `{}`, `{"incident":{"type":"incident","title":"x","service":{"id":"` + api + `","type":"service_reference"},"body":{}}}`,
		`{"incident":{"type":"incident","title":"x","service":{"id":"` + api + `","type":"service_reference"},"priority":{}}}`} {
		if r := ask(t, token, "POST", sim.URL+"/incidents", json.RawMessage(body)); r.code() != 2001 {
			t.Errorf("%s: %d %s", body, r.status, r.text)
		}
	}
}

func TestTokens(t *testing.T) {
	sim := pagerduty.RunT(t)
	token, _ := sim.MintToken("jane", "incidents.read")
	if r := ask(t, token, "GET", sim.URL+"/priorities", nil); r.status != 403 || r.code() != 0 || !strings.Contains(r.text, "required_scopes") {
		t.Errorf("missing scope: %d %s", r.status, r.text)
	}
	if r := ask(t, token, "GET", sim.EUURL+"/incidents", nil); r.status != 401 || r.body != nil {
		t.Errorf("the wrong region: %d %s; want 401 as text", r.status, r.text)
	}
	if r := ask(t, "pdus+_0nonsense", "GET", sim.URL+"/incidents", nil); r.status != 401 {
		t.Errorf("nonsense: %d", r.status)
	}
	if err := sim.Clock.Forward(25 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if r := ask(t, token, "GET", sim.URL+"/incidents", nil); r.status != 401 {
		t.Errorf("after a day: %d", r.status)
	}
}

func refresh(t *testing.T, sim *pagerduty.Simulator, token string) (status int, next string) {
	t.Helper()
	res, err := http.PostForm(sim.TokenURL, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {sim.ClientID}, "client_secret": {sim.ClientSecret}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct {
		Refresh string `json:"refresh_token"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, answer.Refresh
}

func TestReplayEndsTheFamily(t *testing.T) {
	sim := pagerduty.RunT(t)
	_, first := sim.MintToken("jane", "incidents.read")
	status, second := refresh(t, sim, first)
	if status != 200 || second == first {
		t.Fatalf("refresh: %d, and the token rotated: %v", status, second != first)
	}
	if status, _ := refresh(t, sim, first); status != 400 {
		t.Errorf("a replay: %d", status)
	}
	if status, _ := refresh(t, sim, second); status != 400 {
		t.Errorf("its successor after the replay: %d; the family ends", status)
	}
}

func TestLimits(t *testing.T) {
	sim := pagerduty.RunT(t)
	sim.Set(func(s *pagerduty.Settings) { s.RateLimit, s.LatencyMS = 3, 0 })
	token, _ := sim.MintToken("jane", allScopes...)
	for n := range 4 {
		r := ask(t, token, "GET", sim.URL+"/abilities", nil)
		switch {
		case n < 3 && (r.status != 200 || r.header.Get("ratelimit-remaining") != fmt.Sprint(2-n)):
			t.Errorf("request %d: %d, remaining %q", n, r.status, r.header.Get("ratelimit-remaining"))
		case n == 3 && (r.status != 429 || r.code() != 2020 || r.header.Get("ratelimit-reset") == ""):
			t.Errorf("request %d: %d %s", n, r.status, r.text)
		}
	}
	sim.Set(func(s *pagerduty.Settings) { s.BareLimit = true })
	if r := ask(t, token, "GET", sim.URL+"/abilities", nil); r.status != 429 || r.header.Get("ratelimit-reset") != "" || r.body != nil {
		t.Errorf("bare: %d %v %s", r.status, r.header, r.text)
	}
	if err := sim.Clock.Forward(time.Minute); err != nil {
		t.Fatal(err)
	}
	if r := ask(t, token, "GET", sim.URL+"/abilities", nil); r.status != 200 {
		t.Errorf("a minute later: %d", r.status)
	}
}
