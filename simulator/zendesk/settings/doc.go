// Package settings has the switches of the simulated Zendesk: ways in which the
// real one is known to behave, or in which it may behave where nobody outside
// knows.
package settings
