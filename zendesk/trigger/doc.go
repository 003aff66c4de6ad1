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
// [Chosen] reads the choices back.
//
// [Check] reads what an account has, made here or by hand, and says what keeps
// incidents from being raised or shown: it finds the calls of PagerDuty among
// all triggers' actions, looks at what each sends and where to, and then at the
// triggers beside each other. It sends nothing: a finding makes the requests
// that mend it when it is asked for them, for the admin's own session. Zendesk may
// refuse any of these: their order is such that nothing is lost then, and the next
// check leads on. A mend never gives a key to a webhook that leads elsewhere than
// to PagerDuty. What is checked may be as hostile as it likes: see [Check] for what
// is read of it.
package trigger
