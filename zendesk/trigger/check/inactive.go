package check

import (
	"slices"
	"strings"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
)

// active are the calls of some kinds that are active, without a production's copies.
func (c *checker) active(kinds ...string) []*call {
	var list []*call
	for _, k := range c.calls {
		if c.live(k) && slices.Contains(kinds, k.kind) {
			list = append(list, k)
		}
	}
	return list
}

// meantFor says whether a mark of ours is of a trigger whose lack keeps pages
// away. Without an acknowledge trigger nothing is missed.
func meantFor(mark string) bool { return mark != "" && mark != trigger.Added && mark != "acknowledge" }

// inactive reports triggers that are switched off where somebody is not paged
// for it: one of ours without another that does its work, or the only one that
// could page. One that is off and could not page anyway is somebody's leftover.
func (c *checker) inactive() {
	on := map[string]bool{}
	for i, t := range c.Triggers {
		if t.Active {
			on[c.marks[i]] = true
		}
	}
	byHand := c.byHand()
	calls := map[int][]*call{}
	for _, k := range c.calls {
		calls[k.trigger] = append(calls[k.trigger], k)
	}
	able := func(i int) bool {
		wrong := func(k *call) bool { return k.copied || k.old || k.hook < 0 || len(c.faults(k)) > 0 }
		return !c.crowded[i] && !slices.ContainsFunc(calls[i], wrong)
	}
	turn := func(i int) {
		fix := func(args problem.Args) ([]request, problem.Code) { return c.on(i, calls[i], args) }
		c.report(fault{code: triggerInactive, fix: fix}, i, -1)
	}
	raising := len(c.active("trigger")) > 0
	for i, t := range c.Triggers {
		mark := c.marks[i]
		if t.Active || !meantFor(mark) || on[mark] || !able(i) {
			continue
		}
		if k := calls[i]; len(k) > 0 && (mark == "page" && byHand[mark] || mark != "page" && byHand[k[0].kind]) {
			continue
		}
		if len(calls[i]) == 0 && !raising {
			continue // clears tags for triggers that are off as well
		}
		on[mark] = true
		turn(i)
		raising = raising || len(calls[i]) > 0 && calls[i][0].kind == "trigger"
	}
	if raising {
		return
	}
	for _, k := range c.calls {
		if !c.at(k).Active && k.kind == "trigger" && c.mark(k) == "" && able(k.trigger) {
			turn(k.trigger)
			return
		}
	}
	c.missing()
}

// byHand are the kinds of event that active triggers send which are not ours, and
// "page" where they do what ours of the tag would: one pages for that tag, or one pages
// at all and none of ours does by priority, so that they replace the set-up.
func (c *checker) byHand() map[string]bool {
	done := map[string]bool{}
	byPriority := false
	for _, k := range c.active(eventActions...) {
		mark := c.mark(k)
		done[k.kind] = done[k.kind] || mark == ""
		byPriority = byPriority || strings.HasPrefix(mark, "raise-")
	}
	done["page"] = done["trigger"] && !byPriority || slices.ContainsFunc(c.compared("trigger"), func(k *call) bool {
		return c.mark(k) == "" && c.rule(k.trigger).Implies(paged)
	})
	return done
}

// on switches a trigger on. A key in it was not sent while it was off: where it
// would go to a strange host now, it leaves for another webhook in the same go.
func (c *checker) on(i int, calls []*call, args problem.Args) ([]request, problem.Code) {
	fields := map[string]any{"active": true}
	if !slices.ContainsFunc(calls, c.leaksKey) {
		return change(c.Triggers[i], fields), fixOn
	}
	var list []becomes
	to := c.good(calls[0])
	for _, k := range calls {
		if c.leaksKey(k) {
			list = append(list, becomes{k, to.webhook, func() string { return k.body }})
		}
	}
	put := c.act(fields, list...)
	if put == nil {
		return nil, fixOn
	}
	args["webhook"] = to.name
	return append(to.before, put...), fixOn
}
