package incident_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/incident"
)

// actor is one incident whose reads and one write are set before.
type actor struct {
	incident.Actor
	reads  []incident.Incident // the last one stays
	broken error               // of the second and later reads
	write  error
	asked  []incident.Update
	read   int
	leave  func() // of the person, when it is written; may be nil
}

func (a *actor) Incident(context.Context, string) (incident.Incident, error) {
	a.read++
	if a.read > 1 && a.broken != nil {
		return incident.Incident{}, a.broken
	}
	in := a.reads[0]
	if len(a.reads) > 1 {
		a.reads = a.reads[1:]
	}
	return in, nil
}

func (a *actor) Update(ctx context.Context, _ string, u incident.Update) (incident.Incident, error) {
	a.asked = append(a.asked, u)
	if a.leave != nil {
		a.leave()
	}
	if ctx.Err() != nil {
		return incident.Incident{}, ctx.Err()
	}
	return incident.Incident{ID: "Q1", Status: u.Status}, a.write
}

func (a *actor) Snooze(context.Context, string, time.Duration) (incident.Incident, error) {
	return incident.Incident{}, a.write
}

func (a *actor) Merge(context.Context, string, string) (incident.Ref, error) {
	return incident.Ref{}, a.write
}

func (a *actor) PublishUpdate(context.Context, string, string) error {
	a.asked = append(a.asked, incident.Update{})
	return a.write
}

func TestAct(t *testing.T) {
	in := func(s incident.Status) incident.Incident { return incident.Incident{ID: "Q1", Status: s} }
	ack, res, reopen, update := incident.ToAcknowledge, incident.ToResolve, incident.ToReopen, incident.ToUpdate
	for _, c := range []struct {
		name    string
		action  incident.Action
		actor   actor
		outcome incident.Outcome
		status  incident.Status
		err     error
		writes  int
		read    int
	}{
		{"done", ack, actor{reads: []incident.Incident{in(incident.Triggered)}}, incident.Done, incident.Acknowledged, nil, 1, 1},
		{"resolved before", ack, actor{reads: []incident.Incident{in(incident.Resolved)}}, incident.Late, incident.Resolved, nil, 0, 1},
		{"acknowledged before", ack, actor{reads: []incident.Incident{in(incident.Acknowledged)}}, incident.Late, incident.Acknowledged, nil, 0, 1},
		{"an unknown status", ack, actor{reads: []incident.Incident{in("paused")}}, incident.Late, "paused", nil, 0, 1},
		{"somebody in between", res, actor{reads: []incident.Incident{in(incident.Triggered), in(incident.Resolved)}, write: incident.StaleStatus},
			incident.Late, incident.Resolved, nil, 1, 2},
		{"somebody in between, and no read", res, actor{reads: []incident.Incident{in(incident.Triggered)}, write: incident.StaleStatus,
			broken: incident.Down}, incident.Late, incident.Triggered, nil, 1, 2},
		{"lost, done", res, actor{reads: []incident.Incident{in(incident.Triggered), in(incident.Resolved)}, write: incident.Slow}, incident.DoneUnanswered, incident.Resolved, nil, 1, 2},
		{"lost, not done", res, actor{reads: []incident.Incident{in(incident.Triggered)}, write: incident.Down}, "", "", incident.NotDone, 1, 2},
		{"lost, read lost", res, actor{reads: []incident.Incident{in(incident.Triggered)}, write: incident.Garbled, broken: incident.Slow}, "", "", incident.Unconfirmed, 1, 2},
		{"lost, and nothing would show it", update, actor{reads: []incident.Incident{in(incident.Triggered)}, write: incident.Slow}, "", "", incident.Unconfirmed, 1, 1},
		{"reopened", reopen, actor{reads: []incident.Incident{in(incident.Resolved)}}, incident.Done, incident.Triggered, nil, 1, 1},
		{"reopened before", reopen, actor{reads: []incident.Incident{in(incident.Acknowledged)}}, incident.Late, incident.Acknowledged, nil, 0, 1},
		{"reopening what was merged", reopen, actor{reads: []incident.Incident{{Status: incident.Resolved, MergedInto: incident.Ref{ID: "Q2"}}}},
			incident.Late, incident.Resolved, nil, 0, 1},
		{"reopening lost, done", reopen, actor{reads: []incident.Incident{in(incident.Resolved), in(incident.Acknowledged)}, write: incident.Down},
			incident.DoneUnanswered, incident.Acknowledged, nil, 1, 2},
		{"reopening lost, not done", reopen, actor{reads: []incident.Incident{in(incident.Resolved)}, write: incident.Down}, "", "", incident.NotDone, 1, 2},
		{"refused", res, actor{reads: []incident.Incident{in(incident.Triggered)}, write: incident.Forbidden}, "", "", incident.Forbidden, 1, 1},
		{"limited: nothing was done", res, actor{reads: []incident.Incident{in(incident.Triggered)}, write: incident.Limited}, "", "", incident.Limited, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := incident.Act(t.Context(), &c.actor, "PME", "Q1", incident.Change{Action: c.action, Text: "text"})
			if !errors.Is(err, c.err) || c.err == nil && err != nil {
				t.Fatalf("error %v; want %v", err, c.err)
			}
			if got.Outcome != c.outcome || got.Incident.Status != c.status {
				t.Errorf("%s, %s; want %s, %s", got.Outcome, got.Incident.Status, c.outcome, c.status)
			}
			if len(c.actor.asked) != c.writes || c.actor.read != c.read {
				t.Errorf("%d writes and %d reads; want %d and %d", len(c.actor.asked), c.actor.read, c.writes, c.read)
			}
		})
	}
}

