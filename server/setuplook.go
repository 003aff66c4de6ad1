package server

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
	"zendesk-pagerduty/zendesk/trigger"
)

// setupLook is the page below the login: who one is, what is there, what is
// wrong with it, and the choices.
func (s *Server) setupLook(c echo.Context, session zendesk.Session) error {
	in, err := readSetup(c)
	if err != nil {
		return err
	}
	t := s.texts(c.Request())
	v := views.Setup{Subdomain: session.Agent.Subdomain, Role: cut(in.Role, maxPriority)}
	if in.Denied {
		v.State = "not-admin"
		return s.render(c, http.StatusOK, views.SetupState(t, v))
	}
	conn, connected, err := s.connected(c, session)
	if err != nil {
		return err
	}
	v.Connected = connected
	if connected {
		v.PagerDutyRole = s.pagerDutyRole(c, session)
	}
	chosen, made := trigger.Chosen(session.Agent.Subdomain, in.Found)
	v.State = "ready"
	if made {
		v.State = "made"
		v.Made = madeView(in.Found)
	}
	for _, f := range trigger.Check(s.setupAccount(session, in, conn, chosen.RoutingKey), in.Found) {
		v.Findings = append(v.Findings, s.findingView(t, f))
	}
	v.Pages = pages(in.Found)
	v.Choices = s.choicesView(c, session, in, chosen, made, conn)
	v.CanTest = made && chosen.RoutingKey != "" && connected
	return s.render(c, http.StatusOK, views.SetupState(t, v))
}

func (s *Server) pagerDutyRole(c echo.Context, session zendesk.Session) string {
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookWithin)
	defer cancel()
	var role string
	err := s.withPagerDuty(ctx, session.Agent, func(pd PagerDuty, _ oauth.Connection) (err error) {
		role, err = pd.Role(ctx)
		return err
	})
	if err != nil { // it is a courtesy: PagerDuty's answer to the deed decides
		s.logged(c, http.StatusOK, time.Time{}, err)
		return ""
	}
	return role
}

func (s *Server) findingView(t *text.Texts, f trigger.Finding) views.Finding {
	v := views.Finding{ID: f.ID, Code: string(f.Code), Sentence: t.F(string(f.Code), text.Args(f.Args))}
	if f.Mend != nil {
		v.Mend = t.F(string(f.Does), text.Args(f.Args))
	}
	return v
}

// pages says whether any trigger that is switched on calls a webhook: the page
// sends those of PagerDuty's alone.
func pages(f trigger.Found) bool {
	return slices.ContainsFunc(f.Triggers, func(t trigger.Trigger) bool {
		return t.Active && slices.ContainsFunc(t.Actions, func(a trigger.Action) bool {
			_, text := a.Value.(string) // "kept:N": none of PagerDuty's
			return a.Field == "notification_webhook" && !text
		})
	})
}

// madeView is what is there of ours.
func madeView(f trigger.Found) []views.Made {
	var list []views.Made
	if w, ok := trigger.OurWebhook(f); ok {
		list = append(list, views.Made{Title: w.Name, Active: w.Status == "active"})
	}
	for _, t := range f.Triggers {
		if t.Marked() != "" {
			list = append(list, views.Made{Title: t.Title, Active: t.Active})
		}
	}
	return list
}

