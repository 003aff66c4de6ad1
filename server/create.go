package server

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
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

// createForm is the empty form; the page fills it from the ticket.
func (s *Server) createForm(c echo.Context, session zendesk.Session) error {
	ticket, err := ticketOf(c, session)
	if err != nil {
		return err
	}
	if err := s.allow(incident.ToCreate); err != nil {
		return err
	}
	conn, err := s.Tokens.Live(c.Request().Context(), session.Agent)
	if disconnected(err) {
		return s.notConnected(c, session, err, false)
	}
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.CreateForm(s.texts(c.Request()), views.Form{
		Ticket: strconv.FormatInt(ticket.ID, 10), Prefill: true, Account: account(conn),
		MaxTitle: incident.MaxTitle, MaxText: incident.MaxDescription,
	}))
}

// create makes the incident, and comes back with it or with the form as it was
// filled.
func (s *Server) create(c echo.Context, session zendesk.Session) error {
	ticket, err := ticketOf(c, session)
	if err != nil {
		return err
	}
	r := c.Request()
	form := r.PostForm
	n := incident.New{
		ServiceID:   form.Get("service"),
		Title:       form.Get("title"),
		Description: strings.ReplaceAll(form.Get("description"), "\r\n", "\n"),
		Urgency:     incident.Urgency(form.Get("urgency")),
	}
	if err := n.Check(); err != nil {
		conn, live := s.Tokens.Live(r.Context(), session.Agent)
		if live != nil {
			err = live
		}
		return s.notCreated(c, ticket, n, conn, err)
	}
	var created incident.Created
	conn, err := s.audited(r.Context(), deed{session: session, ticket: ticket, action: incident.ToCreate}, func(pd PagerDuty, _ oauth.Connection) (string, string, error) {
		created, err = incident.Create(r.Context(), pd, ticket, n)
		return string(created.How), created.Incident.ID, err
	})
	if err != nil {
		return s.notCreated(c, ticket, n, conn, err)
	}
	t := s.texts(r)
	v := s.listView(c, ticket, incident.List{Incidents: []incident.Held{{Incident: created.Incident}}}, conn)
	v.State, v.Expect = "created", created.Incident.ID
	v.Poll = lookAfterCreate
	v.Notice = &views.Notice{Kind: "ok", Text: t.F("created."+string(created.How), text.Args{"Number": created.Incident.Number})}
	return s.render(c, http.StatusOK, views.ListPanel(t, v))
}

// lookAfterCreate gives the answer time to be read before the whole list comes.
const lookAfterCreate = 15 * time.Second

// wrongField is the field that a code speaks of.
var wrongField = map[problem.Code]string{
	incident.TitleMissing: "title", incident.TitleLong: "title", incident.DescriptionLong: "description",
	incident.ServiceMissing: "service", incident.ServiceGone: "service", incident.NobodyOnCall: "service",
}

func (s *Server) notCreated(c echo.Context, ticket incident.Ticket, n incident.New, conn oauth.Connection, err error) error {
	code, args, known := problem.Of(err)
	if errors.Is(err, seal.ErrSealed) {
		s.Log.ErrorContext(c.Request().Context(), "a stored connection does not open", "err", err)
		code, known = oauth.Lapsed, true
	}
	if !known {
		return err
	}
	r := c.Request()
	t := s.texts(r)
	notice := &views.Notice{Kind: "bad", Text: s.sentence(t, code, "create", args)}
	if disconnected(err) {
		notice = &views.Notice{Kind: "info", Login: true, Text: t.S("connect.lapsed") + " " + t.S("connect.keeps")}
	}
	s.logged(c, status(code), time.Time{}, err)
	return s.render(c, status(code), views.CreateForm(t, views.Form{
		Ticket: strconv.FormatInt(ticket.ID, 10), ServiceID: n.ServiceID, ServiceName: r.PostForm.Get("service_name"),
		ServiceStatus: r.PostForm.Get("service_status"), Title: n.Title, Description: n.Description, Urgency: string(n.Urgency),
		MaxTitle: incident.MaxTitle, MaxText: incident.MaxDescription, Wrong: wrongField[code], Notice: notice, Account: account(conn),
	}))
}
