package rules

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"zendesk-pagerduty/simulator/zendesk/tickets"
	"zendesk-pagerduty/simulator/zendesk/webhooks"
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
func (r *Rules) Fire(t *tickets.Ticket, e tickets.Event, now time.Time) {
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

// act does what a trigger says, fields first, and says whether the ticket is
// another one now. What cannot be done is left out, as Zendesk does. The caller
// holds the lock.
func (r *Rules) act(trigger *Trigger, t *tickets.Ticket, e tickets.Event, now time.Time) (changed bool) {
	was := t.Clone()
	run := &Run{
		At:          now,
		TicketID:    t.ID,
		TriggerID:   trigger.ID,
		Trigger:     trigger.Title,
		Invocations: []string{},
		Ignored:     []string{},
	}
	public := !slices.ContainsFunc(trigger.Actions, func(a Action) bool {
		return a.Field == "comment_mode_is_public" && text(a.Value) == "false"
	})
	find := r.placeholders(t, e.By.User)
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
				id = e.By.User.ID
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
			t.Tags = tickets.TidyTags(append(t.Tags, value))
		case "remove_tags":
			gone := tickets.TidyTags([]string{value})
			t.Tags = slices.DeleteFunc(t.Tags, func(tag string) bool { return slices.Contains(gone, tag) })
		case "set_tags":
			t.Tags = tickets.TidyTags([]string{value})
		case "comment_value", "comment_value_html":
			words := value
			if list, ok := a.Value.([]any); ok && len(list) > 0 {
				words = text(list[len(list)-1]) // ["channel:all", the text]
			}
			if a.Field == "comment_value_html" {
				words = tickets.PlainText(words)
			}
			through := tickets.Via{
				Channel: "rule",
				Source:  tickets.Source{Rel: new("trigger"), From: tickets.Origin{ID: trigger.ID, Title: trigger.Title}},
			}
			t.AddComment(e.By.User.ID, render(words, find, plain, r.without()...), public, through, now)
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
func sameTicket(a, b *tickets.Ticket) bool {
	return a.Status == b.Status && a.Priority == b.Priority && a.Type == b.Type && a.AssigneeID == b.AssigneeID &&
		a.GroupID == b.GroupID &&
		a.FormID == b.FormID && a.BrandID == b.BrandID && slices.Equal(a.Tags, b.Tags) &&
		len(a.Comments) == len(b.Comments) &&
		slices.EqualFunc(a.CustomFields, b.CustomFields, func(x, y tickets.CustomField) bool {
			return x.ID == y.ID && text(x.Value) == text(y.Value)
		})
}

// notify puts the trigger's calls of webhooks into the outbox.
func (r *Rules) notify(trigger *Trigger, run *Run, t *tickets.Ticket, e tickets.Event) {
	find := r.placeholders(t, e.By.User)
	for _, a := range trigger.Actions {
		if a.Field != "notification_webhook" {
			continue
		}
		pair, _ := a.Value.([]any)
		hook, ok := r.sender.Webhook(text(pair[0]))
		if !ok || hook.Status != "active" {
			run.Ignored = append(run.Ignored, a.Field)
			continue
		}
		escape := func(s string) string { return s }
		if r.Settings().PlaceholderEscaping == "json" && hook.RequestFormat == "json" {
			escape = asJSONText
		}
		call := webhooks.NewInvocation(hook.ID, t.ID, trigger.ID, r.Now())
		switch body := pair[1].(type) {
		case []any: // pairs of a name and a value
			for _, p := range body {
				if kv, ok := p.([]any); ok && len(kv) == 2 {
					call.AddFormValue(text(kv[0]), render(text(kv[1]), find, func(s string) string { return s }, r.without()...))
				}
			}
		default:
			call.Body = render(text(body), find, escape, r.without()...)
		}
		run.Invocations = append(run.Invocations, call.ID)
		r.outbox = append(r.outbox, call)
	}
}

// without are the filters that this Liquid does not know.
func (r *Rules) without() []string {
	if r.Settings().URLEncode == "unknown" {
		return []string{"url_encode"}
	}
	return nil
}
