package incident

import "slices"

// Action is something that an agent does in PagerDuty, mostly with an incident
// from the sidebar. Its value is the last part of the route, the name in ALLOWED_ACTIONS and the name
// in the audit trail.
type Action string

// All actions.
const (
	ToCreate      Action = "create"
	ToAcknowledge Action = "acknowledge"
	ToResolve     Action = "resolve"
	ToReopen      Action = "reopen" // triggers a resolved one again
	ToNote        Action = "note"
	ToEditNote    Action = "edit-note" // one's own
	ToDeleteNote  Action = "delete-note"
	ToEdit        Action = "edit" // title, priority, urgency
	ToEscalate    Action = "escalate"
	ToReassign    Action = "reassign"
	ToMove        Action = "move" // to another service
	ToSnooze      Action = "snooze"
	ToAdd         Action = "responders" // asks others to help
	ToCancel      Action = "cancel-responder"
	ToUpdate      Action = "update"    // a status update to its subscribers
	ToSubscribe   Action = "subscribe" // oneself to status updates
	ToUnsubscribe Action = "unsubscribe"
	ToRun         Action = "workflow"
	ToMerge       Action = "merge"
	ToLink        Action = "link"
	ToUnlink      Action = "unlink"
	ToIntegrate   Action = "integration" // in the set-up of ticket events: for a service, not on an incident
)

// Actions that are written down and are not done in PagerDuty. Their right is
// that of another action, or nobody is kept from them.
const (
	ToResolveOnSolve Action = "onsolve"     // choose that solving the ticket resolves it
	ToLeaveOnSolve   Action = "onsolve.off" // take that back
	ToHandOutKey     Action = "key"         // an integration key, to the set-up page: for a service
)

// Needs is the action whose right an action takes: mostly its own.
func (a Action) Needs() Action {
	switch a {
	case ToResolveOnSolve, ToLeaveOnSolve:
		return ToResolve
	}
	return a
}

// What the audit trail holds beside actions in PagerDuty. No setting names these,
// they have no incident and no ticket, and are written when they are done.
const (
	LoggedIn            Action = "login"  // an agent connected PagerDuty
	Switched            Action = "switch" // as somebody else than before
	LoggedOut           Action = "logout"
	LoginShared         Action = "login.shared"     // as a person as whom other Zendesk users are connected
	InstallationAdded   Action = "installation.add" // by the operator, as are the next ones
	InstallationRemoved Action = "installation.remove"
	InstallationRenamed Action = "installation.rename" // of an account whose subdomain is another now
	ConnectionRevoked   Action = "connection.revoke"
	SessionsEnded       Action = "session.end"
)

// Actions lists all of them, in the order of a card.
var Actions = []Action{
	ToCreate, ToAcknowledge, ToResolve, ToReopen, ToNote, ToEditNote, ToDeleteNote, ToEdit, ToEscalate, ToReassign, ToMove, ToSnooze, ToAdd, ToCancel, ToUpdate,
	ToSubscribe, ToUnsubscribe, ToRun, ToMerge, ToLink, ToUnlink, ToIntegrate,
}

// AuditedActions are all that an agent's requests write down.
var AuditedActions = append(slices.Clone(Actions), ToResolveOnSolve, ToLeaveOnSolve, ToHandOutKey)

// Allowed are the actions that the operator lets agents do. What PagerDuty lets
// them do is PagerDuty's to say.
type Allowed []Action

// Has says whether an action is allowed.
func (a Allowed) Has(action Action) bool { return slices.Contains(a, action) }

// Offered are the allowed actions that make sense for an incident in its
// status. linked says that it is the ticket's by a link, others how many other
// open incidents the ticket has.
func Offered(in Incident, allowed Allowed, linked bool, others int) []Action {
	var list []Action
	for _, action := range Actions { // in the order of a card, whatever the operator's is
		if !allowed.Has(action) {
			continue
		}
		switch action {
		case ToCreate, ToLink, ToEditNote, ToDeleteNote, ToCancel, ToUnsubscribe, ToIntegrate: // not on the card itself
			continue
		case ToNote:
		case ToReopen:
			if !reopens(in, Change{}) {
				continue
			}
		case ToSubscribe: // in the form of the status update, where that is offered
			if allowed.Has(ToUpdate) || !in.Status.Open() {
				continue
			}
		case ToUnlink:
			if !linked {
				continue
			}
		case ToAcknowledge:
			if in.Status != Triggered {
				continue
			}
		case ToSnooze:
			if in.Status != Acknowledged {
				continue
			}
		case ToMerge:
			if others == 0 || !in.Status.Open() {
				continue
			}
		default:
			if !in.Status.Open() {
				continue
			}
		}
		list = append(list, action)
	}
	return list
}
