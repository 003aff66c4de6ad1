// Package trigger defines the Zendesk webhook and triggers that raise,
// acknowledge and resolve PagerDuty incidents from ticket events. They post
// straight to PagerDuty's Events API, so that paging does not depend on this
// server.
//
// [Define] turns choices into plain values, in the shapes of Zendesk's REST API.
// Raises act on transitions (became urgent, was created urgent, was reopened)
// and not by a tag that stays: after an incident was resolved in PagerDuty,
// "urgent again" pages again.
package trigger
