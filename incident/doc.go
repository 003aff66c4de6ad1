// Package incident is the domain: a ticket's incidents, the key that ties them to it,
// and what may be done.
//
// What an agent does goes through [Executor]: it checks the operator's rules, locks the
// incident, and writes the audit entry before and after. What is only read has functions
// of its own: [ForTicket] finds a ticket's incidents and puts open ones first;
// [ReadDetails] and [Search] read what a card opens to, and what can be linked. Plain
// reads go straight to the agent's client (package pagerduty).
package incident
