package incident

import "slices"

// Role is a person's base role in PagerDuty, as PagerDuty spells it; empty where it is
// not known.
type Role string

// The roles of stakeholders. They only look, and no role in a team gives them more
// (Knowledge Base, "Advanced permissions"). Of all others a team's role may allow what
// the base role does not.
const (
	FullStakeholder    Role = "read_only_user"
	LimitedStakeholder Role = "read_only_limited_user"
)

// Stakeholder says whether PagerDuty refuses all changes of incidents to a role.
func (r Role) Stakeholder() bool { return r == FullStakeholder || r == LimitedStakeholder }

// forStakeholders are what is left to them: links are kept here, and status updates
// are made for them. Whether they may subscribe by REST is not documented.
var forStakeholders = Allowed{ToSubscribe, ToUnsubscribe, ToLink, ToUnlink}

// For are the allowed actions without those that PagerDuty refuses a role everywhere.
func (a Allowed) For(r Role) Allowed {
	if !r.Stakeholder() {
		return a
	}
	return slices.DeleteFunc(slices.Clone(a), func(action Action) bool { return !forStakeholders.Has(action) })
}

// Contradicts says whether how an action ended does not fit a role, which may have
// changed since it was read.
func (r Role) Contradicts(action Action, forbidden bool) bool {
	if r.Stakeholder() {
		return !forbidden && !forStakeholders.Has(action.Needs())
	}
	return forbidden
}
