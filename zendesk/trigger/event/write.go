// Package event writes the events that webhooks send to PagerDuty's Events API v2,
// and reads bodies as Zendesk keeps them, with their placeholders, so that one
// value of a body can be changed and the rest stays as it was typed.
package event

import (
	"encoding/json"
	"strconv"
	"strings"

	"zendesk-pagerduty/incident"
)

// TicketID is the placeholder that Zendesk replaces by a ticket's number.
const TicketID = "{{ticket.id}}"

// Source is what all events of an account have in common.
type Source struct {
	Subdomain  string // of Zendesk
	RoutingKey string
	OmitText   bool // leave the ticket's text out
	// Details are further custom details: a name, and a placeholder such as
	// "ticket.organization.name".
	Details map[string]string
}

// Body is the body of a call of the Events API v2 (developer docs, "Events API
// v2"): the fields of PagerDuty's Zendesk v2 integration guide. Severity is that
// of an event that raises; priority the ticket's, where it is known. The title
// is short and lossy; the rest of the ticket is behind the link.
func (s Source) Body(action, priority, severity string) string {
	event := s.event(action, TicketID)
	if action == "trigger" {
		event["payload"] = s.payload(Summary(s.OmitText), severity, s.details(priority))
	}
	return encoded(event, "  ")
}

// Test is the body that a test of a set-up sends for one ticket: what its
// triggers would, without the ticket's text.
func (s Source) Test(ticket int64) string {
	id := strconv.FormatInt(ticket, 10)
	event := s.event("trigger", id)
	details := map[string]string{"test": "sent from the set-up page of zendesk-pagerduty"}
	event["payload"] = s.payload("Test of ticket events: ticket "+id, "critical", details)
	return encoded(event, "  ")
}

func (s Source) event(action, ticket string) map[string]any {
	event := map[string]any{
		"routing_key":  s.RoutingKey,
		"event_action": action,
		"dedup_key":    incident.KeyOf(s.Subdomain, ticket),
	}
	if action == "trigger" {
		event["client"] = "Zendesk"
		event["client_url"] = "https://" + s.Subdomain + ".zendesk.com/agent/tickets/" + ticket
	}
	return event
}

func (s Source) payload(summary, severity string, details map[string]string) map[string]any {
	return map[string]any{
		"summary":        summary,
		"source":         s.Subdomain + ".zendesk.com",
		"severity":       severity,
		"custom_details": details,
	}
}

// details are an event's custom details. The labels of status and priority are
// text as well: admins name custom statuses, and labels are translated.
func (s Source) details(priority string) map[string]string {
	details := map[string]string{}
	if priority != "" {
		details["priority"] = priority
	}
	if s.OmitText {
		return details
	}
	if priority == "" {
		details["priority"] = Short("ticket.priority", "30")
	}
	details["status"] = Short("ticket.status", "60")
	details["requester_name"] = Short("ticket.requester.name", "60")
	details["description"] = Short("ticket.description", "200")
	for name, placeholder := range s.Details {
		details[name] = Short(placeholder, "200")
	}
	return details
}

// Short is free text in a form that is valid inside JSON whether Zendesk escapes
// placeholders or not, which nobody outside knows: percent-encoded, cut before
// that to a length in characters, with its blanks put back.
func Short(placeholder, length string) string {
	return "{{" + placeholder + " | truncate: " + length + " | url_encode | replace: '+', ' '}}"
}

// Summary is an incident's title, with the ticket's unless that is left out.
func Summary(omitText bool) string {
	if omitText {
		return "Ticket " + TicketID
	}
	return "Ticket " + TicketID + ": " + Short("ticket.title", "60")
}

// JSON is a value as it stands in a body, without line breaks: Liquid's quotes
// and ampersands stay readable. It panics where JSON has no such value.
func JSON(v any) string { return encoded(v, "") }

func encoded(v any, indent string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		panic("event: " + err.Error()) // our own types, or what was read from JSON
	}
	return strings.TrimSpace(b.String())
}
