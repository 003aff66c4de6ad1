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
)

// relations looks at when triggers fire, alone and beside each other.
func (c *checker) relations() {
	raises := c.active("trigger")
	raises = slices.DeleteFunc(raises, func(k *call) bool { return c.at(k).Conditions.long() })
	movers := c.movers()
	for i, k := range raises {
		t := c.at(k)
		if t.Marked() != added { // chosen in the set-up as it is
			c.often(k, movers)
		}
		c.tagLoop(k, movers)
		c.order(k, movers)
		c.pagesTwice(k, raises[:i])
	}
	for _, k := range c.active("acknowledge") {
		if !c.at(k).Conditions.long() {
			c.together(k, raises)
		}
	}
	c.otherKey(c.active("trigger"))
}

// spend counts comparisons: an account with so many triggers that page is
// hostile, and what is not compared is not reported.
func (c *checker) spend() bool {
	c.budget--
	return c.budget >= 0
}
