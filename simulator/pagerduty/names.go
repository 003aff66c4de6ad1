package pagerduty

import (
	"crypto/rsa"

	"zendesk-pagerduty/simulator/internal/control"
	"zendesk-pagerduty/simulator/pagerduty/identity"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// Settings, faults and the history, under names that a test outside of
// simulator/ can write.
type (
	// Settings are the simulator's switches.
	Settings = state.Settings
	// MintedGrant is what a login without a browser gave.
	MintedGrant = identity.MintedGrant
	// Fault disturbs the requests that it matches.
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

// NewKey makes a key that can sign ID tokens, for [Options].
func NewKey() (*rsa.PrivateKey, error) { return identity.NewKey() }
