package panel

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/server/connect"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/sidebar"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// formAndGroup are the ticket's form and group, as the page says: they only choose what
// is offered first.
type formAndGroup struct{ form, group int64 }

func formAndGroupOf(values url.Values) formAndGroup {
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(values.Get(name), 10, 64)
		return max(n, 0)
	}
	return formAndGroup{number("form"), number("group")}
}

func (p formAndGroup) scopes() (list []string) {
	if p.form > 0 {
		list = append(list, "form:"+strconv.FormatInt(p.form, 10))
	}
	if p.group > 0 {
		list = append(list, "group:"+strconv.FormatInt(p.group, 10))
	}
	return list
}

// Form is the form with what is known before: presets, the service that
// was last used, priorities. The page fills in what the ticket says.
func (h *Handlers) Form(c echo.Context, session zendesk.Session) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return err
	}
	if err := h.Rules.Check(incident.ToCreate); err != nil {
		return err
	}
	query := c.QueryParams()
	at := formAndGroupOf(query)
	v := sidebar.Form{
		Ticket:   strconv.FormatInt(ticket.ID, 10),
		Prefill:  true,
		MaxTitle: incident.MaxTitle,
		MaxText:  incident.MaxDescription,
		FormID:   at.form,
		GroupID:  at.group,
	}
	preset := h.presetOf(query, at, &v)
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	err = h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, conn oauth.Connection) error {
		v.Account = connect.Account(conn)
		var priorities []incident.Ref
		var service incident.Service
		var group errgroup.Group
		group.Go(func() (err error) { priorities, err = pd.Priorities(ctx); return optional(err) })
		group.Go(func() error {
			id := preset.Service
			if id == "" {
				last, err := h.LastUsed.LastService(ctx, ticket.Subdomain, conn.AccountID, at.scopes())
				if err != nil || last == "" {
					return err
				}
				id = last
			}
			found, err := pd.Service(ctx, id)
			if err == nil && found.Status != incident.ServiceDisabled {
				service = found
			}
			return optional(err)
		})
		if err := group.Wait(); err != nil {
			return err
		}
		v.ServiceID, v.ServiceName = service.ID, service.Name
		v.ServiceStatus = web.ServiceStatus(service.Status)
		v.ServicePolicy = service.Policy.ID
		v.Priorities = options(priorities)
		for _, p := range priorities {
			if preset.Priority != "" && p.Name == preset.Priority {
				v.PriorityID = p.ID
			}
		}
		return nil
	})
	if err != nil {
		return h.Connect.LoginFor(c, session, err, false)
	}
	return h.Pages.Fragment(c, http.StatusOK, web.FormView, sidebar.CreateForm(h.Pages.Texts(c.Request()), v))
}

// optional drops the errors of what a form can do without: nothing that PagerDuty
// refuses here keeps an agent from creating an incident.
func optional(err error) error {
	if _, _, known := problem.Of(err); known && !web.Disconnected(err) {
		return nil
	}
	return err
}

// presetOf chooses among the presets for a ticket's form and group.
func (h *Handlers) presetOf(query url.Values, at formAndGroup, v *sidebar.Form) incident.Preset {
	var fitting []incident.Preset
	for _, p := range h.Presets {
		if p.Fits(at.form, at.group) {
			fitting = append(fitting, p)
		}
	}
	chosen, err := strconv.Atoi(query.Get("preset"))
	if err != nil || chosen < 0 || chosen > len(fitting) {
		chosen = 0
	}
	for i, p := range fitting {
		v.Presets = append(v.Presets, views.Option{Value: strconv.Itoa(i), Text: p.Name})
	}
	v.Preset = strconv.Itoa(chosen)
	if chosen == len(fitting) { // "none" of them
		return incident.Preset{}
	}
	p := fitting[chosen]
	v.Urgency, v.TitleShape = string(p.Urgency), p.Title
	return p
}

// Limits of what the page says about the ticket, in characters.
const (
	maxRequester = 200
	maxPriority  = 40
)

