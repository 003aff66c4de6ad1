// Package pagerduty is a PagerDuty to test and demonstrate against: a real
// HTTP server for identity (OAuth), the REST API and the Events API, in two
// regions.
//
//	sim := pagerduty.RunT(t)                             // in a test
//	sim, err := pagerduty.Start(pagerduty.Options{…})    // in a program
//
// It is hostile by default, in the ways that PagerDuty's documentation and
// public observations name: codes live 30 seconds, refresh tokens rotate and a
// replayed one takes its whole family along, unknown scopes vanish without an
// error, answers take a moment, private teams filter lists and refuse details,
// and errors come in every shape. [Settings] switches each of them, and what
// nobody outside PagerDuty knows can be had either way.
//
// A request crosses the control desk (history, faults), then one routing table
// per listener (routes.go). REST requests then pass who.go (whose token is it,
// may it do that, is the limit reached) and reach one function per endpoint.
// All state is one [world] behind one mutex; a handler runs with it locked.
//
// It imports nothing of the product and no PagerDuty client, so that a
// misreading made there is not made here again.
package pagerduty
