package webhooks_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"

	"zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/simulator/zendesk/rules"
	"zendesk-pagerduty/simulator/zendesk/webhooks"
	"zendesk-pagerduty/simulator/zendesk/zendesktest"
)

type (
	Account    = zendesk.Account
	Simulator  = zendesk.Simulator
	Settings   = zendesk.Settings
	Webhook    = webhooks.Webhook
	Invocation = webhooks.Invocation
)

// ask sends a request as an agent ("" is nobody) and decodes the answer.
func ask(t *testing.T, a *Account, agent, method, path, body string, into any) int {
	t.Helper()
	return zendesktest.Ask(t, a.Origin, agent, method, path, body, into)
}

// ctl asks the control server.
func ctl(t *testing.T, sim *Simulator, method, path, body string, into any) int {
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

func putTicket(t *testing.T, a *Account, id int, change string) {
	t.Helper()
	if status := ask(t, a, "9001", "PUT", fmt.Sprintf("/api/v2/tickets/%d.json", id), `{"ticket":`+change+`}`, nil); status != 200 {
		t.Fatalf("ticket %d %s: %d", id, change, status)
	}
}

// endpoint is where webhooks go. It gives the answers of the test, else 204.
type endpoint struct {
	url  string
	came chan struct{} // one for each request

	mu      sync.Mutex
	got     []call
	answers []answerWith
}

type call struct {
	header http.Header
	method string
	query  string
	body   string
}

type answerWith struct {
	status     int
	retryAfter string
	hang       bool
}

func newEndpoint(t *testing.T, answers ...answerWith) *endpoint {
	e := &endpoint{answers: answers, came: make(chan struct{}, 100)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		e.mu.Lock()
		e.got = append(e.got, call{r.Header, r.Method, r.URL.RawQuery, string(body)})
		answer := answerWith{status: http.StatusNoContent}
		if len(e.answers) > 0 {
			answer, e.answers = e.answers[0], e.answers[1:]
		}
		e.mu.Unlock()
		e.came <- struct{}{}
		if answer.hang {
			<-r.Context().Done()
			return
		}
		if answer.retryAfter != "" {
			w.Header().Set("Retry-After", answer.retryAfter)
		}
		w.Header().Set("X-Endpoint", "here")
		w.WriteHeader(answer.status)
		if answer.status != http.StatusNoContent {
			_, _ = io.WriteString(w, "answer "+strconv.Itoa(answer.status))
		}
	}))
	t.Cleanup(server.Close)
	e.url = server.URL
	return e
}

func (e *endpoint) calls() []call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.got)
}

type oneWebhook struct {
	Webhook Webhook `json:"webhook"`
}

// addWebhook makes one as acme's admin.
func addWebhook(t *testing.T, a *Account, endpoint, more string) Webhook {
	t.Helper()
	var got oneWebhook
	body := `{"webhook":{"name":"PagerDuty","status":"active","endpoint":"` + endpoint +
		`","http_method":"POST","request_format":"json","subscriptions":["conditional_ticket_events"]` + more + `}}`
	if status := ask(t, a, "9003", "POST", "/api/v2/webhooks", body, &got); status != 201 {
		t.Fatalf("webhook: %d", status)
	}
	return got.Webhook
}

// addCalled makes a webhook in acme that every change of a ticket calls.
func addCalled(t *testing.T, sim *Simulator, to, body string) Webhook {
	t.Helper()
	hook := addWebhook(t, sim.Account("acme"), to, "")
	addTrigger(t, sim.Account("acme"), "call", conditions("update_type is Change"), action("notification_webhook", []any{
		hook.ID, body,
	}))
	return hook
}

// invocationsOf are an account's, when nothing is under way.
func invocationsOf(t *testing.T, a *Account) []Invocation {
	t.Helper()
	if err := a.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a.Invocations()
}

// sign is what the header X-Zendesk-Webhook-Signature has to be ("Verifying
// webhooks" in Zendesk's developer documentation).
func sign(secret, timestamp, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + body))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// testSecret signs the test of a webhook that is not saved yet.
var testSecret = base64.StdEncoding.EncodeToString([]byte("this_secret_is_for_testing_only"))