// Create makes the incident, and comes back with it or with the form as it was
// filled.
func (h *Handlers) Create(c echo.Context, session zendesk.Session) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return err
	}
	r := c.Request()
	t := h.Pages.Texts(r)
	form := r.PostForm
	n := incident.Draft{
		ServiceID:   form.Get("service"),
		Title:       form.Get("title"),
		Description: form.Get("description"),
		Urgency:     incident.Urgency(form.Get("urgency")),
		PriorityID:  form.Get("priority"),
		Context:     contextOf(h.Written, session, ticket, form),
	}
	if to := form.Get("target"); to != "" {
		n.To = incident.ParseTarget(to)
	}
	by, access := h.caller(c, session, ticket)
	created, err := h.Executor.Create(r.Context(), by, n, formAndGroupOf(form).scopes())
	h.reconsider(c, access.Connection, incident.ToCreate, err)
	if errors.Is(err, web.OtherUser) {
		// The form stays as it is: one of this answer would name the other user, and a
		// second press, made before that is read, would page as them.
		return notDone(incident.ToCreate, err)
	}
	if err != nil {
		return notCreated(c, ticket, n, access.Connection, err)
	}
	list := incident.List{Incidents: []incident.TicketIncident{{Incident: created.Incident, Made: true}}}
	v := h.listView(c, ticket, list, access.Connection)
	v.State, v.Expect = "created", created.Incident.ID
	v.Tag, v.Note = "pagerduty", ticketNote(h.Written, created.Note, incident.ToCreate, created.Incident)
	v.Poll = lookAfterCreate
	v.Notice = &views.Notice{
		Kind: "ok",
		Text: t.F("created."+string(created.Outcome), text.Args{"Number": created.Incident.Number}),
	}
	return h.showList(c, v)
}

// recovered has a list answer for a creation on which the page got no answer: with what
// that would have left on the ticket. The page takes it once.
func (h *Handlers) recovered(c echo.Context, session zendesk.Session, ticket incident.Ticket, in incident.TicketIncident, v *sidebar.List) {
	by := incident.Caller{Agent: session.Agent, Ticket: ticket}
	noted := h.Executor.LeavesNote(c.Request().Context(), by, incident.ToCreate)
	v.State, v.Expect = "created", in.ID
	v.Tag, v.Note = "pagerduty", ticketNote(h.Written, noted, incident.ToCreate, in.Incident)
	v.Notice = &views.Notice{
		Kind: "ok",
		Text: h.Pages.Texts(c.Request()).F("created."+string(incident.Recovered), text.Args{"Number": in.Number}),
	}
}

// contextOf are the lines that lead from the incident back to the ticket. The
// link is made of the verified launch; requester and priority are the page's.
func contextOf(t *text.Texts, session zendesk.Session, ticket incident.Ticket, form url.Values) []string {
	var lines []string
	if name := web.Cut(form.Get("requester"), maxRequester); name != "" {
		lines = append(lines, t.F("body.requester", text.Args{"Name": name}))
	}
	if priority := web.Cut(form.Get("ticket_priority"), maxPriority); priority != "" {
		lines = append(lines, t.F("body.priority", text.Args{"Priority": priority}))
	}
	return append(
		lines,
		t.F("body.ticket", text.Args{"Link": session.Origin + "/agent/tickets/" + strconv.FormatInt(ticket.ID, 10)}),
	)
}

// lookAfterCreate gives the answer time to be read before the whole list comes.
const lookAfterCreate = 15 * time.Second

// wrongField is the field that a code speaks of.
var wrongField = map[problem.Code]string{
	incident.TitleMissing: "title", incident.TitleLong: "title", incident.DescriptionLong: "description",
	incident.ServiceMissing: "service", incident.ServiceGone: "service", incident.NobodyOnCall: "service",
	incident.PriorityGone: "priority", incident.TargetMissing: "target", incident.AssigneeGone: "target", incident.PolicyGone: "target",
}

// notCreated is the form as it was filled, with what went wrong.
func notCreated(c echo.Context, ticket incident.Ticket, n incident.Draft, conn oauth.Connection, err error) error {
	form := c.Request().PostForm
	at := formAndGroupOf(form)
	v := sidebar.Form{
		Ticket:         strconv.FormatInt(ticket.ID, 10),
		ServiceID:      n.ServiceID,
		ServiceName:    form.Get("service_name"),
		ServiceStatus:  form.Get("service_status"),
		ServicePolicy:  form.Get("service_policy"),
		Title:          n.Title,
		Description:    n.Description,
		Urgency:        string(n.Urgency),
		PriorityID:     n.PriorityID,
		Priorities:     keptOptions(form["priority_option"]),
		Target:         form.Get("target"),
		TargetName:     form.Get("target_name"),
		TargetMe:       form.Get("target_me"),
		Requester:      form.Get("requester"),
		TicketPriority: form.Get("ticket_priority"),
		FormID:         at.form,
		GroupID:        at.group,
		MaxTitle:       incident.MaxTitle,
		MaxText:        incident.MaxDescription,
		Account:        connect.Account(conn),
	}
	view := web.FormView
	if errors.Is(err, incident.Unknown) || errors.Is(err, incident.Hidden) {
		view = web.UnsureView
	}
	return web.Shown(err, view, func(f web.Failure) templ.Component {
		v.Wrong = wrongField[f.Code]
		v.Notice = &views.Notice{Kind: "bad", Text: f.Sentence("create", nil)}
		if f.Code == incident.Refused { // perhaps for a field that only PagerDuty's own form has
			v.Notice.Link, v.Notice.LinkText = pagerDutyForm(conn), f.T.S("create.elsewhere")
		}
		if f.Login {
			v.Notice = web.LoginNotice(f.T)
		}
		return sidebar.CreateForm(f.T, v)
	})
}

