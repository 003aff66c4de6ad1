package trigger

import (
	"maps"
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
	if o.none() {
		return Choices{}, false
	}
	c = Choices{Subdomain: subdomain, Severity: map[string]string{}, Only: map[string]string{}, Details: map[string]string{}}
	if len(o.webhooks) > 0 {
		c.EventsURL = strings.TrimSuffix(o.webhooks[0].Endpoint, "/v2/enqueue")
	}
	for mark, list := range o.triggers {
		t := list[0]
		switch {
		case mark == "acknowledge":
			c.Acknowledge = true
		case mark == "resolve":
			c.Resolve = true
		case mark == "clear-solved", mark == "clear-fallen":
			c.HeedOpen = true
		case strings.HasPrefix(mark, "raise-"):
			e := eventOf(t)
			if severity := e.text("payload", "severity"); slices.Contains(Severities, severity) {
				c.Severity[strings.TrimPrefix(mark, "raise-")] = severity
			}
		}
	}
	for _, mark := range []string{"raise-urgent", "page", "resolve", "acknowledge"} {
		if list := o.triggers[mark]; len(list) > 0 {
			c.take(list[0])
		}
	}
	if list := o.triggers["raise-urgent"]; len(list) > 0 {
		c.OmitText = eventOf(list[0]).text("payload", "summary") == event.Summary(true)
		for _, condition := range list[0].Conditions.All {
			if slices.Contains(Limits, condition.Field) && condition.Text() != OpenTag {
				c.Only[condition.Field] = condition.Text()
			}
		}
	}
	for _, t := range o.added {
		c.Also = append(c.Also, t.ID)
		c.AlsoSeverity = eventOf(t).text("payload", "severity")
		c.take(t)
	}
	if !slices.Contains(Severities, c.AlsoSeverity) {
		c.AlsoSeverity = ""
	}
	return c, true
}

// ownDetails are those that every event has.
var ownDetails = []string{"priority", "status", "requester_name", "description"}

var shortForm = regexp.MustCompile(`^\{\{([a-z0-9_.]{1,100}) \|`)

// take reads the key and the further details of a trigger's event.
func (c *Choices) take(t Trigger) {
	e := eventOf(t)
	// A sandbox has copies of production's triggers, whose key pages
	// production: it is not taken over.
	own := e.text("dedup_key") == incident.KeyOf(c.Subdomain, event.TicketID)
	if key := e.text("routing_key"); c.RoutingKey == "" && own && IsKey(key) {
		c.RoutingKey, c.Service = key, t.service()
	}
	details, _ := e.at("payload", "custom_details").(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(details)) {
		placeholder, _ := details[name].(string)
		if m := shortForm.FindStringSubmatch(placeholder); m != nil && !slices.Contains(ownDetails, name) && detailForm.MatchString(name) {
			c.Details[name] = m[1]
		}
	}
}

// eventOf is what a trigger sends, where that is JSON.
func eventOf(t Trigger) sent {
	for _, a := range t.Actions {
		if _, body, ok := a.Call(); ok {
			e, _ := read(body)
			return e
		}
	}
	return nil
}

// sent is a body as it was read.
type sent map[string]any

func (e sent) at(path ...string) any {
	var v any = map[string]any(e)
	for _, name := range path {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

func (e sent) text(path ...string) string {
	s, _ := e.at(path...).(string)
	return s
}
