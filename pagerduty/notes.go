package pagerduty

import (
	"context"
	"net/http"
	"slices"

	"zendesk-pagerduty/incident"
)

type wireNote struct {
	ID      string   `json:"id"`
	User    wireRef  `json:"user"`
	Content string   `json:"content"`
	At      wireTime `json:"created_at"`
}

func (a *Agent) note(w wireNote) incident.Note {
	return incident.Note{ID: w.ID, Author: w.User.ref(), Content: w.Content, At: w.At.Time}
}

// Notes implements [incident.Noter]; the newest come first.
func (a *Agent) Notes(ctx context.Context, id string) ([]incident.Note, error) {
	var answer struct {
		Notes []wireNote `json:"notes"`
	}
	if err := a.get(ctx, of(id, "notes"), nil, &answer); err != nil {
		return nil, err
	}
	notes := make([]incident.Note, len(answer.Notes))
	for i, w := range answer.Notes {
		notes[i] = a.note(w)
	}
	slices.SortStableFunc(notes, func(a, b incident.Note) int { return b.At.Compare(a.At) })
	return notes, nil
}

// AddNote implements [incident.Noter].
func (a *Agent) AddNote(ctx context.Context, id, content string) (incident.Note, error) {
	var answer struct {
		Note wireNote `json:"note"`
	}
	if err := a.write(ctx, http.MethodPost, of(id, "notes"), noteBody(content), &answer); err != nil {
		return incident.Note{}, err
	}
	return a.note(answer.Note), nil
}

func noteBody(content string) map[string]map[string]string {
	return map[string]map[string]string{"note": {"content": content}}
}

// EditNote implements [incident.Noter].
func (a *Agent) EditNote(ctx context.Context, id, note, content string) error {
	return a.write(ctx, http.MethodPut, of(id, "notes", note), noteBody(content), nil)
}

// DeleteNote implements [incident.Noter].
func (a *Agent) DeleteNote(ctx context.Context, id, note string) error {
	return a.send(ctx, http.MethodDelete, of(id, "notes", note), nil, nil)
}
