package panel

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/server/connect"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
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
		conn, err := h.Agents.Tokens.Live(c.Request().Context(), session.Agent)
		if err != nil {
			return h.Connect.LoginFor(c, session, err, false)
		}
		return h.Pages.Render(c, http.StatusOK, views.LinkForm(t, views.LinkSearch{Ticket: c.Param("id"), Account: connect.Account(conn)}))
	}
	words := c.QueryParam("q")
	if len(words) > web.MaxWords {
		words = strings.ToValidUTF8(words[:web.MaxWords], "")
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), web.LookWithin)
	defer cancel()
	var found incident.Matches
	var holds []incident.Hold
	err = h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, conn oauth.Connection) (err error) {
		if holds, err = h.Links.Holds(ctx, ticket, conn.AccountID); err != nil {
			return err
		}
		found, err = incident.Search(ctx, pd, conn.Account, words)
		return err
	})
	if err != nil {
		return notDone(incident.ToLink, err)
	}
	v := views.LinkResults{Ticket: c.Param("id"), Newest: found.Newest, Words: strings.TrimSpace(words)}
	for _, in := range found.Incidents {
		option := views.LinkOption{
			ID: in.ID, Number: strconv.FormatInt(in.Number, 10), Title: in.Title, URL: in.URL,
			Status: string(in.Status), Service: in.Service.Name, At: in.CreatedAt, Here: in.Key == ticket.Key(),
		}
		for _, h := range holds {
			option.Here = option.Here || h.Linked && h.IncidentID == in.ID
		}
		v.List = append(v.List, option)
	}
	return h.Pages.Render(c, http.StatusOK, views.LinkFound(t, v))
}

// Link links an incident to the ticket.
func (h *Handlers) Link(c echo.Context, session zendesk.Session) error {
	return h.changeLink(c, session, incident.ToLink, func(ctx context.Context, pd web.PagerDuty, l incident.Link) (incident.Incident, error) {
		return incident.AddLink(ctx, pd, h.Links, l)
	})
}

// Unlink takes a link back.
func (h *Handlers) Unlink(c echo.Context, session zendesk.Session) error {
	return h.changeLink(c, session, incident.ToUnlink, func(ctx context.Context, pd web.PagerDuty, l incident.Link) (incident.Incident, error) {
		return incident.RemoveLink(ctx, pd, h.Links, l)
	})
}

// changeLink links or unlinks. A link comes back with a panel that the next
// look fills at once.
func (h *Handlers) changeLink(c echo.Context, session zendesk.Session, action incident.Action,
	do func(context.Context, web.PagerDuty, incident.Link) (incident.Incident, error)) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return err
	}
	id, err := web.IncidentID(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), web.LookWithin)
	defer cancel()
	var in incident.Incident
	conn, err := h.Auditor.Do(ctx, web.Deed{Session: session, Ticket: ticket, Incident: id, Action: action}, func(ctx context.Context, pd web.PagerDuty, as oauth.Connection) (string, string, error) {
		in, err = do(ctx, pd, incident.Link{Ticket: ticket, AccountID: as.AccountID, IncidentID: id, UserID: session.Agent.UserID, At: h.Now()})
		return string(incident.Done), in.ID, err
	})
	if err != nil {
		return notDone(action, err)
	}
	t := h.Pages.Texts(c.Request())
	notice := &views.Notice{Kind: "ok", Text: t.F("done."+string(action), text.Args{"Number": in.Number})}
	if action == incident.ToUnlink {
		c.Response().Header().Set("HX-Trigger", "refresh") // its card goes with the next look
		return h.Pages.Render(c, http.StatusOK, views.NoticeBox(t, notice))
	}
	held, err := incident.HeldBy(ctx, h.Links, ticket, conn.AccountID, in)
	if err != nil {
		return err
	}
	v := h.listView(c, ticket, incident.List{Incidents: []incident.Held{held}}, conn)
	v.State, v.Poll, v.Notice = "linked", lookAfterLink, notice
	v.Tag, v.Note = "pagerduty", h.ticketNote(ctx, c, session, incident.ToLink, in)
	return h.Pages.Render(c, http.StatusOK, views.ListPanel(t, v))
}

// lookAfterLink brings the rest of the list at once.
const lookAfterLink = time.Millisecond
