package server

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

const (
	// lookWithin bounds all that a panel asks PagerDuty for.
	lookWithin = 9 * time.Second
	// lookEvery is how often an open panel asks again.
	lookEvery = time.Minute
)

// withPagerDuty runs do with the agent's own token. PagerDuty may refuse a
// token before its time; it is then renewed and do runs once more, which is
// safe for writes too: a 401 did nothing.
func (s *Server) withPagerDuty(ctx context.Context, agent zendesk.Agent, do func(PagerDuty, oauth.Connection) error) error {
	conn, err := s.Tokens.Live(ctx, agent)
	if err != nil {
		return err
	}
	return s.withConnection(ctx, conn, do)
}

// withConnection is withPagerDuty with a connection that is live.
func (s *Server) withConnection(ctx context.Context, conn oauth.Connection, do func(PagerDuty, oauth.Connection) error) error {
	for renewed := false; ; renewed = true {
		pd, err := s.As(conn)
		if err != nil {
			return err
		}
		err = do(pd, conn)
		if renewed || !errors.Is(err, incident.Unauthorized) {
			return err
		}
		if conn, err = s.Tokens.Renew(ctx, conn.Agent, conn.Generation); err != nil {
			return err
		}
	}
}

// disconnected says that the agent has to log in (again). A connection that
// does not open (a key that was dropped, a row that was moved) is none: the
// login is the way out.
func disconnected(err error) bool {
	return errors.Is(err, oauth.NotConnected) || errors.Is(err, oauth.Lapsed) || errors.Is(err, incident.Unauthorized) || errors.Is(err, seal.ErrSealed)
}

func ticketOf(c echo.Context, session zendesk.Session) (incident.Ticket, error) {
	id, err := incident.ParseTicketID(c.Param("id"))
	return incident.Ticket{Subdomain: session.Agent.Subdomain, ID: id}, err
}

// incidentForm takes ids and no numbers, which PagerDuty takes for ids too: an
// incident has one name in the audit trail, and one lock.
var incidentForm = regexp.MustCompile(`^[0-9]{0,31}[A-Za-z][A-Za-z0-9]{0,31}$`)

// panelStart is what a ticket's panel begins with.
type panelStart struct {
	session zendesk.Session
	ticket  incident.Ticket
	found   oauth.Found
	stored  incident.Stored // of the found connection's PagerDuty account
}

// withPanel lets only requests of a live panel through, as withSession does,
// and brings what the panel begins with.
func (s *Server) withPanel(h func(echo.Context, panelStart) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		inPanel(c)
		ticket, malformed := incident.ParseTicketID(c.Param("id"))
		var p panelStart
		find := func(ctx context.Context, id string) (session zendesk.StoredSession, err error) {
			session, p.found, p.stored, err = s.Panels.Panel(ctx, id, ticket)
			return session, err
		}
		var err error
		p.session, err = s.Sessions.CheckFound(c.Request().Context(), seal.Secret(c.Request().Header.Get(SessionHeader)), find)
		if err == nil { // nobody learns anything without a session
			err = cmp.Or(s.take(s.Limits.Requests, limitRequests, tooManyRequests, p.session), malformed)
		}
		if err != nil {
			return err
		}
		p.ticket = incident.Ticket{Subdomain: p.session.Agent.Subdomain, ID: ticket}
		return h(c, p)
	}
}

// storedFor is what is stored of the ticket for an account. It is looked up
// again where the agent switched accounts while the token was renewed.
func (s *Server) storedFor(ctx context.Context, p panelStart, accountID string) (stored incident.Stored, err error) {
	if p.found.Connection.AccountID == accountID {
		return p.stored, nil
	}
	stored.Holds, err = s.Links.Holds(ctx, p.ticket, accountID)
	return stored, err
}

// ticketPanel is the panel of a ticket: its incidents, or the way to them.
func (s *Server) ticketPanel(c echo.Context, p panelStart) error {
	session, ticket := p.session, p.ticket
	if done, err := s.loginFirst(c, session, false); done || err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookWithin)
	defer cancel()
	var list incident.List
	conn, err := s.Tokens.LiveFound(ctx, p.found)
	if err == nil {
		err = s.withConnection(ctx, conn, func(pd PagerDuty, as oauth.Connection) error {
			conn = as
			stored, err := s.storedFor(ctx, p, as.AccountID)
			if err != nil {
				return err
			}
			if list, err = incident.ForTicket(ctx, pd, s.Links, ticket, as.AccountID, stored); err != nil {
				return err
			}
			list = withExpected(ctx, pd, ticket, list, c.QueryParam("expect"))
			list = incident.WithRelated(ctx, pd, list, related(c, ticket))
			return nil
		})
	}
	if disconnected(err) {
		return s.notConnected(c, session, err, false)
	}
	if err != nil {
		return s.trouble(c, err, conn)
	}
	return s.render(c, http.StatusOK, views.ListPanel(s.texts(c.Request()), s.listView(c, ticket, list, conn)))
}

// withExpected adds an incident that was just created, where PagerDuty's
// search does not know it yet. Its key must be the ticket's: the id comes from
// the page.
func withExpected(ctx context.Context, pd PagerDuty, t incident.Ticket, list incident.List, id string) incident.List {
	if !incidentForm.MatchString(id) || slices.ContainsFunc(list.Incidents, func(h incident.Held) bool { return h.ID == id }) {
		return list
	}
	in, err := pd.Incident(ctx, id)
	if err == nil && in.Key == t.Key() {
		list.Incidents = append([]incident.Held{{Incident: in, Made: true}}, list.Incidents...)
	}
	return list
}

