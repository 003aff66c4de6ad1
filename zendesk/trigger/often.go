package trigger

import (
	"slices"
	"strings"

	"zendesk-pagerduty/problem"
)

// movers are the active triggers that change tickets.
func (c *checker) movers() []int {
	var list []int
	for i, t := range c.Triggers {
		if t.Active && !c.effects(i).None() && !c.tooLong(i) {
			list = append(list, i)
		}
	}
	return list
}

// done is a mend that is known as it is.
func done(does problem.Code, list []request) func(problem.Args) ([]request, problem.Code) {
	return func(problem.Args) ([]request, problem.Code) { return list, does }
}

// firesAgain reports a raise that fires on every update for as long as its
// conditions hold: as soon as the incident is resolved in PagerDuty, the next
// comment pages again. And one that stops itself by a tag that never goes.
func (c *checker) firesAgain(k *call, movers []int) {
	t := c.at(k)
	if i := slices.IndexFunc(t.Conditions.All, func(d Condition) bool {
		return d.Field == "current_tags" && d.Operator == "includes" && slices.Contains(tagsOf(d.Text()), OpenTag)
	}); i >= 0 {
		rest := slices.Delete(slices.Clone(t.Conditions.All), i, i+1)
		mend := done(mendCondition, change(t, map[string]any{"conditions": listed(rest, t.Conditions.Any)}))
		if len(rest)+len(t.Conditions.Any) == 0 {
			mend = done(mendOff, off(t))
		}
		c.report(fault{code: loopOpen, args: problem.Args{"tag": OpenTag}, mend: mend}, k.trigger, -1)
		return
	}
	if t.Conditions.everyUpdate() && !slices.ContainsFunc(movers, func(m int) bool {
		return c.undoes(m, k.trigger) && (m == k.trigger || c.implies(k.trigger, m))
	}) {
		c.report(fault{code: repeats, mend: func(args problem.Args) ([]request, problem.Code) { return c.onTransition(k, args) }}, k.trigger, -1)
		return
	}
	for _, d := range t.Conditions.All {
		if d.Field != "current_tags" || d.Operator != "not_includes" {
			continue
		}
		for _, tag := range tagsOf(d.Text()) {
			if (tag == OpenTag || c.effects(k.trigger).Added(tag)) && !c.cleared(tag) {
				c.report(fault{code: once, args: problem.Args{"tag": tag}, part: tag, mend: done(mendClear, c.post(clearing(tag)))}, k.trigger, -1)
			}
		}
	}
}

// clearing takes a tag away with the end of the ticket.
func clearing(tag string) Trigger {
	return Trigger{
		Title: "PagerDuty: forget the tag " + tag + " of solved tickets", Description: "Made by zendesk-pagerduty.", Active: true,
		Conditions: Conditions{All: []Condition{Is("current_tags", "includes", tag)}, Any: over()},
		Actions:    []Action{{"remove_tags", tag}},
	}
}

func listed(all, any []Condition) Conditions {
	return Conditions{All: append([]Condition{}, all...), Any: append([]Condition{}, any...)}
}

// changing are the fields for which Zendesk knows "changed".
func changing(field string) bool {
	return slices.Contains([]string{"priority", "status", "type", "assignee_id", "group_id", "requester_id", "brand_id", "ticket_form_id"}, field) ||
		strings.HasPrefix(field, "custom_fields_")
}

// transitions are a raise's conditions with the ones that let it fire only when
// the ticket becomes what they ask for; ok is false where its fields know none.
func transitions(c Conditions) (Conditions, bool) {
	var fields []string
	status := false
	for _, d := range c.All {
		if status = status || d.Field == "status"; d.Field != "status" && changing(d.Field) && !slices.Contains(fields, d.Field) {
			fields = append(fields, d.Field)
		}
	}
	if len(fields) == 0 || len(c.Any) > 0 {
		return c, false
	}
	n := listed(c.All, nil)
	if !status { // or solving it would page and resolve at once
		n.All = append(n.All, Is("status", "less_than", "solved"))
	}
	n.Any = append(n.Any, Is("update_type", "is", "Create"))
	for _, f := range fields {
		n.Any = append(n.Any, Changed(f, "changed"))
	}
	n.Any = append(n.Any, Is("status", "value_previous", "solved"))
	return n, true
}

