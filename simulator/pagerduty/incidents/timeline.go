package incidents

import (
	"net/http"
	"slices"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// minor are the kinds that is_overview leaves out. What is important nobody
// outside knows exactly; a kind that nobody knows counts as such.
var minor = []string{"notify", "field_value_change", "custom_field_value_change"}

// listLogEntries is GET /incidents/{id}/log_entries, the newest first.
func listLogEntries(c *rest.Call) (int, any, *rest.Refusal) {
	i, refused := visible(c, c.Request.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	var since, until time.Time
	for name, into := range map[string]*time.Time{"since": &since, "until": &until} {
		if s := c.Query.Get(name); s != "" {
			if *into, refused = moment(name, s); refused != nil {
				return 0, nil, refused
			}
		}
	}
	var found []*account.LogEntry
	for _, e := range slices.Backward(i.Log) {
		switch {
		case !since.IsZero() && e.At.Before(since), !until.IsZero() && e.At.After(until),
			c.Query.Get("is_overview") == "true" && slices.Contains(minor, e.Kind):
			continue
		}
		found = append(found, e)
	}
	// A snooze that ran out is logged later than it happened.
	slices.SortStableFunc(found, func(a, b *account.LogEntry) int { return b.At.Compare(a.At) })
	return http.StatusOK, rest.Page("log_entries", found, p, func(e *account.LogEntry) rest.Object {
		return logEntryJSON(c, i, e)
	}), nil
}

func moment(name, value string) (time.Time, *rest.Refusal) {
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return t, rest.Arguments(name + " is not a time")
	}
	return t, nil
}

func logEntryJSON(c *rest.Call, i *account.Incident, e *account.LogEntry) rest.Object {
	o := logEntryRef(c.State, i, e)
	o["type"], o["created_at"], o["agent"] = e.Kind+"_log_entry", rest.Stamp(e.At), rest.AgentRef(c.State, e.By)
	o["service"] = rest.ServiceRef(c.State, i.Service)
	o["incident"] = incidentRef(c.State, i)
	o["teams"] = rest.TeamRefs(c.State, i.Teams)
	o["contexts"] = []rest.Object{}
	// The description knows nothing but references here, included or not.
	if c.Includes("incidents") {
		addMembers(c, o, "incident", rest.Object{"title": i.Title, "status": i.Status, "incident_number": i.Number})
	}
	if c.Includes("services") {
		addMembers(c, o, "service", rest.Object{"name": i.Service.Name, "status": i.Service.StatusAt(c.Now)})
	}
	o["channel"] = channelJSON(c, e)
	if e.Note != "" {
		o["note"] = e.Note
	}
	switch e.Kind {
	case "trigger":
		o["event_details"] = rest.Object{"description": i.Title}
		if len(i.Alerts) > 0 {
			o["contexts"] = i.Alerts[0].Contexts
		}
	case "acknowledge":
		o["acknowledgement_timeout"] = 1800
	case "assign", "escalate", "delegate":
		o["assignees"] = rest.UserRefs(c.State, e.Assignees)
	case "notify":
		o["user"] = rest.UserRef(c.State, e.User)
	case "snooze":
		o["changed_actions"] = e.Actions
	case "custom_field_value_change":
		o["changeset"] = e.Changes
	}
	return o
}

func addMembers(c *rest.Call, o rest.Object, name string, more rest.Object) {
	inner, _ := o[name].(rest.Object)
	for k, v := range more {
		inner[k] = v
	}
}

// channelJSON is through what it was done: nothing but its type, unless it is included.
func channelJSON(c *rest.Call, e *account.LogEntry) rest.Object {
	kind := "auto"
	switch {
	case e.Kind == "annotate":
		kind = "note"
	case e.By.Person != nil:
		kind = "website"
	case e.Kind == "trigger":
		kind = "api"
	case e.Kind == "unacknowledge":
		kind = "timeout"
	}
	o := rest.Object{"type": kind}
	if !c.Includes("channels") {
		return o
	}
	if e.User != nil {
		o["notification"] = rest.Object{
			"id":         account.ID('P', "notification "+e.ID),
			"type":       "email_notification",
			"address":    e.User.Email,
			"status":     "success",
			"started_at": rest.Stamp(e.At),
			"user":       rest.UserRef(c.State, e.User),
		}
	}
	for name, v := range e.Channel {
		o[name] = v
	}
	return o
}

func logEntryRef(s *state.State, i *account.Incident, e *account.LogEntry) rest.Object {
	o := rest.Reference(s, e.Kind+"_log_entry", e.ID, e.Summary, "log_entries")
	o["html_url"] = s.Store.Web + "/incidents/" + i.ID + "/log_entries/" + e.ID
	return o
}