// connectionPanel is the panel of a ticket that has no number yet.
func (s *Server) connectionPanel(c echo.Context, session zendesk.Session) error {
	if done, err := s.loginFirst(c, session, true); done || err != nil {
		return err
	}
	conn, err := s.Tokens.Live(c.Request().Context(), session.Agent)
	if disconnected(err) {
		return s.notConnected(c, session, err, true)
	}
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ListPanel(s.texts(c.Request()), views.List{
		State: "new-ticket", ReadOnly: s.ReadOnly, Account: account(conn), Poll: lookEvery}))
}

// loginFirst shows a login under way even to an agent who is connected: it is
// how they switch.
func (s *Server) loginFirst(c echo.Context, session zendesk.Session, newTicket bool) (bool, error) {
	if c.QueryParam("login") == "" {
		return false, nil
	}
	v, under, err := s.loginView(c, session)
	if !under || err != nil {
		return false, err
	}
	v.New = newTicket
	return true, s.render(c, http.StatusOK, views.ConnectPanel(s.texts(c.Request()), v))
}

// trouble is a panel that could not be fetched.
func (s *Server) trouble(c echo.Context, err error, conn oauth.Connection) error {
	if errors.Is(err, incident.Forbidden) || errors.Is(err, incident.NoAccess) {
		t := s.texts(c.Request())
		s.logged(c, http.StatusForbidden, time.Time{}, err)
		return s.render(c, http.StatusForbidden, views.ListPanel(t, views.List{
			State: "no-access", Account: account(conn),
			Notice: &views.Notice{Kind: "warn", Text: t.Problem(string(incident.Forbidden), "list", nil), Again: true},
		}))
	}
	return err
}

func (s *Server) listView(c echo.Context, ticket incident.Ticket, list incident.List, conn oauth.Connection) views.List {
	t := s.texts(c.Request())
	v := views.List{
		State: listState(list.Incidents), Ticket: strconv.FormatInt(ticket.ID, 10), More: list.More,
		AllOver: list.AllOver(), Hidden: list.Hidden, Notes: s.TicketNotes, ReadOnly: s.ReadOnly, Account: account(conn), Poll: lookEvery,
		CanCreate: s.allow(incident.ToCreate) == nil, CanLink: s.allow(incident.ToLink) == nil,
	}
	if list.Missing > 0 {
		code, args, _ := problem.Of(list.Err)
		v.Notice = &views.Notice{Kind: "warn", Text: t.F("panel.missing", text.Args{"Count": list.Missing}) + " " + s.sentence(t, code, "details", args), Again: true}
	}
	open := 0
	for _, h := range list.Incidents {
		if h.Status.Open() {
			open++
		}
	}
	for _, h := range list.Incidents {
		others := open
		if h.Status.Open() {
			others--
		}
		v.Cards = append(v.Cards, s.card(t, ticket, h, conn, others))
	}
	return v
}

func listState(list []incident.Held) string {
	switch {
	case len(list) == 0:
		return "no-incident"
	case !slices.ContainsFunc(list, func(h incident.Held) bool { return h.Status != incident.Resolved }):
		return "only-resolved"
	case len(list) == 1:
		return "one"
	}
	return "several"
}

func account(conn oauth.Connection) views.Account {
	a := views.Account{Name: conn.Name, Account: conn.Account}
	for _, o := range conn.Shared {
		if !o.Dismissed {
			a.Shared = append(a.Shared, views.SharedLogin{Subdomain: o.Agent.Subdomain, User: o.Agent.UserID, Since: o.Since})
		}
	}
	return a
}

// card is an incident of a ticket; others is how many other open ones the
// ticket has.
func (s *Server) card(t *text.Texts, ticket incident.Ticket, h incident.Held, conn oauth.Connection, others int) views.Card {
	v := views.Card{
		ID: h.ID, Path: "/tickets/" + strconv.FormatInt(ticket.ID, 10) + "/incidents/" + h.ID,
		Number: strconv.FormatInt(h.Number, 10), Title: h.Title, URL: h.URL, Status: string(h.Status),
		Priority: h.Priority, Service: h.Service.Name, Urgency: string(h.Urgency), At: h.CreatedAt,
		Holders: names(t, h.Holders, conn.UserID), EscalatesAt: h.EscalatesAt, Until: h.SnoozedUntil,
		MergedInto: h.MergedInto.Name, Linked: h.Linked, Others: h.Others,
	}
	v.OnSolve = h.OnSolve != "" && h.OnSolve == conn.Agent.UserID
	v.OnSolveOther = h.OnSolve != "" && !v.OnSolve
	if h.From.ID != 0 {
		v.From = strconv.FormatInt(h.From.ID, 10)
	}
	if h.Status == incident.Resolved && !h.ChangedAt.IsZero() {
		v.At = h.ChangedAt
	}
	if v.Holders == "" {
		v.Holders = t.S("card.holder.nobody")
	}
	for _, action := range incident.Offered(h.Incident, s.allowed(), h.Linked, others) {
		v.Can = append(v.Can, string(action))
	}
	return v
}
