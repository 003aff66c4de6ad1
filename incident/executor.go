package incident

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
)

// Client is what actions need of PagerDuty, with one agent's token.
type Client interface {
	Maker
	Actor
	Noter
	Integrator
}

// User is whom an agent is connected as in PagerDuty.
type User struct {
	AccountID string
	ID        string
}

// Access is one agent's access to PagerDuty.
type Access interface {
	// Do runs do with a client of the agent's own token. Where PagerDuty refuses
	// the token ([Unauthorized]) it is renewed, and do runs once more: a 401 did
	// nothing. Meanwhile the agent may have become another user.
	Do(ctx context.Context, do func(Client, User) error) error
}

// Caller is the agent who acts, and the ticket that they look at.
type Caller struct {
	Agent  zendesk.Agent
	Ticket Ticket // its zero value in the set-up of ticket events
	Access Access
}

// Executor carries out what agents do. A method that does an action checks the
// operator's rules, takes the incident (one action at a time, on all replicas), runs
// with the agent's own token, and writes an audit entry before and after. An action
// that the rules refuse is written down as well; one that cannot be written down
// is not done. [Executor.Integrate] and [Executor.HandOutKey] say where they differ.
//
// They fail with [ReadOnly], [NotAllowed], [Busy], with what PagerDuty answers,
// with [problem.Database], with [Slow] where the token took too long to begin, and
// with [NotBegun] where ctx ended before anything was sent.
type Executor struct {
	Audit       Audit
	Links       Links
	LastUsed    LastUsedServices
	Preferences Preferences
	Rules       Rules
	TicketNotes bool // the operator lets actions leave notes on tickets
	Log         *slog.Logger
	Now         func() time.Time
	// Count counts the ends of actions by outcome, also of those that were not
	// begun; it may be nil.
	Count func(action Action, outcome string)
}

// entry begins the audit entry of an action.
func (e *Executor) entry(by Caller, incidentID string, action Action) AuditEntry {
	return AuditEntry{
		At:         e.Now(),
		Subdomain:  by.Agent.Subdomain,
		UserID:     by.Agent.UserID,
		Ticket:     by.Ticket.ID,
		IncidentID: incidentID,
		Action:     action,
	}
}

// run does something with the agent's own token between the two audit entries.
// incidentID is empty for a creation; what do returns is the outcome, and the
// incident's id where that is new. Where it succeeds, after is called in what is
// left of [budget.Finish]; it goes on when ctx is cancelled, and may be nil.
func (e *Executor) run(ctx context.Context, by Caller, incidentID string, action Action,
	do func(context.Context, Client, User) (outcome, incidentID string, err error),
	after func(context.Context, User)) error {
	ctx, cancel := context.WithTimeout(ctx, budget.Begin)
	defer cancel()
	d := e.entry(by, incidentID, action)
	if err := e.Rules.Check(action); err != nil {
		return e.refused(ctx, d, err)
	}
	var id int64
	var outcome, newID string
	err := by.Access.Do(ctx, func(pd Client, as User) (err error) {
		if id == 0 { // the second time is the same action with a renewed token
			d.AccountID, d.PagerDutyID = as.AccountID, as.ID
			if id, err = e.Audit.Begin(ctx, d); err != nil {
				return err
			}
		} else if as.AccountID != d.AccountID || as.ID != d.PagerDutyID {
			// Another tab switched to another PagerDuty user meanwhile. What
			// was clicked as one is not done, nor written down, as another.
			return Unauthorized
		}
		if ctx.Err() != nil {
			return notBegun(ctx.Err())
		}
		outcome, newID, err = do(ctx, pd, as)
		return err
	})
	err = beforeWrite(err)
	finishing, cancel := detached(ctx, budget.Finish)
	defer cancel()
	if id != 0 {
		e.ended(finishing, id, d, outcome, newID, err)
	} else if err != nil {
		e.counted(action, outcomeOf(err))
	}
	if err == nil && after != nil {
		after(finishing, User{AccountID: d.AccountID, ID: d.PagerDutyID})
	}
	return err
}

// notBegun says that what was asked for was not begun: by now nobody waits for it,
// and somebody may be doing it in another way.
func notBegun(cause error) error {
	return problem.New(NotBegun, cause, problem.Args{"seconds": 1})
}

// beforeWrite names the end of a context. A write outlives the request, so that one
// whose context ended was not begun: its time was over ([Slow]), or the person left
// ([NotBegun]). What has a name keeps it.
func beforeWrite(err error) error {
	if _, _, known := problem.Of(err); known {
		return err
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return problem.New(Slow, err, nil)
	case errors.Is(err, context.Canceled):
		return notBegun(err)
	}
	return err
}

// refused writes down what the operator's rules forbid.
func (e *Executor) refused(ctx context.Context, d AuditEntry, err error) error {
	id, failed := e.Audit.Begin(ctx, d)
	if failed != nil {
		e.counted(d.Action, outcomeOf(failed))
		return failed
	}
	ctx, cancel := detached(ctx, budget.Finish)
	defer cancel()
	e.ended(ctx, id, d, "", "", err)
	return err
}

// ended writes down how an action ended. ctx is detached from the request.
func (e *Executor) ended(ctx context.Context, id int64, d AuditEntry, outcome, incidentID string, err error) {
	if err != nil {
		outcome = outcomeOf(err)
	}
	e.counted(d.Action, outcome)
	e.Log.LogAttrs(ctx, slog.LevelInfo, "action",
		slog.String("action", string(d.Action)),
		slog.String("outcome", outcome),
		slog.String("zendesk", d.Subdomain),
		slog.String("zendesk_user", d.UserID),
		slog.String("pagerduty_user", d.PagerDutyID),
		slog.Int64("ticket", d.Ticket),
		slog.String("incident", cmp.Or(incidentID, d.IncidentID)))
	if err := e.Audit.End(ctx, id, outcome, incidentID); err != nil {
		e.Log.ErrorContext(ctx, "the end of an audit entry was not written", "entry", id, "outcome", outcome, "err", err)
	}
}

// outcomeOf is an error as an audit entry holds it.
func outcomeOf(err error) string {
	if code, _, known := problem.Of(err); known {
		return string(code)
	}
	return "failed"
}

func (e *Executor) counted(action Action, outcome string) {
	if e.Count != nil {
		e.Count(action, outcome)
	}
}

// detached is for what is finished although the person may be gone.
func detached(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), d)
}

// link names an incident of the caller's ticket.
func (e *Executor) link(by Caller, as User, incidentID string) Link {
	return Link{
		Ticket:     by.Ticket,
		AccountID:  as.AccountID,
		IncidentID: incidentID,
		UserID:     by.Agent.UserID,
		At:         e.Now(),
	}
}

// notedActions are those that leave an internal note on the ticket.
var notedActions = Allowed{ToCreate, ToLink, ToAcknowledge, ToResolve, ToReopen}

// LeavesNote says whether an action is to leave an internal note on the ticket: the
// operator and the agent may have turned notes off.
func (e *Executor) LeavesNote(ctx context.Context, by Caller, action Action) bool {
	if !e.TicketNotes || !slices.Contains(notedActions, action) {
		return false
	}
	on, err := e.Preferences.LeavesNotes(ctx, by.Agent.Subdomain, by.Agent.UserID)
	if err != nil {
		e.Log.WarnContext(ctx, "the agent's preferences cannot be read: no note", "err", err)
		return false
	}
	return on
}
