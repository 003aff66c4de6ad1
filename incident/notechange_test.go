package incident_test

import (
	"context"
	"errors"
	"testing"

	"zendesk-pagerduty/incident"
)

// changing is a noter whose notes are others once one was asked to change.
type changing struct {
	noter
	after []incident.Note
	read  error // of the read after the write
}

func (c *changing) Notes(ctx context.Context, id string) ([]incident.Note, error) {
	if c.writes == 0 {
		return c.noter.Notes(ctx, id)
	}
	return c.after, c.read
}

func TestChangeNote(t *testing.T) {
	mine := incident.Note{ID: "PMINE1", Author: incident.Ref{ID: "PME"}, Content: "Frist\r\nline"}
	lees := incident.Note{ID: "PLEES1", Author: incident.Ref{ID: "PLEE"}, Content: "Lee's"}
	edited := mine
	edited.Content = "First"
	both, fixed, others := []incident.Note{mine, lees}, []incident.Note{edited, lees}, []incident.Note{lees}
	edit := incident.NoteChange{Action: incident.ToEditNote, ID: mine.ID, Content: " First\r\n", Was: mine.Mark()}
	remove := incident.NoteChange{Action: incident.ToDeleteNote, ID: mine.ID, Was: mine.Mark()}
	of := func(c incident.NoteChange, id, was string) incident.NoteChange {
		c.ID, c.Was = id, was
		return c
	}
	same, long := edit, edit
	same.Content, long.Content = "Frist\nline", string(make([]rune, incident.MaxNote+1))
	for _, c := range []struct {
		name    string
		change  incident.NoteChange
		pd      changing
		outcome incident.Outcome
		err     error
		writes  int
		notes   int
	}{
		{"edited", edit, changing{noter: noter{notes: both}, after: fixed}, incident.Done, nil, 1, 2},
		{"deleted", remove, changing{noter: noter{notes: both}, after: others}, incident.Done, nil, 1, 1},
		{"edited, and not read", edit, changing{noter: noter{notes: both}, read: incident.Slow}, incident.Done, nil, 1, 2},
		{"deleted, and not read", remove, changing{noter: noter{notes: both}, read: incident.Slow}, incident.Done, nil, 1, 1},
		{"edit what is gone", edit, changing{noter: noter{notes: others}}, "", incident.NoteGone, 0, 0},
		{"delete what is gone", remove, changing{noter: noter{notes: others}}, incident.Late, nil, 0, 1},
		{"edit what changed", of(edit, mine.ID, "other"), changing{noter: noter{notes: both}}, incident.Late, nil, 0, 2},
		{"delete what changed", of(remove, mine.ID, "other"), changing{noter: noter{notes: both}}, incident.Late, nil, 0, 2},
		{"edit another's", of(edit, lees.ID, lees.Mark()), changing{noter: noter{notes: both}}, "", incident.NotYourNote, 0, 0},
		{"delete another's", of(remove, lees.ID, lees.Mark()), changing{noter: noter{notes: both}}, "", incident.NotYourNote, 0, 0},
		{"no id", of(edit, "../1", mine.Mark()), changing{noter: noter{notes: both}}, "", incident.NoteGone, 0, 0},
		{"nothing changed", same, changing{noter: noter{notes: both}}, "", incident.NothingChanged, 0, 0},
		{"too long", long, changing{noter: noter{notes: both}}, "", incident.TextLong, 0, 0},
		{"lost, edited", edit, changing{noter: noter{notes: both, write: incident.Down}, after: fixed}, incident.DoneUnanswered, nil, 1, 2},
		{"lost, not edited", edit, changing{noter: noter{notes: both, write: incident.Slow}, after: both}, "", incident.NotDone, 1, 0},
		{"lost, deleted", remove, changing{noter: noter{notes: both, write: incident.Slow}, after: others}, incident.DoneUnanswered, nil, 1, 1},
		{"lost, not deleted", remove, changing{noter: noter{notes: both, write: incident.Slow}, after: both}, "", incident.NotDone, 1, 0},
		{"lost, read lost", remove, changing{noter: noter{notes: both, write: incident.Slow}, read: incident.Slow}, "", incident.Unconfirmed, 1, 0},
		{"refused", edit, changing{noter: noter{notes: both, write: incident.Forbidden}}, "", incident.Forbidden, 1, 0},
		{"deleted in between", edit, changing{noter: noter{notes: both, write: incident.NoAccess}}, "", incident.NoAccess, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := incident.ChangeNote(t.Context(), &c.pd, "PME", "Q1", c.change)
			if !errors.Is(err, c.err) || c.err == nil && err != nil {
				t.Fatalf("error %v; want %v", err, c.err)
			}
			if got.Outcome != c.outcome || c.pd.writes != c.writes || len(got.Notes) != c.notes {
				t.Errorf("%s with %d notes after %d writes", got.Outcome, len(got.Notes), c.pd.writes)
			}
			if got.Outcome == incident.Done && c.change.Action == incident.ToEditNote && got.Notes[0].Content != "First" {
				t.Errorf("it says %q", got.Notes[0].Content)
			}
		})
	}
}
