package check

import (
	"slices"
	"strconv"
	"strings"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/event"
)

// call is one call of PagerDuty that a trigger makes: an action whose webhook or
// old target leads to PagerDuty, or whose body is an event.
type call struct {
	trigger, action int        // their positions
	id              trigger.ID // of the webhook or target
	hook            int        // the webhook's position; -1 where it is not there
	target          *target
	old             bool // the action is for a target
	malformed       bool // the action's value is no pair of an id and a text
	form            bool // the body is pairs of a name and a value
	body            string
	read            event.Body
	root            *event.Node // of read
	key             string      // the event's routing key as it is, read once: every pair of calls asks for it
	keyed           bool        // key has the form of one
	kind            string      // the event's action, or what it was surely meant to be; "" where unknown
	copied          bool        // of a production account, in its sandbox
}

// target is one of the old kind.
type target struct {
	kind string
	address
}

var (
	newFields = []string{"routing_key", "event_action", "dedup_key"}
	oldFields = []string{"service_key", "incident_key", "event_type"}
)

// findCalls finds all of them, in the order of the triggers, and the webhooks
// that send other things.
func (c *checker) findCalls() {
	hooks := map[trigger.ID]int{}
	for i, h := range slices.Backward(c.Webhooks) {
		hooks[h.ID] = i // the first of equal ids
	}
	targets := map[trigger.ID]*target{}
	for _, t := range c.Targets {
		targets[t.ID] = &target{t.Type, c.read(t.TargetURL)}
	}
	c.crowded, c.others = map[int]bool{}, map[trigger.ID]bool{}
	for i, t := range c.Triggers {
		n := 0
		for j, a := range t.Actions {
			k := &call{trigger: i, action: j, hook: -1, old: a.Field == "notification_target"}
			if !k.old && a.Field != "notification_webhook" {
				continue
			}
			k.take(a.Value)
			if at, ok := hooks[k.id]; ok && !k.old {
				k.hook = at
			} else if k.old {
				k.target = targets[k.id]
			}
			if !c.pages(k, a.Value) {
				if !k.old && !k.malformed && !k.form {
					c.others[k.id] = true
				}
				continue
			}
			if n++; n <= mostCalls {
				c.calls = append(c.calls, k)
			} else if c.crowded[i] = true; t.Active && n == mostCalls+1 {
				c.report(fault{code: callMany, args: problem.Args{"count": strconv.Itoa(mostCalls)}}, i, -1)
			}
		}
	}
}

// pages reads a call's body, and says whether the call is one of PagerDuty.
func (c *checker) pages(k *call, value any) bool {
	if k.target != nil && k.target.kind == "email_target" {
		return false // e-mail targets still work
	}
	leads := c.address(k).leads
	k.examine()
	changes := k.hook >= 0 && strings.HasSuffix(c.Webhooks[k.hook].Endpoint, "/v2/change/enqueue")
	if leads && changes && !k.root.Has("event_action", "dedup_key") {
		return false // change events, which never page
	}
	return leads || k.event() || k.malformed && speaks(value)
}

// take reads an action's value: an id, and a body of text or pairs.
func (k *call) take(value any) {
	var pair []any
	switch v := value.(type) {
	case []string:
		for _, s := range v {
			pair = append(pair, s)
		}
	case []any:
		pair = v
	case string:
		pair = []any{v}
	}
	text := func(v any) (string, bool) {
		if n, ok := v.(float64); ok {
			return strconv.FormatFloat(n, 'f', -1, 64), true
		}
		s, ok := v.(string)
		return s, ok
	}
	ok := false
	if len(pair) > 0 {
		var id string
		id, ok = text(pair[0])
		k.id = trigger.ID(id)
	}
	k.malformed = !ok || len(pair) != 2
	if len(pair) == 2 {
		switch v := pair[1].(type) {
		case string:
			k.body = v
		case []any:
			k.form = true
		default:
			k.malformed = true
		}
	}
}

// examine reads the body.
func (k *call) examine() {
	if len(k.body) > largest {
		return
	}
	k.read = event.Parse(k.body)
	k.root = k.read.Root
	k.key = k.root.Get("routing_key")
	k.keyed = trigger.IsKey(k.key)
	word := k.root.Get("event_action")
	if !k.root.Has("event_action") {
		word = k.root.Get("event_type")
	}
	word = strings.ToLower(strings.TrimSpace(word))
	if slices.Contains(eventActions, word) {
		k.kind = word
	}
}

var eventActions = []string{"trigger", "acknowledge", "resolve"}

// event says that a body is for the Events API, wherever it goes.
func (k *call) event() bool {
	n := 0
	for _, name := range slices.Concat(newFields, oldFields) {
		if k.root.Has(name) || k.root == nil && strings.Contains(k.body[:min(len(k.body), largest)], name) {
			n++
		}
	}
	return n > 1
}

// speaks says that a value of no known form is about PagerDuty: an event's field
// is named.
func speaks(value any) bool {
	text, ok := value.(string)
	if !ok {
		text = event.JSON(value)
	}
	text = text[:min(len(text), largest)]
	return strings.Contains(text, "routing_key") || strings.Contains(text, "dedup_key")
}

// opaque says that what is sent depends on Liquid's tags, so that nothing can
// be said of it here.
func (k *call) opaque() bool {
	return k.read.Tags || k.root == nil && len(k.body) <= largest && strings.Contains(k.body, "{%")
}
