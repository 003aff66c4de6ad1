// Package trigger defines the Zendesk webhook and triggers that raise,
// acknowledge and resolve PagerDuty incidents from ticket events. They post
// straight to PagerDuty's Events API, so that paging does not depend on this
// server.
//
// [Define] turns choices into plain values, in the shapes of Zendesk's REST API.
// Raises act on transitions (became urgent, was created urgent, was reopened)
// and not by a tag that stays: after an incident was resolved in PagerDuty,
// "urgent again" pages again.
//
// [PlanFor] compares such a definition with what an account has, finds by its
// marks what was made here before, and plans the requests that are missing, so
// that it can be run again at any time; [Removal] takes all of it away, and
// [Chosen] reads the choices back. [Read] reads an account from a file.
//
// Below it, package event writes and reads what a webhook sends, package rule
// compares triggers' conditions and actions, and package check reports what keeps
// incidents from being raised or shown.
package trigger
