package pagerdutytest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
)

// Reply is an answer of the REST or the Events API. Body is empty where it is
// no JSON object.
type Reply struct {
	Status int
	Header http.Header
	Text   string
	Body   map[string]any
}

// AllScopes are those of a whole panel.
var AllScopes = []string{
	"incidents.read", "incidents.write", "services.read", "teams.read", "users.read", "priorities.read",
	"escalation_policies.read", "oncalls.read", "abilities.read",
	"subscribers.read", "subscribers.write", "incident_workflows.read", "incident_workflows:instances.write",
	"custom_fields.read",
}

// List is a member that is a list of objects.
func (r Reply) List(name string) []map[string]any {
	var found []map[string]any
	items, _ := r.Body[name].([]any)
	for _, item := range items {
		found = append(found, item.(map[string]any))
	}
	return found
}

// Code is PagerDuty's code of an error; 0 for none.
func (r Reply) Code() float64 {
	e, _ := r.Body["error"].(map[string]any)
	code, _ := e["code"].(float64)
	return code
}

// Ask sends a request with a token, and with a body as JSON if it is not nil.
func Ask(t *testing.T, token, method, address string, body any) Reply {
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
	return ReadReply(t, req)
}

// ReadReply sends a request as it is.
func ReadReply(t *testing.T, req *http.Request) Reply {
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
	r := Reply{Status: res.StatusCode, Header: res.Header, Text: string(raw)}
	_ = json.Unmarshal(raw, &r.Body)
	return r
}

// NewIncident is the body of a creation on a service, by its id.
func NewIncident(service, title, key string) map[string]any {
	return Object{"incident": Object{
		"type":         "incident",
		"title":        title,
		"service":      Object{"id": service, "type": "service_reference"},
		"incident_key": key,
		"urgency":      "high",
		"body":         Object{"type": "incident_body", "details": "text"},
	}}
}

// WantsMessage checks for an error of a workflow endpoint, which has no
// "error" around it.
func (r Reply) WantsMessage(t *testing.T, what string, status int) {
	t.Helper()
	if _, wrapped := r.Body["error"]; wrapped || r.Status != status || r.Body["message"] == nil {
		t.Errorf("%s: %d %s; want %d with a bare message", what, r.Status, r.Text, status)
	}
}

// ByKey is the address of the look-up of a key, with more query parameters.
func ByKey(sim *pagerduty.Simulator, key string, more string) string {
	return sim.URL + "/incidents?" + url.Values{
		"incident_key": {key},
	}.Encode() + "&statuses[]=triggered&statuses[]=acknowledged&statuses[]=resolved" + more
}
