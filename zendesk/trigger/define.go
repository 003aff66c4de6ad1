package trigger

import (
	"regexp"
	"slices"
	"strings"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
	"zendesk-pagerduty/zendesk/trigger/event"
)

// Tags that triggers go by, besides [incident.OpenTag].
const (
	PageTag  = "pagerduty_page"  // page now, and take the tag away
	PagedTag = "pagerduty_paged" // paged in this save; gone after it
)

// WebhookID stands in a trigger for the webhook's id, which Zendesk gives it.
const WebhookID = "WEBHOOK_ID"

// The priorities of a ticket, the least first, and the severities of an event
// that they may raise.
var (
	Priorities = []string{"low", "normal", "high", "urgent"}
	Severities = []string{"info", "warning", "error", "critical"}
)

// What can be wrong with choices.
const (
	SubdomainMalformed problem.Code = "trigger.subdomain" // got
	EventsMalformed    problem.Code = "trigger.events"    // got
	KeyMalformed       problem.Code = "trigger.key"
	SeverityUnknown    problem.Code = "trigger.severity" // got
	DetailMalformed    problem.Code = "trigger.detail"   // got
	OnlyMalformed      problem.Code = "trigger.only"     // got
	ServiceMalformed   problem.Code = "trigger.service"  // got
)

// Limits are the fields that can narrow which tickets page by their priority:
// ids of Zendesk's, or a tag.
var Limits = []string{"group_id", "brand_id", "ticket_form_id", "current_tags"}

// Choices are what an admin decides.
type Choices struct {
	Subdomain  string // of Zendesk
	EventsURL  string // base of the account's region
	RoutingKey string // an integration's, or a Global Orchestration's
	Service    string // PagerDuty's id of the service that the key leads to, where it is known
	// Severity of the event by ticket priority. Urgent raises as critical
	// unless it is named; the others raise only if they are.
	Severity map[string]string
	// Only narrows which tickets page by their priority: a field of [Limits],
	// and what it has to be. The tag [PageTag] pages for any ticket.
	Only map[string]string
	// Acknowledge when somebody takes the ticket. It stops escalation.
	Acknowledge bool
	// Resolve when the ticket is solved or closed.
	Resolve bool
	// HeedOpen lets raises leave out tickets that have [incident.OpenTag]: an incident
	// that was made from the sidebar, and is open, is enough.
	HeedOpen bool
	// OmitText leaves the ticket's text out of events: for a Zendesk whose Liquid
	// does not know url_encode, which prints the text as it is, so that a
	// quotation mark in a title could keep an incident from being raised.
	OmitText bool
	// Details are further custom details: a name, and a placeholder such as
	// "ticket.organization.name".
	Details map[string]string
	// Also are triggers that the account has and that shall page as well, as
	// AlsoSeverity says; critical where it is empty.
	Also         []ID
	AlsoSeverity string
}

var (
	keyForm         = regexp.MustCompile(`^[A-Za-z0-9]{32}$`)
	eventsForm      = regexp.MustCompile(`^(https://[a-z0-9.-]+|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?$`)
	detailForm      = regexp.MustCompile(`^[A-Za-z0-9_ -]{1,50}$`)
	placeholderForm = regexp.MustCompile(`^[a-z0-9_.]{1,100}$`)
	numberForm      = regexp.MustCompile(`^[0-9]{1,18}$`)
	tagForm         = regexp.MustCompile(`^[\pL\pN_:/.-]{1,80}$`)
)

// IsKey says that a text has the form of an integration key.
func IsKey(s string) bool { return keyForm.MatchString(s) }

// IsEventsURL says that a text may be a base of the Events API: an https address
// without a path, or http on loopback.
func IsEventsURL(s string) bool { return eventsForm.MatchString(s) }

