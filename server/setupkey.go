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
	v := views.Integrations{Service: service, Notice: notice, Chosen: made, StepUp: s.Logins.Provider.StepUp(), CanMake: s.allow(incident.ToIntegrate) == nil}
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
	if err := s.take(s.Limits.Logins, limitLogins, tooManyLogins, session); err != nil {
		return s.refusedPart(c, err)
	}
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
	if err := s.allow(incident.ToIntegrate); err != nil {
		return s.refusedPart(c, s.refused(c.Request().Context(), s.integrating(session, service), err))
	}
	// One of ours may be there: a lost answer, another admin, a second click.
	ours, err := s.ownIntegration(c, session, service)
	if err == nil && ours.ID != "" {
		return s.serviceView(c, session, service, nil, ours.ID)
	}
	if err == nil {
		ours, err = s.integrate(c, session, service)
	}
	if err != nil {
		return s.refusedPart(c, err)
	}
	t := s.texts(c.Request())
	return s.serviceView(c, session, service, &views.Notice{Kind: "ok", Text: t.S("setup.integration.made")}, ours.ID)
}

// ownIntegration is the service's integration for the session's account, or the
// zero one.
func (s *Server) ownIntegration(c echo.Context, session zendesk.Session, service string) (incident.Integration, error) {
	list, err := s.integrations(c, session, service)
	name := integrationName(session.Agent.Subdomain)
	if i := slices.IndexFunc(list, func(i incident.Integration) bool { return i.Name == name }); i >= 0 {
		return list[i], err
	}
	return incident.Integration{}, err
}

// integrating is the line of the audit trail.
func (s *Server) integrating(session zendesk.Session, service string) incident.Deed {
	return incident.Deed{At: s.Now(), Subdomain: session.Agent.Subdomain, UserID: session.Agent.UserID, IncidentID: service, Action: incident.ToIntegrate}
}

// integrate makes one and writes that down, before and after. The line holds the
// service, as it does an incident: of two clicks at once the second waits for
// the first, and finds what that made.
func (s *Server) integrate(c echo.Context, session zendesk.Session, service string) (incident.Integration, error) {
	ctx := c.Request().Context()
	conn, err := s.Tokens.Live(ctx, session.Agent)
	if err != nil {
		return incident.Integration{}, err
	}
	with := conn
	if s.Logins.Provider.StepUp() {
		form := c.Request().PostForm
		if err := s.take(s.Limits.Codes, limitCodes, tooManyCodes, session); err != nil {
			return incident.Integration{}, err
		}
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
	line := s.integrating(session, service)
	line.AccountID, line.PagerDutyID = conn.AccountID, conn.UserID
	id, err := s.Audit.Begin(ctx, line)
	if err != nil {
		return incident.Integration{}, err
	}
	outcome := string(incident.Existing)
	ours, err := s.ownIntegration(c, session, service)
	if err == nil && ours.ID == "" {
		outcome = string(incident.Done)
		ours, err = pd.CreateIntegration(ctx, service, integrationName(session.Agent.Subdomain))
		if _, _, known := problem.Of(err); err != nil && !known {
			err = problem.New(incident.Unconfirmed, err, nil)
		}
	}
	s.ended(ctx, id, line, outcome, "", err)
	return ours, err
}
