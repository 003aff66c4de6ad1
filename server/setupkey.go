package server

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/zendesk"
)

func contextWithin(c echo.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.Request().Context(), d)
}

// setupService is a chosen service's integrations, or the way to one.
func (s *Server) setupService(c echo.Context, session zendesk.Session) error {
	return s.serviceView(c, session, c.Param("service"), nil, "")
}

// serviceView shows a service's integrations; made is the one to choose.
func (s *Server) serviceView(c echo.Context, session zendesk.Session, service string, notice *views.Notice, made string) error {
	if !incident.ValidID(service) {
		return s.refusedPart(c, incident.ServiceMissing)
	}
	list, err := s.integrations(c, session, service)
	if err != nil {
		return s.refusedPart(c, err)
	}
	v := views.Integrations{Service: service, Notice: notice, Chosen: made, StepUp: s.Logins.Provider.StepUp(), CanMake: s.writable() == nil}
	own := integrationName(session.Agent.Subdomain)
	for _, i := range list {
		v.List = append(v.List, views.Integration{ID: i.ID, Name: i.Name, Told: i.Key != "", URL: i.URL})
		if v.Chosen == "" && i.Name == own && i.Key != "" {
			v.Chosen = i.ID
		}
	}
	if v.Chosen == "" && len(v.List) > 0 {
		v.Chosen = v.List[0].ID
	}
	return s.render(c, http.StatusOK, views.SetupIntegrations(s.texts(c.Request()), v))
}

// setupLink is the step up's link, for browsers that opened no window.
func (s *Server) setupLink(c echo.Context, session zendesk.Session) error {
	a, err := s.Logins.Begin(c.Request().Context(), session, oauth.ForIntegration)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.SetupLink(s.texts(c.Request()), s.PublicURL.JoinPath("login", a.ID).String()))
}

// setupIntegrate makes the service's integration. With Scoped OAuth that takes
// a right which agents are not asked for: a login for it alone, used here and
// dropped.
func (s *Server) setupIntegrate(c echo.Context, session zendesk.Session) error {
	service := c.Param("service")
	if !incident.ValidID(service) {
		return s.refusedPart(c, incident.ServiceMissing)
	}
	if err := s.writable(); err != nil {
		return s.refusedPart(c, err)
	}
	// One of ours may be there: a lost answer, another admin, a second click.
	list, err := s.integrations(c, session, service)
	if err != nil {
		return s.refusedPart(c, err)
	}
	name := integrationName(session.Agent.Subdomain)
	if i := slices.IndexFunc(list, func(i incident.Integration) bool { return i.Name == name }); i >= 0 {
		return s.serviceView(c, session, service, nil, list[i].ID)
	}
	made, err := s.integrate(c, session, service, name)
	if err != nil {
		return s.refusedPart(c, err)
	}
	t := s.texts(c.Request())
	return s.serviceView(c, session, service, &views.Notice{Kind: "ok", Text: t.S("setup.integration.made")}, made.ID)
}

// integrate makes one and writes that down, before and after.
func (s *Server) integrate(c echo.Context, session zendesk.Session, service, name string) (incident.Integration, error) {
	ctx := c.Request().Context()
	conn, err := s.Tokens.Live(ctx, session.Agent)
	if err != nil {
		return incident.Integration{}, err
	}
	with := conn
	if s.Logins.Provider.StepUp() {
		form := c.Request().PostForm
		g, err := s.Logins.Take(ctx, session, conn, form.Get("attempt"), form.Get("code"))
		if err != nil {
			return incident.Integration{}, err
		}
		defer s.Logins.Drop(context.WithoutCancel(ctx), g)
		with.Grant = g
	}
	pd, err := s.As(with)
	if err != nil {
		return incident.Integration{}, err
	}
	line := incident.Deed{
		At: s.Now(), Subdomain: session.Agent.Subdomain, UserID: session.Agent.UserID,
		AccountID: conn.AccountID, PagerDutyID: conn.UserID, Action: incident.ToIntegrate,
	}
	id, err := s.Audit.Begin(ctx, line)
	if err != nil {
		return incident.Integration{}, err
	}
	made, err := pd.CreateIntegration(ctx, service, name)
	s.ended(ctx, id, line, string(incident.Done), "", err)
	if err != nil {
		if _, _, known := problem.Of(err); !known {
			err = problem.New(incident.Unconfirmed, err, nil)
		}
		return incident.Integration{}, err
	}
	return made, nil
}
