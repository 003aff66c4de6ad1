package setup

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/zendesk"
)

// Service is a chosen service's integrations, or the way to one.
func (h *Handlers) Service(c echo.Context, session zendesk.Session) error {
	return h.serviceView(c, session, c.Param("service"), nil, "")
}

// serviceView shows a service's integrations; made is the one to choose.
func (h *Handlers) serviceView(c echo.Context, session zendesk.Session, service string, notice *views.Notice, made string) error {
	if !incident.ValidID(service) {
		return part(incident.ServiceMissing)
	}
	list, err := h.integrations(c, session, service)
	if err != nil {
		return part(err)
	}
	v := views.Integrations{Service: service, Notice: notice, Chosen: made, StepUp: h.Logins.StepUp(), CanMake: h.Rules.Check(incident.ToIntegrate) == nil}
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
	return h.Pages.Render(c, http.StatusOK, views.SetupIntegrations(h.Pages.Texts(c.Request()), v))
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
	return h.Pages.Render(c, http.StatusOK, views.SetupLink(h.Pages.Texts(c.Request()), h.Pages.PublicURL.JoinPath("login", a.ID).String()))
}

// Integrate makes the service's integration. With Scoped OAuth that takes
// a right which agents are not asked for: a login for it alone, used here and
// dropped.
func (h *Handlers) Integrate(c echo.Context, session zendesk.Session) error {
	service := c.Param("service")
	if !incident.ValidID(service) {
		return part(incident.ServiceMissing)
	}
	if err := h.Rules.Check(incident.ToIntegrate); err != nil {
		return part(h.Auditor.Refused(c.Request().Context(), h.integrating(session, service), err))
	}
	// One of ours may be there: a lost answer, another admin, a second click.
	ours, err := h.ownIntegration(c, session, service)
	if err == nil && ours.ID != "" {
		return h.serviceView(c, session, service, nil, ours.ID)
	}
	if err == nil {
		ours, err = h.integrate(c, session, service)
	}
	if err != nil {
		return part(err)
	}
	t := h.Pages.Texts(c.Request())
	return h.serviceView(c, session, service, &views.Notice{Kind: "ok", Text: t.S("setup.integration.made")}, ours.ID)
}

// ownIntegration is the service's integration for the session's account, or the
// zero one.
func (h *Handlers) ownIntegration(c echo.Context, session zendesk.Session, service string) (incident.Integration, error) {
	list, err := h.integrations(c, session, service)
	name := integrationName(session.Agent.Subdomain)
	if i := slices.IndexFunc(list, func(i incident.Integration) bool { return i.Name == name }); i >= 0 {
		return list[i], err
	}
	return incident.Integration{}, err
}

// integrating is the line of the audit trail.
func (h *Handlers) integrating(session zendesk.Session, service string) incident.Deed {
	return incident.Deed{At: h.Now(), Subdomain: session.Agent.Subdomain, UserID: session.Agent.UserID, IncidentID: service, Action: incident.ToIntegrate}
}

// integrate makes one and writes that down, before and after. The line holds the
// service, as it does an incident: of two clicks at once the second waits for
// the first, and finds what that made.
func (h *Handlers) integrate(c echo.Context, session zendesk.Session, service string) (incident.Integration, error) {
	ctx := c.Request().Context()
	conn, err := h.Agents.Tokens.Live(ctx, session.Agent)
	if err != nil {
		return incident.Integration{}, err
	}
	with := conn
	if h.Logins.StepUp() {
		form := c.Request().PostForm
		if err := h.Guard.Code(session); err != nil {
			return incident.Integration{}, err
		}
		g, err := h.Logins.Take(ctx, session, conn, form.Get("attempt"), form.Get("code"))
		if err != nil {
			return incident.Integration{}, err
		}
		defer h.Logins.Drop(context.WithoutCancel(ctx), g)
		with.Grant = g
	}
	pd, err := h.Agents.As(with)
	if err != nil {
		return incident.Integration{}, err
	}
	line := h.integrating(session, service)
	line.AccountID, line.PagerDutyID = conn.AccountID, conn.UserID
	id, err := h.Auditor.Audit.Begin(ctx, line)
	if err != nil {
		return incident.Integration{}, err
	}
	outcome := string(incident.Existing)
	ours, err := h.ownIntegration(c, session, service)
	if err == nil && ours.ID == "" {
		outcome = string(incident.Done)
		ours, err = pd.CreateIntegration(ctx, service, integrationName(session.Agent.Subdomain))
		if _, _, known := problem.Of(err); err != nil && !known {
			err = problem.New(incident.Unconfirmed, err, nil)
		}
	}
	h.Auditor.Ended(ctx, id, line, outcome, "", err)
	return ours, err
}
