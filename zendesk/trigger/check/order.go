package check

import (
	"slices"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/rule"
)

// order reports a trigger above a raise that changes the ticket so that the
// raise never fires: always, or for the tag that the sidebar pages by. Other
// changes are taken for what an admin wants. Zendesk looks at all triggers
// again after each that changed the ticket, so that what comes above a raise
// and makes its conditions hold is no problem, wherever it stands.
//
// A trigger above that raises itself pages for what it keeps the raise from: only
// a raise that never fires at all is reported then, see [checker.shadowed].
func (c *checker) order(k *call, changing []int, raises []*call) {
	t := c.at(k)
	for _, m := range changing {
		if m >= k.trigger {
			return
		}
		if !c.does[m].Undo(c.rule(k.trigger)) {
			continue
		}
		if i := slices.IndexFunc(raises, func(o *call) bool { return o.trigger == m }); i >= 0 {
			if c.shadowed(k, raises[i]) {
				return
			}
			continue
		}
		paging := c.rule(k.trigger).Implies(paged) && c.does[m].Undo(paged)
		if !c.rule(k.trigger).Implies(c.rule(m)) && !(paging && c.rule(m).Overlaps(c.rule(k.trigger))) {
			continue
		}
		x := c.Triggers[m]
		fix := done(fixOrder, change(t, map[string]any{"position": m + 1}))
		if len(c.Categories) > 1 { // positions count within a category, and nobody told which
			fix = done(fixOther, off(x))
		}
		c.report(fault{code: orderWrong, args: problem.Args{"other": x.Title}, also: []int{m}, fix: fix}, k.trigger, -1)
		return
	}
}

// shadowed reports a raise that never fires because of another one above it, which
// fires for all of its tickets and undoes its conditions: both take the tag away that
// they page for. With the same key nobody misses it, and [checker.pagesTwice] names
// it. The narrower one goes above the wider one where that lets both fire, each for
// its own tickets. Where it does not, any order would only change which of them never
// fires, or make both page for the same ticket: one is switched off.
func (c *checker) shadowed(k, above *call) bool {
	if k.keyed && k.key == above.key || c.asSetUp(k, above) {
		return false
	}
	narrow, wide := c.living(k), c.living(above)
	if !narrow.Implies(wide) || !narrow.Overlaps(wide) { // what never holds implies anything
		return false
	}
	t, x := c.at(k), c.at(above)
	var fix fixer
	switch {
	case !wide.Implies(narrow) && c.does[k.trigger].Undo(c.rule(above.trigger)) && len(c.Categories) < 2:
		fix = done(fixOrder, change(t, map[string]any{"position": above.trigger + 1}))
	case wide.Implies(narrow) && c.mark(k) != "" && c.mark(above) == "":
		fix = done(fixOther, off(x))
	default:
		fix = done(fixOff, off(t))
	}
	args := problem.Args{"other": x.Title}
	c.report(fault{code: orderFirst, args: args, also: []int{above.trigger}, fix: fix}, k.trigger, -1)
	return true
}

// living are the conditions of a call's trigger for tickets that are not closed. A
// ticket is closed once and for all, and whoever leaves that condition out of a trigger
// that pages means nothing by it.
func (c *checker) living(k *call) *rule.Rule {
	c.compares++
	when := c.at(k).Conditions
	when.All = append(slices.Clip(when.All), trigger.Is("status", "less_than", "closed"))
	return rule.Read(when)
}
