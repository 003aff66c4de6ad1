package trigger

import (
	"slices"
	"strings"

	"zendesk-pagerduty/problem"
)

// mover is an active trigger that changes tickets.
type mover struct {
	place int
	does  *effects
}

func (c *checker) movers() []mover {
	var list []mover
	for i, t := range c.Triggers {
		if !t.Active || t.Conditions.long() {
			continue
		}
		if e := c.effects(i); !e.long && (e.sets || len(e.fields)+len(e.adds)+len(e.cuts) > 0) {
			list = append(list, mover{i, e})
		}
	}
	return list
}

// done is a mend that is known as it is.
func done(does problem.Code, list []request) func(problem.Args) ([]request, problem.Code) {
	return func(problem.Args) ([]request, problem.Code) { return list, does }
}

// often reports a raise that fires on every update for as long as its
// conditions hold: as soon as the incident is resolved in PagerDuty, the next
// comment pages again. And one that stops itself by a tag that never goes.
func (c *checker) often(k *call, movers []mover) {
	t := c.at(k)
	if i := slices.IndexFunc(t.Conditions.All, func(d Condition) bool {
		return d.Field == "current_tags" && d.Operator == "includes" && c.work.has(c.work.tags(d), OpenTag)
	}); i >= 0 {
		rest := slices.Delete(slices.Clone(t.Conditions.All), i, i+1)
		mend := done(mendCondition, change(t, map[string]any{"conditions": listed(rest, t.Conditions.Any)}))
		if len(rest)+len(t.Conditions.Any) == 0 {
			mend = done(mendOff, off(t))
		}
		c.report(fault{code: loopOpen, args: problem.Args{"tag": OpenTag}, mend: mend}, k.trigger, -1)
		return
	}
	stops := false
	for _, m := range movers {
		if !c.work.spend(1) {
			return
		}
		if !c.work.against(m.does, t.Conditions.All) {
			continue
		}
		if m.place == k.trigger || c.work.within(t.Conditions, c.Triggers[m.place].Conditions) {
			stops = true
			break
		}
	}
	if c.work.over() {
		return
	}
	if !stops && t.Conditions.everyUpdate() {
		c.report(fault{code: repeats, mend: func(args problem.Args) ([]request, problem.Code) { return c.seldom(k, args) }}, k.trigger, -1)
		return
	}
	for _, d := range t.Conditions.All {
		if d.Field != "current_tags" || d.Operator != "not_includes" {
			continue
		}
		for _, tag := range c.work.tags(d) {
			if !c.work.spend(20) {
				return
			}
			if (tag == OpenTag || c.work.has(c.effects(k.trigger).adds, tag)) && !c.cleared(tag) {
				c.report(fault{code: once, args: problem.Args{"tag": tag}, part: tag, mend: done(mendClear, c.post(clearing(tag)))}, k.trigger, -1)
			}
		}
	}
}

// clearing takes a tag away with the end of the ticket.
func clearing(tag string) Trigger {
	return Trigger{
		Title: "PagerDuty: forget the tag " + tag + " of solved tickets", Description: "Made by zendesk-pagerduty.", Active: true,
		Conditions: Conditions{All: []Condition{is("current_tags", "includes", tag)}, Any: over()},
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
		n.All = append(n.All, is("status", "less_than", "solved"))
	}
	n.Any = append(n.Any, is("update_type", "is", "Create"))
	for _, f := range fields {
		n.Any = append(n.Any, changed(f, "changed"))
	}
	n.Any = append(n.Any, is("status", "value_previous", "solved"))
	return n, true
}

// seldom lets a raise fire when the ticket becomes what its conditions say.
// Where no condition can tell that, it stops itself by a tag, which another
// trigger takes away with the end of the ticket.
func (c *checker) seldom(k *call, args problem.Args) ([]request, problem.Code) {
	t := c.at(k)
	if n, ok := transitions(t.Conditions); ok {
		return change(t, map[string]any{"conditions": n}), mendTransition
	}
	tag := "pagerduty_sent_" + strings.ToLower(named(t.ID, k.trigger))
	tag = strings.NewReplacer("#", "", "~", "").Replace(tag)
	args["tag"] = tag
	n := listed(append(slices.Clone(t.Conditions.All), is("current_tags", "not_includes", tag)), t.Conditions.Any)
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
func (c *checker) tagLoop(k *call, movers []mover) {
	t := c.at(k)
	own := c.effects(k.trigger)
	for _, d := range t.Conditions.All {
		if d.Field != "current_tags" || d.Operator != "includes" {
			continue
		}
		tags := c.work.tags(d)
		for _, m := range movers {
			if !c.work.spend(1) {
				return
			}
			x := c.Triggers[m.place]
			i := slices.IndexFunc(m.does.adds, func(tag string) bool {
				return c.work.has(tags, tag) && (c.work.has(own.cuts, tag) || tag == PageTag)
			})
			if i < 0 || !c.work.spend(10) || m.place == k.trigger || !x.Conditions.everyUpdate() || c.work.against(m.does, x.Conditions.All) || c.work.over() {
				continue
			}
			mend := func(problem.Args) ([]request, problem.Code) {
				if n, ok := transitions(x.Conditions); ok {
					return change(x, map[string]any{"conditions": n}), mendTransition
				}
				return off(x), mendOff
			}
			c.report(fault{code: loopTag, args: problem.Args{"other": t.Title, "tag": m.does.adds[i]}, also: []int{k.trigger}, mend: mend}, m.place, -1)
		}
	}
}

// order reports a trigger above a raise that changes the ticket so that the
// raise never fires: always, or for the tag that the sidebar pages by. Other
// changes are taken for what an admin wants. Zendesk looks at all triggers
// again after each that changed the ticket, so that what comes above a raise
// and makes its conditions hold is no problem, wherever it stands.
func (c *checker) order(k *call, movers []mover) {
	t := c.at(k)
	for _, m := range movers {
		if m.place >= k.trigger || !c.work.spend(1) {
			return
		}
		if !c.work.against(m.does, t.Conditions.All) {
			continue
		}
		x := c.Triggers[m.place]
		paging := slices.ContainsFunc(t.Conditions.All, func(d Condition) bool {
			return d.Field == "current_tags" && d.Operator == "includes" && d.value() == PageTag && c.work.undoes(m.does, d)
		})
		if !c.work.within(t.Conditions, x.Conditions) && !(paging && c.work.together(x.Conditions, t.Conditions)) || c.work.over() {
			continue
		}
		mend := done(mendOrder, change(t, map[string]any{"position": m.place + 1}))
		if len(c.Categories) > 1 { // places count within a category, and nobody told which
			mend = done(mendOther, off(x))
		}
		c.report(fault{code: orderWrong, args: problem.Args{"other": x.Title}, also: []int{m.place}, mend: mend}, k.trigger, -1)
		return
	}
}
