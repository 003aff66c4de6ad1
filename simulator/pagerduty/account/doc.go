// Package account is what the simulated PagerDuty keeps: two accounts with
// their people, teams, policies, services and incidents, in memory.
//
// It owns who may do what ([Person.Sees], [Person.Responds] and the others of
// permissions.go) and what can be done to an incident, each change with its
// line in the timeline. Arguments and permissions have been checked by the
// caller by then. Nothing here locks: package state has the lock.
//
// Limitations: schedules are names, and nothing happens over time but the end of
// a snooze, which [Store.EndSnoozes] applies when somebody looks.
package account
