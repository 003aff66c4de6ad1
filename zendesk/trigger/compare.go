package trigger

import (
	"encoding/json"
	"reflect"
	"slices"

	"zendesk-pagerduty/zendesk/trigger/event"
)

// sameConditions compares without regard to order.
func sameConditions(a, b Conditions) bool { return sameList(a.All, b.All) && sameList(a.Any, b.Any) }

func sameList(a, b []Condition) bool {
	text := func(list []Condition) []string {
		var all []string
		for _, c := range list {
			all = append(all, event.JSON([]string{c.Field, c.Operator, c.Text()}))
		}
		slices.Sort(all)
		return all
	}
	return slices.Equal(text(a), text(b))
}

// differing names in what two lists of actions differ: the integration key, the
// rest of the event, or else the actions.
func differing(have, want []Action) []string {
	var a, b []any
	for _, list := range []struct {
		from []Action
		to   *[]any
	}{{have, &a}, {want, &b}} {
		for _, action := range list.from {
			*list.to = append(*list.to, plain(action))
		}
	}
	if reflect.DeepEqual(a, b) {
		return nil
	}
	haveHook, haveKey, haveEvent := split(have)
	wantHook, wantKey, wantEvent := split(want)
	var names []string
	if haveKey != wantKey {
		names = append(names, "key")
	}
	if !reflect.DeepEqual(haveEvent, wantEvent) {
		names = append(names, "event")
	}
	if haveHook != wantHook {
		names = append(names, "webhook")
	}
	if len(names) == 0 || len(a) != len(b) {
		names = append(names, "actions")
	}
	return names
}

// plain is an action as JSON has it, with a webhook's body read where it is
// JSON: its layout does not matter.
func plain(a Action) any {
	var v any
	if err := json.Unmarshal([]byte(event.JSON(a)), &v); err != nil {
		return a
	}
	if id, body, ok := a.Call(); ok {
		if event, ok := read(body); ok {
			return []any{a.Field, string(id), event}
		}
	}
	return v
}

func read(body string) (event map[string]any, ok bool) {
	err := json.Unmarshal([]byte(body), &event)
	return event, err == nil
}

// split is the first event of some actions: where it goes, its key, and the rest.
func split(actions []Action) (webhook ID, key any, rest map[string]any) {
	for _, a := range actions {
		if id, body, ok := a.Call(); ok {
			if event, ok := read(body); ok {
				key = event["routing_key"]
				delete(event, "routing_key")
				return id, key, event
			}
			return id, nil, map[string]any{"": body}
		}
	}
	return "", nil, nil
}
