package tickets_test

import (
	"encoding/json"
	"testing"

	"zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/simulator/zendesk/zendesktest"
)

type (
	Account   = zendesk.Account
	Simulator = zendesk.Simulator
	Settings  = zendesk.Settings
	Ticket    = zendesk.Ticket
	User      = zendesk.User
	Comment   = zendesk.Comment
)

type oneTicket struct {
	Ticket Ticket `json:"ticket"`
}

// ask sends a request as an agent ("" is nobody) and decodes the answer.
func ask(t *testing.T, a *Account, agent, method, path, body string, into any) int {
	t.Helper()
	return zendesktest.Ask(t, a.Origin, agent, method, path, body, into)
}

// RunT starts a simulator for a test.
var RunT = zendesk.RunT

// refusal is an error of the REST API.
type refusal struct {
	Error       string                       `json:"error"`
	Description string                       `json:"description"`
	Details     map[string][]json.RawMessage `json:"details"`
}

type oneJob struct {
	Job struct {
		ID      string
		URL     string
		Message string
		Total   int
		Status  string
		Results []jobResult
	} `json:"job_status"`
}

type jobResult struct {
	ID      int64
	Action  string
	Status  string
	Success bool
	Error   string
	Details string
	Index   int
}
