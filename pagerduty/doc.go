// Package pagerduty speaks PagerDuty's REST API with one agent's token:
// go-pagerduty in, the types and codes of package incident out.
//
// [API.As] gives a client that is as cheap as a value; all of them share one
// transport. Requests go through go-pagerduty's Do, and answers are decoded
// here into types that hold only what a panel shows: the library's own types
// cost more than the rest of a panel's work, and fail on shapes that PagerDuty
// does send (docs of the library's traps: its issues 339, 469, 478, 561).
//
// Reads are tried again within the request's deadline. Writes are sent once.
// No redirect is followed, so that a token goes to the API base and nowhere
// else, and the base is checked against the operator's list at each use.
package pagerduty
