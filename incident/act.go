package incident

import (
	"context"
	"errors"
	"slices"
	"time"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/problem"
)

// Update is what PagerDuty is asked to change; what is empty stays.
type Update struct {
	Status     Status
	Resolution string // only with Resolved
	Title      string
	Urgency    Urgency
	PriorityID string
	Level      int // of the escalation policy, from 1
	UserIDs    []string
	PolicyID   string
	ServiceID  string
}

// Actor changes incidents with one agent's token. Each write is sent once and
// never again by itself.
type Actor interface {
	Incident(ctx context.Context, id string) (Incident, error)
	// About reads an incident with those who were asked to help.
	About(ctx context.Context, id string) (About, error)
	Service(ctx context.Context, id string) (Service, error)
	Update(ctx context.Context, id string, u Update) (Incident, error)
	Snooze(ctx context.Context, id string, d time.Duration) (Incident, error)
	// Merge resolves the source, moves its alerts into another incident, and
	// names that one.
	Merge(ctx context.Context, into, source string) (Ref, error)
	// RequestResponders asks people, or whoever is on call for policies, to
	// join; me is the token's own user.
	RequestResponders(ctx context.Context, id, me, message string, targets []Target) error
	// CancelResponders takes requests back. It fails with [StaleStatus] where one of
	// the targets was not waiting for an answer any more.
	CancelResponders(ctx context.Context, id, me string, targets []Target) error
	PublishUpdate(ctx context.Context, id, message string) error
	Subscribe(ctx context.Context, id, user string) error
	Unsubscribe(ctx context.Context, id, user string) error
	StartWorkflow(ctx context.Context, id, workflow string) error
}

// Outcome is how an action ended that did not fail. It is what the audit trail
// holds.
type Outcome string

// The outcomes of an action.
const (
	Done Outcome = "done"
	// DoneUnanswered: the answer was lost; the incident shows that it was done.
	DoneUnanswered Outcome = "recovered"
	Late           Outcome = "late" // somebody was first: nothing was changed
)

// Acted is an incident after an action.
type Acted struct {
	Incident Incident
	Outcome  Outcome
}

// act does an action on an incident, as me, PagerDuty's id of the token's user.
//
// The incident is read before anything is written: an acknowledgement that
// comes late would reopen a resolved incident (PagerDuty's API reference,
// "Update an incident"). Where somebody was first, or the answer to the write
// was lost, the incident is read once more and says what happened.
//
// Once it writes, it goes on when ctx is cancelled: the person may be gone, the
// work is not.
func act(ctx context.Context, pd Actor, me, id string, c Change) (Acted, error) {
	step, err := c.checked()
	if err != nil {
		return Acted{}, err
	}
	if c.Action == ToMerge && c.Into == id {
		return Acted{}, MergeMissing
	}
	before, err := step.read(ctx, pd, id)
	if err != nil {
		return Acted{}, err
	}
	if !step.fits(before, c) {
		return Acted{before, Late}, nil
	}
	if c.unless != nil {
		if err := c.unless(ctx, before); err != nil {
			return Acted{}, err
		}
	}
	if step.prepare != nil {
		if err := step.prepare(ctx, pd, &c); err != nil {
			return Acted{}, err
		}
	}
	if ctx.Err() != nil {
		return Acted{}, notBegun(ctx.Err())
	}
	writing, cancel := context.WithTimeout(context.WithoutCancel(ctx), budget.Write)
	defer cancel()
	after, err := step.write(writing, pd, me, before, c)
	switch {
	case err == nil:
		return Acted{after, Done}, nil
	case errors.Is(err, StaleStatus):
		if now, lookup := step.reread(ctx, pd, id); lookup == nil {
			return Acted{now, Late}, nil
		}
		return Acted{before, Late}, nil
	case !lost(err):
		return Acted{}, err
	case step.shows == nil:
		return Acted{}, problem.New(Unconfirmed, err, nil)
	}
	now, lookup := step.reread(ctx, pd, id)
	switch {
	case lookup != nil:
		return Acted{}, unknown(Unconfirmed, err, lookup)
	case !step.shows(before, now, c):
		return Acted{}, problem.New(NotDone, err, nil)
	}
	return Acted{now, DoneUnanswered}, nil
}

