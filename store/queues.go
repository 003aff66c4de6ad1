package store

import (
	"sync"

	"zendesk-pagerduty/incident"
)

// waitersOfOne is how many actions of one agent may wait for one incident. A
// person waits for one. Who sends many, from a page gone wild or with a stolen
// session, would have one of theirs there whenever the incident becomes free, and
// keep it from everybody else.
const waitersOfOne = 2

// waiter is an agent who waits for an incident of a PagerDuty account.
type waiter struct{ account, incident, subdomain, user string }

func waiterOf(d incident.AuditEntry) waiter {
	return waiter{d.AccountID, d.IncidentID, d.Subdomain, d.UserID}
}

// queues count those who wait, in this replica alone. The zero value is ready.
type queues struct {
	mu sync.Mutex
	of map[waiter]int
}

// enter counts one more, until leave is called; not where there are enough.
func (q *queues) enter(who waiter) (leave func(), ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.of[who] >= waitersOfOne {
		return nil, false
	}
	if q.of == nil {
		q.of = map[waiter]int{}
	}
	q.of[who]++
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		if q.of[who]--; q.of[who] == 0 {
			delete(q.of, who)
		}
	}, true
}
