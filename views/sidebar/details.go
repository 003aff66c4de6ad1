package sidebar

import (
	"time"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/connect"
)

// Details is an opened card.
type Details struct {
	Notice   *views.Notice // in place of About
	About    *About
	Notes    Notes
	Alerts   Alerts
	Timeline Timeline
	CanNote  bool
}

// About is what an opened card says of the incident itself.
type About struct {
	Description   string
	Acknowledgers string
	Responders    []Responder
	Policy        string
	BridgeNumber  string
	BridgeURL     string
	BridgeText    string // of an address that is no link
	Fields        []Field
	Created       time.Time
	Key           string
}

// Responder was asked to help.
type Responder struct {
	Name  string
	State string
	// Policy names the escalation policies through which they were asked.
	Policy string
	// Cancel are the targets whose requests are cancelled, the policies among them;
	// empty where that cannot be.
	Cancel []string
}

// Field is a name with a value, or a link.
type Field struct {
	Name  string
	Value string
	URL   string
}

// Notes of an incident.
type Notes struct {
	Notice *views.Notice
	List   []Note
	Max    int
	// CanEdit and CanDelete are of one's own notes.
	CanEdit   bool
	CanDelete bool
}

// Note is one.
type Note struct {
	Author  string
	Content string
	At      time.Time
	// ID is set of one's own, and Mark then tells its text from another.
	ID   string
	Mark string
	// Typed is what was typed in its place; empty where nothing was.
	Typed string
}

// Alerts of an incident.
type Alerts struct {
	Notice *views.Notice
	List   []Alert
	Next   int // offset of the next page; 0 without one
}

// Alert is one.
type Alert struct {
	Summary  string
	Status   string
	Severity string
	URL      string
	At       time.Time
	Details  []Field
	Links    []Field
}

// Timeline of an incident.
type Timeline struct {
	Notice   *views.Notice
	List     []Entry
	Next     int  // offset of the next page; 0 without one
	Overview bool // the rest comes on demand
}

// Entry is a line of it.
type Entry struct {
	What  string
	Agent string
	Note  string
	At    time.Time
}

// OnCalls are who is on call now.
type OnCalls struct {
	Policy string
	List   []OnCall
}

// OnCall is one of them.
type OnCall struct {
	Level string
	Name  string
	Until time.Time // zero for always
}

// Edit is the form for title, priority and urgency.
type Edit struct {
	Title      string
	Urgency    string
	PriorityID string
	Priorities []views.Option // empty where the account has none
	Unread     bool           // the priorities could not be read
	MaxTitle   int
}

// Escalate is the form for a level.
type Escalate struct {
	Policy string
	Levels []views.Option
}

// Update is the form for a status update.
type Update struct {
	Notice         *views.Notice
	Subscribed     bool
	CanSend        bool // else there is nothing but the subscription
	CanSubscribe   bool
	CanUnsubscribe bool
	Max            int
}

// LinkSearch is the form that looks for an incident to link.
type LinkSearch struct {
	Ticket  string
	Account connect.Account
}

// LinkResults are what it found.
type LinkResults struct {
	Ticket string
	Words  string
	Newest int // how many of the newest open ones were looked through; 0 for a number or an address
	Found  int // more than are listed, where some are left out
	List   []LinkOption
}

// LinkOption is one incident to link.
type LinkOption struct {
	ID      string
	Number  string
	Title   string
	URL     string
	Status  string
	Service string
	At      time.Time
	Here    bool // it is on this ticket already
}
