package panel

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/sidebar"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// request is one for what a card opens to.
type request struct {
	ctx    context.Context
	r      *http.Request
	t      *text.Texts
	pd     web.PagerDuty
	conn   oauth.Connection
	ticket incident.Ticket
	id     string
	offset int
}

// sections are what a card opens to, by the last part of the route. Those of an
// action are named like it.
func (h *Handlers) sections() map[string]func(request) (templ.Component, error) {
	return map[string]func(request) (templ.Component, error){
		"details":                    h.detailsSection,
		"notes":                      h.notesSection,
		"alerts":                     h.moreAlerts,
		"timeline":                   h.moreTimeline,
		"oncall":                     h.onCall,
		string(incident.ToResolve):   h.resolveSection,
		string(incident.ToEdit):      h.editSection,
		string(incident.ToEscalate):  h.escalateSection,
		string(incident.ToUpdate):    h.updateSection,
		string(incident.ToSubscribe): h.updateSection, // for whom there is no update to write
		string(incident.ToRun):       h.workflowSection,
		string(incident.ToMerge):     h.mergeSection,
	}
}

// plainForms are those that need nothing of PagerDuty.
func (h *Handlers) plainForms(t *text.Texts) map[string]func(ticket string) templ.Component {
	return map[string]func(string) templ.Component{
		string(incident.ToReopen):   func(string) templ.Component { return sidebar.ReopenForm(t) },
		string(incident.ToSnooze):   func(string) templ.Component { return sidebar.SnoozeForm(t, snoozes) },
		string(incident.ToReassign): func(ticket string) templ.Component { return sidebar.ReassignForm(t, ticket) },
		string(incident.ToMove):     func(ticket string) templ.Component { return sidebar.MoveForm(t, ticket) },
		string(incident.ToAdd):      func(ticket string) templ.Component { return sidebar.RespondersForm(t, ticket, incident.MaxMessage) },
	}
}

// snoozes are the offered durations.
var snoozes = []time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour}

// Section is what a card opens to.
func (h *Handlers) Section(c echo.Context, session zendesk.Session) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return err
	}
	id, err := web.IncidentID(c)
	if err != nil {
		return err
	}
	name := c.Param("section")
	action := incident.Action(name)
	t := h.Pages.Texts(c.Request())
	plain, needless := h.plainForms(t)[name]
	open, known := h.sections()[name]
	switch {
	case !needless && !known:
		return echo.ErrNotFound
	case needless, isAction(action):
		if err := h.Rules.Check(action); err != nil {
			return notDone(action, err)
		}
	}
	if needless {
		return h.Pages.Render(c, http.StatusOK, plain(c.Param("id")))
	}
	offset, _ := strconv.Atoi(c.QueryParam("offset"))
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	var component templ.Component
	err = h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, conn oauth.Connection) (err error) {
		component, err = open(request{ctx, c.Request(), t, pd, conn, ticket, id, max(offset, 0)})
		return err
	})
	if err != nil {
		return notDone(action, err)
	}
	return h.Pages.Render(c, http.StatusOK, component)
}

func isAction(a incident.Action) bool { return incident.Allowed(incident.Actions).Has(a) }

// detailsSection asks for four things at once. What one refuses the others show
// all the same.
func (h *Handlers) detailsSection(a request) (templ.Component, error) {
	d := incident.ReadDetails(a.ctx, a.pd, a.id)
	for _, err := range []error{d.AboutErr, d.NotesErr, d.AlertsErr, d.TimelineErr} {
		if web.Disconnected(err) {
			return nil, err
		}
	}
	v := sidebar.Details{
		Notes:    h.notesView(a.r, d.Notes, d.NotesErr, a.conn),
		Alerts:   h.alertsView(d.Alerts, 0),
		Timeline: h.timelineView(a.t, d.Timeline, 0),
		CanNote:  h.offered(a.conn).Has(incident.ToNote),
	}
	v.Timeline.Overview = true
	v.Notice = h.Pages.Part(a.r, d.AboutErr, "about")
	v.Alerts.Notice = h.Pages.Part(a.r, d.AlertsErr, "")
	v.Timeline.Notice = h.Pages.Part(a.r, d.TimelineErr, "")
	if d.AboutErr == nil {
		v.About = aboutView(a.t, d.About, a.conn.UserID, h.offered(a.conn).Has(incident.ToCancel))
	}
	return sidebar.OpenedDetails(a.t, v), nil
}

func (h *Handlers) notesSection(a request) (templ.Component, error) {
	notes, err := a.pd.Notes(a.ctx, a.id)
	if err != nil {
		return nil, err
	}
	return sidebar.OpenedNotes(a.t, h.notesView(a.r, notes, nil, a.conn), h.offered(a.conn).Has(incident.ToNote)), nil
}

func (h *Handlers) moreAlerts(a request) (templ.Component, error) {
	page, err := a.pd.Alerts(a.ctx, a.id, a.offset)
	if err != nil {
		return nil, err
	}
	return sidebar.AlertItems(a.t, h.alertsView(page, a.offset)), nil
}