// After a lost answer, what was so before, or somebody else did, is not taken
// for what was asked.
func TestLostAndNotDone(t *testing.T) {
	me, lee := incident.Ref{ID: "PME"}, incident.Ref{ID: "PLEE"}
	limit := time.Unix(1_790_000_000, 0) // a service lets acknowledgements end by themselves
	for name, c := range map[string]struct {
		change      incident.Change
		before, now incident.Incident
		err         error
	}{
		"snooze, and the service's own limit": {incident.Change{Action: incident.ToSnooze, For: time.Hour},
			incident.Incident{Status: incident.Acknowledged, SnoozedUntil: limit}, incident.Incident{Status: incident.Acknowledged, SnoozedUntil: limit}, incident.NotDone},
		"snooze": {incident.Change{Action: incident.ToSnooze, For: time.Hour},
			incident.Incident{Status: incident.Acknowledged, SnoozedUntil: limit}, incident.Incident{Status: incident.Acknowledged, SnoozedUntil: limit.Add(time.Hour)}, nil},
		"merge, and somebody resolved it": {incident.Change{Action: incident.ToMerge, Into: "Q2"}, incident.Incident{Status: incident.Triggered},
			incident.Incident{Status: incident.Resolved}, incident.NotDone},
		"merge, and somebody merged it": {incident.Change{Action: incident.ToMerge, Into: "Q2"}, incident.Incident{Status: incident.Triggered},
			incident.Incident{Status: incident.Resolved, MergedInto: incident.Ref{ID: "Q3"}}, incident.NotDone},
		"merge": {incident.Change{Action: incident.ToMerge, Into: "Q2"}, incident.Incident{Status: incident.Triggered},
			incident.Incident{Status: incident.Resolved, MergedInto: incident.Ref{ID: "Q2"}}, nil},
		"reassign to one of those who have it": {incident.Change{Action: incident.ToReassign, To: []incident.Target{{Kind: incident.KindUser, ID: "PME"}}},
			incident.Incident{Status: incident.Triggered, Holders: []incident.Ref{me, lee}},
			incident.Incident{Status: incident.Triggered, Holders: []incident.Ref{me, lee}}, incident.NotDone},
		"reassign": {incident.Change{Action: incident.ToReassign, To: []incident.Target{{Kind: incident.KindUser, ID: "PME"}}},
			incident.Incident{Status: incident.Triggered, Holders: []incident.Ref{me, lee}}, incident.Incident{Status: incident.Triggered, Holders: []incident.Ref{me}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			a := &actor{reads: []incident.Incident{c.before, c.now}, write: incident.Slow}
			got, err := incident.Act(t.Context(), a, "PME", "Q1", c.change)
			if !errors.Is(err, c.err) || c.err == nil && (err != nil || got.Outcome != incident.DoneUnanswered) {
				t.Errorf("%s, %v; want %v", got.Outcome, err, c.err)
			}
		})
	}
}

// The person may close the ticket in the middle.
func TestActOutlivesTheRequest(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	a := &actor{reads: []incident.Incident{{ID: "Q1", Status: incident.Triggered}}, leave: leave}
	resolve := incident.Change{Action: incident.ToResolve}
	if _, err := incident.Act(ctx, a, "PME", "Q1", resolve); err != nil || ctx.Err() == nil {
		t.Errorf("left in the middle: %v", err)
	}
	// What was not begun by then does not begin.
	a.asked = nil
	if _, err := incident.Act(ctx, a, "PME", "Q1", resolve); !errors.Is(err, incident.NotBegun) || len(a.asked) > 0 {
		t.Errorf("left before: %v, and %d writes", err, len(a.asked))
	}
}

