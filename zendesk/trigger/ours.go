package trigger

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"zendesk-pagerduty/incident"
)

// How what was made here is found again: a trigger by the mark in its
// description, a webhook by its name, or because triggers that were made here
// call it and no others do. Titles are the admin's to change.

// WebhookName is what the webhook that is made here is called.
const WebhookName = "PagerDuty events (zendesk-pagerduty)"

// Mark is what a trigger's description ends with.
func Mark(name string) string { return "[zendesk-pagerduty " + name + "]" }

// Added marks a trigger of the admin's own that got our action.
const Added = "added"

// Only names that are given here count: what else a description says in such a
// form is its author's.
var markForm = regexp.MustCompile(`\[zendesk-pagerduty ` +
	`(raise-(?:low|normal|high|urgent)|page|paged|acknowledge|resolve|clear-solved|clear-fallen|added)\]`)

// Marked is the name in a trigger's mark, such as "raise-urgent", or "".
func (t Trigger) Marked() string {
	if m := markForm.FindStringSubmatch(t.Description); m != nil {
		return m[1]
	}
	return ""
}

var serviceNamed = regexp.MustCompile(`PagerDuty service ([A-Za-z0-9]{1,63})\.`)

// service is the PagerDuty service that a description names, or "".
func (t Trigger) service() string {
	if m := serviceNamed.FindStringSubmatch(t.Description); m != nil && incident.ValidID(m[1]) {
		return m[1]
	}
	return ""
}

// first is the trigger with a mark that a plan keeps; one without anything where there
// is none.
func (o ours) first(mark string) (t Trigger) {
	if list := o.triggers[mark]; len(list) > 0 {
		t = list[0]
	}
	return t
}

// resolvesNote stands in the description of the first trigger that is made, where
// incidents are to be resolved with their tickets: Zendesk may refuse, or lose, the
// trigger that does it, of which nothing else would tell. Set-ups of before have none.
const resolvesNote = "Resolves with the ticket."

func (t Trigger) notesResolve() bool { return strings.Contains(t.Description, resolvesNote) }

// forgetsResolve says that a trigger's note is other than the choice.
func (o ours) forgetsResolve(have, want Trigger) bool {
	if have.notesResolve() || len(o.triggers["resolve"]) == 0 {
		return have.notesResolve() != want.notesResolve()
	}
	return false // there is the trigger itself
}

// Call is an action's webhook and body, if it calls one. Bodies for webhooks
// that are no text (form_encoded) are none.
func (a Action) Call() (webhook ID, body string, ok bool) {
	if a.Field != "notification_webhook" {
		return "", "", false
	}
	switch v := a.Value.(type) {
	case []string:
		if len(v) == 2 {
			return ID(v[0]), v[1], true
		}
	case []any:
		if len(v) == 2 {
			id, known := v[0].(string)
			body, text := v[1].(string)
			return ID(id), body, known && text
		}
	}
	return "", "", false
}

// called are the webhooks that a trigger calls.
func (t Trigger) called() (list []ID) {
	for _, a := range t.Actions {
		if id, _, ok := a.Call(); ok {
			list = append(list, id)
		}
	}
	return list
}

// older orders ids as Zendesk gave them: numbers by size, and the webhooks'
// texts, which begin with their time, by the alphabet.
func older(a, b ID) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(string(a), string(b)))
}

// ours are the account's webhooks and triggers that were made here, those that
// are switched on and the oldest first, so that two admins who set up at once
// keep the same ones.
type ours struct {
	webhooks []Webhook
	hooks    map[ID]bool          // their ids: an account may have thousands, and as many calls
	triggers map[string][]Trigger // by mark
	added    []Trigger            // the admin's own, with our action
}

// ours leaves out what has an id that Zendesk gives nobody: it would lead an
// admin's own request to another path.
func (f Found) ours() ours {
	o := ours{hooks: map[ID]bool{}, triggers: map[string][]Trigger{}}
	for _, t := range f.Triggers {
		if !t.ID.OfTrigger() {
			continue
		}
		switch mark := t.Marked(); mark {
		case "":
		case Added:
			if !t.idle() {
				o.added = append(o.added, t)
			}
		default:
			o.triggers[mark] = append(o.triggers[mark], t)
		}
	}
	for _, list := range o.triggers {
		slices.SortFunc(list, func(a, b Trigger) int {
			switch {
			case a.Active == b.Active:
				return older(a.ID, b.ID)
			case a.Active:
				return -1
			}
			return 1
		})
	}
	called, others := map[ID]bool{}, f.others()
	for _, list := range o.triggers {
		for _, t := range list {
			for _, id := range t.called() {
				called[id] = true
			}
		}
	}
	for _, w := range f.Webhooks {
		if !w.ID.Safe() {
			continue
		}
		// A trigger that somebody only marked would otherwise make the admin's
		// own webhook ours, and the next plan would send it elsewhere.
		if w.Name == WebhookName || strings.HasSuffix(w.Endpoint, "/v2/enqueue") && called[w.ID] && !others[w.ID] {
			o.webhooks, o.hooks[w.ID] = append(o.webhooks, w), true
		}
	}
	slices.SortFunc(o.webhooks, func(a, b Webhook) int { return older(a.ID, b.ID) })
	return o
}

// idle says that a trigger of the admin's own is off and does nothing but what was added
// here: it is how one is left whose only action that was, since Zendesk allows none
// without actions. Its mark stays, for the case that the admin switches it on again.
func (t Trigger) idle() bool {
	if t.Marked() != Added || t.Active {
		return false
	}
	rest := slices.DeleteFunc(slices.Clone(t.Actions), addsPagedTag)
	if len(rest) != 1 {
		return false
	}
	_, _, calls := rest[0].Call()
	return calls && generated(rest[0])
}

func addsPagedTag(a Action) bool { return a.Field == "current_tags" && a.Value == PagedTag }

// addedCall is the place, among the actions of a trigger of the admin's own, of the
// call that was added here: the last one of a webhook of ours, since it is added at the
// end. Calls that the admin made are not it, even of that webhook. It is -1 where there
// is none.
func (o ours) addedCall(t Trigger) int {
	for i, a := range slices.Backward(t.Actions) {
		if id, _, ok := a.Call(); ok && o.hooks[id] {
			return i
		}
	}
	return -1
}

// others are the webhooks that triggers call which were not made here.
func (f Found) others() map[ID]bool { return f.calledBy("", Added) }

// calledBy are the webhooks that triggers with some marks call.
func (f Found) calledBy(marks ...string) map[ID]bool {
	ids := map[ID]bool{}
	for _, t := range f.Triggers {
		if slices.Contains(marks, t.Marked()) {
			for _, id := range t.called() {
				ids[id] = true
			}
		}
	}
	return ids
}

// Raising are the priorities for whose tickets what was made here raises incidents as it
// is now: the priority's trigger and the webhook are there, and active.
func Raising(f Found) map[string]bool {
	o := f.ours()
	active := map[ID]bool{}
	for _, w := range o.webhooks {
		active[w.ID] = w.Status == "active"
	}
	raising := map[string]bool{}
	for _, p := range Priorities {
		raising[p] = slices.ContainsFunc(o.triggers["raise-"+p], func(t Trigger) bool {
			return t.Active && slices.ContainsFunc(t.called(), func(id ID) bool { return active[id] })
		})
	}
	return raising
}

// OurWebhook is the webhook that what was made here calls, if there is one.
func OurWebhook(f Found) (Webhook, bool) {
	list := f.ours().webhooks
	if len(list) == 0 {
		return Webhook{}, false
	}
	return list[0], true
}
