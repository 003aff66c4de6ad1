package incident

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/problem"
)

// NoteChange is what is to become of one's own note.
type NoteChange struct {
	Action  Action // [ToEditNote] or [ToDeleteNote]
	ID      string // of the note
	Content string // edit
	Was     string // its [Note.Mark], as the person saw it
}

// Mark tells a note's texts apart.
func (n Note) Mark() string {
	sum := sha256.Sum256([]byte(plainLines(n.Content)))
	return hex.EncodeToString(sum[:8])
}

// checked reads what was typed, and says what is wrong with it.
func (c NoteChange) checked() (NoteChange, error) {
	if !ValidID(c.ID) {
		return c, NoteGone
	}
	if c.Action == ToDeleteNote {
		return c, nil
	}
	var err error
	if c.Content, err = checkNote(c.Content); err == nil && (Note{Content: c.Content}).Mark() == c.Was {
		err = NothingChanged
	}
	return c, err
}

// done says whether notes look as if it had been done.
func (c NoteChange) done(notes []Note) bool {
	i := slices.IndexFunc(notes, func(n Note) bool { return n.ID == c.ID })
	if c.Action == ToDeleteNote {
		return i < 0
	}
	return i >= 0 && plainLines(notes[i].Content) == c.Content
}

// changeNote edits or deletes a note of me, PagerDuty's id of the token's user. The
// notes are read before: one that is not mine is refused as [NotYourNote]; one that
// says something else than the person saw is left alone ([Late]); to edit one that is
// gone fails with [NoteGone], and to delete it is late. After a lost answer they are
// read once more.
//
// Once it writes, it goes on when ctx is cancelled.
func changeNote(ctx context.Context, pd Noter, me, id string, c NoteChange) (Noted, error) {
	c, err := c.checked()
	if err != nil {
		return Noted{}, err
	}
	notes, err := pd.Notes(ctx, id)
	if err != nil {
		return Noted{}, err
	}
	at := slices.IndexFunc(notes, func(n Note) bool { return n.ID == c.ID })
	switch {
	case at < 0 && c.Action == ToEditNote:
		return Noted{}, NoteGone
	case at < 0:
		return Noted{notes, Late, nil}, nil
	case notes[at].Author.ID != me:
		return Noted{}, NotYourNote
	case notes[at].Mark() != c.Was:
		return Noted{notes, Late, nil}, nil
	case ctx.Err() != nil:
		return Noted{}, notBegun(ctx.Err())
	}
	ctx = context.WithoutCancel(ctx)
	writing, cancel := context.WithTimeout(ctx, budget.Write)
	defer cancel()
	if c.Action == ToDeleteNote {
		err = pd.DeleteNote(writing, id, c.ID)
	} else {
		err = pd.EditNote(writing, id, c.ID, c.Content)
	}
	if err != nil && !lost(err) {
		return Noted{}, err
	}
	reading, cancel := context.WithTimeout(ctx, budget.Lookup)
	defer cancel()
	now, lookup := pd.Notes(reading, id)
	switch {
	case err == nil && lookup != nil:
		return Noted{c.on(notes, at), Done, lookup}, nil
	case err == nil:
		return Noted{now, Done, nil}, nil
	case lookup != nil:
		return Noted{}, unknown(Unconfirmed, err, lookup)
	case c.done(now):
		return Noted{now, DoneUnanswered, nil}, nil
	}
	return Noted{}, problem.New(NotDone, err, nil)
}

// on does a change to the notes that were read before it.
func (c NoteChange) on(notes []Note, at int) []Note {
	notes = slices.Clone(notes)
	if c.Action == ToDeleteNote {
		return slices.Delete(notes, at, at+1)
	}
	notes[at].Content = c.Content
	return notes
}
