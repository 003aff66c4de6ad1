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

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

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
	action := incident.Action(c.Param("action"))
	switch action {
	case incident.ToNote:
		return h.addNote(c, session, ticket, id)
	case "onsolve":
		return h.onSolve(c, session, ticket, id)
	}
	change := changeOf(action, r.PostForm)
	if err := change.Check(); err != nil {
		return notDone(action, err)
	}
	var acted incident.Acted
	conn, err := h.Auditor.Do(r.Context(), web.Deed{Session: session, Ticket: ticket, Incident: id, Action: action}, func(ctx context.Context, pd web.PagerDuty, as oauth.Connection) (string, string, error) {
		if action == incident.ToResolve && r.PostForm.Get("solving") != "" {
			if err := h.chosen(ctx, session, ticket, as, id); err != nil {
				return "", "", err
			}
		}
		if action == incident.ToResolve && r.PostForm.Has("alone") {
			change.Unless = func(ctx context.Context, in incident.Incident) error {
				return incident.Alone(ctx, h.Links, ticket, as.AccountID, in)
			}
		}
		acted, err = incident.Act(ctx, pd, as.UserID, id, change)
		return string(acted.Outcome), "", err
	})
	if err != nil {
		return notDone(action, err)
	}
	if acted.Incident.Status == incident.Resolved {
		h.settled(r.Context(), session, ticket, conn, id)
	}
	t := h.Pages.Texts(r)
	after, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), web.EndWithin)
	defer cancel()
	v := h.cardAfter(after, c, ticket, acted.Incident, conn)
	v.Notice = outcomeNotice(t, action, acted)
	if acted.Outcome != incident.Late {
		v.Note = h.ticketNote(after, c, session, action, acted.Incident)
	}
	if action == incident.ToMerge {
		c.Response().Header().Set("HX-Trigger", "refresh") // the others ended
	}
	if acted.Outcome == incident.Late {
		return h.Pages.Render(c, http.StatusConflict, views.CardCore(t, v))
	}
	return h.Pages.Render(c, http.StatusOK, views.CardCore(t, v))
}

func outcomeNotice(t *text.Texts, action incident.Action, acted incident.Acted) *views.Notice {
	switch acted.Outcome {
	case incident.Late:
		id := "late." + string(acted.Incident.Status)
		if acted.Incident.MergedInto.ID != "" {
			id = "late.merged"
		}
		if !t.Has(id) {
			id = "late"
		}
		return &views.Notice{Kind: "warn", Text: t.S(id)}
	case incident.Found:
		return &views.Notice{Kind: "ok", Text: t.S("done."+string(action)) + " " + t.S("done.recovered")}
	}
	return &views.Notice{Kind: "ok", Text: t.S("done." + string(action))}
}

// oneLine is what a browser makes of a text with several lines in a field for
// one, but not in a hidden field.
var oneLine = strings.NewReplacer("\r", "", "\n", "")

// changeOf reads what was typed for an action.
func changeOf(action incident.Action, form url.Values) incident.Change {
	change := incident.Change{Action: action, Text: form.Get("text"), Workflow: form.Get("workflow"), Into: form.Get("into")}
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
		change.Title, change.Urgency, change.PriorityID = changed("title"), incident.Urgency(changed("urgency")), changed("priority")
	case incident.ToEscalate:
		change.Level, _ = strconv.Atoi(form.Get("level"))
	case incident.ToSnooze:
		if seconds, err := strconv.ParseInt(form.Get("seconds"), 10, 32); err == nil { // more would overflow into what is allowed
			change.For = time.Duration(seconds) * time.Second
		}
	case incident.ToReassign, incident.ToAdd:
		for _, value := range form["target"] {
			change.To = append(change.To, incident.ParseTarget(value))
		}
	}
	return change
}

// cardAfter is a card by itself. Whether there is something to merge with is
// known to the page. What was done stays done where the links cannot be read:
// an error here would say that it failed.
func (h *Handlers) cardAfter(ctx context.Context, c echo.Context, ticket incident.Ticket, in incident.Incident, conn oauth.Connection) views.Card {
	held, err := incident.HeldBy(ctx, h.Links, ticket, conn.AccountID, in)
	if err != nil {
		h.Log.ErrorContext(ctx, "the links of an incident were not read", "err", err)
		held = incident.Held{Incident: in}
	}
	others, _ := strconv.Atoi(c.Request().PostForm.Get("others"))
	return h.card(h.Pages.Texts(c.Request()), ticket, held, conn, others)
}

// notDone says beside the button or the form why nothing, or nothing that is
// known of, was done. The form itself stays as it is, with what was typed.
func notDone(action incident.Action, err error) error {
	return web.Shown(err, func(f web.Failure) templ.Component {
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

// addNote adds a note and comes back with all of them.
func (h *Handlers) addNote(c echo.Context, session zendesk.Session, ticket incident.Ticket, id string) error {
	r := c.Request()
	content, err := incident.CheckNote(r.PostForm.Get("text"))
	if err != nil {
		return notDone(incident.ToNote, err)
	}
	var noted incident.Noted
	_, err = h.Auditor.Do(r.Context(), web.Deed{Session: session, Ticket: ticket, Incident: id, Action: incident.ToNote}, func(ctx context.Context, pd web.PagerDuty, as oauth.Connection) (string, string, error) {
		noted, err = incident.AddNote(ctx, pd, as.UserID, id, content, h.Now())
		return string(noted.Outcome), "", err
	})
	if err != nil {
		return notDone(incident.ToNote, err)
	}
	t := h.Pages.Texts(r)
	v := h.notesView(r, noted.Notes, noted.Partly)
	v.Notice = &views.Notice{Kind: "ok", Text: t.S("done.note")}
	if noted.Outcome == incident.Found {
		v.Notice.Text += " " + t.S("done.recovered")
	}
	return h.Pages.Render(c, http.StatusOK, views.NotesSection(t, v))
}
