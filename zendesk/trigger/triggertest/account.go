// Package triggertest has a simulated Zendesk account whose webhooks reach a
// simulated PagerDuty, for tests of what triggers do there.
package triggertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	simzendesk "zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/zendesk/trigger"
)

// Admin and Mia are the Zendesk ids of an admin and of an agent of "acme".
const Admin, Mia = 9003, 9001

// Account is the account "acme".
type Account struct {
	T         *testing.T
	PagerDuty *pagerduty.Simulator
	Zendesk   *simzendesk.Simulator
}

// New starts an account without triggers; escaping is how its Zendesk escapes
// placeholders, "json" or "none".
func New(t *testing.T, escaping string) *Account {
	t.Helper()
	a := &Account{t, pagerduty.RunT(t), simzendesk.RunT(t)}
	a.PagerDuty.Set(func(s *pagerduty.Settings) { s.LatencyMS = 1 })
	a.Zendesk.Set(func(s *simzendesk.Settings) { s.PlaceholderEscaping, s.UpdateLimit = escaping, 0 })
	return a
}

// Call asks the account's REST API as an agent, and reads the answer into out
// unless that is nil. A refusal fails the test.
func (a *Account) Call(agent int64, method, path string, in, out any) {
	a.T.Helper()
	a.Send(a.Zendesk.Account("acme").Origin+path, agent, method, in, out)
}

// Send is [Account.Call] for any address.
func (a *Account) Send(address string, agent int64, method string, in, out any) {
	a.T.Helper()
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			a.T.Fatal(err)
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(a.T.Context(), method, address, body)
	if err != nil {
		a.T.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Simulated-Agent", fmt.Sprint(agent))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.T.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		a.T.Fatalf("%s %s: %d %s %v", method, address, res.StatusCode, raw, err)
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			a.T.Fatal(err)
		}
	}
}

// Found reads the account as the set-up page does.
func (a *Account) Found() (f trigger.Found) {
	a.T.Helper()
	for _, path := range []string{"webhooks", "triggers", "targets"} {
		a.Call(Admin, http.MethodGet, "/api/v2/"+path, nil, &f)
	}
	return f
}

// Apply makes steps as the set-up page does, up to a number of them.
func (a *Account) Apply(steps []trigger.Step, most int) {
	a.T.Helper()
	a.ApplyTo(a.Zendesk.Account("acme").Origin, Admin, steps[:min(most, len(steps))])
}

// ApplyTo makes steps in another account of the simulation.
func (a *Account) ApplyTo(origin string, agent int64, steps []trigger.Step) {
	a.T.Helper()
	made := ""
	for _, s := range steps {
		var body any
		if len(s.Body) > 0 {
			body = json.RawMessage(strings.ReplaceAll(string(s.Body), trigger.WebhookID, made))
		}
		var out struct{ Webhook trigger.Webhook }
		var into any
		if s.Method == http.MethodPost {
			into = &out
		}
		a.Send(origin+strings.ReplaceAll(s.Path, trigger.WebhookID, made), agent, s.Method, body, into)
		if out.Webhook.ID != "" {
			made = string(out.Webhook.ID)
		}
	}
}

// Save changes a ticket as Mia and waits until nothing is under way.
func (a *Account) Save(ticket int, change map[string]any) {
	a.T.Helper()
	a.Call(Mia, http.MethodPut, fmt.Sprintf("/api/v2/tickets/%d.json", ticket), map[string]any{"ticket": change}, nil)
	a.Settle()
}

// Settle waits until all webhooks were called.
func (a *Account) Settle() {
	a.T.Helper()
	var all json.RawMessage
	a.Send(a.Zendesk.ControlURL+"/invocations/acme", Admin, http.MethodGet, nil, &all)
}

// Statuses are those of a ticket's incidents in PagerDuty, in their order.
func (a *Account) Statuses(ticket int) string {
	var list []string
	for _, i := range a.PagerDuty.Incidents(fmt.Sprintf("Zendesk_acme_%d", ticket)) {
		if i.Account == "acme" {
			list = append(list, i.Status)
		}
	}
	return strings.Join(list, " ")
}

// Wants fails the test where a ticket's incidents have other statuses.
func (a *Account) Wants(what string, ticket int, want string) {
	a.T.Helper()
	if got := a.Statuses(ticket); got != want {
		a.T.Errorf("%s: %q; want %q", what, got, want)
	}
}