func (c Choices) check() error {
	wrong := func(code problem.Code, got string) error { return problem.New(code, nil, problem.Args{"got": got}) }
	switch {
	case !zendesk.ValidSubdomain(c.Subdomain):
		return wrong(SubdomainMalformed, c.Subdomain)
	case !IsEventsURL(c.EventsURL):
		return wrong(EventsMalformed, c.EventsURL)
	case !IsKey(c.RoutingKey):
		return KeyMalformed // it pages: never repeated
	case c.Service != "" && !incident.ValidID(c.Service):
		return wrong(ServiceMalformed, c.Service)
	}
	for priority, severity := range c.Severity {
		if !slices.Contains(Priorities, priority) || !slices.Contains(Severities, severity) {
			return wrong(SeverityUnknown, priority+"="+severity)
		}
	}
	if c.AlsoSeverity != "" && !slices.Contains(Severities, c.AlsoSeverity) {
		return wrong(SeverityUnknown, c.AlsoSeverity)
	}
	for field, value := range c.Only {
		form := numberForm
		if field == "current_tags" {
			form = tagForm
		}
		if !slices.Contains(Limits, field) || !form.MatchString(value) {
			return wrong(OnlyMalformed, field+"="+value)
		}
	}
	for name, placeholder := range c.Details {
		if !detailForm.MatchString(name) || !placeholderForm.MatchString(placeholder) {
			return wrong(DetailMalformed, name+"="+placeholder)
		}
	}
	return nil
}

// AlsoSet is [Choices].Also, to be looked up: of a request's two megabytes it may be
// thousands, for as many triggers.
func (c Choices) AlsoSet() map[ID]bool {
	set := make(map[ID]bool, len(c.Also))
	for _, id := range c.Also {
		set[id] = true
	}
	return set
}

func (c Choices) source() event.Source {
	return event.Source{Subdomain: c.Subdomain, RoutingKey: c.RoutingKey, OmitText: c.OmitText, Details: c.Details}
}

// TestEvent is what a test of a set-up sends for one ticket.
func TestEvent(c Choices, ticket int64) (string, error) {
	if err := c.check(); err != nil {
		return "", err
	}
	return c.source().Test(ticket), nil
}

// SeverityOf is what tickets of a priority raise as by some choices; empty where they
// raise nothing.
func (c Choices) SeverityOf(priority string) string {
	severity := c.Severity[priority]
	if severity == "" && priority == "urgent" {
		return "critical"
	}
	return severity
}

// Define makes the webhook and the triggers of some choices.
func Define(c Choices) (Definition, error) {
	if err := c.check(); err != nil {
		return Definition{}, err
	}
	d := Definition{Webhook: EventsWebhook(c.EventsURL)}
	least := "urgent"
	for i := len(Priorities) - 1; i >= 0; i-- { // urgent first
		priority := Priorities[i]
		if severity := c.SeverityOf(priority); severity != "" {
			least = priority
			d.Triggers = append(d.Triggers, c.Raise(priority, severity))
		}
	}
	d.Triggers = append(d.Triggers, c.page())
	if c.Acknowledge {
		d.Triggers = append(d.Triggers, c.paged(), c.acknowledge())
	}
	if c.Resolve {
		d.Triggers = append(d.Triggers, c.resolve())
	}
	if c.HeedOpen {
		d.Triggers = append(d.Triggers, c.clearSolved(), c.clearFallen(least))
	}
	return d, nil
}

// ended are the statuses with which a ticket ends, each by itself: "greater than
// hold" may be refused where On-hold is switched off.
func ended() []Condition {
	return []Condition{Is("status", "is", "solved"), Is("status", "is", "closed")}
}

// Raise pages when a ticket becomes of a priority: created with it, changed to
// it, or reopened with it.
func (c Choices) Raise(priority, severity string) Trigger {
	body := c.source().Body("trigger", priority, severity)
	t := c.trigger("raise-"+priority, "PagerDuty: page for "+priority+" tickets", body)
	if priority == "urgent" && c.Resolve {
		t.Description = strings.Replace(t.Description, Mark("raise-urgent"), resolvesNote+" "+Mark("raise-urgent"), 1)
	}
	t.Conditions.All = []Condition{Is("status", "less_than", "solved"), Is("priority", "is", priority)}
	for _, field := range Limits {
		if value := c.Only[field]; value != "" && field == "current_tags" {
			t.Conditions.All = append(t.Conditions.All, Is(field, "includes", value))
		} else if value != "" {
			t.Conditions.All = append(t.Conditions.All, Is(field, "is", value))
		}
	}
	if c.HeedOpen {
		t.Conditions.All = append(t.Conditions.All, Is("current_tags", "not_includes", incident.OpenTag))
	}
	t.Conditions.Any = []Condition{
		Is("update_type", "is", "Create"), Changed("priority", "changed"), Is("status", "value_previous", "solved"),
	}
	return t
}

