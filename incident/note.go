package incident

import (
	"context"
	"time"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/problem"
)

// Note is one of an incident's notes. Its text is hostile input.
type Note struct {
	ID      string
	Author  Ref // a person or a bot
	Content string
	At      time.Time
}

// Noter reads and writes notes with one agent's token.
type Noter interface {
	Notes(ctx context.Context, id string) ([]Note, error)
	// AddNote asks PagerDuty once and never again by itself.
	AddNote(ctx context.Context, id, content string) (Note, error)
	// EditNote and DeleteNote ask once as well.
	EditNote(ctx context.Context, id, note, content string) error
	DeleteNote(ctx context.Context, id, note string) error
}

// Noted are an incident's notes after one was added, edited or deleted.
type Noted struct {
	Notes   []Note
	Outcome Outcome
	// Partly says why the notes could not be read after it was done. Notes are then
	// the added one alone, or those from before with the change in them.
	Partly error
}

// addNote adds a note, as me, and reads the notes; now is the time. After a lost
// answer they say whether it was added, so that nobody has to add it twice.
//
// It goes on when ctx is cancelled.
func addNote(ctx context.Context, pd Noter, me, id, content string, now time.Time) (Noted, error) {
	content, err := checkNote(content)
	if err != nil {
		return Noted{}, err
	}
	ctx = context.WithoutCancel(ctx)
	writing, cancel := context.WithTimeout(ctx, budget.Write)
	defer cancel()
	note, err := pd.AddNote(writing, id, content)
	if err != nil && !lost(err) {
		return Noted{}, err
	}
	reading, cancel := context.WithTimeout(ctx, budget.Lookup)
	defer cancel()
	notes, lookup := pd.Notes(reading, id)
	switch {
	case err == nil && lookup != nil:
		return Noted{[]Note{note}, Done, lookup}, nil
	case err == nil:
		return Noted{notes, Done, nil}, nil
	case lookup != nil:
		return Noted{}, unknown(Unconfirmed, err, lookup)
	}
	for _, n := range notes {
		if n.Author.ID == me && n.Content == content && now.Sub(n.At).Abs() < noteAge {
			return Noted{notes, DoneUnanswered, nil}, nil
		}
	}
	return Noted{}, problem.New(NotDone, err, nil)
}

// checkNote trims a note's text and says what is wrong with it.
func checkNote(content string) (string, error) {
	content = plainLines(content)
	if content == "" {
		return "", TextMissing
	}
	return content, fits(content, MaxNote)
}

// noteAge is how old one's own note of the same text may be to be the one whose
// answer was lost; PagerDuty's clock and ours may differ by minutes.
const noteAge = 5 * time.Minute
