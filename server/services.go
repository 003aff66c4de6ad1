package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/zendesk"
)

const (
	servicesShown = 25
	maxWords      = 200 // bytes
)

// services fills the list under the service field, as the agent types.
func (s *Server) services(c echo.Context, session zendesk.Session) error {
	if c.Param("id") != "" { // of a ticket's form, not of the set-up page
		if _, err := ticketOf(c, session); err != nil {
			return err
		}
	}
	words := strings.TrimSpace(c.QueryParam("q"))
	if len(words) > maxWords {
		words = strings.ToValidUTF8(words[:maxWords], "")
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookWithin)
	defer cancel()
	var v views.Services
	err := s.withPagerDuty(ctx, session.Agent, func(pd PagerDuty, _ oauth.Connection) error {
		found, more, err := pd.SearchServices(ctx, words, servicesShown)
		v.More = more
		v.Options = make([]views.Service, len(found))
		for i, f := range found {
			v.Options[i] = views.Service{ID: f.ID, Name: f.Name, Status: serviceStatus(f.Status), Policy: f.Policy.Name, PolicyID: f.Policy.ID}
		}
		return err
	})
	t := s.texts(c.Request())
	if err == nil {
		return s.render(c, http.StatusOK, views.ServiceOptions(t, v))
	}
	code, args, known := problem.Of(err)
	if !known {
		return err
	}
	notice := &views.Notice{Kind: "bad", Text: s.sentence(t, code, "", args), Login: disconnected(err)}
	return s.render(c, refusedWith(c, code, args), views.ServiceOptions(t, views.Services{Notice: notice}))
}

// serviceStatus keeps the two statuses that matter.
func serviceStatus(status incident.ServiceStatus) string {
	switch status {
	case incident.ServiceDisabled, incident.ServiceMaintenance:
		return string(status)
	}
	return ""
}
