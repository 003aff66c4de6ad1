package check

import (
	"slices"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
)

// The order in which several fixes are made. What pages too often, or the wrong
// people, comes first: while its webhook is off or leads nowhere it does no harm.
// What makes triggers heard comes last.
var (
	loops    = []problem.Code{sandboxCopy, loopTag, loopOpen, repeats}
	crowding = []problem.Code{twice, twiceSame, ackWithRaise}
	hearing  = []problem.Code{
		triggerInactive, raiseMissing, targetDead, callMalformed,
		hookMissing, hookInactive, hookSubscriptions, hookEndpoint, hookHost, hookRegion,
		hookPath, hookMethod, hookFormat, hookHTTP,
	}
)

func stage(code problem.Code) int {
	switch {
	case slices.Contains(loops, code):
		return 0
	case slices.Contains(crowding, code):
		return 1
	case !slices.Contains(hearing, code):
		return 2
	}
	return 3
}

const lastStage = 3

// mostTried is how many fixes are looked at as if they were made, in one go: each
// takes a check of its own.
const mostTried = 8

// Next chooses the finding to fix first of some that are named by their ids. Loops
// come before what activates them, and what would start another loop is not fixed
// among others: false where nothing else is left. After a fix the account is to be
// read again, since each may change what the others do.
func Next(a Account, f trigger.Found, ids []string) (Finding, bool) {
	all := Run(a, f)
	looping := slices.ContainsFunc(all, isLoop)
	tried := 0
	for s := range lastStage + 1 {
		for _, one := range all {
			if one.Fix == nil || !slices.Contains(ids, one.ID) || stage(one.Code) != s {
				continue
			}
			if s == 0 {
				return one, true
			}
			// A loop that was not asked for, or has no fix, is left as quiet as it is.
			if tried++; tried > mostTried || s == lastStage && looping || startsLoop(a, f, all, one) {
				continue
			}
			return one, true
		}
	}
	return Finding{}, false
}

func isLoop(f Finding) bool { return slices.Contains(loops, f.Code) }

// startsLoop says whether there is a loop after a fix that was none before.
func startsLoop(a Account, f trigger.Found, before []Finding, fix Finding) bool {
	after, err := applied(f, fix.Fix())
	return err != nil || slices.ContainsFunc(Run(a, after), func(one Finding) bool {
		known := func(old Finding) bool { return old.Code == one.Code && old.Trigger == one.Trigger }
		return isLoop(one) && !slices.ContainsFunc(before, known)
	})
}
