package panel

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/server/connect"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/sidebar"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// lookEvery is how often an open panel asks again.
const lookEvery = time.Minute

// Store finds what the panel of a ticket begins with. It is asked for all
// the time, by every open panel.
type Store interface {
	// Panel finds a session, the connection of its agent, and what is stored of
	// the ticket for that connection's PagerDuty account, as they were at one
	// moment. It returns [zendesk.SessionEnded] where there is no such session;
	// without a connection nothing is stored for it.
	Panel(ctx context.Context, sessionID string, ticket int64) (zendesk.StoredSession, oauth.Lookup, incident.Stored, error)
}

// Handlers has the handlers of the routes below /tickets, and of /connection,
// /preferences and /role.
type Handlers struct {
	Pages       *web.Pages
	Guard       *web.Guard
	Agents      *web.Agents
	Connect     *connect.Handlers
	Executor    *incident.Executor
	Rules       incident.Rules
	Store       Store
	Links       incident.Links
	LastUsed    incident.LastUsedServices
	Presets     []incident.Preset
	Preferences incident.Preferences
	TicketNotes bool        // the operator lets agents' actions leave notes on tickets
	Written     *text.Texts // the language of what is written to PagerDuty and to tickets
}

// panelStart is what a ticket's panel begins with.
type panelStart struct {
	session zendesk.Session
	ticket  incident.Ticket
	found   oauth.Lookup
	stored  incident.Stored // of the found connection's PagerDuty account
}

// WithPanel lets only requests of a live panel through, as [web.Guard.WithSession] does,
// and brings what the panel begins with.
func (h *Handlers) WithPanel(next func(echo.Context, panelStart) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		web.InPanel(c)
		ticket, malformed := incident.ParseTicketID(c.Param("id"))
		var p panelStart
		find := func(ctx context.Context, id string) (session zendesk.StoredSession, err error) {
			session, p.found, p.stored, err = h.Store.Panel(ctx, id, ticket)
			return session, err
		}
		var err error
		p.session, err = h.Guard.CheckFound(c, find)
		if err == nil { // nobody learns anything without a session
			err = malformed
		}
		if err != nil {
			return err
		}
		p.ticket = incident.Ticket{Subdomain: p.session.Agent.Subdomain, ID: ticket}
		return next(c, p)
	}
}

// storedFor is what is stored of the ticket for an account. It is looked up
// again where the agent switched accounts while the token was renewed.
func (h *Handlers) storedFor(ctx context.Context, p panelStart, accountID string) (stored incident.Stored, err error) {
	if p.found.Connection.AccountID == accountID {
		return p.stored, nil
	}
	stored.Links, err = h.Links.TicketLinks(ctx, p.ticket, accountID)
	return stored, err
}

// Ticket is the panel of a ticket: its incidents, or the way to them.
func (h *Handlers) Ticket(c echo.Context, p panelStart) error {
	session, ticket := p.session, p.ticket
	if done, err := h.Connect.LoginUnderWay(c, session, false); done || err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	var list incident.List
	conn, err := h.Agents.LiveOf(ctx, p.found)
	if err == nil {
		err = h.Agents.DoAs(ctx, conn, func(pd web.PagerDuty, as oauth.Connection) error {
			conn = as
			stored, err := h.storedFor(ctx, p, as.AccountID)
			if err != nil {
				return err
			}
			if list, err = incident.ForTicket(ctx, pd, h.Links, ticket, as.AccountID, stored); err != nil {
				return err
			}
			list = withExpected(ctx, pd, ticket, list, c.QueryParam("expect"))
			list = incident.WithRelated(ctx, pd, list, related(c, ticket))
			return nil
		})
	}
	if err != nil {
		return h.Connect.LoginFor(c, session, noList(err, conn), false)
	}
	v := h.listView(c, ticket, list, conn)
	if in := madeOn(list, c.QueryParam("created")); in != nil {
		h.recovered(c, session, ticket, *in, &v)
	}
	return h.showList(c, v)
}

// madeOn is the open incident of a service that was made from the sidebar for this
// ticket: PagerDuty allows one.
func madeOn(list incident.List, serviceID string) *incident.TicketIncident {
	i := slices.IndexFunc(list.Incidents, func(in incident.TicketIncident) bool {
		return in.Made && in.Status.Open() && in.Service.ID == serviceID && in.From == (incident.Ticket{})
	})
	if i < 0 || !incident.ValidID(serviceID) {
		return nil
	}
	return &list.Incidents[i]
}

// showList answers with the panel of a connected agent.
func (h *Handlers) showList(c echo.Context, v sidebar.List) error {
	return h.Pages.Fragment(c, http.StatusOK, web.ListView, sidebar.ListPanel(h.Pages.Texts(c.Request()), v))
}

