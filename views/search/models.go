package search

import "zendesk-pagerduty/views"

// Services is what a search found.
type Services struct {
	Options []Service
	More    bool
	Notice  *views.Notice
}

// Service is one option.
type Service struct {
	PolicyID string
	ID       string
	Name     string
	Status   string // "disabled", "maintenance" or another
	Policy   string
}

// Targets are what a search for people and policies found.
type Targets struct {
	Notice *views.Notice
	List   []Target
	More   bool
}

// Target is a person or an escalation policy.
type Target struct {
	Value  string // "user:ID" or "policy:ID"
	Name   string
	Policy bool
	Me     bool
}
