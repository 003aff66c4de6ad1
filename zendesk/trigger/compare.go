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
	a, b := plain(have), plain(want)
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

// plain are actions as JSON has them, with a webhook's body read where it is
// JSON: its layout does not matter.
func plain(actions []Action) (list []any) {
	for _, a := range actions {
		var v any = a
		if id, body, ok := a.Call(); ok {
			if sent, ok := read(body); ok {
				v = []any{a.Field, string(id), sent}
			}
		}
		var as any
		if json.Unmarshal([]byte(event.JSON(v)), &as) != nil {
			as = v
		}
		list = append(list, as)
	}
	return list
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
