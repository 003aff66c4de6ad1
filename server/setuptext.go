package server

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/zendesk"
	"zendesk-pagerduty/zendesk/trigger"
)

// maxTested is how much of a test's text is compared and shown, in runes.
const maxTested = 200

// setupArrived compares what the page typed into a ticket of its own with what
// the ticket's triggers brought to PagerDuty, by the incident's first alert and
// with the admin's own login. Nothing yet is 204.
func (s *Server) setupArrived(c echo.Context, session zendesk.Session) error {
	ticket, err := ticketOf(c, session)
	if err != nil {
		return s.refusedPart(c, err)
	}
	form := c.Request().PostForm
	typed := trigger.TicketText{Title: cut(form.Get("title"), maxTested), Description: cut(form.Get("description"), maxTested)}
	ctx, cancel := contextWithin(c, lookWithin)
	defer cancel()
	var found *incident.Incident
	var alerts []incident.Alert
	err = s.withPagerDuty(ctx, session.Agent, func(pd PagerDuty, _ oauth.Connection) error {
		found, err = newestOpen(ctx, pd, ticket)
		if err != nil || found == nil {
			return err
		}
		page, err := pd.Alerts(ctx, found.ID, 0)
		alerts = page.List
		return err
	})
	if err != nil {
		return s.refusedPart(c, err)
	}
	if len(alerts) == 0 { // PagerDuty may show the incident before its alert
		return c.NoContent(http.StatusNoContent)
	}
	first := slices.MinFunc(alerts, func(a, b incident.Alert) int { return a.At.Compare(b.At) })
	came := trigger.TicketText{Title: first.Summary}
	for _, f := range first.Details {
		if f.Name == "description" || strings.HasSuffix(f.Name, ".description") {
			came.Description = f.Value
		}
	}
	differs, omitted := typed.Compare(ticket.ID, came)
	v := views.Arrived{Found: s.foundView(ticket, found), Omitted: omitted}
	for _, d := range differs {
		v.Differs = append(v.Differs, views.Difference{Part: d.Part, Sent: cut(d.Sent, maxTested), Came: cut(d.Came, maxTested)})
	}
	return s.render(c, http.StatusOK, views.SetupArrived(s.texts(c.Request()), v))
}

// newestOpen is the newest open incident of a ticket's key; nil where there is
// none.
func newestOpen(ctx context.Context, pd PagerDuty, ticket incident.Ticket) (*incident.Incident, error) {
	var found *incident.Incident
	list, _, err := pd.IncidentsByKey(ctx, ticket.Key())
	for _, i := range list {
		if i.Status.Open() && (found == nil || i.CreatedAt.After(found.CreatedAt)) {
			found = &i
		}
	}
	return found, err
}