// withExpected adds an incident that was just created, where PagerDuty's
// search does not know it yet. Its key must be the ticket's: the id comes from
// the page.
func withExpected(ctx context.Context, pd web.PagerDuty, t incident.Ticket, list incident.List, id string) incident.List {
	if !incident.ValidID(id) ||
		slices.ContainsFunc(list.Incidents, func(in incident.TicketIncident) bool { return in.ID == id }) {
		return list
	}
	in, err := pd.Incident(ctx, id)
	if err == nil && in.Key == t.Key() {
		list.Incidents = append([]incident.TicketIncident{{Incident: in, Made: true}}, list.Incidents...)
	}
	return list
}

// Connection is the panel of a ticket that has no number yet.
func (h *Handlers) Connection(c echo.Context, session zendesk.Session) error {
	if done, err := h.Connect.LoginUnderWay(c, session, true); done || err != nil {
		return err
	}
	conn, err := h.Agents.Live(c.Request().Context(), session.Agent)
	if err != nil {
		return h.Connect.LoginFor(c, session, err, true)
	}
	return h.showList(c, sidebar.List{State: "new-ticket", ReadOnly: h.Rules.ReadOnly, Account: connect.Account(conn), Poll: lookEvery})
}

// noList shows the refusal of a ticket's incidents with who is connected: another
// person may be allowed to see them.
func noList(err error, conn oauth.Connection) error {
	if !errors.Is(err, incident.Forbidden) && !errors.Is(err, incident.NoAccess) {
		return err
	}
	return web.Shown(problem.New(incident.Forbidden, err, nil), web.TroubleView, func(f web.Failure) templ.Component {
		return sidebar.ListPanel(f.T, sidebar.List{
			State:   "no-access",
			Account: connect.Account(conn),
			Notice:  &views.Notice{Kind: "warn", Text: f.Sentence("list", nil), Again: true},
		})
	})
}

func (h *Handlers) listView(
	c echo.Context,
	ticket incident.Ticket,
	list incident.List,
	conn oauth.Connection,
) sidebar.List {
	t := h.Pages.Texts(c.Request())
	v := sidebar.List{
		State: listState(list.Incidents), Ticket: strconv.FormatInt(ticket.ID, 10), More: list.More,
		AllOver: list.AllOver(), Hidden: list.Hidden, Notes: h.TicketNotes, ReadOnly: h.Rules.ReadOnly, Account: connect.Account(conn), Poll: lookEvery,
		CanCreate: h.offered(conn).Has(incident.ToCreate), CanLink: h.Rules.Check(incident.ToLink) == nil,
	}
	if role := incident.Role(conn.Role); role.Stakeholder() && !h.Rules.ReadOnly {
		v.ReadOnlyRole = t.S("setup.pdrole." + conn.Role)
	}
	if list.Missing > 0 {
		why := h.Pages.Failure(c.Request(), list.Err).Sentence("details", nil)
		sentence := t.F("panel.missing", text.Args{"Count": list.Missing}) + " " + why
		v.Notice = &views.Notice{Kind: "warn", Text: sentence, Again: true}
	}
	open := 0
	for _, in := range list.Incidents {
		if in.Status.Open() {
			open++
		}
	}
	for _, in := range list.Incidents {
		others := open
		if in.Status.Open() {
			others--
		}
		v.Cards = append(v.Cards, h.card(t, ticket, in, conn, others))
	}
	return v
}

func listState(list []incident.TicketIncident) string {
	switch {
	case len(list) == 0:
		return "no-incident"
	case !slices.ContainsFunc(list, func(in incident.TicketIncident) bool { return in.Status != incident.Resolved }):
		return "only-resolved"
	case len(list) == 1:
		return "one"
	}
	return "several"
}

// card is an incident of a ticket; others is how many other open ones the
// ticket has.
func (h *Handlers) card(
	t *text.Texts,
	ticket incident.Ticket,
	in incident.TicketIncident,
	conn oauth.Connection,
	others int,
) sidebar.Card {
	v := sidebar.Card{
		ID: in.ID, Path: "/tickets/" + strconv.FormatInt(ticket.ID, 10) + "/incidents/" + in.ID,
		Number: strconv.FormatInt(in.Number, 10), Title: in.Title, URL: in.URL, Status: string(in.Status),
		Priority: in.Priority, Service: in.Service.Name, Urgency: string(in.Urgency), At: in.CreatedAt,
		Holders: web.Names(t, in.Holders, conn.UserID, t.S("card.holder.you")), EscalatesAt: in.EscalatesAt, Until: in.SnoozedUntil,
		MergedInto: in.MergedInto.Name, Linked: in.Linked, Others: in.Others,
	}
	v.OnSolve = in.OnSolve != "" && in.OnSolve == conn.Agent.UserID
	v.OnSolveOther = in.OnSolve != "" && !v.OnSolve
	if in.From.ID != 0 {
		v.From = strconv.FormatInt(in.From.ID, 10)
	}
	if in.Status == incident.Resolved && !in.ChangedAt.IsZero() {
		v.At = in.ChangedAt
	}
	if v.Holders == "" {
		v.Holders = t.S("card.holder.nobody")
	}
	for _, action := range incident.Offered(in.Incident, h.offered(conn), in.Linked, others) {
		v.Can = append(v.Can, string(action))
	}
	return v
}
