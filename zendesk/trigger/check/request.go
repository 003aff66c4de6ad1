package check

import (
	"maps"
	"net/http"
	"slices"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/event"
)

// request is a step of a fix before it is asked for: what it changes is known,
// and its body is made later.
type request struct {
	method, path string
	uses         trigger.ID // of a webhook that it sends calls to
	body         func() map[string]any
}

func sent(list []request) []trigger.Step {
	var steps []trigger.Step
	for _, r := range list {
		steps = append(steps, trigger.Step{Method: r.method, Path: r.path, Body: []byte(event.JSON(r.body()))})
	}
	return steps
}

// change alters a trigger; nil where its id cannot be sent.
func change(t trigger.Trigger, fields map[string]any) []request {
	return changeLater(t, "", func() map[string]any { return fields })
}

func changeLater(t trigger.Trigger, uses trigger.ID, fields func() map[string]any) []request {
	if !t.ID.OfTrigger() {
		return nil
	}
	body := func() map[string]any { return map[string]any{"trigger": t.Update(fields())} }
	return []request{{http.MethodPut, "/api/v2/triggers/" + string(t.ID), uses, body}}
}

func off(t trigger.Trigger) []request { return change(t, map[string]any{"active": false}) }

func patch(h trigger.Webhook, fields map[string]string) []request {
	if !h.ID.Safe() {
		return nil
	}
	body := func() map[string]any { return map[string]any{"webhook": fields} }
	return []request{{http.MethodPatch, "/api/v2/webhooks/" + string(h.ID), "", body}}
}

// post makes a trigger, after everything else.
func (c *checker) post(t trigger.Trigger, uses trigger.ID) []request {
	body := func() map[string]any { return map[string]any{"trigger": t.In(c.NewTriggers())} }
	return []request{{http.MethodPost, "/api/v2/triggers", uses, body}}
}

// becomes is a call as it is to be.
type becomes struct {
	k       *call
	webhook trigger.ID
	body    func() string
}

// act replaces calls, all of a trigger in one request: the second of two would
// start from the actions as they were, and undo the first. fields go with
// them. It is all or nothing: nil where one of the triggers cannot be changed.
func (c *checker) act(fields map[string]any, list ...becomes) []request {
	byTrigger := map[int][]becomes{}
	for _, b := range list {
		byTrigger[b.k.trigger] = append(byTrigger[b.k.trigger], b)
	}
	var all []request
	for _, i := range slices.Sorted(maps.Keys(byTrigger)) {
		t, calls := c.Triggers[i], byTrigger[i]
		r := changeLater(t, calls[0].webhook, func() map[string]any {
			actions := slices.Clone(t.Actions)
			for _, b := range calls {
				actions[b.k.action] = trigger.Action{
					Field: "notification_webhook",
					Value: []string{string(b.webhook), b.body()},
				}
			}
			out := map[string]any{"actions": actions}
			maps.Copy(out, fields)
			return out
		})
		if r == nil {
			return nil
		}
		all = append(all, r...)
	}
	return all
}
