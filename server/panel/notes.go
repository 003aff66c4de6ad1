package panel

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/sidebar"
)

// addNote adds a note and comes back with all of them.
func (h *Handlers) addNote(c echo.Context, by incident.Caller, access *web.Access, id string) error {
	r := c.Request()
	noted, err := h.Executor.AddNote(r.Context(), by, id, r.PostForm.Get("text"))
	h.reconsider(c, access.Connection, incident.ToNote, err)
	if err != nil {
		return notDone(incident.ToNote, err)
	}
	return h.showNotes(c, incident.ToNote, noted, h.notesView(r, noted.Notes, noted.Partly, access.Connection))
}

// changeNote edits or deletes one of the agent's own notes, and comes back with all
// of them. Where a note changed since the agent saw it nothing was done: it is shown
// as it is now, with what was typed still in its form.
func (h *Handlers) changeNote(
	c echo.Context,
	by incident.Caller,
	access *web.Access,
	id string,
	action incident.Action,
) error {
	r := c.Request()
	change := incident.NoteChange{
		Action:  action,
		ID:      r.PostForm.Get("note"),
		Content: r.PostForm.Get("text"),
		Was:     r.PostForm.Get("was"),
	}
	noted, err := h.Executor.ChangeNote(r.Context(), by, id, change)
	h.reconsider(c, access.Connection, action, err)
	if err != nil {
		return notDone(action, err)
	}
	v := h.notesView(r, noted.Notes, noted.Partly, access.Connection)
	if noted.Outcome == incident.Late && action == incident.ToEditNote {
		for i := range v.List {
			if v.List[i].ID == change.ID {
				v.List[i].Typed = change.Content
			}
		}
	}
	return h.showNotes(c, action, noted, v)
}

func (h *Handlers) showNotes(c echo.Context, action incident.Action, noted incident.Noted, v sidebar.Notes) error {
	t := h.Pages.Texts(c.Request())
	status := http.StatusOK
	v.Notice = doneNotice(t, action, noted.Outcome)
	if noted.Outcome == incident.Late {
		status = http.StatusConflict
		id := "late.edit-note"
		if action == incident.ToDeleteNote {
			id = "late.delete-note"
		}
		v.Notice = &views.Notice{Kind: "warn", Text: t.S(id)}
	}
	return h.Pages.Fragment(c, status, web.NotesView, sidebar.NotesSection(t, v))
}

// notesView shows notes to a connected agent: their own can be changed.
func (h *Handlers) notesView(r *http.Request, notes []incident.Note, err error, conn oauth.Connection) sidebar.Notes {
	can, me := h.offered(conn), conn.UserID
	v := sidebar.Notes{
		Notice:    h.Pages.Part(r, err, ""),
		Max:       incident.MaxNote,
		CanEdit:   can.Has(incident.ToEditNote),
		CanDelete: can.Has(incident.ToDeleteNote),
	}
	for _, n := range notes {
		note := sidebar.Note{Author: n.Author.Name, Content: n.Content, At: n.At}
		if me != "" && n.Author.ID == me {
			note.ID, note.Mark = n.ID, n.Mark()
		}
		v.List = append(v.List, note)
	}
	return v
}
