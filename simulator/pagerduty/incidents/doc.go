// Package incidents simulates the REST API of incidents: list, look up, create,
// change one or many, notes, alerts, timeline, snooze, merge, responders, status
// updates and their subscribers, custom field values, and workflows that are
// started by hand.
//
// Each endpoint checks in the order that hides most: who may not see a thing
// learns nothing of it. The changes themselves are those of package account.
// Limitations: there are no past, related or linked incidents.
package incidents