// moreTimeline is all of the timeline, page by page; the overview comes with
// the details.
func (h *Handlers) moreTimeline(a request) (templ.Component, error) {
	page, err := a.pd.Timeline(a.ctx, a.id, false, a.offset)
	if err != nil {
		return nil, err
	}
	return sidebar.TimelineItems(a.t, h.timelineView(a.t, page, a.offset)), nil
}

func (h *Handlers) onCall(a request) (templ.Component, error) {
	in, err := a.pd.Incident(a.ctx, a.id)
	if err != nil {
		return nil, err
	}
	list, err := a.pd.OnCall(a.ctx, in.Policy.ID)
	if err != nil {
		return nil, err
	}
	v := sidebar.OnCalls{Policy: in.Policy.Name}
	for _, o := range list {
		v.List = append(v.List, sidebar.OnCall{Level: strconv.Itoa(o.Level), Name: o.Who.Name, Until: o.Until})
	}
	return sidebar.OnCallList(a.t, v), nil
}

// resolveSection says before how many other tickets share the incident. Where that
// cannot be read, it can be resolved all the same.
func (h *Handlers) resolveSection(a request) (templ.Component, error) {
	in, err := a.pd.Incident(a.ctx, a.id)
	if web.Disconnected(err) {
		return nil, err
	}
	others := 0
	if err == nil {
		shown, err := incident.TicketIncidentOf(a.ctx, h.Links, a.ticket, a.conn.AccountID, in)
		if err == nil {
			others = shown.Others
		}
	}
	return sidebar.ResolveForm(a.t, others, incident.MaxMessage), nil
}

func (h *Handlers) editSection(a request) (templ.Component, error) {
	var in incident.Incident
	var priorities []incident.Ref
	var unread error // one can still change the rest
	var group errgroup.Group
	group.Go(func() (err error) { in, err = a.pd.Incident(a.ctx, a.id); return err })
	group.Go(func() error {
		priorities, unread = a.pd.Priorities(a.ctx)
		return optional(unread)
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if in.PriorityID != "" && len(priorities) > 0 &&
		!slices.ContainsFunc(priorities, func(p incident.Ref) bool { return p.ID == in.PriorityID }) {
		// One that is no longer offered: without it the browser would select
		// the most severe one, and saving a title would set that.
		priorities = append(priorities, incident.Ref{ID: in.PriorityID, Name: in.Priority})
	}
	v := sidebar.Edit{
		Title:      in.Title,
		Urgency:    string(in.Urgency),
		PriorityID: in.PriorityID,
		Priorities: options(priorities),
		Unread:     unread != nil,
		MaxTitle:   incident.MaxTitle,
	}
	return sidebar.EditForm(a.t, v), nil
}

func options(refs []incident.Ref) []views.Option {
	list := make([]views.Option, len(refs))
	for i, r := range refs {
		list[i] = views.Option{Value: r.ID, Text: r.Name}
	}
	return list
}

func (h *Handlers) escalateSection(a request) (templ.Component, error) {
	about, err := a.pd.About(a.ctx, a.id)
	if err != nil {
		return nil, err
	}
	v := sidebar.Escalate{Policy: about.Policy.Name}
	for _, l := range about.Levels {
		names := make([]string, len(l.Targets))
		for i, t := range l.Targets {
			names[i] = t.Name
		}
		v.Levels = append(v.Levels, views.Option{Value: strconv.Itoa(l.Number), Text: a.t.List(names...)})
	}
	return sidebar.EscalateForm(a.t, v), nil
}

func (h *Handlers) updateSection(a request) (templ.Component, error) {
	subscribed, err := a.pd.Subscribed(a.ctx, a.id, a.conn.UserID)
	can := h.offered(a.conn)
	v := sidebar.Update{Subscribed: subscribed, CanSend: can.Has(incident.ToUpdate), Max: incident.MaxMessage}
	if err != nil {
		if web.Disconnected(err) {
			return nil, err
		}
		v.Notice = h.Pages.Part(a.r, err, "") // one can still write
	}
	v.CanSubscribe = err == nil && can.Has(incident.ToSubscribe)
	v.CanUnsubscribe = err == nil && can.Has(incident.ToUnsubscribe)
	return sidebar.UpdateForm(a.t, v), nil
}

func (h *Handlers) workflowSection(a request) (templ.Component, error) {
	list, err := a.pd.Workflows(a.ctx, a.id)
	if err != nil {
		return nil, err
	}
	return sidebar.WorkflowForm(a.t, options(list)), nil
}

// mergeSection offers the ticket's other open incidents.
func (h *Handlers) mergeSection(a request) (templ.Component, error) {
	links, err := h.Links.TicketLinks(a.ctx, a.ticket, a.conn.AccountID)
	if err != nil {
		return nil, err
	}
	list, err := incident.ForTicket(a.ctx, a.pd, h.Links, a.ticket, a.conn.AccountID, incident.Stored{Links: links})
	if err != nil {
		return nil, err
	}
	var others []sidebar.LinkOption
	for _, in := range list.Incidents {
		if in.ID != a.id && in.Status.Open() {
			others = append(others, sidebar.LinkOption{ID: in.ID, Number: strconv.FormatInt(in.Number, 10), Title: in.Title})
		}
	}
	return sidebar.MergeForm(a.t, others), nil
}
