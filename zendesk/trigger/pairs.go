package trigger

import (
	"fmt"

	"zendesk-pagerduty/problem"
)

// pagesTwice reports a raise that fires for the same update as one above it.
// With another routing key that makes two incidents; with the same one
// PagerDuty sees a repeat, and only a trigger that can never do more than the
// other is named. Keys that are wrong are reported by themselves.
func (c *checker) pagesTwice(k *call, above []*call) {
	t := c.at(k)
	if !keyForm.MatchString(k.routing()) {
		return
	}
	for _, o := range above {
		x := c.at(o)
		if o.trigger == k.trigger || !keyForm.MatchString(o.routing()) {
			continue // one trigger with two calls is meant so
		}
		both := t.Marked() != "" && x.Marked() != ""
		twin := both && t.Marked() == x.Marked() && t.Marked() != added
		same := o.routing() == k.routing()
		if both && same && !twin {
			continue // as it was set up
		}
		if !c.spend() {
			return
		}
		if !together(t.Conditions, x.Conditions) {
			continue
		}
		// What goes is what is not ours, or what does not more, or the later one.
		less, more := k, o
		if t.Marked() != "" && x.Marked() == "" {
			less, more = o, k
		}
		contained := within(c.at(less).Conditions, c.at(more).Conditions)
		if !contained && c.at(more).Marked() == "" && within(c.at(more).Conditions, c.at(less).Conditions) {
			less, more, contained = more, less, true
		}
		w := fault{code: twice, args: problem.Args{"other": c.at(more).Title}, does: mendOff, mend: off(c.at(less))}
		switch {
		case same && !contained:
			continue
		case same:
			w.code = twiceSame
		case both && !twin:
			w.does, w.mend = mendRouting, c.send(less, with(less.body, less.root, "routing_key", quoted(more.routing())))
		case !contained:
			w.does = mendOffLess
		}
		c.report(w, less.trigger, -1, string(named(c.at(more).ID, more.trigger)))
		return
	}
}

// together reports an acknowledge that can fire in a save that raises: nobody
// is woken then, and the order of webhooks' calls is not guaranteed.
func (c *checker) together(k *call, raises []*call) {
	t := c.at(k)
	var with *call
	for _, o := range raises {
		if o.trigger == k.trigger || c.at(o).Marked() == added || !c.spend() {
			continue
		}
		if c.meets(c.at(o).Conditions, c.at(o).Actions, t.Conditions) {
			with = o
			break
		}
	}
	if with == nil {
		return
	}
	w := fault{code: ackTogether, args: problem.Args{"other": c.at(with).Title}, does: mendApart}
	w.mend = c.apart(k, raises)
	if w.mend == nil {
		w.does = mendOff
		if w.mend = off(t); t.Marked() != "" && w.mend != nil { // no longer ours: the next set-up makes it anew
			w.mend = change(t, map[string]any{"active": false, "description": "Switched off by a check of zendesk-pagerduty."})
		}
	}
	c.report(w, k.trigger, -1, "")
}

func (c *checker) meets(raise Conditions, actions []Action, ack Conditions) bool {
	return together(raise, ack) || afterwards(raise, actions, ack)
}

var opposite = map[string]string{"changed": "not_changed", "value": "not_value", "value_previous": "not_value_previous"}

// apart adds to an acknowledge what keeps it out of saves that raise; nil where
// that cannot be said by conditions. Raises that fire on every update get their
// transitions in the same go, since nothing keeps clear of every update.
func (c *checker) apart(k *call, raises []*call) []Step {
	t := c.at(k)
	mine := listed(t.Conditions.All, t.Conditions.Any)
	var steps []Step
	for _, o := range raises {
		x := c.at(o)
		if o.trigger == k.trigger || x.Marked() == added || !c.spend() || !c.meets(x.Conditions, x.Actions, mine) {
			continue
		}
		when := x.Conditions
		if when.everyUpdate() {
			var ok bool
			if when, ok = transitions(when); !ok {
				return nil
			}
			step := change(x, map[string]any{"conditions": when})
			if step == nil {
				return nil
			}
			steps = append(steps, step...)
		}
		for _, branch := range when.branches() {
			if !c.meets(Conditions{All: branch}, x.Actions, mine) {
				continue
			}
			for _, d := range branch {
				switch {
				case d.Field == "update_type" && d.value() == "Create":
					mine.All = append(mine.All, is("update_type", "is", "Change"))
				case opposite[d.Operator] != "":
					mine.All = append(mine.All, d.with(opposite[d.Operator]))
				default:
					continue
				}
				break
			}
		}
		if c.meets(when, x.Actions, mine) {
			return nil
		}
	}
	step := change(t, map[string]any{"conditions": mine})
	if step == nil {
		return nil
	}
	return append(steps, step...)
}

// otherKey reports an acknowledge or resolve whose routing key no raise has:
// PagerDuty takes it, and drops it.
func (c *checker) otherKey(raises []*call) {
	used := map[string]bool{}
	key := ""
	for _, o := range raises {
		if r := o.routing(); keyForm.MatchString(r) {
			if used[r] = true; key == "" || r == c.RoutingKey {
				key = r
			}
		} else {
			return // its own finding comes first
		}
	}
	for _, k := range c.active("acknowledge", "resolve") {
		if r := k.routing(); key == "" || used[r] || !keyForm.MatchString(r) || k.root == nil || k.root.kind != '{' {
			continue
		}
		c.report(fault{routingOther, nil, mendRouting, c.send(k, with(k.body, k.root, "routing_key", quoted(key)))}, k.trigger, -1, fmt.Sprint(k.action))
	}
}
