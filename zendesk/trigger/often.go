package trigger

import (
	"fmt"
	"slices"
	"strings"

	"zendesk-pagerduty/problem"
)

// mover is an active trigger that changes tickets.
type mover struct {
	place int
	does  effects
}

func (c *checker) movers() []mover {
	var list []mover
	for i, t := range c.Triggers {
		e := effect(t.Actions)
		if n := len(e.fields) + len(e.adds) + len(e.cuts); t.Active && !t.Conditions.long() && n <= longest && (n > 0 || e.sets) {
			list = append(list, mover{i, e})
		}
	}
	return list
}

// often reports a raise that fires on every update for as long as its
// conditions hold: as soon as the incident is resolved in PagerDuty, the next
// comment pages again. And one that stops itself by a tag that never goes.
func (c *checker) often(k *call, movers []mover) {
	t := c.at(k)
	if i := slices.IndexFunc(t.Conditions.All, func(d Condition) bool {
		return d.Field == "current_tags" && d.Operator == "includes" && slices.Contains(tagsOf(d.value()), OpenTag)
	}); i >= 0 {
		rest := slices.Delete(slices.Clone(t.Conditions.All), i, i+1)
		w := fault{loopOpen, problem.Args{"tag": OpenTag}, mendCondition, change(t, map[string]any{"conditions": listed(rest, t.Conditions.Any)})}
		if len(rest)+len(t.Conditions.Any) == 0 {
			w.does, w.mend = mendOff, off(t)
		}
		c.report(w, k.trigger, -1, "")
		return
	}
	stops := false
	for _, m := range movers {
		if !c.spend() {
			return
		}
		if !m.does.against(t.Conditions.All) {
			continue
		}
		if m.place == k.trigger || within(t.Conditions, c.Triggers[m.place].Conditions) {
			stops = true
			break
		}
	}
	if !stops && t.Conditions.everyUpdate() {
		w := fault{code: repeats, args: problem.Args{}}
		w.does, w.mend = c.seldom(k, w.args)
		c.report(w, k.trigger, -1, "")
		return
	}
	for _, d := range t.Conditions.All {
		if d.Field != "current_tags" || d.Operator != "not_includes" {
			continue
		}
		for _, tag := range tagsOf(d.value()) {
			if (tag == OpenTag || slices.Contains(effect(t.Actions).adds, tag)) && !c.cleared(tag) {
				c.report(fault{once, problem.Args{"tag": tag}, mendClear, c.post(clearing(tag))}, k.trigger, -1, string(named(ID(tag), 0)))
			}
		}
	}
}

// cleared says whether some trigger takes a tag away. One of ours that is off
// is reported as that.
func (c *checker) cleared(tag string) bool {
	if c.cuts == nil {
		c.cuts = map[string]bool{}
		for _, t := range c.Triggers {
			if !t.Active && t.Marked() == "" {
				continue
			}
			e := effect(t.Actions)
			for _, gone := range e.cuts {
				c.cuts[gone] = true
			}
			if e.sets {
				c.sets = append(c.sets, e)
			}
		}
	}
	return c.cuts[tag] || slices.ContainsFunc(c.sets, func(e effects) bool { return !slices.Contains(e.adds, tag) })
}

// clearing takes a tag away with the end of the ticket.
func clearing(tag string) Trigger {
	return Trigger{
		Title: "PagerDuty: forget the tag " + tag + " of solved tickets", Description: "Made by zendesk-pagerduty.", Active: true,
		Conditions: Conditions{All: []Condition{is("current_tags", "includes", tag), is("status", "greater_than", "hold")}, Any: []Condition{}},
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
func (c *checker) seldom(k *call, args problem.Args) (problem.Code, []Step) {
	t := c.at(k)
	if n, ok := transitions(t.Conditions); ok {
		return mendTransition, change(t, map[string]any{"conditions": n})
	}
	tag := "pagerduty_sent_" + strings.ToLower(string(named(t.ID, k.trigger)))
	tag = strings.NewReplacer("#", "", "~", "").Replace(tag)
	args["tag"] = tag
	n := listed(append(slices.Clone(t.Conditions.All), is("current_tags", "not_includes", tag)), t.Conditions.Any)
	steps := change(t, map[string]any{"conditions": n, "actions": append(slices.Clone(t.Actions), Action{"current_tags", tag})})
	if steps != nil && !c.cleared(tag) {
		steps = append(steps, c.post(clearing(tag))...)
	}
	return mendLatch, steps
}

// tagLoop reports a trigger that adds, on every update, the tag that a raise
// pages for and takes away.
func (c *checker) tagLoop(k *call, movers []mover) {
	t := c.at(k)
	own := effect(t.Actions)
	for _, d := range t.Conditions.All {
		if d.Field != "current_tags" || d.Operator != "includes" {
			continue
		}
		for _, m := range movers {
			if !c.spend() {
				return
			}
			x := c.Triggers[m.place]
			i := slices.IndexFunc(m.does.adds, func(tag string) bool {
				return slices.Contains(tagsOf(d.value()), tag) && (slices.Contains(own.cuts, tag) || tag == PageTag)
			})
			if i < 0 || m.place == k.trigger || !x.Conditions.everyUpdate() || m.does.against(x.Conditions.All) {
				continue
			}
			w := fault{code: loopTag, args: problem.Args{"other": t.Title, "tag": m.does.adds[i]}, does: mendOff, mend: off(x)}
			if n, ok := transitions(x.Conditions); ok {
				w.does, w.mend = mendTransition, change(x, map[string]any{"conditions": n})
			}
			c.report(w, m.place, -1, fmt.Sprint(named(t.ID, k.trigger)))
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
		if m.place >= k.trigger || !c.spend() {
			return
		}
		if !m.does.against(t.Conditions.All) {
			continue
		}
		x := c.Triggers[m.place]
		paging := slices.ContainsFunc(t.Conditions.All, func(d Condition) bool {
			return d.Field == "current_tags" && d.Operator == "includes" && d.value() == PageTag && m.does.undoes(d)
		})
		if !within(t.Conditions, x.Conditions) && !(paging && together(x.Conditions, t.Conditions)) {
			continue
		}
		w := fault{code: orderWrong, args: problem.Args{"other": x.Title}, does: mendOrder}
		if len(c.Categories) < 2 {
			w.mend = change(t, map[string]any{"position": m.place + 1})
		} else { // places count within a category, and nobody told which
			w.does, w.mend = mendOther, off(x)
		}
		c.report(w, k.trigger, -1, "")
		return
	}
}
