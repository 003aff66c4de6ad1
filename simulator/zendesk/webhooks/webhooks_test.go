package webhooks_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/simulator/zendesk/webhooks"
)

func TestWebhookLife(t *testing.T) {
	acme := RunT(t).Account("acme")
	made := addWebhook(t, acme, "http://localhost:1/zendesk",
		`,"authentication":{"type":"bearer_token","data":{"token":"secret"},"add_position":"header"},"custom_headers":{"X-Env":"demo"}`)
	if len(made.ID) != 26 || made.SigningSecret != nil || made.Authentication.Data != nil || made.CreatedBy != "9003" {
		t.Errorf("made %+v", made)
	}
	path := "/api/v2/webhooks/" + made.ID
	if status := ask(t, acme, "9003", "PATCH", path, `{"webhook":{"status":"inactive"}}`, nil); status != 204 {
		t.Errorf("patch: %d", status)
	}
	var got oneWebhook
	ask(t, acme, "9003", "GET", path, "", &got)
	if got.Webhook.Status != "inactive" || got.Webhook.Name != "PagerDuty" ||
		acme.Webhooks()[0].Authentication.Data["token"] != "secret" {
		t.Errorf("patched %+v", got.Webhook)
	}
	put := `{"webhook":{"name":"Bridge","status":"active","endpoint":"http://localhost:2/","http_method":"POST","request_format":"json"}}`
	if status := ask(t, acme, "9003", "PUT", path, put, nil); status != 204 {
		t.Errorf("put: %d", status)
	}
	for body, want := range map[string]string{
		`{"webhook":{"name":"Bridge"}}`:                                   "PUT",
		`{"webhook":{"endpoint":"nonsense"}}`:                             "PATCH",
		`{"webhook":{"subscriptions":["zen:event-type:ticket.created"]}}`: "PATCH",
		`{"webhook":{"subscriptions":["conditional_ticket_events","x"]}}`: "PATCH",
		`{"webhook":{"authentication":{"type":"magic"}}}`:                 "PATCH",
		strings.Replace(put, `"POST"`, `"SHOUT"`, 1):                      "PUT",
	} {
		var no struct {
			Errors []map[string]string `json:"errors"`
		}
		if status := ask(t, acme, "9003", want, path, body, &no); status != 400 || len(no.Errors) != 1 ||
			no.Errors[0]["detail"] == "" {
			t.Errorf("%s %s: %d %+v, want 400", want, body, status, no)
		}
	}
	var secret, other struct {
		S webhooks.SigningSecret `json:"signing_secret"`
	}
	ask(t, acme, "9003", "GET", path+"/signing_secret", "", &secret)
	ask(t, acme, "9003", "POST", path+"/signing_secret", "", &other)
	if secret.S.Algorithm != "SHA256" || secret.S.Secret == other.S.Secret || other.S.Secret == "" {
		t.Errorf("secrets %+v, %+v", secret, other)
	}
	trigger := addTrigger(t, acme, "uses it", conditions("status changed"), action("notification_webhook", []any{
		made.ID, "{}",
	}))
	if status := ask(t, acme, "9003", "DELETE", path, "", nil); status != 400 {
		t.Errorf("delete in use: %d, want 400", status)
	}
	ask(t, acme, "9003", "DELETE", fmt.Sprintf("/api/v2/triggers/%d", trigger.ID), "", nil)
	if status := ask(t, acme, "9003", "DELETE", path, "", nil); status != 204 {
		t.Errorf("delete: %d", status)
	}
	if status := ask(t, acme, "9003", "GET", path, "", nil); status != 404 {
		t.Errorf("deleted: %d", status)
	}
}

