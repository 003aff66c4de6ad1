package incident

import (
	"errors"
	"fmt"

	"zendesk-pagerduty/problem"
)

// What PagerDuty may answer, with the arguments of each.
const (
	Unauthorized problem.Code = "pagerduty.unauthorized" // the token is not taken; refresh or log in
	Forbidden    problem.Code = "pagerduty.forbidden"    // this person may not
	NoAccess     problem.Code = "pagerduty.noaccess"     // not there, or hidden from this person
	PlanLacks    problem.Code = "pagerduty.plan"         // the account's plan lacks it
	Limited      problem.Code = "pagerduty.limited"      // seconds
	TooManyCalls problem.Code = "limit.calls"            // seconds; not PagerDuty's limit: this server's
	Slow         problem.Code = "pagerduty.slow"         // no answer in time
	Down         problem.Code = "pagerduty.down"         // the answer was lost, or is an error of theirs
	Unreachable  problem.Code = "pagerduty.unreachable"  // nothing could be sent
	Garbled      problem.Code = "pagerduty.garbled"      // an answer that makes no sense
	Refused      problem.Code = "pagerduty.refused"      // message: PagerDuty's own words

	Duplicate    problem.Code = "create.duplicate"  // the key is open on the service
	ServiceGone  problem.Code = "create.service"    // no such service, or no right to it
	NobodyOnCall problem.Code = "create.nobody"     // the escalation policy has nobody on call
	Hidden       problem.Code = "create.hidden"     // the key is open on the service, unseen by this person
	NotCreated   problem.Code = "create.notcreated" // no answer, and no incident to be seen
	Unknown      problem.Code = "create.unknown"    // no answer, and no look-up either

	StaleStatus problem.Code = "act.first" // the status has changed meanwhile: never shown, the incident is read again

	NotBegun        problem.Code = "act.notbegun"    // seconds; the person left, or their request's time was over
	Busy            problem.Code = "act.busy"        // another action on the incident is under way
	Shared          problem.Code = "act.shared"      // count: other tickets have the incident too
	ActionUnknown   problem.Code = "act.action"      // action
	Unconfirmed     problem.Code = "act.unconfirmed" // no answer, and nothing tells whether it was done
	NotDone         problem.Code = "act.notdone"     // no answer, and the incident does not show it
	CannotEscalate  problem.Code = "act.level"       // the policy has no such level
	NotAcknowledged problem.Code = "act.notacknowledged"
	AssigneeGone    problem.Code = "act.assignee"
	PolicyGone      problem.Code = "act.policy"
	PriorityGone    problem.Code = "act.priority"

	ServiceTaken problem.Code = "act.taken" // an incident of the same key is open there

	NoteGone    problem.Code = "act.notegone" // it was deleted
	NotYourNote problem.Code = "act.notyours"

	TextMissing     problem.Code = "act.text"
	TextLong        problem.Code = "act.textlong" // got, max
	NothingChanged  problem.Code = "act.nochange"
	LevelMissing    problem.Code = "act.chooselevel"
	TargetMissing   problem.Code = "act.target"
	DurationMissing problem.Code = "act.duration"
	WorkflowMissing problem.Code = "act.workflow"
	MergeMissing    problem.Code = "act.into"

	SearchMalformed problem.Code = "link.search"
	OtherAccount    problem.Code = "link.account" // got, want
	TooManyLinks    problem.Code = "link.many"    // max

	NotOfTicket    problem.Code = "onsolve.foreign" // the incident is none of the ticket's
	TooManyOnSolve problem.Code = "onsolve.many"    // max
	NotChosen      problem.Code = "onsolve.taken"   // another agent's choice, or nobody's

	TitleMissing     problem.Code = "create.title"
	TitleLong        problem.Code = "create.titlelong" // got, max
	DescriptionLong  problem.Code = "create.desclong"  // got, max
	ServiceMissing   problem.Code = "create.choose"
	UrgencyMalformed problem.Code = "create.urgency" // got
)

// lost says that a write may have been done although its answer did not come.
func lost(err error) bool {
	return errors.Is(err, Slow) || errors.Is(err, Down) || errors.Is(err, Garbled)
}

// unknown is a lost write whose look-up failed as well. The look-up's error is
// for the log alone: a token that was refused there must not be renewed to do
// all of it again, for the write may have been done.
func unknown(code problem.Code, write, lookup error) error {
	return problem.New(code, fmt.Errorf("%w; looking: %v", write, lookup), nil)
}
