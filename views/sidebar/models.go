package sidebar

import (
	"slices"
	"time"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/connect"
)

// List is the panel of a connected agent.
type List struct {
	State        string // "no-incident", "one", "several", "only-resolved", "new-ticket", "created", "linked", "no-access"
	Ticket       string // empty for a ticket that has no number yet
	Notice       *views.Notice
	Cards        []Card
	More         bool
	Hidden       int // linked incidents that this agent has no access to
	ReadOnly     bool
	ReadOnlyRole string // what PagerDuty calls the role of somebody who may only look; else empty
	CanCreate    bool
	AllOver      bool   // every incident made from here was read, and is resolved
	Notes        bool   // notes can be turned on and off
	Note         string // an internal note to leave on the ticket
	Tag          string // a tag to leave there
	CanLink      bool
	Account      connect.Account
	Expect       string // id of an incident just created, to be asked for at the next look
	Poll         time.Duration
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
	Tag          string   // a tag to leave there
	Can          []string // actions to offer
	Notice       *views.Notice
}

// can says whether a card offers an action.
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
	Priorities     []views.Option // empty where the account has none
	ServicePolicy  string         // id of the service's escalation policy
	Target         string         // "user:ID" or "policy:ID", in place of that
	TargetName     string
	TargetMe       string // "1" where that is the agent
	Requester      string
	TicketPriority string
	FormID         int64
	GroupID        int64
	Presets        []views.Option
	Preset         string
	TitleShape     string
	MaxTitle       int
	MaxText        int
	Prefill        bool // the page fills in what the ticket says
	Wrong          string
	Notice         *views.Notice
	Account        connect.Account
}

// Precheck is what to know before a service is paged.
type Precheck struct {
	Ticket  string
	Mine    string // number of this ticket's own open incident there
	Open    []LinkOption
	More    bool
	Levels  []OnCall // who will be woken
	Nobody  bool
	CanLink bool
}