// onTransition lets a raise fire when the ticket becomes what its conditions say.
// Where no condition can tell that, it stops itself by a tag, which another
// trigger takes away with the end of the ticket.
func (c *checker) onTransition(k *call, args problem.Args) ([]request, problem.Code) {
	t := c.at(k)
	if n, ok := transitions(t.Conditions); ok {
		return change(t, map[string]any{"conditions": n}), mendTransition
	}
	tag := "pagerduty_sent_" + strings.ToLower(named(t.ID, k.trigger))
	tag = strings.NewReplacer("#", "", "~", "").Replace(tag)
	args["tag"] = tag
	n := listed(append(slices.Clone(t.Conditions.All), Is("current_tags", "not_includes", tag)), t.Conditions.Any)
	latch := changeLater(t, "", func() map[string]any {
		return map[string]any{"conditions": n, "actions": append(slices.Clone(t.Actions), Action{"current_tags", tag})}
	})
	if latch == nil || c.cleared(tag) {
		return latch, mendLatch
	}
	// What clears the tag comes first: without it, the raise would never page
	// for a ticket again.
	return append(c.post(clearing(tag)), latch...), mendLatch
}

// tagLoop reports a trigger that adds, on every update, the tag that a raise
// pages for and takes away.
func (c *checker) tagLoop(k *call, movers []int) {
	t := c.at(k)
	var tags []string
	for _, d := range t.Conditions.All {
		if d.Field == "current_tags" && d.Operator == "includes" {
			tags = append(tags, tagsOf(d.Text())...)
		}
	}
	stays := func(tag string) bool { return tag != PageTag && !c.effects(k.trigger).Cut(tag) }
	if tags = slices.DeleteFunc(tags, stays); len(tags) == 0 {
		return
	}
	for _, m := range movers {
		x := c.Triggers[m]
		i := slices.IndexFunc(tags, c.effects(m).Added)
		if i < 0 || m == k.trigger || !x.Conditions.everyUpdate() || c.undoes(m, m) {
			continue
		}
		mend := func(problem.Args) ([]request, problem.Code) {
			if n, ok := transitions(x.Conditions); ok {
				return change(x, map[string]any{"conditions": n}), mendTransition
			}
			return off(x), mendOff
		}
		c.report(fault{code: loopTag, args: problem.Args{"other": t.Title, "tag": tags[i]}, also: []int{k.trigger}, mend: mend}, m, -1)
	}
}

// order reports a trigger above a raise that changes the ticket so that the
// raise never fires: always, or for the tag that the sidebar pages by. Other
// changes are taken for what an admin wants. Zendesk looks at all triggers
// again after each that changed the ticket, so that what comes above a raise
// and makes its conditions hold is no problem, wherever it stands.
func (c *checker) order(k *call, movers []int) {
	t := c.at(k)
	for _, m := range movers {
		if m >= k.trigger {
			return
		}
		if !c.undoes(m, k.trigger) {
			continue
		}
		paging := c.effects(m).UndoTag(c.rule(k.trigger), PageTag)
		if !c.implies(k.trigger, m) && !(paging && c.overlap(m, k.trigger)) {
			continue
		}
		x := c.Triggers[m]
		mend := done(mendOrder, change(t, map[string]any{"position": m + 1}))
		if len(c.Categories) > 1 { // places count within a category, and nobody told which
			mend = done(mendOther, off(x))
		}
		c.report(fault{code: orderWrong, args: problem.Args{"other": x.Title}, also: []int{m}, mend: mend}, k.trigger, -1)
		return
	}
}
