package views

import "zendesk-pagerduty/views/text"

// Asset is a built file that a page loads.
type Asset struct {
	Path      string
	Integrity string
}

// Document is what every whole page needs.
type Document struct {
	T      *text.Texts
	Style  Asset
	Script Asset
	Scheme string // "light" or "dark"
}

// Frame is a page in Zendesk's iframe.
type Frame struct {
	Document
	SDK     string // address of Zendesk's client script
	Session string // the session value, for the page's memory
	Agent   string // "account/user" in Zendesk, as the launch was signed
}

// Refusal is the page for a launch that was refused, inside the frame.
type Refusal struct {
	Document
	SDK      string // set only where the page reads the app id from Zendesk
	Code     string
	Sentence string
	// Subdomain and Installation are set for an installation that is not
	// registered: pattern-checked, since they come from an unverified token.
	Subdomain    string
	Installation string
}

// Option is a choice in a form.
type Option struct {
	Value string
	Text  string
}
