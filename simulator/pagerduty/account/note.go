package account

import "time"

// Note is a note on an incident, of a person or of a bot.
type Note struct {
	ID, Content string
	By          *Person // nil if a bot did
	Bot         string  // its name
	Created     time.Time
}

// AddNote adds a person's note to an incident and its timeline.
func (w *Store) AddNote(i *Incident, at time.Time, by *Person, content string) *Note {
	n := &Note{ID: w.MakeID('P', "note"), Content: content, By: by, Created: at}
	i.Notes = append(i.Notes, n)
	i.Updated = at
	e := w.Log(i, at, Agent{Person: by}, "annotate", "Note added by "+by.Name)
	e.Note, e.Channel = content, map[string]any{"summary": content}
	return n
}

// AddBotNote adds the note of a bot, which stands for a rule of the service.
func (w *Store) AddBotNote(i *Incident, at time.Time, bot, content string) {
	i.Notes = append(i.Notes, &Note{ID: w.MakeID('P', "note"), Content: content, Bot: bot, Created: at})
	e := w.Log(i, at, Agent{Service: i.Service}, "annotate", "Note added by "+bot)
	e.Note, e.Channel = content, map[string]any{"summary": content}
}
