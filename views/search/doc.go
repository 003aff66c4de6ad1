// Package search is the fields that search PagerDuty while the person types, with
// their lists: services, people, escalation policies.
package search
