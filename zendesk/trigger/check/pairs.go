package check

import (
	"slices"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/event"
	"zendesk-pagerduty/zendesk/trigger/rule"
)

// pagesTwice reports a raise that fires for the same update as one above it.
// With another routing key that makes two incidents; with the same one
// PagerDuty sees a repeat, and only a trigger that can never do more than the
// other is named. Keys that are wrong are reported by themselves.
func (c *checker) pagesTwice(k *call, above []*call) {
	if !k.keyed {
		return
	}
	for _, o := range above {
		if o.trigger == k.trigger || !o.keyed {
			continue // one trigger with two calls is meant so
		}
		setUp := c.asSetUp(k, o)
		same := o.key == k.key
		if setUp && same {
			continue
		}
		if !setUp && !same && c.does[o.trigger].Undo(c.rule(k.trigger)) {
			continue // the upper one keeps the other from firing, see [checker.shadowed]
		}
		if !c.rule(k.trigger).Overlaps(c.rule(o.trigger)) {
			continue
		}
		// What goes is what is not ours, or what does not more, or the later one.
		less, more := k, o
		if c.mark(k) != "" && c.mark(o) == "" || setUp && k.key == c.key {
			less, more = o, k
		}
		contained := c.rule(less.trigger).Implies(c.rule(more.trigger))
		if !contained && c.mark(more) == "" && c.rule(more.trigger).Implies(c.rule(less.trigger)) {
			less, more, contained = more, less, true
		}
		w := fault{code: twice, args: problem.Args{"other": c.at(more).Title}, also: []int{more.trigger}}
		w.fix = done(fixOff, off(c.at(less)))
		switch {
		case same && !contained:
			continue
		case same:
			w.code = twiceSame
		case setUp: // one key for all, or twins with two would have it changed to and fro
			w.fix = c.rekeyed(less, c.key)
		case !contained:
			w.fix = done(fixOffLess, off(c.at(less)))
		}
		c.report(w, less.trigger, -1)
		return
	}
}

// asSetUp says that both are ours beside each other, as a set-up makes them, and not
// one of them made twice.
func (c *checker) asSetUp(k, o *call) bool {
	twin := c.mark(k) == c.mark(o) && c.mark(k) != trigger.Added
	return c.mark(k) != "" && c.mark(o) != "" && !twin
}

// rekeyed gives a call another key.
func (c *checker) rekeyed(k *call, key string) func(problem.Args) ([]request, problem.Code) {
	return func(args problem.Args) ([]request, problem.Code) {
		body := func() string { return event.With(k.body, k.root, "routing_key", event.JSON(key)) }
		return c.send(k, key, args, body), fixRouting
	}
}

// acknowledgesRaise reports an acknowledge that can fire in a save that raises:
// nobody is woken then, and the order of webhooks' calls is not guaranteed.
func (c *checker) acknowledgesRaise(k *call, raises []*call) {
	t := c.at(k)
	for _, o := range raises {
		if o.trigger == k.trigger || c.mark(o) == trigger.Added || !c.coincides(o, c.at(o).Conditions, c.rule(k.trigger)) {
			continue
		}
		fix := func(problem.Args) ([]request, problem.Code) {
			if list := c.apart(k, raises); list != nil {
				return list, fixApart
			}
			if c.mark(k) != "" { // no longer ours: the next set-up makes it anew
				about := "Switched off by a check of zendesk-pagerduty."
				return change(t, map[string]any{"active": false, "description": about}), fixOff
			}
			return off(t), fixOff
		}
		args := problem.Args{"other": c.at(o).Title}
		c.report(fault{code: ackWithRaise, args: args, also: []int{o.trigger}, fix: fix}, k.trigger, -1)
		return
	}
}

// coincides says whether an acknowledge can hold in the save in which a raise with
// certain conditions does.
func (c *checker) coincides(raise *call, when trigger.Conditions, ack *rule.Rule) bool {
	c.compares++
	return rule.Read(when).Overlaps(ack) || c.does[raise.trigger].Leave(when, ack)
}

// apart adds to an acknowledge what keeps it out of saves that raise; nil where
// that cannot be said by conditions. Raises that fire on every update get their
// transitions in the same go, since nothing keeps clear of every update.
func (c *checker) apart(k *call, raises []*call) []request {
	t := c.at(k)
	mine := trigger.Conditions{All: slices.Clone(t.Conditions.All), Any: t.Conditions.Any}
	own := c.rule(k.trigger)
	var list []request
	last := -1
	for _, o := range raises {
		x := c.at(o)
		if o.trigger == k.trigger || o.trigger == last || c.mark(o) == trigger.Added || !c.coincides(o, x.Conditions, own) {
			continue
		}
		last = o.trigger
		when := x.Conditions
		if rule.OnEveryUpdate(when) {
			var ok bool
			if when, ok = rule.Transitions(when); !ok {
				return nil
			}
			step := change(x, map[string]any{"conditions": when})
			if step == nil {
				return nil
			}
			list = append(list, step...)
		}
		for _, way := range rule.Ways(when) {
			if c.coincides(o, trigger.Conditions{All: way}, own) {
				mine.All = append(mine.All, rule.Opposite(way)...)
				own = rule.Read(mine)
			}
		}
		if rule.TooLong(mine) || c.coincides(o, when, own) {
			return nil
		}
	}
	step := change(t, map[string]any{"conditions": mine})
	if step == nil {
		return nil
	}
	return append(list, step...)
}

// otherKey reports an acknowledge or resolve whose routing key no raise has:
// PagerDuty takes it, and drops it.
func (c *checker) otherKey(raises []*call) {
	if len(c.crowded) > 0 {
		return // a call that was not looked at may raise with it
	}
	used := map[string]bool{}
	key := ""
	for _, o := range raises {
		if r := o.key; trigger.IsKey(r) {
			if used[r] = true; key == "" || r == c.RoutingKey {
				key = r
			}
		} else {
			return // its own finding comes first
		}
	}
	for _, k := range c.active("acknowledge", "resolve") {
		if r := k.key; key == "" || used[r] || !trigger.IsKey(r) || k.root == nil || k.root.Kind != '{' {
			continue
		}
		c.say(k, fault{code: routingOther, fix: c.rekeyed(k, key)})
	}
}
