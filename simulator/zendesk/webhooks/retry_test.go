package webhooks_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestRetries(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers []answerWith
		set     func(*Settings)
		retries int
		status  string
	}{
		{"409, then well", []answerWith{{status: 409}}, nil, 1, "success"},
		{
			"409 for ever", []answerWith{{status: 409}, {status: 409}, {status: 409}, {status: 409}, {status: 409}}, nil, 3,
			"client error",
		},
		{"503 without Retry-After", []answerWith{{status: 503}}, nil, 0, "server error"},
		{"503 without, and none needed", []answerWith{{status: 503}}, func(s *Settings) {
			s.RetryAfterNeeded = false
		}, 1, "success"},
		{"429 with", []answerWith{{status: 429, retryAfter: "10"}}, nil, 1, "success"},
		{"429 with too long a one", []answerWith{{status: 429, retryAfter: "60"}}, nil, 0, "client error"},
		{"500", []answerWith{{status: 500}}, nil, 0, "server error"},
		{"500 where that is retried", []answerWith{{status: 500}}, func(s *Settings) {
			s.RetryStatuses, s.RetryAfterNeeded = []int{500}, false
		}, 1, "success"},
		{"time out", []answerWith{{hang: true}}, func(s *Settings) { s.WebhookTimeoutMS = 500 }, 1, "success"},
		{"time out, and no retry", []answerWith{{hang: true}}, func(s *Settings) {
			s.WebhookTimeoutMS, s.RetryTimeouts = 500, false
		}, 0, "timeout"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sim := RunT(t)
			acme := sim.Account("acme")
			e := newEndpoint(t, c.answers...)
			addCalled(t, sim, e.url, `{"id":"{{ticket.id}}"}`)
			if c.set != nil {
				sim.Set(c.set)
			}
			putTicket(t, acme, 101, `{"status":"hold"}`)
			invocationsOf(t, acme)
			for range 5 {
				if ctl(t, sim, "POST", "/retries", `{"account":"acme"}`, nil) != 200 {
					t.Fatal("retries are refused")
				}
			}
			got := acme.Invocations()[0]
			if len(got.Attempts) != c.retries+1 || got.Status != c.status || got.RetryAt != nil {
				t.Errorf("%+v", got)
			}
			ids := map[string]bool{}
			for _, c := range e.calls() {
				ids[c.header.Get("X-Zendesk-Webhook-Invocation-Id")] = true
			}
			if len(ids) != 1 {
				t.Errorf("ids %v", ids)
			}
		})
	}
}

func TestRetryFollowsTheClock(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	sim.Set(func(s *Settings) { s.RetrySeconds, s.RetryID, s.RetrySignature = 3600, "new", "same" })
	e := newEndpoint(t, answerWith{status: 409})
	addCalled(t, sim, e.url, `{}`)
	putTicket(t, acme, 101, `{"status":"hold"}`)
	if got := invocationsOf(t, acme)[0]; got.RetryAt == nil || len(got.Attempts) != 1 {
		t.Fatalf("%+v", got)
	}
	if err := sim.Clock.Forward(time.Hour); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case <-e.came:
		case <-time.After(10 * time.Second):
			t.Fatal("the retry does not come")
		}
	}
	if got := invocationsOf(t, acme)[0]; got.Status != "success" || len(got.Attempts) != 2 {
		t.Errorf("%+v", got)
	}
	calls := e.calls()
	if len(calls) != 2 ||
		calls[0].header.Get("X-Zendesk-Webhook-Invocation-Id") == calls[1].header.Get("X-Zendesk-Webhook-Invocation-Id") ||
		calls[0].header.Get("X-Zendesk-Webhook-Signature") != calls[1].header.Get("X-Zendesk-Webhook-Signature") {
		t.Errorf("calls %+v", calls)
	}
}

func TestLateRetry(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	sim.Set(func(s *Settings) { s.LateRetries, s.RetrySeconds = true, 0 })
	e := newEndpoint(t, answerWith{status: 409})
	addCalled(t, sim, e.url, `{"n":"{{ticket.priority}}"}`)
	putTicket(t, acme, 101, `{"priority":"low"}`)
	invocationsOf(t, acme)
	putTicket(t, acme, 101, `{"priority":"high"}`)
	invocationsOf(t, acme)
	var bodies []string
	for _, c := range e.calls() {
		bodies = append(bodies, c.body)
	}
	if !slices.Equal(bodies, []string{`{"n":"Low"}`, `{"n":"High"}`, `{"n":"Low"}`}) {
		t.Errorf("bodies %q: want the retry last", bodies)
	}
}

func TestQueuedInvocationsGoInAnyOrder(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	sim.Set(func(s *Settings) { s.QueueInvocations = true })
	e := newEndpoint(t)
	addCalled(t, sim, e.url, `{"n":"{{ticket.priority}}"}`)
	for _, p := range []string{"low", "normal", "high"} {
		putTicket(t, acme, 101, `{"priority":"`+p+`"}`)
	}
	queued := invocationsOf(t, acme)
	if len(queued) != 3 || len(e.calls()) != 0 || !queued[0].Queued || queued[0].Status != "accepted" {
		t.Fatalf("queued %+v", queued)
	}
	body := fmt.Sprintf(`{"ids":[%q,%q,%q]}`, queued[2].ID, queued[0].ID, queued[2].ID)
	if status := ctl(t, sim, "POST", "/invocations/acme/send", body, nil); status != 200 {
		t.Fatalf("send: %d", status)
	}
	if status := ctl(t, sim, "POST", "/invocations/acme/send", `{}`, nil); status != 200 {
		t.Fatalf("send the rest: %d", status)
	}
	var bodies []string
	for _, c := range e.calls() {
		bodies = append(bodies, c.body)
	}
	if !slices.Equal(bodies, []string{`{"n":"High"}`, `{"n":"Low"}`, `{"n":"High"}`, `{"n":"Normal"}`}) {
		t.Errorf("bodies %q", bodies)
	}
}

func TestCircuitBreakerAndPayloadLimit(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	sim.Set(func(s *Settings) { s.BreakerLeast, s.UpdateLimit = 3, 0 })
	e := newEndpoint(t, answerWith{status: 500}, answerWith{status: 500}, answerWith{status: 500})
	addCalled(t, sim, e.url, `{"d":"{{ticket.description}}"}`)
	for range 4 {
		putTicket(t, acme, 101, `{"status":"hold"}`)
		invocationsOf(t, acme)
	}
	list := acme.Invocations()
	if list[2].Status != "server error" || list[3].Status != "circuit broken" || len(e.calls()) != 3 {
		t.Errorf("%+v", list)
	}
	if err := sim.Clock.Forward(6 * time.Second); err != nil {
		t.Fatal(err)
	}
	sim.Set(func(s *Settings) { s.PayloadLimit = 400 })
	putTicket(t, acme, 101, `{"status":"open"}`)
	putTicket(t, acme, 108, `{"status":"open"}`) // has a long description
	list = invocationsOf(t, acme)
	if list[4].Status != "success" || list[5].Status != "client error" || len(e.calls()) != 4 {
		t.Errorf("%+v", list[4:])
	}
}
