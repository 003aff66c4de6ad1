package trigger

import (
	"slices"
	"strings"
)

// What can be said of triggers' conditions without a ticket. Where it cannot be
// told, conditions are taken to agree with each other, and to hold.

var statuses = []string{"new", "open", "pending", "hold", "solved", "closed"}

// What is compared of a trigger with others; no sensible one has more. Each of
// its "any" is a way of its own in which it can hold, beside each of another's.
const (
	longest    = 60 // conditions, and texts in them by the 50 bytes
	longestAny = 20
)

// branches are the ways in which conditions can hold: all of a branch.
func (e *effort) branches(c Conditions) [][]Condition {
	if !e.spend(1 + len(c.Any)*(1+len(c.All)/2)) {
		return nil
	}
	if len(c.Any) == 0 {
		return [][]Condition{c.All}
	}
	var list [][]Condition
	for _, one := range c.Any {
		list = append(list, append(slices.Clip(c.All), one))
	}
	return list
}

func (c Conditions) long() bool {
	n := len(c.All) + len(c.Any)
	for _, list := range [][]Condition{c.All, c.Any} {
		for _, d := range list[:min(len(list), longest)] {
			n += (len(d.Field) + len(d.Operator) + len(d.value())) / 50
		}
	}
	return n > longest || len(c.Any) > longestAny
}

// transition says that a condition holds for the update that made it so, and
// not for those after it.
func (c Condition) transition() bool {
	switch c.Operator {
	case "changed", "value", "value_previous":
		return true
	}
	return c.Field == "comment_is_public" || c.Field == "update_type" && c.value() == "Create"
}

// everyUpdate says that conditions can hold for one update after the other.
func (c Conditions) everyUpdate() bool {
	lasts := func(d Condition) bool { return !d.transition() }
	return !slices.ContainsFunc(c.All, Condition.transition) && (len(c.Any) == 0 || slices.ContainsFunc(c.Any, lasts))
}

// together says whether both can hold for the same update of a ticket.
func (e *effort) together(a, b Conditions) bool {
	return e.meet(a, b, func(x, y []Condition) bool { return e.agree(append(slices.Clip(x), y...)) })
}

// afterwards says whether b can hold in the update in which a held and its
// actions were done: Zendesk looks at all triggers again after a change.
func (e *effort) afterwards(a Conditions, did *effects, b Conditions) bool {
	if did.long {
		return false // not compared
	}
	return e.meet(a, b, func(x, y []Condition) bool { return e.agree(append(e.then(did, x), y...)) && !e.against(did, y) })
}

func (e *effort) meet(a, b Conditions, both func(x, y []Condition) bool) bool {
	others := e.branches(b)
	for _, x := range e.branches(a) {
		for _, y := range others {
			if e.over() || both(x, y) {
				return true
			}
		}
	}
	return false
}

// agree says whether there is an update for which all conditions hold.
func (e *effort) agree(list []Condition) bool {
	if !e.spend(len(list) * (1 + len(list)/8)) {
		return true
	}
	for i, c := range list {
		if slices.ContainsFunc(list[:i], func(d Condition) bool { return d.Field == c.Field }) {
			continue // its field was looked at
		}
		var same []Condition
		for _, d := range list[i:] {
			if d.Field == c.Field {
				same = append(same, d)
			}
		}
		if len(same) > 1 && !e.possible(c.Field, same) {
			return false
		}
	}
	return true
}

// possible says whether a field can have two values, before and after an
// update, for which conditions on it hold.
func (e *effort) possible(field string, list []Condition) bool {
	if field == "current_tags" {
		return e.tagsPossible(list)
	}
	values := []string{"", "\x00", "\x01"} // none, and two that no condition names
	switch field {
	case "status":
		values = statuses
	case "priority":
		values = append([]string{""}, Priorities...)
	default:
		for _, c := range list {
			values = append(values, c.value())
		}
	}
	for _, before := range append([]string{""}, values...) {
		for _, after := range values {
			if !slices.ContainsFunc(list, func(c Condition) bool { return e.spend(1) && !c.holds(before, after) }) {
				return true
			}
		}
	}
	return false
}

