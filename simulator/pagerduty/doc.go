// Package pagerduty is a PagerDuty to test and demonstrate against: a real
// HTTP server for identity (OAuth), the REST API and the Events API, in two
// regions.
//
//	sim := pagerduty.RunT(t)                             // in a test
//	sim, err := pagerduty.Start(pagerduty.Options{…})    // in a program
//
// It is hostile by default, in the ways that PagerDuty's documentation and
// public observations name. [Settings] switches each of them, and what nobody
// outside PagerDuty knows can be had either way.
//
// This package starts the parts, and lets tests look at and change what they
// share: by methods of [Simulator], or over the control server
// (controlserver.go). The parts are packages by what they simulate:
//
//	identity   login, consent, codes and tokens
//	incidents  the REST API of incidents
//	directory  the REST API of all around them: people, teams, services, policies
//	events     the Events API
//	web        the pages behind html_url
//	rest       what all REST endpoints share: tokens, scopes, limits, errors
//	account    what is kept, who may do what, and what happens to incidents
//	state      the lock around it, the clock, the settings
//	seed       what is there at the start
//
// A request crosses faults and history (package control), then routes.go, then
// one handler, which holds the lock of [state.State].
//
// It imports nothing of the product and no PagerDuty client, so that a
// misreading made there is not made here again. README.md of the simulators
// lists the limitations.
package pagerduty
