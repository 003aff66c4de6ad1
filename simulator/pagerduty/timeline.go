package pagerduty

import (
	"net/http"
	"slices"
	"time"
)

// logEntry is a line of an incident's timeline.
type logEntry struct {
	id, kind  string // kind without its suffix "_log_entry"
	summary   string
	note      string
	at        time.Time
	by        agent
	assignees []*person
	user      *person          // who was notified
	channel   map[string]any   // besides its type, which by says
	actions   []map[string]any // what PagerDuty will do by itself now
	changes   []string         // of custom fields
}

// log writes a line into an incident's timeline.
func (w *world) log(i *incident, at time.Time, by agent, kind, summary string) *logEntry {
	e := &logEntry{id: w.makeID('R', "log entry"), kind: kind, summary: summary, at: at, by: by}
	i.log = append(i.log, e)
	return e
}

// minor are the kinds that is_overview leaves out. What is important nobody
// outside knows exactly; a kind that nobody knows counts as such.
var minor = []string{"notify", "field_value_change", "custom_field_value_change"}

// listLogEntries is GET /incidents/{id}/log_entries, the newest first.
func (c *call) listLogEntries() (int, any, *refusal) {
	i, refused := c.visible(c.r.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	var since, until time.Time
	for name, into := range map[string]*time.Time{"since": &since, "until": &until} {
		if s := c.q.Get(name); s != "" {
			if *into, refused = moment(name, s); refused != nil {
				return 0, nil, refused
			}
		}
	}
	var found []*logEntry
	for _, e := range slices.Backward(i.log) {
		switch {
		case !since.IsZero() && e.at.Before(since), !until.IsZero() && e.at.After(until),
			c.q.Get("is_overview") == "true" && slices.Contains(minor, e.kind):
			continue
		}
		found = append(found, e)
	}
	// A snooze that ran out is logged later than it happened.
	slices.SortStableFunc(found, func(a, b *logEntry) int { return b.at.Compare(a.at) })
	return http.StatusOK, list("log_entries", found, p, func(e *logEntry) object { return c.logEntry(i, e) }), nil
}

func moment(name, value string) (time.Time, *refusal) {
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return t, arguments(name + " is not a time")
	}
	return t, nil
}

func (c *call) logEntry(i *incident, e *logEntry) object {
	o := c.logEntryRef(i, e)
	o["type"], o["created_at"], o["agent"] = e.kind+"_log_entry", stamp(e.at), c.agentRef(e.by)
	o["service"], o["incident"], o["teams"], o["contexts"] = c.serviceRef(i.service), c.incidentRef(i), c.teamRefs(i.teams), []object{}
	// The description knows nothing but references here, included or not.
	if c.includes("incidents") {
		c.join(o, "incident", object{"title": i.title, "status": i.status, "incident_number": i.number})
	}
	if c.includes("services") {
		c.join(o, "service", object{"name": i.service.name, "status": i.service.statusAt(c.now)})
	}
	o["channel"] = c.channel(e)
	if e.note != "" {
		o["note"] = e.note
	}
	switch e.kind {
	case "trigger":
		o["event_details"] = object{"description": i.title}
		if len(i.alerts) > 0 {
			o["contexts"] = i.alerts[0].contexts
		}
	case "acknowledge":
		o["acknowledgement_timeout"] = 1800
	case "assign", "escalate", "delegate":
		o["assignees"] = c.userRefs(e.assignees)
	case "notify":
		o["user"] = c.userRef(e.user)
	case "snooze":
		o["changed_actions"] = e.actions
	case "custom_field_value_change":
		o["changeset"] = e.changes
	}
	return o
}

func (c *call) join(o object, name string, more object) {
	inner, _ := o[name].(object)
	for k, v := range more {
		inner[k] = v
	}
}

// channel is how it happened: nothing but its type, unless it is included.
func (c *call) channel(e *logEntry) object {
	kind := "auto"
	switch {
	case e.kind == "annotate":
		kind = "note"
	case e.by.person != nil:
		kind = "website"
	case e.kind == "trigger":
		kind = "api"
	case e.kind == "unacknowledge":
		kind = "timeout"
	}
	o := object{"type": kind}
	if !c.includes("channels") {
		return o
	}
	if e.user != nil {
		o["notification"] = object{"id": id('P', "notification "+e.id), "type": "email_notification", "address": e.user.email, "status": "success", "started_at": stamp(e.at), "user": c.userRef(e.user)}
	}
	for name, v := range e.channel {
		o[name] = v
	}
	return o
}

func (s *State) logEntryRef(i *incident, e *logEntry) object {
	o := s.refTo(e.kind+"_log_entry", e.id, e.summary, "log_entries")
	o["html_url"] = s.world.web + "/incidents/" + i.id + "/log_entries/" + e.id
	return o
}

func (s *State) incidentRef(i *incident) object {
	return s.refTo("incident", i.id, i.label(), "incidents")
}
