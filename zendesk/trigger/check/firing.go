package check

import (
	"slices"
	"strings"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/rule"
)

// changing are the active triggers that change tickets.
func (c *checker) changing() []int {
	var list []int
	for i, t := range c.Triggers {
		if t.Active && !c.does[i].None() && !c.tooLong(i) {
			list = append(list, i)
		}
	}
	return list
}

// done is a fix that is known as it is.
func done(does problem.Code, list []request) func(problem.Args) ([]request, problem.Code) {
	return func(problem.Args) ([]request, problem.Code) { return list, does }
}

// firesAgain reports a raise that fires on every update for as long as its
// conditions hold: as soon as the incident is resolved in PagerDuty, the next
// comment pages again. And one that stops itself by a tag that never goes.
func (c *checker) firesAgain(k *call, changing []int) {
	t := c.at(k)
	if i := slices.IndexFunc(t.Conditions.All, func(d trigger.Condition) bool {
		return d.Field == "current_tags" && d.Operator == "includes" && slices.Contains(rule.Tags(d.Text()), incident.OpenTag)
	}); i >= 0 {
		rest := slices.Delete(slices.Clone(t.Conditions.All), i, i+1)
		left := trigger.Conditions{All: rest, Any: t.Conditions.Any}
		fix := done(fixCondition, change(t, map[string]any{"conditions": left}))
		if len(rest)+len(t.Conditions.Any) == 0 {
			fix = done(fixOff, off(t))
		}
		c.report(fault{code: loopOpen, args: problem.Args{"tag": incident.OpenTag}, fix: fix}, k.trigger, -1)
		return
	}
	if rule.OnEveryUpdate(t.Conditions) && !slices.ContainsFunc(changing, func(m int) bool {
		return c.does[m].Undo(c.rule(k.trigger)) && (m == k.trigger || c.rule(k.trigger).Implies(c.rule(m)))
	}) {
		fix := func(args problem.Args) ([]request, problem.Code) { return c.onTransition(k, args) }
		c.report(fault{code: repeats, fix: fix}, k.trigger, -1)
		return
	}
	for _, d := range t.Conditions.All {
		if d.Field != "current_tags" || d.Operator != "not_includes" {
			continue
		}
		for _, tag := range rule.Tags(d.Text()) {
			if (tag == incident.OpenTag || c.does[k.trigger].Added(tag)) && !c.cleared(tag) {
				fix := done(fixClear, c.post(trigger.Clearing(tag, "Made by zendesk-pagerduty."), ""))
				c.report(fault{code: once, args: problem.Args{"tag": tag}, part: tag, fix: fix}, k.trigger, -1)
			}
		}
	}
}

// onTransition lets a raise fire when the ticket becomes what its conditions say.
// Where no condition can tell that, it stops itself by a tag, which another
// trigger takes away with the end of the ticket.
func (c *checker) onTransition(k *call, args problem.Args) ([]request, problem.Code) {
	t := c.at(k)
	if n, ok := rule.Transitions(t.Conditions); ok {
		return change(t, map[string]any{"conditions": n}), fixTransition
	}
	tag := "pagerduty_sent_" + strings.ToLower(named(t.ID, k.trigger))
	tag = strings.NewReplacer("#", "", "~", "").Replace(tag)
	args["tag"] = tag
	n := t.Conditions
	n.All = append(slices.Clone(n.All), trigger.Is("current_tags", "not_includes", tag))
	latch := changeLater(t, "", func() map[string]any {
		actions := append(slices.Clone(t.Actions), trigger.Action{Field: "current_tags", Value: tag})
		return map[string]any{"conditions": n, "actions": actions}
	})
	if latch == nil || c.cleared(tag) {
		return latch, fixLatch
	}
	// What clears the tag comes first: without it, the raise would never page
	// for a ticket again.
	return append(c.post(trigger.Clearing(tag, "Made by zendesk-pagerduty."), ""), latch...), fixLatch
}

// tagLoop reports a trigger that adds, on every update, the tag that a raise
// pages for and takes away.
func (c *checker) tagLoop(k *call, changing []int) {
	t := c.at(k)
	var tags []string
	for _, d := range t.Conditions.All {
		if d.Field == "current_tags" && d.Operator == "includes" {
			tags = append(tags, rule.Tags(d.Text())...)
		}
	}
	stays := func(tag string) bool { return tag != trigger.PageTag && !c.does[k.trigger].Cut(tag) }
	if tags = slices.DeleteFunc(tags, stays); len(tags) == 0 {
		return
	}
	for _, m := range changing {
		x := c.Triggers[m]
		i := slices.IndexFunc(tags, c.does[m].Added)
		if i < 0 || m == k.trigger || !rule.OnEveryUpdate(x.Conditions) || c.does[m].Undo(c.rule(m)) {
			continue
		}
		fix := func(problem.Args) ([]request, problem.Code) {
			if n, ok := rule.Transitions(x.Conditions); ok {
				return change(x, map[string]any{"conditions": n}), fixTransition
			}
			return off(x), fixOff
		}
		args := problem.Args{"other": t.Title, "tag": tags[i]}
		c.report(fault{code: loopTag, args: args, also: []int{k.trigger}, fix: fix}, m, -1)
	}
}

// paged is what a trigger asks for that pages by the sidebar's tag.
var paged = rule.Read(trigger.Conditions{
	All: []trigger.Condition{trigger.Is("current_tags", "includes", trigger.PageTag)},
})
