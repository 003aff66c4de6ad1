package trigger

import (
	"slices"

	"zendesk-pagerduty/problem"
)

// What can be wrong with triggers beside each other, and with when they fire.
const (
	sandboxCopy     problem.Code = "check.sandbox" // got, count
	raiseMissing    problem.Code = "check.raise.missing"
	triggerInactive problem.Code = "check.inactive"
	repeats         problem.Code = "check.repeats"
	loopTag         problem.Code = "check.loop.tag"  // other, tag
	loopOpen        problem.Code = "check.loop.open" // tag
	once            problem.Code = "check.once"      // tag
	orderWrong      problem.Code = "check.order"     // other
	twice           problem.Code = "check.twice"     // other
	twiceSame       problem.Code = "check.twice.same"
	ackTogether     problem.Code = "check.together" // other
	routingOther    problem.Code = "check.routing.other"
	callMany        problem.Code = "check.call.many" // count
)

// relations looks at when triggers fire, alone and beside each other. It ends
// when its effort is used up: what is not compared is not reported.
func (c *checker) relations() {
	c.otherKey(c.active("trigger"))
	raises := slices.DeleteFunc(c.active("trigger"), c.long)
	movers := c.movers()
	last := -1 // when a trigger fires is looked at once, whatever it calls
	for i, k := range raises {
		if c.work.over() {
			return
		}
		if k.trigger != last {
			last = k.trigger
			if c.mark(k) != added { // chosen in the set-up as it is
				c.often(k, movers)
			}
			c.tagLoop(k, movers)
			c.order(k, movers)
		}
		c.pagesTwice(k, raises[:i])
	}
	for _, k := range slices.DeleteFunc(c.active("acknowledge"), c.long) {
		c.together(k, raises)
	}
}

func (c *checker) long(k *call) bool { return c.at(k).Conditions.long() }
