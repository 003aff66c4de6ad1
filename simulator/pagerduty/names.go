package pagerduty

import "zendesk-pagerduty/simulator/internal/control"

// Fault, Entry and the kinds of faults are the control desk's, under names
// that a test outside of simulator/ can write.
type (
	// Fault spoils the requests that it matches.
	Fault = control.Fault
	// Entry is one request of the history.
	Entry = control.Entry
	// Duration is a Fault's delay.
	Duration = control.Duration
)

// The kinds of faults; see simulator/README.md.
const (
	Delay   = control.Delay
	Hang    = control.Hang
	Status  = control.Status
	Cut     = control.Cut
	Garbage = control.Garbage
	Lost    = control.Lost
)

// Fingerprint is how the history shows an Authorization header.
func Fingerprint(authorization string) string { return control.Fingerprint(authorization) }
