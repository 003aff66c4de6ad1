package incident

import "context"

// Creation is how a creation ended, and what it leaves on the ticket.
type Creation struct {
	Created
	Note bool // an internal note is to be left on the ticket
}

// Create makes an incident for the caller's ticket on a service, or finds that there is
// an open one; PagerDuty refuses a second one of the same key there. It is sent once,
// and goes on when ctx is cancelled. It remembers that the incident was made from the
// sidebar, and the service for those scopes ("form:1", "group:2"). Once PagerDuty has
// said yes, nothing that fails keeps the agent from hearing so: it is logged.
//
// Besides what all methods fail with, it fails with what [Draft.Check] says, unless
// the agent has to log in first.
func (e *Executor) Create(ctx context.Context, by Caller, n Draft, scopes []string) (Creation, error) {
	if wrong := n.Check(); wrong != nil {
		if err := by.Access.Do(ctx, func(Client, User) error { return nil }); err != nil {
			return Creation{}, err
		}
		return Creation{}, wrong
	}
	made := Creation{}
	err := e.run(ctx, by, "", ToCreate,
		func(ctx context.Context, pd Client, _ User) (outcome, id string, err error) {
			made.Created, err = create(ctx, pd, by.Ticket, n)
			return string(made.Outcome), made.Incident.ID, err
		},
		func(ctx context.Context, as User) {
			e.remember(ctx, by, as, made.Incident.ID, n.ServiceID, scopes)
			made.Note = e.LeavesNote(ctx, by, ToCreate)
		})
	return made, err
}

// remember stores the service that was used for a creation, and that the incident
// was made from the sidebar. Its key says so as well, but not to those who may not
// see the incident.
func (e *Executor) remember(ctx context.Context, by Caller, as User, incidentID, serviceID string, scopes []string) {
	if err := e.LastUsed.UsedService(ctx, by.Ticket.Subdomain, as.AccountID, serviceID, scopes, e.Now()); err != nil {
		e.Log.WarnContext(ctx, "the service used is not remembered", "err", err)
	}
	if err := e.Links.Made(ctx, e.link(by, as, incidentID)); err != nil {
		e.Log.ErrorContext(ctx, "an incident that was made is not remembered",
			"incident", incidentID, "ticket", by.Ticket.ID, "err", err)
	}
}

// Result is an incident of the ticket after an action.
type Result struct {
	Incident TicketIncident
	Outcome  Outcome
	Note     bool // an internal note is to be left on the ticket
}

// result reads what a card shows after an action. What was done stays done where
// the links cannot be read: an error here would say that it failed.
func (e *Executor) result(ctx context.Context, by Caller, as User, action Action, a Acted) Result {
	shown, err := TicketIncidentOf(ctx, e.Links, by.Ticket, as.AccountID, a.Incident)
	if err != nil {
		e.Log.ErrorContext(ctx, "the links of an incident were not read", "err", err)
		shown = TicketIncident{Incident: a.Incident}
	}
	return Result{Incident: shown, Outcome: a.Outcome, Note: a.Outcome != Late && e.LeavesNote(ctx, by, action)}
}

// Act changes an incident, after it has read it: an acknowledgement that comes late
// would reopen a resolved one. Where somebody was first, or the answer to the write was
// lost, it reads once more and says what happened. Once it writes, it goes on when ctx is
// cancelled. Once the incident is resolved, nobody's choice to resolve it with the ticket
// is kept.
//
// Besides what all methods fail with, it fails with what [Change.Check] says, with
// [Shared] where the change asks for that, and with [NotChosen].
func (e *Executor) Act(ctx context.Context, by Caller, id string, c Change) (Result, error) {
	if err := c.Check(); err != nil {
		return Result{}, err
	}
	var acted Acted
	var result Result
	err := e.run(ctx, by, id, c.Action,
		func(ctx context.Context, pd Client, as User) (outcome, _ string, err error) {
			if c.OnSolve {
				// The page that asks may show what another tab took back, or another
				// agent took over.
				if err := chose(ctx, e.Links, e.link(by, as, id)); err != nil {
					return "", "", err
				}
			}
			if c.IfUnshared {
				c.unless = func(ctx context.Context, in Incident) error {
					return checkUnshared(ctx, e.Links, by.Ticket, as.AccountID, in)
				}
			}
			acted, err = act(ctx, pd, as.ID, id, c)
			return string(acted.Outcome), "", err
		},
		func(ctx context.Context, as User) {
			if acted.Incident.Status == Resolved {
				e.forgetChoices(ctx, by, as, id)
			}
			result = e.result(ctx, by, as, c.Action, acted)
		})
	return result, err
}

