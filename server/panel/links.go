package panel

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/server/connect"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/sidebar"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// LinkForm is the search for an incident to link; with q its results.
func (h *Handlers) LinkForm(c echo.Context, session zendesk.Session) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return err
	}
	if err := h.Rules.Check(incident.ToLink); err != nil {
		return err
	}
	t := h.Pages.Texts(c.Request())
	if !c.QueryParams().Has("q") {
		conn, err := h.Agents.Live(c.Request().Context(), session.Agent)
		if err != nil {
			return h.Connect.LoginFor(c, session, err, false)
		}
		return h.Pages.Render(c, http.StatusOK,
			sidebar.LinkForm(t, sidebar.LinkSearch{Ticket: c.Param("id"), Account: connect.Account(conn)}))
	}
	words := web.SearchWords(c)
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	var found incident.Matches
	var links []incident.TicketLink
	err = h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, conn oauth.Connection) (err error) {
		if links, err = h.Links.TicketLinks(ctx, ticket, conn.AccountID); err != nil {
			return err
		}
		found, err = incident.Search(ctx, pd, conn.Account, words)
		return err
	})
	if err != nil {
		return notDone(incident.ToLink, err)
	}
	v := sidebar.LinkResults{Ticket: c.Param("id"), Newest: found.Newest, Found: found.Found, Words: words}
	for _, in := range found.Incidents {
		option := sidebar.LinkOption{
			ID: in.ID, Number: strconv.FormatInt(in.Number, 10), Title: in.Title, URL: in.URL,
			Status: string(in.Status), Service: in.Service.Name, At: in.CreatedAt, Here: in.Key == ticket.Key(),
		}
		for _, l := range links {
			option.Here = option.Here || l.Linked && l.IncidentID == in.ID
		}
		v.List = append(v.List, option)
	}
	return h.Pages.Render(c, http.StatusOK, sidebar.LinkFound(t, v))
}

// Link links an incident to the ticket, and comes back with a panel that the next
// look fills at once.
func (h *Handlers) Link(c echo.Context, session zendesk.Session) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return err
	}
	id, err := web.IncidentID(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	by, access := h.caller(c, session, ticket)
	result, err := h.Executor.Link(ctx, by, id)
	if err != nil {
		return notDone(incident.ToLink, err)
	}
	t := h.Pages.Texts(c.Request())
	v := h.listView(c, ticket, incident.List{Incidents: []incident.TicketIncident{result.Incident}}, access.Connection)
	v.State, v.Poll = "linked", lookAfterLink
	v.Notice = changed(t, incident.ToLink, result.Incident.Incident)
	v.Tag, v.Note = "pagerduty", ticketNote(h.Written, result.Note, incident.ToLink, result.Incident.Incident)
	return h.showList(c, v)
}

// Unlink takes a link back; its card goes with the next look.
func (h *Handlers) Unlink(c echo.Context, session zendesk.Session) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return err
	}
	id, err := web.IncidentID(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	by, _ := h.caller(c, session, ticket)
	in, err := h.Executor.Unlink(ctx, by, id)
	if err != nil {
		return notDone(incident.ToUnlink, err)
	}
	t := h.Pages.Texts(c.Request())
	web.Then(c, "refresh")
	return h.Pages.Fragment(c, http.StatusOK, web.NoticeView, views.NoticeBox(t, changed(t, incident.ToUnlink, in)))
}

func changed(t *text.Texts, action incident.Action, in incident.Incident) *views.Notice {
	return &views.Notice{Kind: "ok", Text: t.F("done."+string(action), text.Args{"Number": in.Number})}
}

// lookAfterLink brings the rest of the list at once.
const lookAfterLink = time.Millisecond