// choicesView is the form: as it was chosen before, or as it is by default.
func (s *Server) choicesView(c echo.Context, session zendesk.Session, in setupRequest, chosen trigger.Choices, made bool, conn oauth.Connection) views.Choices {
	v := views.Choices{
		HasKey: chosen.RoutingKey != "", ServiceID: chosen.Service, Severity: chosen.Severity,
		Acknowledge: chosen.Acknowledge, Resolve: chosen.Resolve || !made, HeedOpen: chosen.HeedOpen, OmitText: chosen.OmitText,
		Only: chosen.Only, AlsoSeverity: chosen.AlsoSeverity, Connected: conn.APIBase != "",
		Severities: trigger.Severities,
	}
	for _, p := range slices.Backward(trigger.Priorities) {
		v.Priorities = append(v.Priorities, p)
	}
	if v.Severity["urgent"] == "" {
		v.Severity = maps.Clone(v.Severity)
		if v.Severity == nil {
			v.Severity = map[string]string{}
		}
		v.Severity["urgent"] = "critical"
	}
	if v.Connected && s.leadsTo(c, session, chosen) {
		v.ServiceName = s.serviceName(c, session, chosen.Service)
	}
	for i, base := range s.EventsURLs {
		v.Regions = append(v.Regions, views.Option{Value: base, Text: strings.TrimPrefix(strings.TrimPrefix(base, "https://"), "http://")})
		if base == chosen.EventsURL || i == 0 || !made && base == s.EventsURL(conn.APIBase) {
			v.Region = base
		}
	}
	for _, p := range []struct {
		from []setupPlace
		to   *[]views.Option
	}{{in.Groups, &v.Groups}, {in.Brands, &v.Brands}, {in.Forms, &v.Forms}} {
		if len(p.from) < 2 {
			continue // there is nothing to choose
		}
		for _, place := range p.from {
			*p.to = append(*p.to, views.Option{Value: string(place.ID), Text: cut(place.Name, maxRequester)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(chosen.Details)) {
		v.Details += name + " = " + chosen.Details[name] + "\n"
	}
	for _, t := range in.Found.Triggers {
		if mark := t.Marked(); t.Active && (mark == "" || mark == "added") {
			v.Existing = append(v.Existing, views.Existing{ID: string(t.ID), Title: cut(t.Title, maxRequester), Chosen: slices.Contains(chosen.Also, t.ID)})
		}
	}
	return v
}

// leadsTo says whether the key in use is one of the service that the triggers
// name. Whoever may edit a trigger can write any service beside any key.
func (s *Server) leadsTo(c echo.Context, session zendesk.Session, chosen trigger.Choices) bool {
	if !incident.ValidID(chosen.Service) {
		return false
	}
	list, err := s.integrations(c, session, chosen.Service)
	if err != nil {
		s.logged(c, http.StatusOK, time.Time{}, err)
	}
	return slices.ContainsFunc(list, func(i incident.Integration) bool { return i.Key != "" && i.Key.Reveal() == chosen.RoutingKey })
}

func (s *Server) serviceName(c echo.Context, session zendesk.Session, id string) string {
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookWithin)
	defer cancel()
	name := id
	err := s.withPagerDuty(ctx, session.Agent, func(pd PagerDuty, _ oauth.Connection) error {
		service, err := pd.Service(ctx, id)
		if err == nil && service.Name != "" {
			name = service.Name
		}
		return err
	})
	if err != nil {
		s.logged(c, http.StatusOK, time.Time{}, err)
	}
	return name
}

// setupNotice words an error for a part of the page; what has no code is for
// the error page.
func (s *Server) setupNotice(c echo.Context, err error) (*views.Notice, int, error) {
	code, args, known := problem.Of(err)
	if !known {
		return nil, 0, err
	}
	if disconnected(err) {
		return &views.Notice{Kind: "warn", Text: s.texts(c.Request()).S("setup.login")}, http.StatusConflict, nil
	}
	// First the keys, then the length: half a key is one too many.
	if got, _ := args["got"].(string); got != "" {
		args = problem.Args{"got": cut(trigger.Masked(got), maxRequester)}
		err = problem.New(code, nil, args)
	}
	s.logged(c, status(code), time.Time{}, err)
	return &views.Notice{Kind: "bad", Text: s.sentence(s.texts(c.Request()), code, "setup", args)}, refusedWith(c, code, args), nil
}

// refusedPart answers with a notice in place of a part of the page.
func (s *Server) refusedPart(c echo.Context, err error) error {
	if errors.Is(err, zendesk.SessionEnded) {
		return err
	}
	notice, status, err := s.setupNotice(c, err)
	if err != nil {
		return err
	}
	return s.render(c, status, views.NoticeBox(s.texts(c.Request()), notice))
}
