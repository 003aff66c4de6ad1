package setup

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/setup"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

// Body is the page below the login: who one is, what is there, what is
// wrong with it, and the choices.
func (h *Handlers) Body(c echo.Context, session zendesk.Session) error {
	in, err := read(c)
	if err != nil {
		return err
	}
	t := h.Pages.Texts(c.Request())
	v := setup.View{Subdomain: session.Agent.Subdomain, Role: web.Cut(in.Role, maxRole)}
	if in.Denied {
		v.State = "not-admin"
		return h.Pages.Render(c, http.StatusOK, setup.Body(t, v))
	}
	conn, connected, err := h.connected(c, session)
	if err != nil {
		return err
	}
	v.Connected = connected
	if connected {
		v.PagerDutyRole = h.pagerDutyRole(c, session)
	}
	chosen, made := trigger.Chosen(session.Agent.Subdomain, in.Found)
	v.TriggersURL = session.Origin + "/admin/objects-rules/rules/triggers"
	v.State = "ready"
	if made {
		v.State = "made"
		v.Made = madeView(in.Found)
	}
	for _, f := range check.Run(h.account(session, in, conn, chosen.RoutingKey), in.Found) {
		v.Findings = append(v.Findings, h.findingView(t, f))
	}
	v.ByHand = pages(in.Found)
	v.Choices = h.choicesView(c, session, in, chosen, made, conn)
	if pagesByOurs(in.Found) {
		v.Differs = differs(chosen, in.Found)
		raising := trigger.Raising(in.Found)
		v.Pages = pagesView(t, in, chosen, v.Choices.ServiceName, func(p string) bool { return raising[p] })
	}
	if w, ok := trigger.OurWebhook(in.Found); ok && w.ID.Safe() {
		v.WebhookURL = session.Origin + "/admin/apps-integrations/webhooks/webhooks/" + string(w.ID) + "/details"
		at, same := trigger.Tested(w, chosen.RoutingKey)
		v.Tested, v.TestedOther = at, !same
	}
	v.CanTest = made && chosen.RoutingKey != "" && connected
	return h.Pages.Render(c, http.StatusOK, setup.Body(t, v))
}

// pagesByOurs says whether a trigger was made or added to here. A fix makes a webhook
// alone, for triggers of the admin's own.
func pagesByOurs(f trigger.Found) bool {
	return slices.ContainsFunc(f.Triggers, func(t trigger.Trigger) bool { return t.Marked() != "" })
}

// differs counts what a preview of the choices as they are stored would change: a
// trigger that somebody deleted or changed in Zendesk, or that was never made there.
// The check finds what keeps pages away, or sends wrong ones; not all of this does.
func differs(chosen trigger.Choices, f trigger.Found) (n int) {
	plan, err := trigger.PlanFor(chosen, f)
	if err != nil {
		return 0 // without a key, say: the form asks for it
	}
	for _, change := range plan.Changes {
		if change.Kind != trigger.Keep && change.Kind != trigger.Leave {
			n++
		}
	}
	return n
}

func (h *Handlers) pagerDutyRole(c echo.Context, session zendesk.Session) string {
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	var role string
	err := h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, _ oauth.Connection) (err error) {
		role, err = pd.Role(ctx)
		return err
	})
	if err != nil { // it is a courtesy: PagerDuty's answer to the action decides
		h.Pages.Logged(c, http.StatusOK, time.Time{}, err)
		return ""
	}
	return role
}

