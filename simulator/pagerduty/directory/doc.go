// Package directory simulates what the REST API says of everything around
// incidents: users, teams, services with their integrations, maintenance
// windows, escalation policies, who is on call, priorities and abilities.
//
// Integrations and maintenance windows can be made and changed, by those who
// may; all else is only read. Limitations: object roles do not restrict
// integrations and windows, integrations cannot be deleted, and filters and
// parsers of mail are not kept.
package directory