func TestOffered(t *testing.T) {
	all := incident.Allowed(incident.Actions)
	at := func(s incident.Status, linked bool, others int) []incident.Action {
		return incident.Offered(incident.Incident{Status: s}, all, linked, others)
	}
	open := []incident.Action{incident.ToResolve, incident.ToNote, incident.ToEdit, incident.ToEscalate, incident.ToReassign, incident.ToAdd, incident.ToUpdate, incident.ToRun}
	without := func(list []incident.Action, a incident.Action) bool { return !slices.Contains(list, a) }
	for _, a := range open {
		if without(at(incident.Triggered, false, 0), a) || without(at(incident.Acknowledged, false, 0), a) {
			t.Errorf("%s is not offered on an open incident", a)
		}
	}
	if diff := cmp.Diff([]incident.Action{incident.ToReopen, incident.ToNote, incident.ToUnlink}, at(incident.Resolved, true, 3)); diff != "" {
		t.Errorf("resolved: %s", diff)
	}
	if list := at(incident.Triggered, false, 0); without(list, incident.ToAcknowledge) || !without(list, incident.ToSnooze) || !without(list, incident.ToMerge) ||
		!without(list, incident.ToUnlink) {
		t.Errorf("triggered: %v", list)
	}
	if list := at(incident.Acknowledged, true, 1); !without(list, incident.ToAcknowledge) || without(list, incident.ToSnooze) || without(list, incident.ToMerge) ||
		without(list, incident.ToUnlink) {
		t.Errorf("acknowledged: %v", list)
	}
	if list := incident.Offered(incident.Incident{Status: incident.Triggered}, nil, true, 1); list != nil {
		t.Errorf("nothing is allowed, and offered: %v", list)
	}
}

// noter says what its notes are.
type noter struct {
	write, read error
	notes       []incident.Note
	writes      int
}

func (n *noter) Notes(context.Context, string) ([]incident.Note, error) { return n.notes, n.read }
func (n *noter) AddNote(_ context.Context, _, content string) (incident.Note, error) {
	n.writes++
	return incident.Note{Content: content}, n.write
}

func (n *noter) EditNote(context.Context, string, string, string) error {
	n.writes++
	return n.write
}
func (n *noter) DeleteNote(context.Context, string, string) error {
	n.writes++
	return n.write
}

func TestAddNote(t *testing.T) {
	now := time.Unix(1_790_000_000, 0)
	note := func(by string, age time.Duration) incident.Note {
		return incident.Note{Author: incident.Ref{ID: by}, Content: "text", At: now.Add(-age)}
	}
	for _, c := range []struct {
		name    string
		noter   noter
		outcome incident.Outcome
		err     error
		partly  bool
	}{
		{"done", noter{notes: []incident.Note{note("PME", 0)}}, incident.Done, nil, false},
		{"done, and not read", noter{read: incident.Forbidden}, incident.Done, nil, true},
		{"lost, done", noter{write: incident.Slow, notes: []incident.Note{note("PME", time.Second)}}, incident.DoneUnanswered, nil, false},
		{"lost, and only an older one of the same words", noter{write: incident.Slow, notes: []incident.Note{note("PME", time.Hour)}}, "", incident.NotDone, false},
		{"lost, and only somebody else's of the same words", noter{write: incident.Down, notes: []incident.Note{note("PLEE", time.Second)}}, "", incident.NotDone, false},
		{"lost, read lost", noter{write: incident.Slow, read: incident.Slow}, "", incident.Unconfirmed, false},
		{"refused", noter{write: incident.Forbidden}, "", incident.Forbidden, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := incident.AddNote(t.Context(), &c.noter, "PME", "Q1", " text\r\n", now)
			if !errors.Is(err, c.err) || c.err == nil && err != nil {
				t.Fatalf("error %v; want %v", err, c.err)
			}
			if got.Outcome != c.outcome || (got.Partly != nil) != c.partly || c.noter.writes != 1 {
				t.Errorf("%+v after %d writes", got, c.noter.writes)
			}
		})
	}
}

// serving has a service without an escalation policy, as a garbled answer may say.
type serving struct{ *actor }

func (serving) Service(context.Context, string) (incident.Service, error) {
	return incident.Service{ID: "PNEW"}, nil
}

// The escalation would go on with the former team.
func TestMoveNeedsThePolicy(t *testing.T) {
	a := &actor{reads: []incident.Incident{{ID: "Q1", Status: incident.Triggered}}}
	_, err := incident.Act(t.Context(), serving{a}, "PME", "Q1", incident.Change{Action: incident.ToMove, Service: "PNEW"})
	if !errors.Is(err, incident.Garbled) || len(a.asked) != 0 {
		t.Errorf("%v, asked for %v", err, a.asked)
	}
}
