package trigger

import (
	"net/http"
	"slices"
)

// request is a step of a mend before it is asked for: what it changes is known,
// and its body is made later.
type request struct {
	method, path string
	uses         ID // of a webhook that it sends calls to
	body         func() map[string]any
}

func sent(list []request) []Step {
	var steps []Step
	for _, r := range list {
		steps = append(steps, Step{r.method, r.path, encode(r.body())})
	}
	return steps
}

// whole are the fields of an update of a trigger. Zendesk clears what an update
// does not name of conditions and actions as soon as it names one of them ("Update
// Ticket Trigger"): a trigger that lost its conditions would page on every update.
func whole(t Trigger, fields map[string]any) map[string]any {
	_, conditions := fields["conditions"]
	_, actions := fields["actions"]
	switch {
	case conditions && !actions:
		fields["actions"] = append([]Action{}, t.Actions...)
	case actions && !conditions:
		fields["conditions"] = listed(t.Conditions.All, t.Conditions.Any)
	}
	return fields
}

// change alters a trigger; nil where its id cannot be sent.
func change(t Trigger, fields map[string]any) []request {
	return changeLater(t, "", func() map[string]any { return fields })
}

func changeLater(t Trigger, uses ID, fields func() map[string]any) []request {
	if !triggerID.MatchString(string(t.ID)) {
		return nil
	}
	body := func() map[string]any { return map[string]any{"trigger": whole(t, fields())} }
	return []request{{http.MethodPut, "/api/v2/triggers/" + string(t.ID), uses, body}}
}

func off(t Trigger) []request { return change(t, map[string]any{"active": false}) }

func patch(h Webhook, fields map[string]string) []request {
	if !safeID.MatchString(string(h.ID)) {
		return nil
	}
	return []request{{http.MethodPatch, "/api/v2/webhooks/" + string(h.ID), "", func() map[string]any { return map[string]any{"webhook": fields} }}}
}

// post makes a trigger, after everything else.
func (c *checker) post(t Trigger) []request {
	var category ID
	if n := len(c.Categories); n > 0 {
		category = c.Categories[n-1].ID
	}
	body := func() map[string]any {
		return map[string]any{"trigger": struct {
			Trigger
			Category ID `json:"category_id,omitempty"`
		}{t, category}}
	}
	var uses ID
	for _, a := range t.Actions {
		if id, _, ok := a.call(); ok {
			uses = id
		}
	}
	return []request{{http.MethodPost, "/api/v2/triggers", uses, body}}
}

// becomes is a call as it is to be.
type becomes struct {
	k       *call
	webhook ID
	body    func() string
}

// act replaces calls, all of a trigger in one request: the second of two would
// start from the actions as they were, and undo the first. fields go with
// them. It is all or nothing: nil where one of the triggers cannot be changed.
func (c *checker) act(fields map[string]any, list ...becomes) []request {
	byTrigger := map[int][]becomes{}
	var order []int
	for _, b := range list {
		byTrigger[b.k.trigger] = append(byTrigger[b.k.trigger], b)
		order = append(order, b.k.trigger)
	}
	var all []request
	for _, i := range unique(order) {
		t, calls := c.Triggers[i], byTrigger[i]
		r := changeLater(t, calls[0].webhook, func() map[string]any {
			actions := slices.Clone(t.Actions)
			for _, b := range calls {
				actions[b.k.action] = Action{"notification_webhook", []string{string(b.webhook), b.body()}}
			}
			out := map[string]any{"actions": actions}
			for name, v := range fields {
				out[name] = v
			}
			return out
		})
		if r == nil {
			return nil
		}
		all = append(all, r...)
	}
	return all
}