// holds compares as Zendesk's conditions reference says.
func (c Condition) holds(before, after string) bool {
	if operator, ok := strings.CutPrefix(c.Operator, notThe); ok {
		return !c.with(operator).holds(before, after)
	}
	v := c.value()
	if v == "current_user" || v == "requester_id" || v == "assignee_id" || c.Field == "role" || c.Field == "comment_is_public" && v != "true" && v != "false" {
		return true // depends on who
	}
	var order []string
	switch c.Field {
	case "status":
		order = statuses
	case "priority":
		order = append([]string{""}, Priorities...)
	}
	rank := func(s string) int { return slices.Index(order, s) }
	switch c.Operator {
	case "is":
		return after == v
	case "is_not":
		return after != v
	case "less_than":
		return order == nil || rank(after) < rank(v)
	case "greater_than":
		return order == nil || rank(after) > rank(v)
	case "changed":
		return before != after
	case "not_changed":
		return before == after
	case "value":
		return before != after && after == v
	case "not_value":
		return before == after || after != v
	case "value_previous":
		return before != after && before == v
	case "not_value_previous":
		return before == after || before != v
	case "present":
		return after != ""
	case "not_present":
		return after == ""
	}
	return true
}

func tagsOf(s string) []string { return strings.Fields(strings.ToLower(s)) }

// tagsPossible: "includes" wants one of its tags, "not_includes" none of them.
func (e *effort) tagsPossible(list []Condition) bool {
	var without []string
	for _, c := range list {
		if c.Operator == "not_includes" {
			without = append(without, e.tags(c)...)
		}
	}
	return !slices.ContainsFunc(list, func(c Condition) bool {
		return c.Operator == "includes" && !slices.ContainsFunc(e.tags(c), func(tag string) bool { return !e.has(without, tag) })
	})
}

// within says that b's conditions hold whenever a's do, as far as that can be
// told.
func (e *effort) within(a, b Conditions) bool {
	return !slices.ContainsFunc(e.branches(a), func(list []Condition) bool {
		implied := func(c Condition) bool { return e.implies(list, c) }
		return slices.ContainsFunc(b.All, func(c Condition) bool { return !implied(c) }) ||
			len(b.Any) > 0 && !slices.ContainsFunc(b.Any, implied)
	})
}

// implies says that c holds wherever all of a list do.
func (e *effort) implies(list []Condition, c Condition) bool {
	if !e.spend(1 + len(list)/4) {
		return false
	}
	var same []Condition
	for _, d := range list {
		if d.Field != c.Field {
			continue
		}
		if d.Operator == c.Operator && d.value() == c.value() {
			return true
		}
		same = append(same, d)
	}
	if len(same) == 0 || !c.understood() {
		return false
	}
	if c.Field == "current_tags" {
		return e.tagsImply(same, c)
	}
	return !e.possible(c.Field, append(same, c.with(notThe+c.Operator)))
}

// notThe before an operator is its opposite, for what is asked here alone.
const notThe = "not the "

// understood says that a condition's meaning is known in full, so that its
// opposite is, too.
func (c Condition) understood() bool {
	switch c.value() {
	case "current_user", "requester_id", "assignee_id":
		return false
	}
	switch c.Operator {
	case "less_than", "greater_than":
		return c.Field == "status" || c.Field == "priority"
	case "is", "is_not", "changed", "not_changed", "value", "not_value", "value_previous", "not_value_previous", "present", "not_present", "includes", "not_includes":
		return c.Field != "role" && c.Field != "comment_is_public"
	}
	return false
}

func (e *effort) tagsImply(list []Condition, c Condition) bool {
	tags := e.tags(c)
	if c.Operator == "includes" {
		return slices.ContainsFunc(list, func(d Condition) bool {
			return d.Operator == "includes" && !slices.ContainsFunc(e.tags(d), func(tag string) bool { return !e.has(tags, tag) })
		})
	}
	var without []string
	for _, d := range list {
		if d.Operator == "not_includes" {
			without = append(without, e.tags(d)...)
		}
	}
	return !slices.ContainsFunc(tags, func(tag string) bool { return !e.has(without, tag) })
}
