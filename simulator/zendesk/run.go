package zendesk

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Run is one trigger that fired on one update of a ticket.
type Run struct {
	At          time.Time `json:"at"`
	TicketID    int64     `json:"ticket_id"`
	Version     int       `json:"version"` // of the ticket, after the trigger
	TriggerID   int64     `json:"trigger_id"`
	Trigger     string    `json:"trigger"`
	Invocations []string  `json:"invocations"` // ids
	// Ignored are actions without effect: old targets, inactive webhooks,
	// e-mails, which the simulator does not send.
	Ignored []string `json:"ignored"`
}

// Fire runs the triggers from top to bottom, and again from the top after one
// that changed the ticket. Each fires at most once in an update. The caller
// holds the lock.
func (r *ruleSet) Fire(t *Ticket, e event, now time.Time) {
	fired := map[int64]bool{}
	for again := true; again; {
		again = false
		for _, trigger := range r.triggers {
			if fired[trigger.ID] || !trigger.Active || !r.matches(trigger.Conditions, t, e) {
				continue
			}
			fired[trigger.ID] = true
			if r.act(trigger, t, e, now) {
				again = true
				break
			}
		}
	}
}

func (r *ruleSet) matches(c Conditions, t *Ticket, e event) bool {
	holds := func(c Condition) bool { return r.holds(c, t, e) }
	return !slices.ContainsFunc(c.All, func(c Condition) bool { return !holds(c) }) &&
		(len(c.Any) == 0 || slices.ContainsFunc(c.Any, holds))
}

func (r *ruleSet) holds(c Condition, t *Ticket, e event) bool {
	value := text(c.Value)
	switch c.Field {
	case "current_tags":
		included := slices.ContainsFunc(strings.Fields(strings.ToLower(value)), func(tag string) bool { return slices.Contains(t.Tags, tag) })
		return included == (c.Operator == "includes")
	case "update_type":
		return (value == "Create") == e.created
	case "comment_is_public":
		if e.comment == nil {
			return false
		}
		return value == "not_relevant" || (value == "false") != e.comment.Public
	case "role":
		u := e.by.user
		is := value == strconv.FormatInt(u.ID, 10) || value == "agent" && u.Staff() || value == "admin" && u.Admin() || value == "end_user" && !u.Staff()
		return is == (c.Operator == "is")
	case "via_id":
		return (viaIDs[t.Via.Channel] == value) == (c.Operator == "is")
	case "current_via_id":
		return (viaIDs[e.by.via.Channel] == value) == (c.Operator == "is")
	}
	switch value {
	case "current_user":
		value = strconv.FormatInt(e.by.user.ID, 10)
	case "requester_id":
		value = strconv.FormatInt(t.RequesterID, 10)
	case "assignee_id":
		value = strconv.FormatInt(t.AssigneeID, 10)
	}
	return compare(c, value, field(&e.before, c.Field), field(t, c.Field))
}

// field is a ticket's value of a condition's field; none is "".
func field(t *Ticket, name string) string {
	number := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	switch name {
	case "status":
		return t.Status
	case "priority":
		return t.Priority
	case "type":
		return t.Type
	case "assignee_id":
		return number(t.AssigneeID)
	case "requester_id":
		return number(t.RequesterID)
	case "group_id":
		return number(t.GroupID)
	case "ticket_form_id":
		return number(t.FormID)
	case "brand_id":
		return number(t.BrandID)
	}
	for _, f := range t.CustomFields {
		if name == fmt.Sprintf("custom_fields_%d", f.ID) {
			return text(f.Value)
		}
	}
	return ""
}

// compare is a condition on a field that had one value and has another. What
// is set at a creation has changed, from nothing.
func compare(c Condition, value, before, after string) bool {
	switch c.Operator {
	case "is":
		return after == value
	case "is_not":
		return after != value
	case "less_than":
		return rank(c.Field, after) < rank(c.Field, value)
	case "greater_than":
		return rank(c.Field, after) > rank(c.Field, value)
	case "changed":
		return before != after
	case "not_changed":
		return before == after
	case "value":
		return before != after && after == value
	case "not_value":
		return before == after || after != value
	case "value_previous":
		return before != after && before == value
	case "not_value_previous":
		return before == after || before != value
	case "present":
		return after != ""
	default: // not_present
		return after == ""
	}
}

func rank(field, value string) int {
	if field == "status" {
		return slices.Index(ticketStatuses, value)
	}
	return slices.Index(ticketPriorities, value)
}

