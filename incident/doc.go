// Package incident is the domain: a ticket's incidents, the key that ties them to it,
// and what may be done.
//
// There is a function here only where there is a rule: [ForTicket] finds a
// ticket's incidents and puts open ones first; [Create] makes one and never
// two, whatever becomes of PagerDuty's answer. Plain reads go straight to the
// agent's client (package pagerduty).
package incident
