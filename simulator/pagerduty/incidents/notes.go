package incidents

import (
	"fmt"
	"net/http"
	"strings"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// maxNotes is how many an incident may have (API reference, "Create a note on
// an incident").
const maxNotes = 2000

func listNotes(c *rest.Call) (int, any, *rest.Refusal) {
	i, refused := visible(c, c.Request.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	notes := []rest.Object{}
	for _, n := range i.Notes {
		notes = append(notes, noteJSON(c.State, n))
	}
	return http.StatusOK, rest.Object{"notes": notes}, nil
}

// createNote is POST /incidents/{id}/notes; it answers 200, not 201.
func createNote(c *rest.Call) (int, any, *rest.Refusal) {
	var in struct {
		Note *struct {
			Content string `json:"content"`
		} `json:"note"`
	}
	i, refused := changeable(c, &in, annotates)
	switch {
	case refused != nil:
		return 0, nil, refused
	case in.Note == nil || strings.TrimSpace(in.Note.Content) == "":
		return 0, nil, rest.Invalid("Content cannot be empty.")
	case len(i.Notes) >= maxNotes:
		return 0, nil, rest.Invalid(fmt.Sprintf("An incident cannot have more than %d notes.", maxNotes))
	}
	return http.StatusOK, rest.Object{"note": noteJSON(c.State, c.Store.AddNote(i, c.Now, c.Me, in.Note.Content))}, nil
}

// updateNote is PUT /incidents/{id}/notes/{note_id}.
func updateNote(c *rest.Call) (int, any, *rest.Refusal) {
	var in struct {
		Note *struct {
			Content string `json:"content"`
		} `json:"note"`
	}
	i, refused := changeable(c, &in, annotates)
	if refused != nil {
		return 0, nil, refused
	}
	n, refused := ownNote(c, i)
	switch {
	case refused != nil:
		return 0, nil, refused
	case in.Note == nil || strings.TrimSpace(in.Note.Content) == "":
		return 0, nil, rest.Invalid("Content cannot be empty.")
	}
	c.Store.EditNote(i, c.Now, n, in.Note.Content)
	return http.StatusOK, rest.Object{"note": noteJSON(c.State, n)}, nil
}

// deleteNote is DELETE /incidents/{id}/notes/{note_id}. It answers without a body,
// and asks for no From.
func deleteNote(c *rest.Call) (int, any, *rest.Refusal) {
	i, refused := visible(c, c.Request.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	if !annotates(c, i) {
		return 0, nil, rest.Denied()
	}
	n, refused := ownNote(c, i)
	if refused != nil {
		return 0, nil, refused
	}
	c.Store.DeleteNote(i, c.Now, n)
	return http.StatusNoContent, nil, nil
}

// ownNote finds a note that the person wrote. Whether PagerDuty lets people change
// others' nobody outside knows; a bot's is nobody's.
func ownNote(c *rest.Call, i *account.Incident) (*account.Note, *rest.Refusal) {
	n := i.Note(c.Request.PathValue("note"))
	switch {
	case n == nil:
		return nil, rest.NotFound()
	case n.By != c.Me:
		return nil, rest.Denied()
	}
	return n, nil
}

func noteJSON(s *state.State, n *account.Note) rest.Object {
	o := rest.Object{
		"id":         n.ID,
		"channel":    rest.Object{"summary": "The PagerDuty website or APIs"},
		"content":    n.Content,
		"created_at": rest.Zoned(n.Created),
		"updated_at": rest.Zoned(n.Updated),
	}
	if n.By != nil {
		o["user"] = rest.UserRef(s, n.By)
		return o
	}
	bot := rest.Reference(s, "bot_user", account.ID('P', "bot "+n.Bot), n.Bot, "event-rules")
	o["user"], o["channel"] = bot, rest.Object{"id": bot["id"], "type": "event_rule_reference", "summary": n.Bot}
	return o
}
