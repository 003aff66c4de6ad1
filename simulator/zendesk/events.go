package zendesk

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"zendesk-pagerduty/simulator/internal/control"
	"zendesk-pagerduty/simulator/zendesk/rest"
	"zendesk-pagerduty/simulator/zendesk/rules"
	"zendesk-pagerduty/simulator/zendesk/webhooks"
)

// TriggerRuns are the triggers that have fired, the oldest first.
func (a *Account) TriggerRuns() []rules.Run { return a.rules.Runs() }

// Triggers are the account's triggers in the order in which they run.
func (a *Account) Triggers() []rules.Trigger { return a.rules.Triggers() }

// Webhooks are the account's, with their signing secrets.
func (a *Account) Webhooks() []webhooks.Webhook { return a.sender.Webhooks() }

// Invocations are all calls of webhooks with their attempts, the oldest first.
func (a *Account) Invocations() []webhooks.Invocation {
	return a.sender.Invocations(func(*webhooks.Invocation) bool { return true })
}

// Settle waits until no webhook's request is under way. What is queued or waits
// for a retry stays.
func (a *Account) Settle(ctx context.Context) error { return a.sender.Settle(ctx) }

// Retry sends everything that waits for a retry now, and waits for it.
func (a *Account) Retry(ctx context.Context) error {
	a.sender.RetryNow()
	return a.Settle(ctx)
}

// Send sends queued invocations one after the other in the order of the ids, or
// all; an id that was sent already is sent once more.
func (a *Account) Send(ctx context.Context, ids ...string) error {
	return a.sender.SendQueued(ctx, ids)
}

// eventsPatience is how long the page's list of events waits for requests that
// are under way.
const eventsPatience = 5 * time.Second

// serveEvents is what the ticket page shows of triggers and webhooks. It is the
// simulator's own, and in no history.
func (a *Account) serveEvents(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("ticket"), 10, 64)
	if err != nil {
		rest.WriteError(w, http.StatusBadRequest, "InvalidValue", "the ticket's id is no number")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), eventsPatience)
	defer cancel()
	_ = a.Settle(ctx) // what is still under way is shown as accepted
	runs := slices.DeleteFunc(a.TriggerRuns(), func(r rules.Run) bool { return r.TicketID != id })
	rest.WriteJSON(w, http.StatusOK, map[string]any{
		"runs":        runs,
		"invocations": a.sender.Invocations(func(i *webhooks.Invocation) bool { return i.TicketID == id }),
	})
}

// ruleRoutes are the control server's routes about triggers and webhooks:
//
//	GET  /triggers/ACCOUNT          {"triggers": […], "runs": […]}
//	GET  /webhooks/ACCOUNT          with signing secrets
//	GET  /invocations/ACCOUNT       with attempts, once nothing is under way; ?now=1 does not wait
//	POST /invocations/ACCOUNT/send  {"ids": […]}: queued ones in this order, or all; again, if sent already
//	POST /retries                   {"account": "acme"}: what waits for a retry, now; all accounts without a name
func (s *Simulator) ruleRoutes(mux *http.ServeMux) {
	account := func(next func(http.ResponseWriter, *http.Request, *Account)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			a := s.Account(r.PathValue("account"))
			if a == nil {
				control.Refuse(w, fmt.Errorf("no account %q", r.PathValue("account")))
				return
			}
			next(w, r, a)
		}
	}
	mux.HandleFunc("GET /triggers/{account}", account(func(w http.ResponseWriter, _ *http.Request, a *Account) {
		control.JSON(w, http.StatusOK, map[string]any{"triggers": a.Triggers(), "runs": a.TriggerRuns()})
	}))
	mux.HandleFunc("GET /webhooks/{account}", account(func(w http.ResponseWriter, _ *http.Request, a *Account) {
		control.JSON(w, http.StatusOK, a.Webhooks())
	}))
	mux.HandleFunc("GET /invocations/{account}", account(func(w http.ResponseWriter, r *http.Request, a *Account) {
		if r.FormValue("now") == "" {
			if err := a.Settle(r.Context()); err != nil {
				control.Refuse(w, err)
				return
			}
		}
		control.JSON(w, http.StatusOK, a.Invocations())
	}))
	mux.HandleFunc("POST /invocations/{account}/send", account(func(w http.ResponseWriter, r *http.Request, a *Account) {
		var in struct {
			IDs []string `json:"ids"`
		}
		if !control.Read(w, r, &in) {
			return
		}
		if err := a.Send(r.Context(), in.IDs...); err != nil {
			control.Refuse(w, err)
			return
		}
		control.JSON(w, http.StatusOK, a.Invocations())
	}))
	mux.HandleFunc("POST /retries", s.sendRetries)
}

func (s *Simulator) sendRetries(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Account string `json:"account"`
	}
	if !control.Read(w, r, &in) {
		return
	}
	if in.Account != "" && s.Account(in.Account) == nil {
		control.Refuse(w, fmt.Errorf("no account %q", in.Account))
		return
	}
	list := []webhooks.Invocation{}
	for _, a := range s.Accounts {
		if in.Account != "" && in.Account != a.Subdomain {
			continue
		}
		if err := a.Retry(r.Context()); err != nil {
			control.Refuse(w, err)
			return
		}
		list = append(list, a.Invocations()...)
	}
	control.JSON(w, http.StatusOK, list)
}
