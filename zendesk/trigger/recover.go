package trigger

import (
	"regexp"
	"slices"
	"strings"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/zendesk/trigger/event"
)

// Chosen reads back what was chosen when the account was set up, from what was
// made; made is false where nothing was. What an admin changed by hand since
// then is left out: a plan shows it as a difference.
func Chosen(subdomain string, f Found) (c Choices, made bool) {
	o := f.ours()
	if len(o.webhooks)+len(o.triggers)+len(o.added) == 0 {
		return Choices{}, false
	}
	c = Choices{Subdomain: subdomain}
	c.Severity, c.Only, c.Details = map[string]string{}, map[string]string{}, map[string]string{}
	if len(o.webhooks) > 0 {
		c.EventsURL = strings.TrimSuffix(o.webhooks[0].Endpoint, "/v2/enqueue")
	}
	has := func(mark string) bool { return len(o.triggers[mark]) > 0 }
	// Of what was chosen, Zendesk may have refused a part, or somebody deleted it: what is
	// there tells of the rest.
	raise := o.first("raise-urgent")
	c.Acknowledge = has("acknowledge") || slices.ContainsFunc(o.first("page").Actions, addsPagedTag)
	c.Resolve = has("resolve") || raise.notesResolve()
	c.HeedOpen = has("clear-solved") || has("clear-fallen") || raise.heedsOpen()
	for _, p := range Priorities {
		if list := o.triggers["raise-"+p]; len(list) > 0 {
			if severity := eventOf(list[0].Actions).Get("payload", "severity"); slices.Contains(Severities, severity) {
				c.Severity[p] = severity
			}
		}
	}
	for _, mark := range []string{"raise-urgent", "page", "resolve", "acknowledge"} {
		if list := o.triggers[mark]; len(list) > 0 {
			c.take(list[0], eventOf(list[0].Actions))
		}
	}
	if list := o.triggers["raise-urgent"]; len(list) > 0 {
		c.OmitText = eventOf(list[0].Actions).Get("payload", "summary") == event.Summary(true)
		for _, condition := range list[0].Conditions.All {
			if slices.Contains(Limits, condition.Field) && condition.Text() != incident.OpenTag {
				c.Only[condition.Field] = condition.Text()
			}
		}
	}
	for _, t := range o.added {
		c.Also = append(c.Also, t.ID)
		e := o.addedEvent(t)
		if severity := e.Get("payload", "severity"); slices.Contains(Severities, severity) {
			c.AlsoSeverity = severity
		}
		c.take(t, e)
	}
	return c, true
}

func (t Trigger) heedsOpen() bool {
	return slices.ContainsFunc(t.Conditions.All, func(c Condition) bool {
		return c.Field == "current_tags" && c.Operator == "not_includes" && c.Text() == incident.OpenTag
	})
}

// ownDetails are those that every event has.
var ownDetails = []string{"priority", "status", "requester_name", "description"}

var shortForm = regexp.MustCompile(`^\{\{([a-z0-9_.]{1,100}) \|`)

// take reads the key and the further details of a trigger's event.
func (c *Choices) take(t Trigger, e *event.Node) {
	// A sandbox has copies of production's triggers, whose key pages
	// production: it is not taken over.
	own := e.Get("dedup_key") == incident.KeyOf(c.Subdomain, event.TicketID)
	if key := e.Get("routing_key"); c.RoutingKey == "" && own && IsKey(key) {
		c.RoutingKey, c.Service = key, t.service()
	}
	details := e.At("payload", "custom_details")
	if details == nil {
		return
	}
	for _, detail := range details.Members {
		m := shortForm.FindStringSubmatch(detail.Value.Text)
		if m != nil && !slices.Contains(ownDetails, detail.Name) && detailForm.MatchString(detail.Name) {
			c.Details[detail.Name] = m[1]
		}
	}
}

// addedEvent is what a trigger of the admin's own sends by the call that was added
// here, beside calls that the admin made.
func (o ours) addedEvent(t Trigger) *event.Node {
	if i := o.addedCall(t); i >= 0 {
		return eventOf(t.Actions[i:])
	}
	last := slices.Clone(t.Actions)
	slices.Reverse(last)
	return eventOf(last) // its webhook is gone
}

// eventOf is the first event that some actions send; a call may send something else.
func eventOf(actions []Action) *event.Node {
	for _, a := range actions {
		if _, body, ok := a.Call(); ok && generated(a) {
			return event.Parse(body).Root
		}
	}
	return nil
}