// keptOptions are the priorities as the form had them: it needs no further call
// to be shown again.
func keptOptions(values []string) []views.Option {
	var list []views.Option
	for _, v := range values {
		id, name, ok := strings.Cut(v, ":")
		if ok && incident.ValidID(id) && len(list) < 50 {
			list = append(list, views.Option{Value: id, Text: web.Cut(name, 100)})
		}
	}
	return list
}

// pagerDutyForm is the address of PagerDuty's own form for a new incident.
func pagerDutyForm(conn oauth.Connection) string {
	if !zendesk.ValidSubdomain(conn.Account) {
		return ""
	}
	if base, err := url.Parse(conn.APIBase); err == nil && base.Scheme == "http" { // the demo's
		return conn.APIBase + "/web/incidents/create"
	}
	region := ""
	if strings.Contains(conn.APIBase, ".eu.") {
		region = ".eu"
	}
	return "https://" + conn.Account + region + ".pagerduty.com/incidents/create"
}

// Precheck is what to know before a service is paged.
func (h *Handlers) Precheck(c echo.Context, session zendesk.Session) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return err
	}
	service, policy := c.Param("service"), c.QueryParam("policy")
	if !incident.ValidID(service) || policy != "" && !incident.ValidID(policy) {
		return incident.NoAccess
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	t := h.Pages.Texts(c.Request())
	var v sidebar.Precheck
	err = h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, conn oauth.Connection) error {
		b, err := incident.ReadPrecheck(ctx, pd, ticket, service, policy)
		if err != nil {
			return err
		}
		v = h.precheckView(t, ticket, b, conn.UserID, policy != "")
		return nil
	})
	if web.Disconnected(err) {
		return c.NoContent(http.StatusNoContent) // the button will say so
	}
	if err != nil {
		return web.Shown(err, web.NoticeView, func(f web.Failure) templ.Component {
			sentence := f.T.S("before.unknown") + " " + f.Sentence("details", nil)
			return views.NoticeBox(f.T, &views.Notice{Kind: "warn", Text: sentence})
		})
	}
	return h.Pages.Render(c, http.StatusOK, sidebar.PrecheckResult(t, v))
}

func (h *Handlers) precheckView(
	t *text.Texts,
	ticket incident.Ticket,
	b incident.Precheck,
	me string,
	policy bool,
) sidebar.Precheck {
	v := sidebar.Precheck{
		Ticket:  strconv.FormatInt(ticket.ID, 10),
		More:    b.More,
		Nobody:  policy && b.OnCallErr == nil && len(b.OnCall) == 0,
		CanLink: h.Rules.Check(incident.ToLink) == nil,
	}
	if b.Mine != nil {
		v.Mine = strconv.FormatInt(b.Mine.Number, 10)
	}
	for _, in := range b.Open {
		v.Open = append(
			v.Open,
			sidebar.LinkOption{
				ID:     in.ID,
				Number: strconv.FormatInt(in.Number, 10),
				Title:  in.Title,
				URL:    in.URL,
				Status: string(in.Status),
				At:     in.CreatedAt,
			},
		)
	}
	for _, o := range b.OnCall {
		name := web.Names(t, []incident.Ref{o.Who}, me, t.S("before.you"))
		if n := len(v.Levels); n > 0 && v.Levels[n-1].Level == strconv.Itoa(o.Level) {
			v.Levels[n-1].Name = t.List(v.Levels[n-1].Name, name)
			v.Levels[n-1].Until = time.Time{}
			continue
		}
		v.Levels = append(v.Levels, sidebar.OnCall{Level: strconv.Itoa(o.Level), Name: name, Until: o.Until})
	}
	return v
}
