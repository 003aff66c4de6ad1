package setup

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/setup"
	"zendesk-pagerduty/zendesk"
)

// Service is a chosen service's integrations, or the way to one.
func (h *Handlers) Service(c echo.Context, session zendesk.Session) error {
	service := c.Param("service")
	if !incident.ValidID(service) {
		return part(incident.ServiceMissing)
	}
	list, err := h.integrations(c.Request().Context(), session, service)
	if err != nil {
		return part(err)
	}
	return h.choose(c, session, service, list, nil, "")
}

// choose shows a service's integrations; made is the one to choose.
func (h *Handlers) choose(
	c echo.Context,
	session zendesk.Session,
	service string,
	list []incident.Integration,
	notice *views.Notice,
	made string,
) error {
	v := setup.Integrations{
		Service: service,
		Notice:  notice,
		Chosen:  made,
		StepUp:  h.Logins.StepUp(),
		CanMake: h.Rules.Check(incident.ToIntegrate) == nil,
	}
	own := incident.IntegrationName(session.Agent.Subdomain)
	for _, i := range list {
		v.List = append(v.List, setup.Integration{ID: i.ID, Name: i.Name, HasKey: i.Key != "", URL: i.URL})
		if v.Chosen == "" && i.Name == own && i.Key != "" {
			v.Chosen = i.ID
		}
	}
	if v.Chosen == "" && len(v.List) > 0 {
		v.Chosen = v.List[0].ID
	}
	return h.Pages.Render(c, http.StatusOK, setup.IntegrationChoice(h.Pages.Texts(c.Request()), v))
}

// Link is the step up's link, for browsers that opened no window.
func (h *Handlers) Link(c echo.Context, session zendesk.Session) error {
	if err := h.Guard.Login(session); err != nil {
		return part(err)
	}
	a, err := h.Logins.Begin(c.Request().Context(), session, oauth.ForIntegration)
	if err != nil {
		return err
	}
	return h.Pages.Render(c, http.StatusOK,
		setup.StepUpLink(h.Pages.Texts(c.Request()), h.Pages.LoginLink(c.Request(), a.ID)))
}

// Integrate makes the service's integration. With Scoped OAuth that takes
// a right which agents are not asked for: a login for it alone, used here and
// dropped.
func (h *Handlers) Integrate(c echo.Context, session zendesk.Session) error {
	service := c.Param("service")
	if !incident.ValidID(service) {
		return part(incident.ServiceMissing)
	}
	ours, made, err := h.Executor.Integrate(c.Request().Context(), h.caller(c, session), service,
		func(ctx context.Context) (incident.Integrator, func(), error) { return h.stepUp(ctx, c, session) })
	if errors.Is(err, oauth.WrongCode) || errors.Is(err, web.TooManyCodes) {
		return shown(err, web.AgainView)
	}
	if err != nil {
		return part(err)
	}
	// It is there, also where that took all of the request's time, or the others
	// cannot be read.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), budget.Lookup)
	defer cancel()
	list, err := h.integrations(ctx, session, service)
	if err != nil {
		h.Pages.Logged(c, http.StatusOK, time.Time{}, err)
		list = []incident.Integration{ours}
	}
	var notice *views.Notice
	if made {
		notice = &views.Notice{Kind: "ok", Text: h.Pages.Texts(c.Request()).S("setup.integration.made")}
	}
	return h.choose(c, session, service, list, notice, ours.ID)
}

// caller is the admin of a session, at no ticket.
func (h *Handlers) caller(c echo.Context, session zendesk.Session) incident.Caller {
	return incident.Caller{Agent: session.Agent, Access: h.Agents.Of(session.Agent, c.Request())}
}

// stepUp gives a client that may make an integration, and what drops its grant
// afterwards.
func (h *Handlers) stepUp(
	ctx context.Context,
	c echo.Context,
	session zendesk.Session,
) (incident.Integrator, func(), error) {
	conn, err := h.Agents.Live(ctx, session.Agent)
	if err != nil {
		return nil, nil, err
	}
	drop := func() {}
	if h.Logins.StepUp() {
		form := c.Request().PostForm
		if err := h.Guard.Code(session); err != nil {
			return nil, nil, err
		}
		grant, err := h.Logins.Take(ctx, session, conn, form.Get("attempt"), form.Get("code"))
		if err != nil {
			return nil, nil, err
		}
		drop = func() { h.Logins.Drop(context.WithoutCancel(ctx), grant) }
		conn.Grant = grant
	}
	pd, err := h.Agents.As(conn)
	if err != nil {
		drop()
		return nil, nil, err
	}
	return pd, drop, nil
}