func TestWebhooksByCursor(t *testing.T) {
	acme := RunT(t).Account("acme")
	for n := range 5 {
		addWebhook(t, acme, "http://localhost:1/", `,"name":"Hook `+strconv.Itoa(n)+`"`)
	}
	type list struct {
		Webhooks []Webhook
		Meta     struct {
			HasMore bool   `json:"has_more"`
			After   string `json:"after_cursor"`
		}
		Links struct{ Next *string }
	}
	var got list
	var names []string
	for path := "/api/v2/webhooks?page[size]=2"; ; path = strings.TrimPrefix(*got.Links.Next, "https://acme.zendesk.com") {
		got = list{}
		if status := ask(t, acme, "9003", "GET", path, "", &got); status != 200 {
			t.Fatalf("%s: %d", path, status)
		}
		for _, h := range got.Webhooks {
			names = append(names, h.Name)
		}
		if got.Meta.HasMore != (got.Links.Next != nil) {
			t.Fatalf("%s: %+v", path, got)
		}
		if !got.Meta.HasMore {
			break
		}
	}
	if !slices.Equal(names, []string{"Hook 0", "Hook 1", "Hook 2", "Hook 3", "Hook 4"}) {
		t.Errorf("names %q", names)
	}
	got = list{}
	if ask(t, acme, "9003", "GET", "/api/v2/webhooks?filter[name_contains]=hook%203", "", &got); len(got.Webhooks) != 1 {
		t.Errorf("filtered %+v", got)
	}
	for _, bad := range []string{"page[size]=0", "page[size]=101", "page[after]=x"} {
		if status := ask(t, acme, "9003", "GET", "/api/v2/webhooks?"+bad, "", nil); status != 400 {
			t.Errorf("%s: %d, want 400", bad, status)
		}
	}
}

func TestWebhookIsCalledAndSigned(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	e := newEndpoint(t)
	hook := addCalled(t, sim, e.url,
		`{"id":"{{ticket.id}}","p":"{{ticket.priority}}","s":"{{ticket.status | downcase}}","link":"{{ticket.link}}","title":"{{ticket.title}}","by":"{{current_user.email}}"}`)
	putTicket(t, acme, 106, `{"status":"pending","subject":"A \"quoted\"\nline"}`)
	list := invocationsOf(t, acme)
	calls := e.calls()
	if len(list) != 1 || len(calls) != 1 || list[0].Status != "success" || list[0].Attempts[0].StatusCode != 204 {
		t.Fatalf("invocations %+v, calls %+v", list, calls)
	}
	var body map[string]string
	if err := json.Unmarshal([]byte(calls[0].body), &body); err != nil {
		t.Fatalf("%v in %s", err, calls[0].body)
	}
	if body["id"] != "106" || body["p"] != "Low" || body["s"] != "pending" || body["title"] != "A \"quoted\"\nline" ||
		body["by"] != "mia@acme.example" ||
		body["link"] != "https://acme.zendesk.com/agent/tickets/106" {
		t.Errorf("body %v", body)
	}
	h := calls[0].header
	at := h.Get("X-Zendesk-Webhook-Signature-Timestamp")
	if _, err := time.Parse(time.RFC3339, at); err != nil {
		t.Error(err)
	}
	if h.Get("X-Zendesk-Webhook-Signature") != sign(acme.Webhooks()[0].SigningSecret.Secret, at, calls[0].body) ||
		h.Get("X-Zendesk-Webhook-Id") != hook.ID || h.Get("X-Zendesk-Webhook-Invocation-Id") != list[0].ID ||
		h.Get("X-Zendesk-Account-Id") != strconv.FormatInt(acme.ID, 10) {
		t.Errorf("headers %v", h)
	}
	sim.Set(func(s *Settings) { s.PlaceholderEscaping, s.Language, s.Links = "none", "de", "here" })
	putTicket(t, acme, 106, `{"status":"open"}`)
	invocationsOf(t, acme)
	raw := e.calls()[1].body
	if json.Valid([]byte(raw)) || !strings.Contains(raw, `"p":"Niedrig"`) || !strings.Contains(raw, acme.TicketURL(106)) {
		t.Errorf("not escaped, in German: %s", raw)
	}

	var log struct {
		Invocations []struct {
			ID, Status string
			StatusCode string `json:"status_code"`
		}
		Meta struct {
			HasMore bool `json:"has_more"`
		}
	}
	ask(t, acme, "9003", "GET", "/api/v2/webhooks/"+hook.ID+"/invocations?page[size]=1", "", &log)
	if len(log.Invocations) != 1 || !log.Meta.HasMore || log.Invocations[0].StatusCode != "204" {
		t.Errorf("log %+v", log)
	}
	var attempts struct {
		Attempts []struct {
			Status            string
			StatusCode        string `json:"status_code"`
			Request, Response webhooks.Message
		}
	}
	ask(t, acme, "9003", "GET", "/api/v2/webhooks/"+hook.ID+"/invocations/"+list[0].ID+"/attempts", "", &attempts)
	if a := attempts.Attempts; len(a) != 1 || a[0].Request.Payload != calls[0].body || a[0].StatusCode != "204" ||
		!slices.Contains(a[0].Response.Headers, webhooks.HeaderLine{
			Key:   "X-Endpoint",
			Value: "here",
		}) {
		t.Errorf("attempts %+v", a)
	}
}

