// Package search is the lists under fields that search PagerDuty while the person
// types: services, people, escalation policies.
package search
