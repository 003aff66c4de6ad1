package window

import "zendesk-pagerduty/views"

// View is a page of the login window.
type View struct {
	views.Document
	Purpose   string // "sidebar", or "integration": a step up
	Subdomain string
	User      string
	Attempt   string
	Code      string
}

// text is a sentence of the window, which reads otherwise for a step up.
func (v View) text(state, name string) string {
	if special := "window." + state + "." + v.Purpose + "." + name; v.T.Has(special) {
		return v.T.S(special)
	}
	return v.T.S("window." + state + "." + name)
}

// kind tells the page that hears of the code what it is for.
func (v View) kind() string {
	if v.Purpose == "integration" {
		return v.Purpose
	}
	return "login"
}
