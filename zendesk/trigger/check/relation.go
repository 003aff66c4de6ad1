package check

import (
	"slices"
	"strconv"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/rule"
)

// What can be wrong with triggers beside each other, and with when they fire.
const (
	sandboxCopy     problem.Code = "check.sandbox" // got, count
	raiseMissing    problem.Code = "check.raise.missing"
	triggerInactive problem.Code = "check.inactive"
	repeats         problem.Code = "check.repeats"
	loopTag         problem.Code = "check.loop.tag"    // other, tag
	loopOpen        problem.Code = "check.loop.open"   // tag
	once            problem.Code = "check.once"        // tag
	orderWrong      problem.Code = "check.order"       // other
	orderFirst      problem.Code = "check.order.first" // other
	twice           problem.Code = "check.twice"       // other
	twiceSame       problem.Code = "check.twice.same"
	ackWithRaise    problem.Code = "check.together" // other
	routingOther    problem.Code = "check.routing.other"
	callMany        problem.Code = "check.call.many" // count
)

// relations looks at when triggers fire, alone and beside each other.
func (c *checker) relations() {
	c.otherKey(c.active("trigger"))
	raises := c.compared("trigger")
	changing := c.changing()
	last := -1 // when a trigger fires is looked at once, whatever it calls
	for i, k := range raises {
		if k.trigger != last {
			last = k.trigger
			if c.mark(k) != trigger.Added { // chosen in the set-up as it is
				c.firesAgain(k, changing)
			}
			c.tagLoop(k, changing)
			c.order(k, changing, raises)
		}
		c.pagesTwice(k, raises[:i])
	}
	for _, k := range c.compared("acknowledge") {
		c.acknowledgesRaise(k, raises)
	}
}

// compared are the active calls of a kind that are compared with each other.
func (c *checker) compared(kind string) []*call {
	list := slices.DeleteFunc(c.active(kind), func(k *call) bool { return c.tooLong(k.trigger) })
	if len(list) > mostCompared {
		c.left["calls"] = strconv.Itoa(mostCompared)
		list = list[:mostCompared]
	}
	return list
}

// tooLong says that a trigger is not compared, and notes it.
func (c *checker) tooLong(i int) bool {
	long := rule.TooLong(c.Triggers[i].Conditions) || c.does[i].TooMany
	if long && c.left["conditions"] == nil {
		c.left["conditions"], c.left["trigger"] = strconv.Itoa(rule.MostConditions), trigger.Shown(c.Triggers[i].Title)
	}
	return long
}

// rule are a trigger's conditions, for one comparison.
func (c *checker) rule(i int) *rule.Rule {
	c.compares++
	if c.rules[i] == nil {
		c.rules[i] = rule.Read(c.Triggers[i].Conditions)
	}
	return c.rules[i]
}

// cleared says whether some trigger takes a tag away: by name, or by setting all
// tags anew. One of ours that is off is reported as that.
func (c *checker) cleared(tag string) bool {
	if c.cuts == nil {
		c.cuts, c.kept = map[string]bool{}, map[string]int{}
		for i, t := range c.Triggers {
			if !t.Active && c.marks[i] == "" {
				continue
			}
			e := c.does[i]
			for _, gone := range e.Cuts {
				c.cuts[gone] = true
			}
			if e.Sets {
				c.sets++
				for _, stays := range e.Adds {
					c.kept[stays]++
				}
			}
		}
	}
	return c.cuts[tag] || c.kept[tag] < c.sets
}

// sandbox finds triggers that came into a sandbox with their account's copy:
// they page production's on-call people. They are switched off and not given
// the sandbox's own key, which would only make the sidebar show what they do.
func (c *checker) sandbox() {
	from := map[string]bool{} // subdomains that one of our own triggers names
	for _, k := range c.calls {
		if p := c.production(k.root.Get("dedup_key")); p != "" && c.mark(k) != "" && c.at(k).Active {
			from[p] = true
		}
	}
	if len(from) == 0 {
		return
	}
	var copies []int
	first := ""
	for _, k := range c.calls {
		p := c.production(k.root.Get("dedup_key"))
		if !from[p] {
			continue
		}
		if k.copied = true; c.at(k).Active {
			if copies = append(copies, k.trigger); first == "" {
				first = p
			}
		}
	}
	slices.Sort(copies)
	if copies = slices.Compact(copies); len(copies) == 0 {
		return
	}
	// Ours go last. By them the others are known for copies: if Zendesk refused
	// after ours, what is left would be taken for triggers with a wrong key.
	var list []request
	for _, marked := range []bool{false, true} {
		for _, i := range copies {
			if (c.marks[i] != "") == marked {
				list = append(list, off(c.Triggers[i])...)
			}
		}
	}
	args := problem.Args{"got": first, "account": c.Subdomain, "count": len(copies)}
	c.report(fault{code: sandboxCopy, args: args, fix: done(fixSandbox, list)}, copies[0], -1)
}

// missing reports that incidents are acknowledged or resolved which nothing
// raises.
func (c *checker) missing() {
	unknown := func(k *call) bool { return c.at(k).Active && k.kind == "" }
	if c.key == "" || len(c.crowded) > 0 || slices.ContainsFunc(c.calls, unknown) {
		return // its own finding comes first; or who knows what raises
	}
	for _, k := range c.active("resolve", "acknowledge") {
		if len(c.faults(k)) > 0 || k.old || k.hook < 0 {
			continue
		}
		fix := func(args problem.Args) ([]request, problem.Code) {
			t := trigger.Choices{
				Subdomain:  c.Subdomain,
				RoutingKey: k.key,
				OmitText:   c.OmitText,
			}.Raise("urgent", "critical")
			to := route{webhook: k.id}
			if c.leaksKey(k) {
				to = c.good(k)
			}
			t = t.Calling(to.webhook)
			if !to.webhook.Safe() && to.webhook != trigger.WebhookID {
				return nil, fixRaise
			}
			return append(to.before, c.post(t, to.webhook)...), fixRaise
		}
		c.report(fault{code: raiseMissing, fix: fix}, k.trigger, -1)
		return
	}
}