// step is how one action is done.
type step struct {
	// check reads what was typed.
	check func(*Change) error
	// fits says whether it still makes sense for the incident as it is now.
	fits func(Incident, Change) bool
	// responders says that it has to know who was asked to help.
	responders bool
	// prepare reads what else the write needs; it may be nil.
	prepare func(ctx context.Context, pd Actor, c *Change) error
	// write does it. Where PagerDuty's answer holds no incident, the one that
	// was read before comes back.
	write func(ctx context.Context, pd Actor, me string, in Incident, c Change) (Incident, error)
	// shows says whether an incident looks as if it had been done, by how it was
	// before and is now; nil where nothing in it tells.
	shows func(before, now Incident, c Change) bool
}

// read looks at the incident as far as the step needs it.
func (s step) read(ctx context.Context, pd Actor, id string) (Incident, error) {
	if s.responders {
		about, err := pd.About(ctx, id)
		return about.Incident, err
	}
	return pd.Incident(ctx, id)
}

// reread looks again after a write.
func (s step) reread(ctx context.Context, pd Actor, id string) (Incident, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), budget.Lookup)
	defer cancel()
	return s.read(ctx, pd, id)
}

// policyOfService finds the escalation policy of the service that an incident is to
// move to.
func policyOfService(ctx context.Context, pd Actor, c *Change) error {
	service, err := pd.Service(ctx, c.Service)
	if errors.Is(err, NoAccess) || errors.Is(err, Forbidden) {
		return problem.New(ServiceGone, err, nil)
	}
	if err == nil && !ValidID(service.Policy.ID) {
		return problem.New(Garbled, errors.New("the service has no escalation policy"), nil)
	}
	c.policy = service.Policy.ID
	return err
}

func isOpen(in Incident, _ Change) bool { return in.Status.Open() }

func inStatus(s Status) func(Incident, Change) bool {
	return func(in Incident, _ Change) bool { return in.Status == s }
}

// pending says whether one of a change's targets is an open incident's request that
// waits for an answer.
func pending(in Incident, c Change) bool { return in.Status.Open() && len(stillAsked(in, c)) > 0 }

// stillAsked are the targets of a change whose request waits for an answer.
func stillAsked(in Incident, c Change) []Target {
	return slices.DeleteFunc(slices.Clone(c.To), func(t Target) bool {
		return !slices.ContainsFunc(in.Responders, func(r Responder) bool { return r.Pending() && slices.Contains(r.Targets(), t) })
	})
}

// reopens says whether an incident can be reopened: one that was merged goes on in
// another.
func reopens(in Incident, _ Change) bool { return in.Status == Resolved && in.MergedInto.ID == "" }

// update makes a step of a plain change.
func update(
	check func(*Change) error,
	fits func(Incident, Change) bool,
	want func(Change) Update,
	shows func(before, now Incident, c Change) bool,
) step {
	return step{check: check, fits: fits, shows: shows,
		write: func(ctx context.Context, pd Actor, _ string, in Incident, c Change) (Incident, error) {
			return pd.Update(ctx, in.ID, want(c))
		}}
}

// aside makes a step that changes nothing of what a card shows.
func aside(
	check func(*Change) error,
	fits func(Incident, Change) bool,
	do func(ctx context.Context, pd Actor, me, id string, c Change) error,
) step {
	return step{check: check, fits: fits,
		write: func(ctx context.Context, pd Actor, me string, in Incident, c Change) (Incident, error) {
			return in, do(ctx, pd, me, in.ID, c)
		}}
}

