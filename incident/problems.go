package incident

import (
	"errors"

	"zendesk-pagerduty/problem"
)

// What PagerDuty may answer, with the arguments of each.
const (
	Unauthorized problem.Code = "pagerduty.unauthorized" // the token is not taken; refresh or log in
	Forbidden    problem.Code = "pagerduty.forbidden"    // this person may not
	NoAccess     problem.Code = "pagerduty.noaccess"     // not there, or hidden from this person
	PlanLacks    problem.Code = "pagerduty.plan"         // the account's plan lacks it
	Limited      problem.Code = "pagerduty.limited"      // seconds
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
