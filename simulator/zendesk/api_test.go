package zendesk

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// ask sends a request as an agent (0 is nobody) and decodes the answer.
func ask(t *testing.T, a *Account, agent, method, path, body string, into any) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, a.Origin+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if agent != "" {
		req.Header.Set(agentHeader, agent)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	}
	return res.StatusCode
}

type oneTicket struct {
	Ticket Ticket `json:"ticket"`
}

func TestPublicKeyIsForEverybody(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	for _, path := range []string{"/api/v2/apps/1001/public_key.pem", "/api/v2/apps/1001/public_key"} {
		res, err := http.Get(acme.Origin + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK || string(body) != acme.PublicKeyPEM {
			t.Errorf("%s: %d %q", path, res.StatusCode, body)
		}
	}
	// Another account's app, and the installation's id in place of the app's.
	for _, path := range []string{"/api/v2/apps/1002/public_key.pem", "/api/v2/apps/2001/public_key.pem", "/api/v2/apps/x/public_key.pem"} {
		if status := ask(t, acme, "", "GET", path, "", nil); status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, status)
		}
	}
}

func TestAPINeedsAnAgent(t *testing.T) {
	acme := RunT(t).Account("acme")
	for _, agent := range []string{"", "30001", "7001", "no number"} {
		if status := ask(t, acme, agent, "GET", "/api/v2/tickets/101.json", "", nil); status != http.StatusUnauthorized {
			t.Errorf("agent %q: %d, want 401", agent, status)
		}
	}
}

func TestCookieOfAnotherAccountIsNoSession(t *testing.T) {
	sim := RunT(t)
	req, _ := http.NewRequestWithContext(t.Context(), "GET", sim.Account("globex").Origin+"/api/v2/users/me.json", nil)
	req.AddCookie(&http.Cookie{Name: "agent_acme", Value: "9001"})
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d, want 401: the browser sends acme's cookie to globex's port too", res.StatusCode)
	}
}

func TestTicketLife(t *testing.T) {
	acme := RunT(t).Account("acme")
	var got oneTicket
	if status := ask(t, acme, "9001", "POST", "/api/v2/tickets.json", `{"ticket":{"subject":"Down","priority":"high","comment":{"body":"All is down."}}}`, &got); status != http.StatusCreated {
		t.Fatalf("create: %d", status)
	}
	if got.Ticket.ID != 116 || got.Ticket.Description != "All is down." || got.Ticket.AssigneeID != 9001 {
		t.Errorf("created %+v", got.Ticket)
	}
	if status := ask(t, acme, "9002", "PUT", "/api/v2/tickets/116", `{"ticket":{"status":"pending","tags":["VIP  now","vip"],"comment":{"body":"hm","public":false}}}`, &got); status != http.StatusOK {
		t.Fatalf("update: %d", status)
	}
	if got.Ticket.Status != "pending" || !slices.Equal(got.Ticket.Tags, []string{"vip", "now"}) || got.Ticket.Priority != "high" || got.Ticket.Version != 2 {
		t.Errorf("updated %+v", got.Ticket)
	}
	var talk struct {
		Comments []Comment `json:"comments"`
	}
	ask(t, acme, "9001", "GET", "/api/v2/tickets/116/comments.json", "", &talk)
	if len(talk.Comments) != 2 || talk.Comments[1].Public || talk.Comments[1].AuthorID != 9002 {
		t.Errorf("comments %+v", talk.Comments)
	}
}

func TestRefusedChangeChangesNothing(t *testing.T) {
	acme := RunT(t).Account("acme")
	before, _ := acme.Ticket(101)
	for body, want := range map[string]int{
		`{"ticket":{"subject":"x","priority":"shouting"}}`:                                            http.StatusUnprocessableEntity,
		`{"ticket":{"subject":"x","status":"gone"}}`:                                                  http.StatusUnprocessableEntity,
		`{"ticket":{"subject":"x","requester_id":5}}`:                                                 http.StatusUnprocessableEntity,
		`{"ticket":{"subject":"x","assignee_id":30001}}`:                                              http.StatusUnprocessableEntity,
		`{"ticket":{"subject":"x","custom_fields":[{"id":1}]}}`:                                       http.StatusUnprocessableEntity,
		`{"ticket":{"subject":"x","comment":{"body":"  "}}}`:                                          http.StatusUnprocessableEntity,
		`{"ticket":{"custom_fields":[{"id":360100,"value":"x"}],"tags":["x"],"comment":{"body":""}}}`: http.StatusUnprocessableEntity,
		`{"ticket":`: http.StatusBadRequest,
		`{"ticket":{"subject":"` + strings.Repeat("x", bodyLimit) + `"}}`: http.StatusRequestEntityTooLarge,
	} {
		if status := ask(t, acme, "9001", "PUT", "/api/v2/tickets/101.json", body, nil); status != want {
			t.Errorf("%.60s: %d, want %d", body, status, want)
		}
	}
	after, _ := acme.Ticket(101)
	if !reflect.DeepEqual(after, before) {
		t.Errorf("a refused change was stored: %+v, before %+v", after, before)
	}
	if status := ask(t, acme, "9001", "POST", "/api/v2/tickets.json", `{"ticket":{"subject":"no comment"}}`, nil); status != http.StatusUnprocessableEntity {
		t.Errorf("ticket without a comment: %d, want 422", status)
	}
	if n := len(acme.Tickets()); n != 15 {
		t.Errorf("%d tickets, want 15", n)
	}
}

func TestUnknownTicketsAndPaths(t *testing.T) {
	acme := RunT(t).Account("acme")
	for path, want := range map[string]int{
		"/api/v2/tickets/999.json":     http.StatusNotFound,
		"/api/v2/tickets/x.json":       http.StatusBadRequest,
		"/api/v2/users/1.json":         http.StatusNotFound,
		"/api/v2/nonsense":             http.StatusNotFound,
		"/agent/tickets/999":           http.StatusNotFound,
		"/agent/tickets/x":             http.StatusNotFound,
		"/static/host/nonsense.js":     http.StatusNotFound,
		"/agent/tickets/new":           http.StatusOK,
		"/api/v2/users/me.json":        http.StatusOK,
		"/api/v2/users/30001.json":     http.StatusOK,
		"/static/host/main.js":         http.StatusOK,
		"/agent/tickets/106?width=abc": http.StatusOK,
	} {
		if status := ask(t, acme, "9001", "GET", path, "", nil); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
}

func TestTags(t *testing.T) {
	acme := RunT(t).Account("acme")
	for _, step := range []struct {
		method, body string
		want         []string
	}{
		{"GET", "", []string{"payments", "latency"}},
		{"PUT", `{"tags":["Paged","latency"]}`, []string{"payments", "latency", "paged"}},
		{"DELETE", `{"tags":["payments"]}`, []string{"latency", "paged"}},
		{"POST", `{"tags":["only this"]}`, []string{"only", "this"}},
	} {
		var got struct {
			Tags []string `json:"tags"`
		}
		ask(t, acme, "9001", step.method, "/api/v2/tickets/103/tags.json", step.body, &got)
		if !slices.Equal(got.Tags, step.want) {
			t.Errorf("%s %s: %q, want %q", step.method, step.body, got.Tags, step.want)
		}
	}
}