// page pages for a tag, and takes it away.
func (c Choices) page() Trigger {
	t := c.trigger("page", "PagerDuty: page for the tag "+PageTag, c.source().Body("trigger", "", "critical"))
	t.Conditions.All = []Condition{Is("status", "less_than", "closed"), Is("current_tags", "includes", PageTag)}
	t.Actions = append(t.Actions, Action{"remove_tags", PageTag})
	t.Actions = append(t.Actions, c.hasPaged()...)
	return t
}

// hasPaged keeps acknowledge from firing in a save that pages without a change
// that acknowledge could see: Zendesk looks at all triggers again after one that
// changed the ticket.
func (c Choices) hasPaged() []Action {
	if !c.Acknowledge {
		return nil
	}
	return []Action{{"current_tags", PagedTag}}
}

// paged takes the tag of [Choices.hasPaged] away, in the same save unless the
// ticket is taken in it, else in the next.
func (c Choices) paged() Trigger {
	t := c.trigger("paged", "PagerDuty: forget the tag "+PagedTag, "")
	t.Conditions.All = []Condition{Is("current_tags", "includes", PagedTag), Changed("assignee_id", "not_changed")}
	t.Actions = []Action{{"remove_tags", PagedTag}}
	return t
}

// acknowledge stops the escalation when somebody takes the ticket, and never in
// a save that raises: waking nobody would be the result.
func (c Choices) acknowledge() Trigger {
	body := c.source().Body("acknowledge", "", "")
	t := c.trigger("acknowledge", "PagerDuty: acknowledge when the ticket is taken", body)
	t.Conditions.All = []Condition{
		Is("update_type", "is", "Change"), Is("status", "less_than", "solved"),
		Changed("assignee_id", "changed"), Is("assignee_id", "is_not", ""),
		Changed("priority", "not_changed"), Is("status", "not_value_previous", "solved"),
		Is("current_tags", "not_includes", PageTag+" "+PagedTag),
	}
	return t
}

// resolve ends the incident with the ticket.
func (c Choices) resolve() Trigger {
	t := c.trigger("resolve", "PagerDuty: resolve with the ticket", c.source().Body("resolve", "", ""))
	t.Conditions.All = []Condition{Changed("status", "changed")}
	t.Conditions.Any = ended()
	return t
}

// clearSolved and clearFallen take the sidebar's tag away where the ticket stops
// to page: solved, or fallen below the least priority that raises.
func (c Choices) clearSolved() Trigger {
	t := c.trigger("clear-solved", "", "")
	return Clearing(incident.OpenTag, t.Description)
}

// Clearing is a trigger that takes a tag away with the end of the ticket.
func Clearing(tag, description string) Trigger {
	return Trigger{
		Title:       "PagerDuty: forget the tag " + tag + " of solved tickets",
		Description: description,
		Active:      true,
		Conditions:  Conditions{All: []Condition{Is("current_tags", "includes", tag)}, Any: ended()},
		Actions:     []Action{{"remove_tags", tag}},
	}
}

func (c Choices) clearFallen(least string) Trigger {
	t := c.trigger("clear-fallen", "PagerDuty: forget the tag "+incident.OpenTag+" of less urgent tickets", "")
	t.Conditions.All = []Condition{
		Is("current_tags", "includes", incident.OpenTag), Changed("priority", "changed"), Is("priority", "less_than", least),
	}
	t.Actions = []Action{{"remove_tags", incident.OpenTag}}
	return t
}

func (c Choices) trigger(mark, title, body string) Trigger {
	about := "Made by zendesk-pagerduty. "
	if c.Service != "" {
		about = "Made by zendesk-pagerduty for the PagerDuty service " + c.Service + ". "
	}
	return Trigger{
		Title:       title,
		Description: about + Mark(mark),
		Active:      true,
		Actions:     []Action{{"notification_webhook", []string{WebhookID, body}}},
	}
}