func (h *Handlers) findingView(t *text.Texts, f check.Finding) setup.Finding {
	v := setup.Finding{ID: f.ID, Code: string(f.Code), Sentence: t.F(string(f.Code), text.Args(f.Args))}
	if f.Fix != nil {
		v.Fix = t.F(string(f.Does), text.Args(f.Args))
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
func madeView(f trigger.Found) []setup.Made {
	var list []setup.Made
	if w, ok := trigger.OurWebhook(f); ok {
		list = append(list, setup.Made{Title: w.Name, Active: w.Status == "active"})
	}
	for _, t := range f.Triggers {
		if t.Marked() != "" {
			list = append(list, setup.Made{Title: t.Title, Active: t.Active})
		}
	}
	return list
}

// choicesView is the form: as it was chosen before, or as it is by default.
func (h *Handlers) choicesView(
	c echo.Context,
	session zendesk.Session,
	in request,
	chosen trigger.Choices,
	made bool,
	conn oauth.Connection,
) setup.Choices {
	v := setup.Choices{
		HasKey: chosen.RoutingKey != "", ServiceID: chosen.Service, Severity: chosen.Severity,
		Acknowledge: chosen.Acknowledge, Resolve: chosen.Resolve || !pagesByOurs(in.Found), HeedOpen: chosen.HeedOpen, OmitText: chosen.OmitText,
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
		v.Severity["urgent"] = chosen.SeverityOf("urgent")
	}
	if v.Connected && h.keyIsOfService(c, session, chosen) {
		v.ServiceName = h.serviceName(c, session, chosen.Service)
	}
	for i, base := range h.EventsURLs {
		v.Regions = append(
			v.Regions,
			views.Option{Value: base, Text: strings.TrimPrefix(strings.TrimPrefix(base, "https://"), "http://")},
		)
		if base == chosen.EventsURL || i == 0 || !made && base == h.EventsURL(conn.APIBase) {
			v.Region = base
		}
	}
	for _, p := range []struct {
		from []record
		to   *[]views.Option
	}{{in.Groups, &v.Groups}, {in.Brands, &v.Brands}, {in.Forms, &v.Forms}} {
		if len(p.from) < 2 {
			continue // there is nothing to choose
		}
		for _, r := range p.from {
			*p.to = append(*p.to, views.Option{Value: string(r.ID), Text: web.Cut(r.Name, maxName)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(chosen.Details)) {
		v.Details += name + " = " + chosen.Details[name] + "\n"
	}
	also := chosen.AlsoSet()
	for _, t := range in.Found.Triggers {
		// One that is off for a while stays chosen: the next plan would take it out.
		isChosen := also[t.ID]
		if t.Marked() == "" && t.Active || isChosen {
			v.Existing = append(
				v.Existing,
				setup.Existing{ID: string(t.ID), Title: web.Cut(t.Title, maxName), Chosen: isChosen},
			)
		}
	}
	return v
}

// keyIsOfService says whether the key in use is one of the service that the triggers
// name. Whoever may edit a trigger can write any service beside any key.
func (h *Handlers) keyIsOfService(c echo.Context, session zendesk.Session, chosen trigger.Choices) bool {
	if !incident.ValidID(chosen.Service) {
		return false
	}
	list, err := h.integrations(c.Request().Context(), session, chosen.Service)
	if err != nil {
		h.Pages.Logged(c, http.StatusOK, time.Time{}, err)
	}
	return slices.ContainsFunc(list,
		func(i incident.Integration) bool { return i.Key != "" && i.Key.Reveal() == chosen.RoutingKey })
}

func (h *Handlers) serviceName(c echo.Context, session zendesk.Session, id string) string {
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	name := id
	err := h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, _ oauth.Connection) error {
		service, err := pd.Service(ctx, id)
		if err == nil && service.Name != "" {
			name = service.Name
		}
		return err
	})
	if err != nil {
		h.Pages.Logged(c, http.StatusOK, time.Time{}, err)
	}
	return name
}

// part shows an error in place of a part of the page.
func part(err error) error { return shown(err, web.NoticeView) }

func shown(err error, view web.View) error {
	// What the page sent may hold a key. First the keys, then the length: half a
	// key is one too many.
	code, args, _ := problem.Of(err)
	if got, _ := args["got"].(string); got != "" {
		err = problem.New(code, nil, problem.Args{"got": web.Cut(trigger.Masked(got), maxName)})
	}
	return web.Shown(err, view, func(f web.Failure) templ.Component {
		if f.Login {
			return views.NoticeBox(f.T, &views.Notice{Kind: "warn", Text: f.T.S("setup.login")})
		}
		return views.NoticeBox(f.T, &views.Notice{Kind: "bad", Text: f.Sentence("setup", nil)})
	})
}