// act does what a trigger says, fields first, and says whether the ticket is
// another one now. What cannot be done is left out, as Zendesk does. The caller
// holds the lock.
func (r *ruleSet) act(trigger *Trigger, t *Ticket, e event, now time.Time) (changed bool) {
	was := t.clone()
	run := &Run{At: now, TicketID: t.ID, TriggerID: trigger.ID, Trigger: trigger.Title, Invocations: []string{}, Ignored: []string{}}
	public := !slices.ContainsFunc(trigger.Actions, func(a Action) bool { return a.Field == "comment_mode_is_public" && text(a.Value) == "false" })
	look := r.placeholders(t, e.by.user)
	plain := func(s string) string { return s }
	for _, a := range trigger.Actions {
		value := text(a.Value)
		id, _ := strconv.ParseInt(value, 10, 64)
		switch a.Field {
		case "status":
			t.Status = value
		case "priority":
			t.Priority = value
		case "type":
			t.Type = value
		case "assignee_id":
			switch value {
			case "current_user":
				id = e.by.user.ID
			case "requester_id":
				id = t.RequesterID
			}
			t.AssigneeID = id
		case "group_id":
			t.GroupID = id
		case "ticket_form_id":
			t.FormID = id
		case "brand_id":
			t.BrandID = id
		case "current_tags":
			t.Tags = tidyTags(append(t.Tags, value))
		case "remove_tags":
			gone := tidyTags([]string{value})
			t.Tags = slices.DeleteFunc(t.Tags, func(tag string) bool { return slices.Contains(gone, tag) })
		case "set_tags":
			t.Tags = tidyTags([]string{value})
		case "comment_value", "comment_value_html":
			words := value
			if list, ok := a.Value.([]any); ok && len(list) > 0 {
				words = text(list[len(list)-1]) // ["channel:all", the text]
			}
			if a.Field == "comment_value_html" {
				words = html.UnescapeString(markup.ReplaceAllString(words, ""))
			}
			through := Via{"rule", Source{Rel: new("trigger"), From: Origin{ID: trigger.ID, Title: trigger.Title}}}
			t.say(e.by.user.ID, render(words, look, plain, r.without()...), public, through, now)
		case "comment_mode_is_public", "notification_webhook":
		case "notification_target", "notification_user", "notification_group", "cc", "follower":
			run.Ignored = append(run.Ignored, a.Field)
		default:
			for i, f := range t.CustomFields {
				if a.Field == fmt.Sprintf("custom_fields_%d", f.ID) {
					t.CustomFields[i].Value = a.Value
				}
			}
		}
	}
	changed = !sameTicket(&was, t)
	if changed {
		t.Version++
		t.UpdatedAt = now
	}
	run.Version = t.Version
	r.notify(trigger, run, t, e)
	r.runs = append(r.runs, run)
	return changed
}

// sameTicket compares what triggers can change.
func sameTicket(a, b *Ticket) bool {
	return a.Status == b.Status && a.Priority == b.Priority && a.Type == b.Type && a.AssigneeID == b.AssigneeID && a.GroupID == b.GroupID &&
		a.FormID == b.FormID && a.BrandID == b.BrandID && slices.Equal(a.Tags, b.Tags) && len(a.comments) == len(b.comments) &&
		slices.EqualFunc(a.CustomFields, b.CustomFields, func(x, y CustomField) bool { return x.ID == y.ID && text(x.Value) == text(y.Value) })
}

// notify puts the trigger's calls of webhooks into the outbox.
func (r *ruleSet) notify(trigger *Trigger, run *Run, t *Ticket, e event) {
	look := r.placeholders(t, e.by.user)
	for _, a := range trigger.Actions {
		if a.Field != "notification_webhook" {
			continue
		}
		pair, _ := a.Value.([]any)
		hook, ok := r.sender.webhook(text(pair[0]))
		if !ok || hook.Status != "active" {
			run.Ignored = append(run.Ignored, a.Field)
			continue
		}
		escape := func(s string) string { return s }
		if r.settings().PlaceholderEscaping == "json" && hook.RequestFormat == "json" {
			escape = asJSONText
		}
		call := newInvocation(hook.ID, t.ID, trigger.ID, r.now())
		switch body := pair[1].(type) {
		case []any: // pairs of a name and a value
			for _, p := range body {
				if kv, ok := p.([]any); ok && len(kv) == 2 {
					call.addFormValue(text(kv[0]), render(text(kv[1]), look, func(s string) string { return s }, r.without()...))
				}
			}
		default:
			call.Body = render(text(body), look, escape, r.without()...)
		}
		run.Invocations = append(run.Invocations, call.ID)
		r.outbox = append(r.outbox, call)
	}
}

// without are the filters that this Liquid does not know.
func (r *ruleSet) without() []string {
	if r.settings().URLEncode == "unknown" {
		return []string{"url_encode"}
	}
	return nil
}

// calls says whether a trigger calls a webhook.
func (t *Trigger) calls(webhook string) bool {
	return slices.ContainsFunc(t.Actions, func(a Action) bool {
		pair, ok := a.Value.([]any)
		return ok && a.Field == "notification_webhook" && len(pair) == 2 && text(pair[0]) == webhook
	})
}
