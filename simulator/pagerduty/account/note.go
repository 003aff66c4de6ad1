package account

import (
	"slices"
	"time"
)

// Note is a note on an incident, of a person or of a bot.
type Note struct {
	ID, Content string
	By          *Person // nil if a bot did
	Bot         string  // its name
	Created     time.Time
	Updated     time.Time
}

// AddNote adds a person's note to an incident and its timeline.
func (w *Store) AddNote(i *Incident, at time.Time, by *Person, content string) *Note {
	n := &Note{ID: w.MakeID('P', "note"), Content: content, By: by, Created: at, Updated: at}
	i.Notes = append(i.Notes, n)
	i.Updated = at
	e := w.Log(i, at, Agent{Person: by}, "annotate", "Note added by "+by.Name)
	e.Note, e.Channel = content, map[string]any{"summary": content}
	return n
}

// Note finds a note by its id; nil for none.
func (i *Incident) Note(id string) *Note {
	return Find(i.Notes, func(n *Note) bool { return n.ID == id })
}

// EditNote changes what a note says. The timeline keeps what it said.
func (w *Store) EditNote(i *Incident, at time.Time, n *Note, content string) {
	n.Content, n.Updated, i.Updated = content, at, at
}

// DeleteNote takes a note away, and leaves the timeline as it is.
func (w *Store) DeleteNote(i *Incident, at time.Time, n *Note) {
	i.Notes, i.Updated = slices.DeleteFunc(i.Notes, func(other *Note) bool { return other == n }), at
}

// AddBotNote adds the note of a bot, which stands for a rule of the service.
func (w *Store) AddBotNote(i *Incident, at time.Time, bot, content string) {
	i.Notes = append(i.Notes, &Note{ID: w.MakeID('P', "note"), Content: content, Bot: bot, Created: at, Updated: at})
	e := w.Log(i, at, Agent{Service: i.Service}, "annotate", "Note added by "+bot)
	e.Note, e.Channel = content, map[string]any{"summary": content}
}
