package rule

import (
	"slices"
	"strings"

	"zendesk-pagerduty/zendesk/trigger"
)

// set is a set of values: names alone, or every value but names. The zero set
// has every value.
type set struct {
	only  bool
	names []string
}

func only(names ...string) set   { return set{true, names} }
func except(names ...string) set { return set{false, names} }

func (s set) has(name string) bool { return slices.Contains(s.names, name) == s.only }

func (s set) empty() bool { return s.only && len(s.names) == 0 }

func (s set) and(t set) set {
	outside := func(of set) func(string) bool { return func(name string) bool { return !of.has(name) } }
	switch {
	case s.only:
		return set{true, slices.DeleteFunc(slices.Clone(s.names), outside(t))}
	case t.only:
		return set{true, slices.DeleteFunc(slices.Clone(t.names), outside(s))}
	}
	return set{false, slices.Concat(s.names, t.names)}
}

// within says that t has every value of s.
func (s set) within(t set) bool {
	if s.only {
		return !slices.ContainsFunc(s.names, func(name string) bool { return !t.has(name) })
	}
	return !t.only && !slices.ContainsFunc(t.names, s.has)
}

// span is what a field may be across an update, by the conditions on it: a value
// that stays (kept), or a value before that becomes another one after. Of tags,
// one of each list of wants is there, and none of without.
type span struct {
	kept, before, after set
	wants               [][]string
	without             []string
}

func (s span) and(t span) span {
	u := span{
		kept: s.kept.and(t.kept), before: s.before.and(t.before), after: s.after.and(t.after),
		without: slices.Concat(s.without, t.without),
	}
	u.wants = append(lacking(s.wants, t.without), lacking(t.wants, s.without)...)
	return u
}

// lacking are lists of tags without some of their tags.
func lacking(lists [][]string, without []string) [][]string {
	var left [][]string
	for _, list := range lists {
		gone := func(tag string) bool { return slices.Contains(without, tag) }
		left = append(left, slices.DeleteFunc(slices.Clone(list), gone))
	}
	return left
}

// changes are the values of updates that change the field: each has one of the
// other set that it is not.
func (s span) changes() (before, after set) {
	before, after = s.before, s.after
	if s.after.only && len(s.after.names) == 1 {
		before = before.and(except(s.after.names[0]))
	}
	if s.before.only && len(s.before.names) == 1 {
		after = after.and(except(s.before.names[0]))
	}
	if before.empty() || after.empty() {
		return only(), only()
	}
	return before, after
}

// possible says whether there is an update as a span asks for.
func (s span) possible() bool {
	if slices.ContainsFunc(s.wants, func(list []string) bool { return len(list) == 0 }) {
		return false
	}
	before, _ := s.changes()
	return !s.kept.empty() || !before.empty()
}

// implies says that every update that s allows, t allows too.
func (s span) implies(t span) bool {
	among := func(list []string) func(string) bool {
		return func(tag string) bool { return !slices.Contains(list, tag) }
	}
	for _, list := range t.wants {
		if !slices.ContainsFunc(s.wants, func(own []string) bool { return !slices.ContainsFunc(own, among(list)) }) {
			return false
		}
	}
	before, after := s.changes()
	return !slices.ContainsFunc(t.without, among(s.without)) &&
		s.kept.within(t.kept) && before.within(t.before) && after.within(t.after)
}

var statuses = []string{"new", "open", "pending", "hold", "solved", "closed"}

// orderOf are a field's values, the least first, where Zendesk compares them.
func orderOf(field string) []string {
	switch field {
	case "status":
		return statuses
	case "priority":
		return append([]string{""}, trigger.Priorities...)
	}
	return nil
}

// spanOf reads a condition as Zendesk's conditions reference says. What it does
// not understand, or what depends on who updates, it takes to hold.
func spanOf(c trigger.Condition) span {
	v := c.Text()
	if c.Field == "current_tags" {
		switch tags := Tags(v); {
		case c.Operator == "includes" && len(tags) > 0:
			return span{wants: [][]string{tags}}
		case c.Operator == "not_includes":
			return span{without: tags}
		}
		return span{}
	}
	any := span{}
	if order := orderOf(c.Field); order != nil {
		any = span{kept: only(order...), before: only(append([]string{""}, order...)...), after: only(order...)}
	}
	if depends(c) {
		return any
	}
	return any.and(meanings(c)[c.Operator])
}

// meanings are those of the operators on a condition's field and value.
func meanings(c trigger.Condition) map[string]span {
	v := c.Text()
	all := map[string]span{
		"is":                 {kept: only(v), after: only(v)},
		"is_not":             {kept: except(v), after: except(v)},
		"present":            {kept: except(""), after: except("")},
		"not_present":        {kept: only(""), after: only("")},
		"changed":            {kept: only()},
		"not_changed":        {before: only(), after: only()},
		"value":              {kept: only(), after: only(v)},
		"not_value":          {after: except(v)},
		"value_previous":     {kept: only(), before: only(v)},
		"not_value_previous": {before: except(v)},
	}
	if order := orderOf(c.Field); order != nil {
		rank := slices.Index(order, v)
		lower, higher := only(order[:max(rank, 0)]...), only(order[rank+1:]...)
		all["less_than"], all["greater_than"] = span{kept: lower, after: lower}, span{kept: higher, after: higher}
	}
	return all
}

// depends says that whether a condition holds depends on who updates the ticket.
func depends(c trigger.Condition) bool {
	v := c.Text()
	return v == "current_user" || v == "requester_id" || v == "assignee_id" ||
		c.Field == "role" || c.Field == "comment_is_public" && v != "true" && v != "false"
}

// understood says that a condition's meaning is known in full, so that it can be
// said to hold always.
func understood(c trigger.Condition) bool {
	if c.Field == "current_tags" {
		return c.Operator == "includes" || c.Operator == "not_includes"
	}
	_, known := meanings(c)[c.Operator]
	return known && !depends(c) && c.Field != "comment_is_public"
}

// Tags are those of a condition or an action.
func Tags(s string) []string { return strings.Fields(strings.ToLower(s)) }
