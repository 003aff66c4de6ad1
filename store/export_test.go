package store

import (
	"database/sql"
	"time"
)

// The statements of a panel, for the test that reads their plans.
const SelectPanel = selectPanel

func CountOthers(length int) string { return countOthers(length) }

// Sweeps are the statements that delete what has expired, and how many
// arguments each takes.
func Sweeps() map[string]int {
	all := map[string]int{}
	for _, e := range []expiry{startedSessions, idleSessions, usedLaunches, oldAuditEntries, unusedServices, unusedChoices, deadConnections, goneReplicas} {
		all[e.statement()] = 1
	}
	all[unlinkedLinks.statement()] = 2
	all[endUnused] = 3
	return all
}

// SelectSameUser finds the connections of others as one person of PagerDuty.
const SelectSameUser = selectSameUser

// SetWithin changes the deadline of each call.
func (s *Store) SetWithin(d time.Duration) { s.db.within = d }

// Pool is the pool of the store's connections.
func (s *Store) Pool() *sql.DB { return s.db.DB }

// The limits that tests add up.
const (
	CallWithin  = callWithin
	BusyTimeout = busyTimeout
	LinesAtOnce = linesAtOnce
)

// AccountTables are the tables with rows of Zendesk accounts, with their key within
// one where a rename needs it.
func AccountTables() map[string]string {
	all := map[string]string{}
	for _, table := range accountTables {
		all[table.name] = table.key
	}
	return all
}

// RemovedTables are those whose rows go with an account's last installation.
func RemovedTables() (names []string) {
	for _, table := range accountTables {
		if table.removed {
			names = append(names, table.name)
		}
	}
	return names
}