func TestFormsAndAuthentication(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	e := newEndpoint(t)
	hook := addWebhook(t, acme, e.url,
		`,"request_format":"form_encoded","authentication":{"type":"basic_auth","data":{"username":"u","password":"p"},"add_position":"header"},"custom_headers":{"X-Env":"demo"}`)
	addTrigger(t, acme, "form", conditions("status changed"), action("notification_webhook", []any{
		hook.ID, []any{[]any{"title", "{{ticket.title}}"}, []any{"id", "{{ticket.id}}"}},
	}))
	putTicket(t, acme, 102, `{"status":"hold","subject":"a & b"}`)
	invocationsOf(t, acme)
	calls := e.calls()
	if len(calls) != 1 {
		t.Fatalf("calls %+v", calls)
	}
	values, err := url.ParseQuery(calls[0].body)
	if err != nil || values.Get("title") != "a & b" || values.Get("id") != "102" {
		t.Errorf("form %q", calls[0].body)
	}
	if h := calls[0].header; h.Get("Authorization") != "Basic dTpw" || h.Get("X-Env") != "demo" ||
		h.Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("headers %v", h)
	}
}

func TestNothingLeavesTheMachine(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	for _, address := range []string{
		"http://example.com/", "http://10.0.0.1/", "http://localhost.example.com/", "https://203.0.113.7/x",
	} {
		hook := addWebhook(t, acme, address, "")
		addTrigger(t, acme, address, conditions("update_type is Change"), action("notification_webhook", []any{
			hook.ID, "{}",
		}))
		if status := ask(t, acme, "9003", "POST", "/api/v2/webhooks/test",
			`{"request":{"endpoint":"`+address+`","http_method":"POST","request_format":"json"}}`, nil); status != 400 {
			t.Errorf("test of %s: %d, want 400", address, status)
		}
	}
	putTicket(t, acme, 101, `{"status":"hold"}`)
	list := invocationsOf(t, acme)
	for _, i := range list {
		if i.Status != "failed" || !strings.Contains(i.Attempts[0].Error, "loopback") {
			t.Errorf("%+v", i)
		}
	}
	if len(list) != 4 {
		t.Errorf("%d invocations", len(list))
	}
}

func TestInactiveWebhooksAreNotCalled(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	hook := addCalled(t, sim, "http://localhost:1/", `{}`)
	ask(t, acme, "9003", "PATCH", "/api/v2/webhooks/"+hook.ID, `{"webhook":{"status":"inactive"}}`, nil)
	putTicket(t, acme, 101, `{"status":"hold"}`)
	if list := invocationsOf(t, acme); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	runs := acme.TriggerRuns()
	if last := runs[len(runs)-1]; !slices.Equal(last.Ignored, []string{"notification_webhook"}) {
		t.Errorf("%+v", last)
	}
}

