// Package search fills the lists under fields that search PagerDuty while the
// person types: services, people, escalation policies.
package search

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/search"
	"zendesk-pagerduty/zendesk"
)

const servicesShown = 25

// Handlers answer searches, with the agent's own token.
type Handlers struct {
	Pages  *web.Pages
	Agents *web.Agents
}

// Services fills the list under the service field, as the agent types.
func (h *Handlers) Services(c echo.Context, session zendesk.Session) error {
	if c.Param("id") != "" { // of a ticket's form, not of the set-up page
		if _, err := web.Ticket(c, session); err != nil {
			return err
		}
	}
	words := web.SearchWords(c)
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	var v search.Services
	err := h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, _ oauth.Connection) error {
		found, more, err := pd.SearchServices(ctx, words, servicesShown)
		v.More = more
		v.Options = make([]search.Service, len(found))
		for i, f := range found {
			v.Options[i] = search.Service{
				ID:       f.ID,
				Name:     f.Name,
				Status:   web.ServiceStatus(f.Status),
				Policy:   f.Policy.Name,
				PolicyID: f.Policy.ID,
			}
		}
		return err
	})
	if err != nil {
		return web.Shown(err, web.NoticeView, func(f web.Failure) templ.Component {
			return search.ServiceOptions(f.T, search.Services{Notice: notice(f)})
		})
	}
	return h.Pages.Render(c, http.StatusOK, search.ServiceOptions(h.Pages.Texts(c.Request()), v))
}

const targetsShown = 10

// Targets fills the list under a field for a person or an escalation policy.
func (h *Handlers) Targets(c echo.Context, session zendesk.Session) error {
	if _, err := web.Ticket(c, session); err != nil {
		return err
	}
	words := web.SearchWords(c)
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	var v search.Targets
	err := h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, conn oauth.Connection) error {
		people, policies, more, err := pd.SearchTargets(ctx, words, targetsShown)
		v = search.Targets{More: more}
		for _, p := range people {
			v.List = append(v.List, search.Target{Value: incident.KindUser + ":" + p.ID, Name: p.Name, Me: p.ID == conn.UserID})
		}
		for _, p := range policies {
			v.List = append(v.List, search.Target{Value: incident.KindPolicy + ":" + p.ID, Name: p.Name, Policy: true})
		}
		return err
	})
	if err != nil {
		return web.Shown(err, web.NoticeView, func(f web.Failure) templ.Component {
			return search.TargetOptions(f.T, search.Targets{Notice: notice(f)})
		})
	}
	return h.Pages.Render(c, http.StatusOK, search.TargetOptions(h.Pages.Texts(c.Request()), v))
}

// notice says in place of a list why there is none.
func notice(f web.Failure) *views.Notice {
	return &views.Notice{Kind: "bad", Text: f.Sentence("", nil), Login: f.Login}
}
