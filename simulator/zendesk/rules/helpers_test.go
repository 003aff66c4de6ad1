package rules_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/simulator/zendesk/rules"
	"zendesk-pagerduty/simulator/zendesk/zendesktest"
)

type (
	Account         = zendesk.Account
	Simulator       = zendesk.Simulator
	Settings        = zendesk.Settings
	Ticket          = zendesk.Ticket
	Trigger         = rules.Trigger
	Conditions      = rules.Conditions
	Condition       = rules.Condition
	TriggerCategory = rules.TriggerCategory
	Target          = rules.Target
)

type oneTicket struct {
	Ticket Ticket `json:"ticket"`
}

// ask sends a request as an agent ("" is nobody) and decodes the answer.
func ask(t *testing.T, a *Account, agent, method, path, body string, into any) int {
	t.Helper()
	return zendesktest.Ask(t, a.Origin, agent, method, path, body, into)
}

// ctl asks the control server.
func ctl(t *testing.T, sim *zendesk.Simulator, method, path, body string, into any) int {
	t.Helper()
	return zendesktest.Ask(t, sim.ControlURL, "", method, path, body, into)
}

// addTrigger makes one as an admin of acme.
func addTrigger(t *testing.T, a *Account, title string, c rules.Conditions, actions ...rules.Action) rules.Trigger {
	t.Helper()
	return zendesktest.AddTrigger(t, a.Origin, title, c, actions...)
}

// conditions and action are short for long tables.
var (
	conditions = zendesktest.Conditions
	action     = zendesktest.Action
)

// RunT starts a simulator for a test.
var RunT = zendesk.RunT

type oneTrigger struct {
	Trigger Trigger `json:"trigger"`
}

type manyTriggers struct {
	Triggers []Trigger `json:"triggers"`
	Count    int       `json:"count"`
	NextPage *string   `json:"next_page"`
	Meta     struct {
		HasMore bool   `json:"has_more"`
		After   string `json:"after_cursor"`
	} `json:"meta"`
}

func putTicket(t *testing.T, a *Account, id int, change string) {
	t.Helper()
	if status := ask(t, a, "9001", "PUT", fmt.Sprintf("/api/v2/tickets/%d.json", id), `{"ticket":`+change+`}`, nil); status != 200 {
		t.Fatalf("ticket %d %s: %d", id, change, status)
	}
}

// fired are the titles of the triggers that ran on a ticket, standard ones
// left out.
func fired(a *Account, ticket int64) []string {
	titles := []string{}
	for _, r := range a.TriggerRuns() {
		if r.TicketID == ticket && !strings.HasPrefix(r.Trigger, "Notify ") {
			titles = append(titles, r.Trigger)
		}
	}
	return titles
}

// refusal is an error of the REST API.
type refusal struct {
	Error       string                       `json:"error"`
	Description string                       `json:"description"`
	Details     map[string][]json.RawMessage `json:"details"`
}
