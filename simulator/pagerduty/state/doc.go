// Package state is what all parts of the simulated PagerDuty share: one lock,
// the accounts, the clock, the counters of the rate limits, and [Settings], the
// switches between the ways in which PagerDuty is known or feared to behave.
//
// A request holds the lock from its beginning to its end, so that each is
// handled alone. Limitation: limits count by windows that begin with the first
// request, which PagerDuty does not document.
package state
