package views

import (
	"slices"
	"time"

	"zendesk-pagerduty/views/text"
)

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

// Sidebar is the page in Zendesk's iframe.
type Sidebar struct {
	Document
	SDK     string // address of Zendesk's client script
	Session string // the session value, for the page's memory
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

// Window is a page of the login window.
type Window struct {
	Document
	State     string // "confirm", "done", "failed"
	Purpose   string // "sidebar", or "integration": a step up
	Subdomain string
	User      string
	Attempt   string
	Code      string
	Sentence  string
}

// text is a sentence of the window, which reads otherwise for a step up.
func (w Window) text(state, name string) string {
	if special := "window." + state + "." + w.Purpose + "." + name; w.T.Has(special) {
		return w.T.S(special)
	}
	return w.T.S("window." + state + "." + name)
}

// kind tells the page that hears of the code what it is for.
func (w Window) kind() string {
	if w.Purpose == "integration" {
		return w.Purpose
	}
	return "login"
}

// Account is who is connected.
type Account struct {
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

// Notice is a sentence in a box.
type Notice struct {
	Kind     string // "info", "ok", "warn", "bad"
	Text     string
	Login    bool   // offers to log in again
	Resolve  bool   // offers to resolve what is open
	Act      string // an action of its card that it offers, or to leave it
	ActText  string
	Link     string // address to go on at, checked
	LinkText string
	Again    bool // offers to look again
	Seconds  int  // counts down and looks again; the sentence contains the number
}

// Connect is the panel of an agent who is not connected.
type Connect struct {
	State  string // "not-connected", "connecting", "typed-code", "failed", "lapsed", "new-ticket"
	Notice *Notice
	New    bool   // a ticket that has no number yet
	Page   bool   // paging by tag is offered
	Setup  bool   // the page that sets up ticket events, not a ticket's panel
	Code   string // what was typed
}

// Link is the panel of an agent whose browser opened no window.
type Link struct {
	Address string
	Notice  *Notice
}

// List is the panel of a connected agent.
type List struct {
	State     string // "no-incident", "one", "several", "only-resolved", "new-ticket", "created", "linked", "trouble"
	Ticket    string // empty for a ticket that has no number yet
	Notice    *Notice
	Cards     []Card
	More      bool
	Hidden    int // linked incidents that this agent has no access to
	ReadOnly  bool
	CanCreate bool
	AllOver   bool   // every incident made from here was read, and is resolved
	Notes     bool   // notes can be turned on and off
	Note      string // an internal note to leave on the ticket
	Tag       string // a tag to leave there
	CanLink   bool
	Account   Account
	Expect    string // id of an incident just created, to be asked for at the next look
	Poll      time.Duration
}

// Card is one incident.
type Card struct {
	ID           string
	Path         string // of its routes
	Number       string
	Title        string
	URL          string
	Status       string // "triggered", "acknowledged", "resolved" or another
	Priority     string
	Service      string
	Holders      string // empty where it no longer matters
	Urgency      string
	At           time.Time
	EscalatesAt  time.Time
	Until        time.Time // when the acknowledgement ends by itself
	MergedInto   string
	Linked       bool
	Others       int      // other tickets linked to it
	OnSolve      bool     // to be resolved when this agent solves the ticket
	OnSolveOther bool     // another agent has chosen that
	From         string   // the ticket that it comes from
	Note         string   // an internal note to leave on the ticket
	Can          []string // actions to offer
	Notice       *Notice
}

// Can says whether a card offers an action.
func (c Card) can(action string) bool { return slices.Contains(c.Can, action) }

// Form is the creation of an incident.
type Form struct {
	Ticket         string
	ServiceID      string
	ServiceName    string
	ServiceStatus  string
	Title          string
	Description    string
	Urgency        string
	PriorityID     string
	Priorities     []Option // empty where the account has none
	ServicePolicy  string   // id of the service's escalation policy
	Target         string   // "user:ID" or "policy:ID", in place of that
	TargetName     string
	TargetMe       string // "1" where that is the agent
	Requester      string
	TicketPriority string
	FormID         int64
	GroupID        int64
	Presets        []Option
	Preset         string
	TitleShape     string
	Uncertain      bool // whether there is an incident is not known
	MaxTitle       int
	MaxText        int
	Prefill        bool // the page fills in what the ticket says
	Wrong          string
	Notice         *Notice
	Account        Account
}

// Services is what a search found.
type Services struct {
	Options []Service
	More    bool
	Notice  *Notice
}

// Before is what to know before a service is paged.
type Before struct {
	Ticket  string
	Mine    string // number of this ticket's own open incident there
	Open    []LinkOption
	More    bool
	Levels  []OnCall // who will be woken
	Nobody  bool
	CanLink bool
}

// Service is one option.
type Service struct {
	PolicyID string
	ID       string
	Name     string
	Status   string // "disabled", "maintenance" or another
	Policy   string
}
