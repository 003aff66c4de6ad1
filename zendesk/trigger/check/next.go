package check

import (
	"slices"

	"zendesk-pagerduty/zendesk/trigger"
)

// mostTried is how many fixes are looked at as if they were made, in one go: each
// takes a check of its own.
const mostTried = 8

// Next chooses the finding to fix first of some that are named by their ids. Loops
// come before what activates them, and what would start another loop is not fixed
// among others: false where nothing else is left. After a fix the account is to be
// read again, since each may change what the others do.
func Next(a Account, f trigger.Found, ids []string) (Finding, bool) {
	all := Run(a, f)
	anyLoop := slices.ContainsFunc(all, isLoop)
	tried := 0
	for s := looping; s <= hearing; s++ {
		for _, one := range all {
			if one.Fix == nil || !slices.Contains(ids, one.ID) || stages[one.Code] != s {
				continue
			}
			if s == looping {
				return one, true
			}
			// A loop that was not asked for, or has no fix, is left as quiet as it is.
			if tried++; tried > mostTried || s == hearing && anyLoop || startsLoop(a, f, all, one) {
				continue
			}
			return one, true
		}
	}
	return Finding{}, false
}

func isLoop(f Finding) bool { return stages[f.Code] == looping }

// startsLoop says whether there is a loop after a fix that was none before.
func startsLoop(a Account, f trigger.Found, before []Finding, fix Finding) bool {
	after, err := applied(f, fix.Fix())
	return err != nil || slices.ContainsFunc(Run(a, after), func(one Finding) bool {
		known := func(old Finding) bool { return old.Code == one.Code && old.Trigger == one.Trigger }
		return isLoop(one) && !slices.ContainsFunc(before, known)
	})
}