func TestWebhookTest(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	e := newEndpoint(t, answerWith{status: 401}, answerWith{status: 202}, answerWith{status: 200})
	type answer struct {
		Response struct {
			Status  int
			Headers []webhooks.HeaderLine
			Payload string
		}
	}
	var got answer
	body := `{"request":{"endpoint":"` + e.url + `","http_method":"POST","request_format":"json","payload":"{\"event\":\"test\"}"}}`
	if status := ask(t, acme, "9003", "POST", "/api/v2/webhooks/test", body, &got); status != 200 ||
		got.Response.Status != 401 ||
		got.Response.Payload != "answer 401" ||
		!slices.Contains(got.Response.Headers, webhooks.HeaderLine{Key: "X-Endpoint", Value: "here"}) {
		t.Errorf("unsaved: %d %+v", status, got)
	}
	first := e.calls()[0]
	if first.body != `{"event":"test"}` ||
		first.header.Get("X-Zendesk-Webhook-Signature") != sign(testSecret,
			first.header.Get("X-Zendesk-Webhook-Signature-Timestamp"), first.body) ||
		first.header.Get("X-Zendesk-Webhook-Id") != "" {
		t.Errorf("unsaved sends %+v", first)
	}
	hook := addWebhook(t, acme, e.url, "")
	for _, named := range [][2]string{
		{"?webhook_id=" + hook.ID, `{"request":{"payload":"{}"}}`},
		{"", `{"webhook_id":"` + hook.ID + `","request":{"payload":"{}"}}`},
	} {
		if status := ask(t, acme, "9003", "POST", "/api/v2/webhooks/test"+named[0], named[1], &got); status != 200 ||
			got.Response.Status/100 != 2 {
			t.Errorf("saved: %d %+v", status, got)
		}
	}
	last := e.calls()[2]
	if last.header.Get("X-Zendesk-Webhook-Id") != hook.ID ||
		last.header.Get("X-Zendesk-Webhook-Signature") != sign(acme.Webhooks()[0].SigningSecret.Secret,
			last.header.Get("X-Zendesk-Webhook-Signature-Timestamp"), "{}") {
		t.Errorf("saved sends %+v", last)
	}
	if status := ask(t, acme, "9003", "POST", "/api/v2/webhooks/test?webhook_id=nonsense", `{"request":{}}`, nil); status != 404 {
		t.Errorf("unknown: %d", status)
	}
	if len(acme.Invocations()) != 0 {
		t.Error("a test is in the log")
	}
}

func TestControlServerShowsRules(t *testing.T) {
	sim := RunT(t)
	e := newEndpoint(t)
	addCalled(t, sim, e.url, `{}`)
	putTicket(t, sim.Account("acme"), 101, `{"status":"hold"}`)
	var rules struct {
		Triggers []zendesk.Trigger
		Runs     []zendesk.Run
	}
	var hooks []Webhook
	var calls []Invocation
	ctl(t, sim, "GET", "/triggers/acme", "", &rules)
	ctl(t, sim, "GET", "/webhooks/acme", "", &hooks)
	ctl(t, sim, "GET", "/invocations/acme", "", &calls)
	if len(rules.Triggers) != 3 || len(rules.Runs) != 1 || len(hooks) != 1 || hooks[0].SigningSecret.Secret == "" ||
		len(calls) != 1 ||
		calls[0].Status != "success" ||
		!slices.Equal(rules.Runs[0].Invocations, []string{calls[0].ID}) {
		t.Errorf("%+v\n%+v\n%+v", rules, hooks, calls)
	}
	sim.Reset()
	if a := sim.Account("acme"); len(a.Webhooks())+len(a.Invocations())+len(a.TriggerRuns()) != 0 ||
		len(a.Triggers()) != 2 {
		t.Error("a reset leaves rules behind")
	}
}
