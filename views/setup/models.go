package setup

import (
	"time"

	"zendesk-pagerduty/views"
)

// View is the set-up page below the login.
type View struct {
	// State is "not-admin" where Zendesk shows this person no webhooks and
	// triggers, "ready" where nothing was made yet, or "made".
	State         string
	Subdomain     string // of the Zendesk account
	Role          string // in Zendesk, as Zendesk calls it
	PagerDutyRole string // as PagerDuty calls it; empty where it is not known
	Connected     bool
	Pages         *Pages    // what the triggers that were made here page; nil without them
	Tested        time.Time // when, if it was
	TestedOther   bool      // with another integration key than now
	WebhookURL    string    // in Zendesk's Admin Center; empty without a webhook of ours
	TriggersURL   string
	Made          []Made
	Findings      []Finding
	Differs       int  // triggers and webhook of the choices that are missing, or other than these
	ByHand        bool // some trigger that is switched on calls a webhook of PagerDuty's
	Choices       Choices
	CanTest       bool
}

// Pages says which tickets page whom.
type Pages struct {
	Service    string   // name; empty where only an integration key is known
	Priorities []string // worded, the most urgent first
	Off        []string // priorities that were set up to page, and do not as things are
	Severities []string // sentences' parts: which of an incident, for which ticket
	Only       []string // what a ticket has to be or to have beside its priority
}

// works says that what was set up is there, and nothing keeps it from paging.
func (v View) works() bool {
	return len(v.Findings) == 0 && v.Differs == 0 && (v.Pages == nil || len(v.Pages.Off) == 0)
}

// Fixable counts the findings that have a fix.
func (v View) Fixable() (n int) {
	for _, f := range v.Findings {
		if f.Fix != "" {
			n++
		}
	}
	return n
}

// Made is a webhook or a trigger that was made here.
type Made struct {
	Title  string
	Active bool
}

// Finding is something that keeps an incident from being raised or shown.
type Finding struct {
	ID       string
	Code     string
	Sentence string
	Fix      string // what the fix does; empty where there is none
}

// Choices is the form. No key is ever in it.
type Choices struct {
	HasKey       bool // a key is in use already
	ServiceID    string
	ServiceName  string
	Severity     map[string]string // by ticket priority
	Acknowledge  bool
	Resolve      bool
	HeedOpen     bool
	OmitText     bool              // leave the ticket's text out of events
	Only         map[string]string // by field
	AlsoSeverity string
	Connected    bool
	Severities   []string
	Priorities   []string // the most urgent first
	Region       string
	Regions      []views.Option // bases of the Events API
	Groups       []views.Option
	Brands       []views.Option
	Forms        []views.Option
	Details      string // lines of "name = placeholder"
	Existing     []Existing
}

// Existing is a trigger of the account's own.
type Existing struct {
	ID     string
	Title  string
	Chosen bool // it has our action
}

// Plan is what is about to be done in Zendesk.
type Plan struct {
	ID      string
	What    string // "make" or "remove"
	Done    bool   // there is nothing to do
	Pages   *Pages // who is paged then; nil for a removal
	Tidies  bool   // it only puts in order what two admins made at once
	Changes []Change
}

// Change is one line of it.
type Change struct {
	Kind    string // "make", "update", "keep", "remove" or "shared"
	Title   string
	Does    string
	Differs []string
}

// Integrations are a service's integrations for the Events API v2.
type Integrations struct {
	Service string // PagerDuty's id
	Notice  *views.Notice
	Chosen  string
	StepUp  bool // making one takes a login of its own
	CanMake bool
	List    []Integration
}

// Integration is one of them; its key stays at the server.
type Integration struct {
	ID     string
	Name   string
	HasKey bool // PagerDuty tells its key
	URL    string
}

// Test is what to know before a test wakes somebody.
type Test struct {
	Ticket  string
	Webhook string
	Open    string // number of an incident of the ticket that is open already
	Service string // name; empty where the key's way is not known
	Asleep  bool   // the service is in maintenance or disabled
	Wakes   string
	Nobody  bool
}

// Found is the incident of a test.
type Found struct {
	Ticket     string
	ID         string
	Number     string
	Title      string
	URL        string
	Status     string
	At         time.Time
	CanResolve bool
}

// Arrived is the incident of a test with a ticket's text, and what of the text
// did not arrive as it was typed.
type Arrived struct {
	Found   Found
	Omitted bool // the event leaves text out, as chosen
	Differs []Difference
}

// Difference is a part of the test ticket ("title" or "description") that arrived
// otherwise than it was sent.
type Difference struct {
	Part string
	Sent string
	Came string
}