var steps = map[Action]step{
	ToAcknowledge: update(nothing, inStatus(Triggered),
		func(Change) Update { return Update{Status: Acknowledged} },
		func(_, now Incident, _ Change) bool { return now.Status == Acknowledged }),
	ToResolve: update(resolution, isOpen,
		func(c Change) Update { return Update{Status: Resolved, Resolution: c.Text} },
		func(_, now Incident, _ Change) bool { return now.Status == Resolved }),
	// Triggered and not acknowledged: whoever is on call has to know that it is not
	// over. PagerDuty assigns it by its escalation policy (API reference, "Update an
	// incident").
	ToReopen: update(nothing, reopens,
		func(Change) Update { return Update{Status: Triggered} },
		func(_, now Incident, _ Change) bool { return now.Status.Open() }),
	ToEdit: update(edited, isOpen,
		func(c Change) Update { return Update{Title: c.Title, Urgency: c.Urgency, PriorityID: c.PriorityID} },
		func(_, now Incident, c Change) bool {
			return (c.Title == "" || now.Title == c.Title) && (c.Urgency == "" || now.Urgency == c.Urgency) &&
				(c.PriorityID == "" || now.PriorityID == c.PriorityID)
		}),
	ToEscalate: update(level, isOpen, func(c Change) Update { return Update{Level: c.Level} }, nil),
	ToReassign: update(target, isOpen,
		func(c Change) Update {
			if c.To[0].Kind == KindPolicy {
				return Update{PolicyID: c.To[0].ID}
			}
			return Update{UserIDs: []string{c.To[0].ID}}
		},
		func(_, now Incident, c Change) bool {
			if c.To[0].Kind == KindPolicy {
				return now.Policy.ID == c.To[0].ID
			}
			// Theirs alone: they may have been one of several before.
			return len(now.Holders) == 1 && now.Holders[0].ID == c.To[0].ID
		}),
	// The service brings its escalation policy along: whether PagerDuty would take that
	// by itself is not documented, and who is paged must not depend on it.
	ToMove: {check: toService,
		fits:    func(in Incident, c Change) bool { return in.Status.Open() && in.Service.ID != c.Service },
		prepare: policyOfService,
		write: func(ctx context.Context, pd Actor, _ string, in Incident, c Change) (Incident, error) {
			moved, err := pd.Update(ctx, in.ID, Update{ServiceID: c.Service, PolicyID: c.policy})
			if errors.Is(err, Duplicate) {
				err = problem.New(ServiceTaken, err, nil)
			}
			return moved, err
		},
		shows: func(_, now Incident, c Change) bool { return now.Service.ID == c.Service }},
	ToSnooze: {check: duration, fits: inStatus(Acknowledged),
		write: func(ctx context.Context, pd Actor, _ string, in Incident, c Change) (Incident, error) {
			return pd.Snooze(ctx, in.ID, c.For)
		},
		// A service's own limit on acknowledgements looks like a snooze: only a
		// new time tells.
		shows: func(before, now Incident, _ Change) bool {
			return now.Status == Acknowledged && !now.SnoozedUntil.IsZero() &&
				!now.SnoozedUntil.Equal(before.SnoozedUntil)
		}},
	ToMerge: {check: into, fits: isOpen,
		write: func(ctx context.Context, pd Actor, _ string, in Incident, c Change) (Incident, error) {
			// PagerDuty answers with the other one; this one is resolved by it.
			into, err := pd.Merge(ctx, c.Into, in.ID)
			in.Status, in.Holders, in.MergedInto = Resolved, nil, into
			return in, err
		},
		// Somebody may have resolved it, or merged it elsewhere, meanwhile.
		shows: func(_, now Incident, c Change) bool { return now.Status == Resolved && now.MergedInto.ID == c.Into }},
	ToAdd: aside(invitation, isOpen, func(ctx context.Context, pd Actor, me, id string, c Change) error {
		return pd.RequestResponders(ctx, id, me, c.Text, c.To)
	}),
	ToCancel: {check: targets, fits: pending, responders: true,
		write: func(ctx context.Context, pd Actor, me string, in Incident, c Change) (Incident, error) {
			return in, pd.CancelResponders(ctx, in.ID, me, stillAsked(in, c))
		},
		shows: func(_, now Incident, c Change) bool { return !pending(now, c) }},
	ToUpdate: aside(message, isOpen, func(ctx context.Context, pd Actor, _, id string, c Change) error {
		return pd.PublishUpdate(ctx, id, c.Text)
	}),
	ToSubscribe: aside(nothing, isOpen, func(ctx context.Context, pd Actor, me, id string, _ Change) error {
		return pd.Subscribe(ctx, id, me)
	}),
	ToUnsubscribe: aside(nothing, isOpen, func(ctx context.Context, pd Actor, me, id string, _ Change) error {
		return pd.Unsubscribe(ctx, id, me)
	}),
	ToRun: aside(workflow, isOpen, func(ctx context.Context, pd Actor, _, id string, c Change) error {
		return pd.StartWorkflow(ctx, id, c.Workflow)
	}),
}
