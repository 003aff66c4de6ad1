package setup

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views/setup"
	"zendesk-pagerduty/zendesk"
	"zendesk-pagerduty/zendesk/trigger/event"
)

// maxTested is how much of a test's text is compared and shown, in runes.
const maxTested = 200

// Arrived compares what the page typed into a ticket of its own with what
// the ticket's triggers brought to PagerDuty, by the incident's first alert and
// with the admin's own login. Nothing yet is 204.
func (h *Handlers) Arrived(c echo.Context, session zendesk.Session) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return part(err)
	}
	form := c.Request().PostForm
	typed := event.TicketText{
		Title:       web.Cut(form.Get("title"), maxTested),
		Description: web.Cut(form.Get("description"), maxTested),
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	var found *incident.Incident
	var alerts []incident.Alert
	err = h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, _ oauth.Connection) error {
		found, err = newestOpen(ctx, pd, ticket)
		if err != nil || found == nil {
			return err
		}
		page, err := pd.Alerts(ctx, found.ID, 0)
		alerts = page.List
		return err
	})
	if err != nil {
		return part(err)
	}
	if len(alerts) == 0 { // PagerDuty may show the incident before its alert
		return c.NoContent(http.StatusNoContent)
	}
	first := slices.MinFunc(alerts, func(a, b incident.Alert) int { return a.At.Compare(b.At) })
	came := event.TicketText{Title: first.Summary}
	for _, f := range first.Details {
		if f.Name == "description" || strings.HasSuffix(f.Name, ".description") {
			came.Description = f.Value
		}
	}
	differs, omitted := typed.Compare(ticket.ID, came)
	v := setup.Arrived{Found: h.foundView(ticket, found), Omitted: omitted}
	for _, d := range differs {
		v.Differs = append(v.Differs, setup.Difference{Part: d.Part, Sent: d.Sent, Came: web.Cut(d.Came, maxTested)})
	}
	return h.Pages.Render(c, http.StatusOK, setup.ArrivedText(h.Pages.Texts(c.Request()), v))
}

// newestOpen is the newest open incident of a ticket's key; nil where there is
// none.
func newestOpen(ctx context.Context, pd web.PagerDuty, ticket incident.Ticket) (*incident.Incident, error) {
	var found *incident.Incident
	list, _, err := pd.IncidentsByKey(ctx, ticket.Key())
	for _, i := range list {
		if i.Status.Open() && (found == nil || i.CreatedAt.After(found.CreatedAt)) {
			found = &i
		}
	}
	return found, err
}
