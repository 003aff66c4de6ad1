package trigger

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// How what was made here is found again: a webhook by its name, or because a
// marked trigger calls it; a trigger by the mark that ends its description.
// Titles are the admin's to change.

const webhookName = "PagerDuty events (zendesk-pagerduty)"

// Mark is what a trigger's description ends with.
func Mark(name string) string { return "[zendesk-pagerduty " + name + "]" }

// added marks a trigger of the admin's own that got our action.
const added = "added"

var markForm = regexp.MustCompile(`\[zendesk-pagerduty ([a-z-]{1,40})\]`)

// Marked is the name in a trigger's mark, such as "raise-urgent", or "".
func (t Trigger) Marked() string {
	if m := markForm.FindStringSubmatch(t.Description); m != nil {
		return m[1]
	}
	return ""
}

var serviceNamed = regexp.MustCompile(`PagerDuty service ([A-Z0-9]{1,32})\.`)

// service is the PagerDuty service that a description names, or "".
func (t Trigger) service() string {
	if m := serviceNamed.FindStringSubmatch(t.Description); m != nil {
		return m[1]
	}
	return ""
}

// call is an action's webhook and body, if it calls one. Bodies for webhooks
// that are no text (form_encoded) are none.
func (a Action) call() (webhook ID, body string, ok bool) {
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

// calls says whether a trigger calls a webhook.
func (t Trigger) calls(webhook ID) bool {
	return slices.ContainsFunc(t.Actions, func(a Action) bool {
		id, _, ok := a.call()
		return ok && id == webhook
	})
}

// older orders ids as Zendesk gave them: numbers by size, and the webhooks'
// texts, which begin with their time, by the alphabet.
func older(a, b ID) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(string(a), string(b)))
}

// ours are the account's webhooks and triggers that were made here, each kind
// the oldest first, so that two admins who set up at once keep the same ones.
type ours struct {
	webhooks []Webhook
	triggers map[string][]Trigger // by mark
	added    []Trigger            // the admin's own, with our action
}

// ours leaves out what has an id that Zendesk gives nobody: it would lead an
// admin's own request to another path.
func (f Found) ours() ours {
	o := ours{triggers: map[string][]Trigger{}}
	for _, t := range f.Triggers {
		if !triggerID.MatchString(string(t.ID)) {
			continue
		}
		switch mark := t.Marked(); mark {
		case "":
		case added:
			o.added = append(o.added, t)
		default:
			o.triggers[mark] = append(o.triggers[mark], t)
		}
	}
	for _, list := range o.triggers {
		slices.SortFunc(list, func(a, b Trigger) int { return older(a.ID, b.ID) })
	}
	for _, w := range f.Webhooks {
		if !safeID.MatchString(string(w.ID)) {
			continue
		}
		if w.Name == webhookName || strings.HasSuffix(w.Endpoint, "/v2/enqueue") && o.call(w.ID) {
			o.webhooks = append(o.webhooks, w)
		}
	}
	slices.SortFunc(o.webhooks, func(a, b Webhook) int { return older(a.ID, b.ID) })
	return o
}

func (o ours) call(webhook ID) bool {
	for _, list := range o.triggers {
		if slices.ContainsFunc(list, func(t Trigger) bool { return t.calls(webhook) }) {
			return true
		}
	}
	return slices.ContainsFunc(o.added, func(t Trigger) bool { return t.calls(webhook) })
}

// none says that nothing of ours is there.
func (o ours) none() bool { return len(o.webhooks)+len(o.triggers)+len(o.added) == 0 }

// OurWebhook is the webhook that what was made here calls, if there is one.
func OurWebhook(f Found) (Webhook, bool) {
	list := f.ours().webhooks
	if len(list) == 0 {
		return Webhook{}, false
	}
	return list[0], true
}
