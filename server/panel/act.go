package panel

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/sidebar"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// caller is the agent of a session, at one of their tickets.
func (h *Handlers) caller(c echo.Context, session zendesk.Session, ticket incident.Ticket) (incident.Caller, *web.Access) {
	access := h.Agents.Of(session.Agent, c.Request())
	return incident.Caller{Agent: session.Agent, Ticket: ticket, Access: access}, access
}

// Act does something with an incident, and comes back with its card.
func (h *Handlers) Act(c echo.Context, session zendesk.Session) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return err
	}
	id, err := web.IncidentID(c)
	if err != nil {
		return err
	}
	r := c.Request()
	by, access := h.caller(c, session, ticket)
	action := incident.Action(c.Param("action"))
	switch action {
	case incident.ToNote:
		return h.addNote(c, by, access, id)
	case incident.ToEditNote, incident.ToDeleteNote:
		return h.changeNote(c, by, access, id, action)
	case incident.ToResolveOnSolve:
		return h.resolveOnSolve(c, by, id)
	}
	result, err := h.Executor.Act(r.Context(), by, id, changeOf(action, r.PostForm))
	h.reconsider(c, access.Connection, action, err)
	if err != nil {
		return notDone(action, err)
	}
	t := h.Pages.Texts(r)
	others, _ := strconv.Atoi(r.PostForm.Get("others")) // which the page knows
	v := h.card(t, ticket, result.Incident, access.Connection, others)
	v.Notice = outcomeNotice(t, action, result)
	v.Note = ticketNote(h.Written, result.Note, action, result.Incident.Incident)
	if action == incident.ToReopen && result.Outcome != incident.Late && result.Incident.Made {
		v.Tag = incident.OpenTag
	}
	if action == incident.ToMerge {
		web.Then(c, "refresh") // the others ended
	}
	status := http.StatusOK
	if result.Outcome == incident.Late {
		status = http.StatusConflict
	}
	return h.Pages.Fragment(c, status, web.CardView, sidebar.CardCore(t, v))
}

func outcomeNotice(t *text.Texts, action incident.Action, result incident.Result) *views.Notice {
	if result.Outcome != incident.Late {
		return doneNotice(t, action, result.Outcome)
	}
	id := lateID(action, result.Incident.Incident)
	if !t.Has(id) {
		id = "late"
	}
	return &views.Notice{Kind: "warn", Text: t.S(id)}
}

// doneNotice says that an action was done.
func doneNotice(t *text.Texts, action incident.Action, outcome incident.Outcome) *views.Notice {
	sentence := t.S("done." + string(action))
	if outcome == incident.DoneUnanswered {
		sentence += " " + t.S("done.recovered")
	}
	return &views.Notice{Kind: "ok", Text: sentence}
}

// lateID is the sentence for an action that somebody else, or PagerDuty, made
// pointless.
func lateID(action incident.Action, in incident.Incident) string {
	switch {
	case in.MergedInto.ID != "":
		return "late.merged"
	case action == incident.ToReopen && in.Status == incident.Resolved:
		return "late.reopen" // nobody was first: PagerDuty left it as it is
	case action == incident.ToCancel && in.Status.Open():
		return "late.cancel-responder"
	case action == incident.ToMove && in.Status.Open():
		return "late.move"
	}
	return "late." + string(in.Status)
}

// oneLine is what a browser makes of a text with several lines in a field for
// one, but not in a hidden field.
var oneLine = strings.NewReplacer("\r", "", "\n", "")

// changeOf reads what was typed for an action.
func changeOf(action incident.Action, form url.Values) incident.Change {
	change := incident.Change{
		Action:   action,
		Text:     form.Get("text"),
		Workflow: form.Get("workflow"),
		Service:  form.Get("service"),
		Into:     form.Get("into"),
	}
	switch action {
	case incident.ToEdit:
		// Only what the agent changed: somebody else may have changed the rest
		// since the form was opened.
		changed := func(name string) string {
			if value := form.Get(name); oneLine.Replace(value) != oneLine.Replace(form.Get(name+"_was")) {
				return value
			}
			return ""
		}
		change.Title = changed("title")
		change.Urgency = incident.Urgency(changed("urgency"))
		change.PriorityID = changed("priority")
	case incident.ToResolve:
		change.IfUnshared, change.OnSolve = form.Has("alone"), form.Get("solving") != ""
	case incident.ToEscalate:
		change.Level, _ = strconv.Atoi(form.Get("level"))
	case incident.ToSnooze:
		if seconds, err := strconv.ParseInt(form.Get("seconds"), 10, 32); err == nil { // more would overflow into what is allowed
			change.For = time.Duration(seconds) * time.Second
		}
	case incident.ToReassign, incident.ToAdd, incident.ToCancel:
		for _, value := range form["target"] {
			change.To = append(change.To, incident.ParseTarget(value))
		}
	}
	return change
}

// notDone says beside the button or the form why nothing, or nothing that is
// known of, was done. The form itself stays as it is, with what was typed.
func notDone(action incident.Action, err error) error {
	return web.Shown(err, web.NoticeView, func(f web.Failure) templ.Component {
		if f.Login {
			return views.NoticeBox(f.T, web.LoginNotice(f.T))
		}
		where := "act"
		if narrow := "act." + string(action); f.T.Has("problem." + string(f.Code) + "." + narrow) {
			where = narrow
		}
		words := text.Args{"Action": f.T.S("action." + string(action))}
		notice := &views.Notice{Kind: "bad", Text: f.Sentence(where, words)}
		if f.Code == incident.Shared {
			notice.Kind, notice.Act, notice.ActText = "warn", string(action), f.T.S("shared.resolve")
		}
		return views.NoticeBox(f.T, notice)
	})
}

// resolveOnSolve remembers the agent's choice to resolve an incident when they solve
// the ticket, or takes it back. The page does that in Zendesk's save, with the
// agent's own token: nobody else's save acts on the choice.
func (h *Handlers) resolveOnSolve(c echo.Context, by incident.Caller, id string) error {
	on := c.Request().PostForm.Get("on") != ""
	action := incident.ToLeaveOnSolve
	if on {
		action = incident.ToResolveOnSolve
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), budget.Fragment)
	defer cancel()
	if err := h.Executor.ResolveOnSolve(ctx, by, id, on); err != nil {
		return notDone(action, err)
	}
	return c.NoContent(http.StatusNoContent)
}
