package trigger

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

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

// sandbox finds triggers that came into a sandbox with their account's copy:
// they page production's on-call people. They are switched off and not given
// the sandbox's own key, which would only make the sidebar show what they do.
func (c *checker) sandbox() {
	from := map[string]bool{} // subdomains that one of our own triggers names
	for _, k := range c.calls {
		if p := c.production(k.dedup()); p != "" && c.at(k).Marked() != "" && c.at(k).Active {
			from[p] = true
		}
	}
	var steps []Step
	first, n, got, last := -1, 0, "", -1
	for _, k := range c.calls {
		p := c.production(k.dedup())
		if !from[p] {
			continue
		}
		k.copied = true
		if !c.at(k).Active || k.trigger == last {
			continue
		}
		if last = k.trigger; first < 0 {
			first, got = k.trigger, p
		}
		n++
		steps = append(steps, off(c.at(k))...)
	}
	if first >= 0 {
		c.report(fault{sandboxCopy, problem.Args{"got": got, "account": c.Subdomain, "count": n}, mendSandbox, steps}, first, -1, "")
	}
}

// raises are the active calls of a kind that are not a production's copies.
func (c *checker) active(kinds ...string) []*call {
	var list []*call
	for _, k := range c.calls {
		if c.at(k).Active && !k.copied && slices.Contains(kinds, k.kind) {
			list = append(list, k)
		}
	}
	return list
}

// meantFor says whether a mark of ours is of a trigger whose lack keeps pages
// away. Without an acknowledge trigger nothing is missed.
func meantFor(mark string) bool { return mark != "" && mark != added && mark != "acknowledge" }

