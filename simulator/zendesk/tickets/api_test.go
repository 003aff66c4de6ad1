package tickets_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/zendesk/rest"
)

func TestTicketLife(t *testing.T) {
	acme := RunT(t).Account("acme")
	var got oneTicket
	if status := ask(t, acme, "9001", "POST", "/api/v2/tickets.json",
		`{"ticket":{"subject":"Down","priority":"high","comment":{"body":"All is down."}}}`, &got); status != http.StatusCreated {
		t.Fatalf("create: %d", status)
	}
	if got.Ticket.ID != 116 || got.Ticket.Description != "All is down." || got.Ticket.AssigneeID != 9001 {
		t.Errorf("created %+v", got.Ticket)
	}
	if status := ask(t, acme, "9002", "PUT", "/api/v2/tickets/116",
		`{"ticket":{"status":"pending","tags":["VIP  now","vip"],"comment":{"body":"hm","public":false}}}`, &got); status != http.StatusOK {
		t.Fatalf("update: %d", status)
	}
	if got.Ticket.Status != "pending" || !slices.Equal(got.Ticket.Tags, []string{
		"vip", "now",
	}) || got.Ticket.Priority != "high" || got.Ticket.Version != 2 {
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
		`{"ticket":{"subject":"` + strings.Repeat("x", rest.BodyLimit) + `"}}`: http.StatusRequestEntityTooLarge,
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
