package incident

import "zendesk-pagerduty/problem"

// What the operator's rules refuse.
const (
	ReadOnly   problem.Code = "readonly"   // READ_ONLY is set
	NotAllowed problem.Code = "notallowed" // action: ALLOWED_ACTIONS does not name it
)

// Rules are what the operator lets agents do.
type Rules struct {
	ReadOnly bool    // nothing is written to PagerDuty, and no link is changed
	Allowed  Allowed // the actions of ALLOWED_ACTIONS
}

// Check fails with [ReadOnly] or [NotAllowed] where an action is against the
// rules. Buttons that are not shown are a courtesy; this is the rule.
func (r Rules) Check(action Action) error {
	switch {
	case r.ReadOnly:
		return ReadOnly
	case !r.Allowed.Has(action.Needs()):
		return problem.New(NotAllowed, nil, problem.Args{"action": string(action)})
	}
	return nil
}

// Offered are the actions that a card may offer.
func (r Rules) Offered() Allowed {
	if r.ReadOnly {
		return nil
	}
	return r.Allowed
}