// forgetChoices takes everybody's choice back for an incident that is over.
func (e *Executor) forgetChoices(ctx context.Context, by Caller, as User, id string) {
	l := e.link(by, as, id)
	l.UserID = ""
	if err := e.Links.LeaveOnSolve(ctx, l); err != nil {
		e.Log.WarnContext(ctx, "a choice for a resolved incident stays", "incident", id, "ticket", by.Ticket.ID, "err", err)
	}
}

// AddNote adds a note and reads the notes: after a lost answer they say whether it was
// added. It goes on when ctx is cancelled.
func (e *Executor) AddNote(ctx context.Context, by Caller, id, content string) (Noted, error) {
	content, err := checkNote(content)
	if err != nil {
		return Noted{}, err
	}
	var noted Noted
	err = e.run(ctx, by, id, ToNote, func(ctx context.Context, pd Client, as User) (outcome, _ string, err error) {
		noted, err = addNote(ctx, pd, as.ID, id, content, e.Now())
		return string(noted.Outcome), "", err
	}, nil)
	return noted, err
}

// ChangeNote edits or deletes one of the user's own notes. It fails with [NotYourNote]
// for another's and, to edit one that is gone, with [NoteGone]; one that says something
// else than the person saw is left alone ([Late]).
func (e *Executor) ChangeNote(ctx context.Context, by Caller, id string, c NoteChange) (Noted, error) {
	c, err := c.checked()
	if err != nil {
		return Noted{}, err
	}
	var noted Noted
	err = e.run(ctx, by, id, c.Action, func(ctx context.Context, pd Client, as User) (outcome, _ string, err error) {
		noted, err = changeNote(ctx, pd, as.ID, id, c)
		return string(noted.Outcome), "", err
	}, nil)
	return noted, err
}

// Link links an incident that the agent sees to their ticket. It fails with
// [TooManyLinks] where the ticket has [MaxLinks] others.
func (e *Executor) Link(ctx context.Context, by Caller, id string) (Result, error) {
	var in Incident
	var result Result
	err := e.run(ctx, by, id, ToLink,
		func(ctx context.Context, pd Client, as User) (outcome, linked string, err error) {
			in, err = addLink(ctx, pd, e.Links, e.link(by, as, id))
			return string(Done), in.ID, err
		},
		func(ctx context.Context, as User) {
			result = e.result(ctx, by, as, ToLink, Acted{Incident: in, Outcome: Done})
		})
	return result, err
}

// Unlink takes the link to an incident back, and returns the incident.
func (e *Executor) Unlink(ctx context.Context, by Caller, id string) (Incident, error) {
	var in Incident
	err := e.run(
		ctx,
		by,
		id,
		ToUnlink,
		func(ctx context.Context, pd Client, as User) (outcome, unlinked string, err error) {
			in, err = removeLink(ctx, pd, e.Links, e.link(by, as, id))
			return string(Done), in.ID, err
		},
		nil,
	)
	return in, err
}

// ResolveOnSolve remembers that the agent wants an incident resolved when they
// solve the ticket, or takes that back. It fails with [NotOfTicket] and
// [TooManyOnSolve].
func (e *Executor) ResolveOnSolve(ctx context.Context, by Caller, id string, on bool) error {
	action := ToLeaveOnSolve
	if on {
		action = ToResolveOnSolve
	}
	return e.run(ctx, by, id, action, func(ctx context.Context, pd Client, as User) (outcome, _ string, err error) {
		l := e.link(by, as, id)
		if on {
			err = chooseResolveOnSolve(ctx, pd, e.Links, l)
		} else {
			err = e.Links.LeaveOnSolve(ctx, l)
		}
		return string(Done), "", err
	}, nil)
}
