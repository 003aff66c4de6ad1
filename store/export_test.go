package store

// The statements of a panel, for the test that reads their plans.
const SelectPanel = selectPanel

func CountOthers(length int) string { return countOthers(length) }

// Sweeps are the statements that delete what has expired, and how many
// arguments each takes.
func Sweeps() map[string]int {
	all := map[string]int{}
	for _, e := range []expiry{startedSessions, idleSessions, usedLaunches, oldDeeds, unusedServices, unusedChoices, deadConnections} {
		all[e.statement()] = 1
	}
	all[unlinkedLinks.statement()] = 2
	all[endUnused] = 3
	return all
}

// SelectSameUser finds the connections of others as one person of PagerDuty.
const SelectSameUser = selectSameUser
