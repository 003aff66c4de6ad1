package server

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// linkForm is the search for an incident to link; with q its results.
func (s *Server) linkForm(c echo.Context, session zendesk.Session) error {
	ticket, err := ticketOf(c, session)
	if err != nil {
		return err
	}
	if err := s.allow(incident.ToLink); err != nil {
		return err
	}
	t := s.texts(c.Request())
	if !c.QueryParams().Has("q") {
		conn, err := s.Tokens.Live(c.Request().Context(), session.Agent)
		if disconnected(err) {
			return s.notConnected(c, session, err, false)
		}
		if err != nil {
			return err
		}
		return s.render(c, http.StatusOK, views.LinkForm(t, views.LinkSearch{Ticket: c.Param("id"), Account: account(conn)}))
	}
	words := c.QueryParam("q")
	if len(words) > maxWords {
		words = strings.ToValidUTF8(words[:maxWords], "")
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookWithin)
	defer cancel()
	var found incident.Matches
	var holds []incident.Hold
	err = s.withPagerDuty(ctx, session.Agent, func(pd PagerDuty, conn oauth.Connection) (err error) {
		if holds, err = s.Links.Holds(ctx, ticket, conn.AccountID); err != nil {
			return err
		}
		found, err = incident.Search(ctx, pd, conn.Account, words)
		return err
	})
	if err != nil {
		return s.notDone(c, incident.ToLink, err)
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
	return s.render(c, http.StatusOK, views.LinkFound(t, v))
}

func (s *Server) link(c echo.Context, session zendesk.Session) error {
	return s.changeLink(c, session, incident.ToLink, func(ctx context.Context, pd PagerDuty, l incident.Link) (incident.Incident, error) {
		return incident.AddLink(ctx, pd, s.Links, l)
	})
}

func (s *Server) unlink(c echo.Context, session zendesk.Session) error {
	return s.changeLink(c, session, incident.ToUnlink, func(ctx context.Context, pd PagerDuty, l incident.Link) (incident.Incident, error) {
		return incident.RemoveLink(ctx, pd, s.Links, l)
	})
}

// changeLink links or unlinks. A link comes back with a panel that the next
// look fills at once.
func (s *Server) changeLink(c echo.Context, session zendesk.Session, action incident.Action,
	do func(context.Context, PagerDuty, incident.Link) (incident.Incident, error)) error {
	ticket, err := ticketOf(c, session)
	if err != nil {
		return err
	}
	id, err := incidentOf(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookWithin)
	defer cancel()
	var in incident.Incident
	conn, err := s.audited(ctx, deed{session, ticket, id, action}, func(ctx context.Context, pd PagerDuty, as oauth.Connection) (string, string, error) {
		in, err = do(ctx, pd, incident.Link{Ticket: ticket, AccountID: as.AccountID, IncidentID: id, UserID: session.Agent.UserID, At: s.Now()})
		return string(incident.Done), in.ID, err
	})
	if err != nil {
		return s.notDone(c, action, err)
	}
	t := s.texts(c.Request())
	notice := &views.Notice{Kind: "ok", Text: t.F("done."+string(action), text.Args{"Number": in.Number})}
	if action == incident.ToUnlink {
		c.Response().Header().Set("HX-Trigger", "refresh") // its card goes with the next look
		return s.render(c, http.StatusOK, views.NoticeBox(t, notice))
	}
	held, err := incident.HeldBy(ctx, s.Links, ticket, conn.AccountID, in)
	if err != nil {
		return err
	}
	v := s.listView(c, ticket, incident.List{Incidents: []incident.Held{held}}, conn)
	v.State, v.Poll, v.Notice = "linked", lookAfterLink, notice
	v.Tag, v.Note = "pagerduty", s.ticketNote(ctx, c, session, incident.ToLink, in)
	return s.render(c, http.StatusOK, views.ListPanel(t, v))
}

// lookAfterLink brings the rest of the list at once.
const lookAfterLink = time.Millisecond

const targetsShown = 10

// targets fills the list under a field for a person or an escalation policy.
func (s *Server) targets(c echo.Context, session zendesk.Session) error {
	if _, err := ticketOf(c, session); err != nil {
		return err
	}
	words := strings.TrimSpace(c.QueryParam("q"))
	if len(words) > maxWords {
		words = strings.ToValidUTF8(words[:maxWords], "")
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookWithin)
	defer cancel()
	t := s.texts(c.Request())
	var v views.Targets
	err := s.withPagerDuty(ctx, session.Agent, func(pd PagerDuty, conn oauth.Connection) error {
		people, policies, more, err := pd.SearchTargets(ctx, words, targetsShown)
		v = views.Targets{More: more}
		for _, p := range people {
			v.List = append(v.List, views.Target{Value: incident.KindUser + ":" + p.ID, Name: p.Name, Me: p.ID == conn.UserID})
		}
		for _, p := range policies {
			v.List = append(v.List, views.Target{Value: incident.KindPolicy + ":" + p.ID, Name: p.Name, Policy: true})
		}
		return err
	})
	if err == nil {
		return s.render(c, http.StatusOK, views.TargetOptions(t, v))
	}
	code, args, known := problem.Of(err)
	if !known {
		return err
	}
	notice := &views.Notice{Kind: "bad", Text: s.sentence(t, code, "", args), Login: disconnected(err)}
	return s.render(c, refusedWith(c, code, args), views.TargetOptions(t, views.Targets{Notice: notice}))
}
