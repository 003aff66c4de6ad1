package connect

import (
	"time"

	"zendesk-pagerduty/views"
)

// Account is who is connected.
type Account struct {
	ID      string // of the PagerDuty account
	User    string // "account/user": whom the page shows
	Name    string
	Account string
	Shared  []SharedLogin // not dismissed yet
}

// SharedLogin is another Zendesk user who connected as the same person.
type SharedLogin struct {
	Subdomain string
	User      string
	Since     time.Time
}

// View is the panel of an agent who is not connected.
type View struct {
	State  string // "not-connected", "connecting", "typed-code", "failed", "lapsed"
	Notice *views.Notice
	New    bool   // a ticket that has no number yet
	Page   bool   // paging by tag is offered
	Ended  bool   // nobody is connected any more, as after a log-out
	Setup  bool   // the page that sets up ticket events, not a ticket's panel
	Code   string // what was typed
}

// Link is the panel of an agent whose browser opened no window.
type Link struct {
	Address string
	Notice  *views.Notice
}
