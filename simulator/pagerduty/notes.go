package pagerduty

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxNotes is how many an incident may have (API reference, "Create a note on
// an incident").
const maxNotes = 2000

func (c *call) listNotes() (int, any, *refusal) {
	i, refused := c.visible(c.r.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	notes := []object{}
	for _, n := range i.notes {
		notes = append(notes, c.note(n))
	}
	return http.StatusOK, object{"notes": notes}, nil
}

// createNote is POST /incidents/{id}/notes; it answers 200, not 201.
func (c *call) createNote() (int, any, *refusal) {
	var in struct {
		Note *struct {
			Content string `json:"content"`
		} `json:"note"`
	}
	i, refused := c.writing(&in, (*call).annotates)
	switch {
	case refused != nil:
		return 0, nil, refused
	case in.Note == nil || strings.TrimSpace(in.Note.Content) == "":
		return 0, nil, invalid("Content cannot be empty.")
	case len(i.notes) >= maxNotes:
		return 0, nil, invalid(fmt.Sprintf("An incident cannot have more than %d notes.", maxNotes))
	}
	return http.StatusOK, object{"note": c.note(c.world.annotate(i, c.now, c.me, in.Note.Content))}, nil
}

func (w *world) annotate(i *incident, at time.Time, by *person, content string) *note {
	n := &note{id: w.makeID('P', "note"), content: content, by: by, created: at}
	i.notes = append(i.notes, n)
	i.updated = at
	e := w.log(i, at, agent{person: by}, "annotate", "Note added by "+by.name)
	e.note, e.channel = content, map[string]any{"summary": content}
	return n
}

// report is a note by a bot, which stands for a service's rule.
func (w *world) report(i *incident, at time.Time, bot, content string) {
	i.notes = append(i.notes, &note{id: w.makeID('P', "note"), content: content, bot: bot, created: at})
	e := w.log(i, at, agent{service: i.service}, "annotate", "Note added by "+bot)
	e.note, e.channel = content, map[string]any{"summary": content}
}

func (s *State) note(n *note) object {
	o := object{"id": n.id, "channel": object{"summary": "The PagerDuty website or APIs"}, "content": n.content, "created_at": zoned(n.created), "updated_at": zoned(n.created)}
	if n.by != nil {
		o["user"] = s.userRef(n.by)
		return o
	}
	bot := s.refTo("bot_user", id('P', "bot "+n.bot), n.bot, "event-rules")
	o["user"], o["channel"] = bot, object{"id": bot["id"], "type": "event_rule_reference", "summary": n.bot}
	return o
}