// inactive reports triggers that are switched off where somebody is not paged
// for it: one of ours without another that does its work, or the only one that
// could page. One that is off and could not page anyway is somebody's leftover.
func (c *checker) inactive() {
	on := map[string]bool{}
	for _, t := range c.Triggers {
		if t.Active {
			on[t.Marked()] = true
		}
	}
	byHand := map[string]bool{} // kinds that an active trigger does which is not ours
	for _, k := range c.active(eventActions...) {
		if c.at(k).Marked() == "" {
			byHand[k.kind] = true
		}
	}
	calls := map[int][]*call{}
	for _, k := range c.calls {
		calls[k.trigger] = append(calls[k.trigger], k)
	}
	able := func(i int) bool {
		return !slices.ContainsFunc(calls[i], func(k *call) bool { return k.copied || k.old || k.hook < 0 || len(c.faults(k)) > 0 })
	}
	turn := func(i int) {
		t := c.Triggers[i]
		c.report(fault{triggerInactive, nil, mendOn, change(t, map[string]any{"active": true})}, i, -1, "")
	}
	raising := len(c.active("trigger")) > 0
	for i, t := range c.Triggers {
		mark := t.Marked()
		if t.Active || !meantFor(mark) || on[mark] || !able(i) {
			continue
		}
		if k := calls[i]; len(k) > 0 && byHand[k[0].kind] {
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
		if !c.at(k).Active && k.kind == "trigger" && c.at(k).Marked() == "" && able(k.trigger) {
			turn(k.trigger)
			return
		}
	}
	c.missing()
}

// missing reports that incidents are acknowledged or resolved which nothing
// raises.
func (c *checker) missing() {
	for _, k := range c.active("resolve", "acknowledge") {
		if c.key == "" || len(c.faults(k)) > 0 || slices.ContainsFunc(c.calls, func(k *call) bool { return c.at(k).Active && k.kind == "" }) {
			continue // its own finding comes first; or who knows what raises
		}
		own := Choices{Subdomain: c.Subdomain, RoutingKey: k.routing()}
		t := own.raise("urgent", "critical")
		hook := k.id
		if k.old || k.hook < 0 {
			continue
		}
		t.Actions = pointed(t.Actions, hook)
		var steps []Step
		if safeID.MatchString(string(hook)) {
			steps = c.post(t)
		}
		c.report(fault{raiseMissing, nil, mendRaise, steps}, k.trigger, -1, "")
		return
	}
}

// post makes a trigger, after everything else.
func (c *checker) post(t Trigger) []Step {
	var category ID
	if n := len(c.Categories); n > 0 {
		category = c.Categories[n-1].ID
	}
	return []Step{{http.MethodPost, "/api/v2/triggers", encode(map[string]any{"trigger": struct {
		Trigger
		Category ID `json:"category_id,omitempty"`
	}{t, category}})}}
}

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

// spend counts comparisons: an account with so many triggers that page is
// hostile, and what is not compared is not reported.
func (c *checker) spend() bool {
	c.budget--
	return c.budget >= 0
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
				c.report(fault{once, problem.Args{"tag": tag}, mendClear, c.post(clearing(tag))}, k.trigger, -1, tag)
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

// pagesTwice reports a raise that fires for the same update as one above it.
// With another routing key that makes two incidents; with the same one
// PagerDuty sees a repeat, and only a trigger that can never do more than the
// other is named. Keys that are wrong are reported by themselves.
func (c *checker) pagesTwice(k *call, above []*call) {
	t := c.at(k)
	if !keyForm.MatchString(k.routing()) {
		return
	}
	for _, o := range above {
		x := c.at(o)
		if o.trigger == k.trigger || !keyForm.MatchString(o.routing()) {
			continue // one trigger with two calls is meant so
		}
		both := t.Marked() != "" && x.Marked() != ""
		twin := both && t.Marked() == x.Marked() && t.Marked() != added
		same := o.routing() == k.routing()
		if both && same && !twin {
			continue // as it was set up
		}
		if !c.spend() {
			return
		}
		if !together(t.Conditions, x.Conditions) {
			continue
		}
		// What goes is what is not ours, or what does not more, or the later one.
		less, more := k, o
		if t.Marked() != "" && x.Marked() == "" {
			less, more = o, k
		}
		contained := within(c.at(less).Conditions, c.at(more).Conditions)
		if !contained && c.at(more).Marked() == "" && within(c.at(more).Conditions, c.at(less).Conditions) {
			less, more, contained = more, less, true
		}
		w := fault{code: twice, args: problem.Args{"other": c.at(more).Title}, does: mendOff, mend: off(c.at(less))}
		switch {
		case same && !contained:
			continue
		case same:
			w.code = twiceSame
		case both && !twin:
			w.does, w.mend = mendRouting, c.send(less, with(less.body, less.root, "routing_key", quoted(more.routing())))
		case !contained:
			w.does = mendOffLess
		}
		c.report(w, less.trigger, -1, string(named(c.at(more).ID, more.trigger)))
		return
	}
}

// together reports an acknowledge that can fire in a save that raises: nobody
// is woken then, and the order of webhooks' calls is not guaranteed.
func (c *checker) together(k *call, raises []*call) {
	t := c.at(k)
	var with *call
	for _, o := range raises {
		if o.trigger == k.trigger || c.at(o).Marked() == added || !c.spend() {
			continue
		}
		if c.meets(c.at(o).Conditions, c.at(o).Actions, t.Conditions) {
			with = o
			break
		}
	}
	if with == nil {
		return
	}
	w := fault{code: ackTogether, args: problem.Args{"other": c.at(with).Title}, does: mendApart}
	w.mend = c.apart(k, raises)
	if w.mend == nil {
		w.does = mendOff
		if w.mend = off(t); t.Marked() != "" && w.mend != nil { // no longer ours: the next set-up makes it anew
			w.mend = change(t, map[string]any{"active": false, "description": "Switched off by a check of zendesk-pagerduty."})
		}
	}
	c.report(w, k.trigger, -1, "")
}

func (c *checker) meets(raise Conditions, actions []Action, ack Conditions) bool {
	return together(raise, ack) || afterwards(raise, actions, ack)
}

var opposite = map[string]string{"changed": "not_changed", "value": "not_value", "value_previous": "not_value_previous"}

// apart adds to an acknowledge what keeps it out of saves that raise; nil where
// that cannot be said by conditions. Raises that fire on every update get their
// transitions in the same go, since nothing keeps clear of every update.
func (c *checker) apart(k *call, raises []*call) []Step {
	t := c.at(k)
	mine := listed(t.Conditions.All, t.Conditions.Any)
	var steps []Step
	for _, o := range raises {
		x := c.at(o)
		if o.trigger == k.trigger || x.Marked() == added || !c.spend() || !c.meets(x.Conditions, x.Actions, mine) {
			continue
		}
		when := x.Conditions
		if when.everyUpdate() {
			var ok bool
			if when, ok = transitions(when); !ok {
				return nil
			}
			step := change(x, map[string]any{"conditions": when})
			if step == nil {
				return nil
			}
			steps = append(steps, step...)
		}
		for _, branch := range when.branches() {
			if !c.meets(Conditions{All: branch}, x.Actions, mine) {
				continue
			}
			for _, d := range branch {
				switch {
				case d.Field == "update_type" && d.value() == "Create":
					mine.All = append(mine.All, is("update_type", "is", "Change"))
				case opposite[d.Operator] != "":
					mine.All = append(mine.All, Condition{d.Field, opposite[d.Operator], d.Value})
				default:
					continue
				}
				break
			}
		}
		if c.meets(when, x.Actions, mine) {
			return nil
		}
	}
	step := change(t, map[string]any{"conditions": mine})
	if step == nil {
		return nil
	}
	return append(steps, step...)
}

// otherKey reports an acknowledge or resolve whose routing key no raise has:
// PagerDuty takes it, and drops it.
func (c *checker) otherKey(raises []*call) {
	used := map[string]bool{}
	key := ""
	for _, o := range raises {
		if r := o.routing(); keyForm.MatchString(r) {
			if used[r] = true; key == "" || r == c.RoutingKey {
				key = r
			}
		} else {
			return // its own finding comes first
		}
	}
	for _, k := range c.active("acknowledge", "resolve") {
		if r := k.routing(); key == "" || used[r] || !keyForm.MatchString(r) || k.root == nil || k.root.kind != '{' {
			continue
		}
		c.report(fault{routingOther, nil, mendRouting, c.send(k, with(k.body, k.root, "routing_key", quoted(key)))}, k.trigger, -1, fmt.Sprint(k.action))
	}
}
