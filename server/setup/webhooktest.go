package setup

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views/setup"
	"zendesk-pagerduty/zendesk"
	"zendesk-pagerduty/zendesk/trigger"
)

// testNotMade is returned for a test of what is not there.
const testNotMade problem.Code = "setup.test.none"

func (in request) ticket(session zendesk.Session) (incident.Ticket, error) {
	id, err := incident.ParseTicketID(strconv.FormatInt(in.Ticket, 10))
	return incident.Ticket{Subdomain: session.Agent.Subdomain, ID: id}, err
}

// testMade is what a test goes by: the choices and the webhook that are there.
func (h *Handlers) testMade(session zendesk.Session, in request) (trigger.Choices, trigger.ID, error) {
	chosen, _ := trigger.Chosen(session.Agent.Subdomain, in.Found)
	hook, ok := trigger.OurWebhook(in.Found)
	if !ok || chosen.RoutingKey == "" {
		return chosen, "", testNotMade
	}
	// Somebody may have sent the webhook elsewhere: the key does not follow it.
	if !slices.Contains(h.EventsURLs, chosen.EventsURL) {
		return chosen, "", problem.New(trigger.EventsMalformed, nil, problem.Args{"got": chosen.EventsURL})
	}
	return chosen, hook.ID, nil
}

// Test says who will be woken, before the button that does it.
func (h *Handlers) Test(c echo.Context, session zendesk.Session) error {
	in, err := read(c)
	if err != nil {
		return err
	}
	ticket, err := in.ticket(session)
	if err != nil {
		return part(err)
	}
	chosen, hook, err := h.testMade(session, in)
	if err != nil {
		return part(err)
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	t := h.Pages.Texts(c.Request())
	v := setup.Test{Ticket: strconv.FormatInt(ticket.ID, 10), Webhook: string(hook)}
	err = h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, conn oauth.Connection) error {
		open, err := newestOpen(ctx, pd, ticket)
		if err != nil {
			return err
		}
		if open != nil {
			v.Open = strconv.FormatInt(open.Number, 10)
		}
		if !h.keyIsOfService(c, session, chosen) {
			return nil // nobody but PagerDuty knows where the key leads
		}
		service, err := pd.Service(ctx, chosen.Service)
		if err != nil {
			return err
		}
		v.Service, v.Asleep = service.Name, service.Status == incident.ServiceMaintenance ||
			service.Status == incident.ServiceDisabled
		calls, err := pd.OnCall(ctx, service.Policy.ID)
		if err != nil {
			return err
		}
		v.Wakes = web.Names(t, firstLevel(calls), conn.UserID, t.S("setup.test.you"))
		v.Nobody = v.Wakes == ""
		return nil
	})
	if err != nil {
		return part(err)
	}
	return h.Pages.Render(c, http.StatusOK, setup.TestSection(t, v))
}

// firstLevel are those who are woken first.
func firstLevel(calls []incident.OnCall) (who []incident.Ref) {
	if len(calls) == 0 {
		return nil
	}
	least := slices.MinFunc(calls, func(a, b incident.OnCall) int { return cmp.Compare(a.Level, b.Level) }).Level
	for _, call := range calls {
		if call.Level == least {
			who = append(who, call.Who)
		}
	}
	return who
}

// testSteps is the one request of a test: Zendesk's own test of the webhook,
// with what the triggers would send.
func (h *Handlers) testSteps(session zendesk.Session, in request) ([]trigger.Step, error) {
	ticket, err := in.ticket(session)
	if err != nil {
		return nil, err
	}
	chosen, hook, err := h.testMade(session, in)
	if err != nil {
		return nil, err
	}
	chosen.Severity, chosen.Only, chosen.Details, chosen.AlsoSeverity = nil, nil, nil, ""
	event, err := trigger.TestEvent(chosen, ticket.ID)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]any{"request": map[string]any{
		"endpoint": chosen.EventsURL + "/v2/enqueue", "http_method": http.MethodPost, "request_format": "json", "payload": event,
	}})
	return []trigger.Step{
		{Method: http.MethodPost, Path: "/api/v2/webhooks/test?webhook_id=" + string(hook), Body: body},
	}, err
}

// Found looks for the test's incident, by its key and with the admin's own
// login, as the sidebar does. Nothing yet is 204.
func (h *Handlers) Found(c echo.Context, session zendesk.Session) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return part(err)
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	var found *incident.Incident
	err = h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, _ oauth.Connection) error {
		found, err = newestOpen(ctx, pd, ticket)
		return err
	})
	if err != nil {
		return part(err)
	}
	if found == nil {
		return c.NoContent(http.StatusNoContent)
	}
	return h.Pages.Render(c, http.StatusOK, setup.FoundIncident(h.Pages.Texts(c.Request()), h.foundView(ticket, found)))
}

func (h *Handlers) foundView(ticket incident.Ticket, i *incident.Incident) setup.Found {
	return setup.Found{
		Ticket: strconv.FormatInt(ticket.ID, 10), ID: i.ID, Number: strconv.FormatInt(i.Number, 10), Title: i.Title,
		URL: i.URL, Status: string(i.Status), At: i.CreatedAt, CanResolve: h.Rules.Check(incident.ToResolve) == nil,
	}
}
