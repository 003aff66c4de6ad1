package rule

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zendesk-pagerduty/zendesk/trigger"
)

// update is one of a ticket, and what its conditions are about: the values
// before and after it, and the tags after it.
type update struct {
	before, after map[string]string
	tags          []string
}

// updates are all that differ in some fields.
func updates(fields []string) []update {
	all := []update{{map[string]string{}, map[string]string{}, nil}}
	for _, field := range fields {
		var more []update
		for _, u := range all {
			switch field {
			case "current_tags":
				for _, tags := range []string{"", "x", "y", "x y"} {
					more = append(more, update{u.before, u.after, strings.Fields(tags)})
				}
			case "status":
				more = append(more, u.changing(field, append([]string{""}, statuses...), statuses)...)
			default:
				values := []string{"", "a", "b", "c", "d"} // c and d are what no condition names
				more = append(more, u.changing(field, values, values)...)
			}
		}
		all = more
	}
	return all
}

func (u update) changing(field string, before, after []string) (all []update) {
	with := func(m map[string]string, value string) map[string]string {
		m = maps.Clone(m)
		m[field] = value
		return m
	}
	for _, was := range before {
		for _, is := range after {
			all = append(all, update{with(u.before, was), with(u.after, is), u.tags})
		}
	}
	return all
}

// holds says the same as [spanOf] for one update, as the conditions reference
// puts it.
func (u update) holds(c trigger.Condition) bool {
	before, after, v := u.before[c.Field], u.after[c.Field], c.Text()
	has := func(tag string) bool { return slices.Contains(u.tags, tag) }
	rank := func(s string) int { return slices.Index(statuses, s) }
	switch c.Operator {
	case "is":
		return after == v
	case "is_not":
		return after != v
	case "less_than":
		return c.Field != "status" || rank(after) < rank(v)
	case "greater_than":
		return c.Field != "status" || rank(after) > rank(v)
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
	case "includes":
		return slices.ContainsFunc(Tags(v), has)
	case "not_includes":
		return !slices.ContainsFunc(Tags(v), has)
	}
	panic(c.Operator)
}

func (u update) fires(c trigger.Conditions) bool {
	return !slices.ContainsFunc(c.All, func(d trigger.Condition) bool { return !u.holds(d) }) && (len(c.Any) == 0 || slices.ContainsFunc(c.Any, u.holds))
}

// few are one field or two, so that conditions meet on them.
func few(t *rapid.T) []string {
	return rapid.SampledFrom([][]string{{"status"}, {"type"}, {"current_tags"}, {"status", "type"}, {"type", "current_tags"}}).Draw(t, "fields")
}

func drawn(t *rapid.T, fields []string) trigger.Condition {
	operators := []string{
		"is", "is_not", "changed", "not_changed", "value", "not_value", "value_previous", "not_value_previous", "present", "not_present", "less_than", "greater_than",
	}
	switch field := rapid.SampledFrom(fields).Draw(t, "field"); field {
	case "current_tags":
		operators = []string{"includes", "not_includes"}
		return trigger.Is(field, rapid.SampledFrom(operators).Draw(t, "operator"), rapid.SampledFrom([]string{"x", "y", "x y"}).Draw(t, "tags"))
	case "status":
		return trigger.Is(field, rapid.SampledFrom(operators).Draw(t, "operator"), rapid.SampledFrom(statuses).Draw(t, "status"))
	default:
		return trigger.Is(field, rapid.SampledFrom(operators).Draw(t, "operator"), rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "value"))
	}
}

func list(t *rapid.T, fields []string, least, most int) []trigger.Condition {
	var all []trigger.Condition
	for range rapid.IntRange(least, most).Draw(t, "conditions") {
		all = append(all, drawn(t, fields))
	}
	return all
}

func conditions(t *rapid.T, fields []string) trigger.Conditions {
	return trigger.Conditions{All: list(t, fields, 0, 3), Any: list(t, fields, 0, 3)}
}

// check draws often: a case that tells wrong from right is rare.
func check(t *testing.T, draw func(t *rapid.T)) {
	rapid.Check(t, func(t *rapid.T) {
		for range 10 {
			draw(t)
		}
	})
}

func lines(c trigger.Conditions) string {
	var b strings.Builder
	for _, list := range [][]trigger.Condition{c.All, c.Any} {
		for _, d := range list {
			fmt.Fprintf(&b, "%s %s %q, ", d.Field, d.Operator, d.Text())
		}
		b.WriteString("; ")
	}
	return b.String()
}

// Two rules overlap exactly if there is an update for which both hold; and what
// is said to imply another rule does so for every update.
func TestRulesByEveryUpdate(t *testing.T) {
	check(t, func(t *rapid.T) {
		fields := few(t)
		a, b := conditions(t, fields), conditions(t, fields)
		overlap, implied := false, true
		for _, u := range updates(fields) {
			if u.fires(a) {
				overlap = overlap || u.fires(b)
				implied = implied && u.fires(b)
			}
		}
		if got := Read(a).Overlaps(Read(b)); got != overlap {
			t.Fatalf("%s and %s overlap: %v; want %v", lines(a), lines(b), got, overlap)
		}
		if Read(a).Implies(Read(b)) && !implied {
			t.Fatalf("%s implies %s", lines(a), lines(b))
		}
	})
}

// What all conditions on one field imply is known exactly.
func TestImpliesByEveryUpdate(t *testing.T) {
	check(t, func(t *rapid.T) {
		fields := []string{rapid.SampledFrom([]string{"status", "type"}).Draw(t, "field")}
		a, b := trigger.Conditions{All: list(t, fields, 1, 3)}, trigger.Conditions{All: list(t, fields, 1, 2)}
		want := !slices.ContainsFunc(updates(fields), func(u update) bool { return u.fires(a) && !u.fires(b) })
		got := Read(a).Implies(Read(b))
		unknown := slices.ContainsFunc(b.All, func(c trigger.Condition) bool { return !understood(c) })
		if got && !want || !got && want && !unknown {
			t.Fatalf("%s implies %s: %v; want %v", lines(a), lines(b), got, want)
		}
	})
}

// What actions are said to undo, or not to leave, no update lets through.
func TestEffectsByEveryUpdate(t *testing.T) {
	action := rapid.Custom(func(t *rapid.T) trigger.Action {
		switch field := rapid.SampledFrom([]string{"status", "type", "current_tags", "remove_tags", "set_tags"}).Draw(t, "field"); field {
		case "status":
			return trigger.Action{Field: field, Value: rapid.SampledFrom(statuses).Draw(t, "status")}
		case "type":
			return trigger.Action{Field: field, Value: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "value")}
		default:
			return trigger.Action{Field: field, Value: rapid.SampledFrom([]string{"x", "y", "x y"}).Draw(t, "tags")}
		}
	})
	check(t, func(t *rapid.T) {
		fields := few(t)
		a, b := conditions(t, fields), conditions(t, fields)
		actions := rapid.SliceOfN(action, 1, 3).Draw(t, "actions")
		e := EffectsOf(actions)
		undone, left := e.Undo(Read(b)), e.Leave(a, Read(b))
		for _, u := range updates(fields) {
			if !u.fires(a) {
				continue
			}
			then := u.then(actions)
			if then.fires(b) && (undone || !left) {
				t.Fatalf("%v after %s, and %s: %+v, then %+v", actions, lines(a), lines(b), u, then)
			}
		}
	})
}

// then is the same update after some actions.
func (u update) then(actions []trigger.Action) update {
	after := maps.Clone(u.after)
	tags := slices.Clone(u.tags)
	for _, a := range actions {
		named := strings.Fields(a.Value.(string))
		switch a.Field {
		case "current_tags":
			tags = append(tags, named...)
		case "remove_tags":
			tags = slices.DeleteFunc(tags, func(tag string) bool { return slices.Contains(named, tag) })
		case "set_tags":
			tags = named
		default:
			after[a.Field] = a.Value.(string)
		}
	}
	return update{u.before, after, tags}
}

// trigger.Conditions that cannot be told without knowing who updates hold, and imply
// nothing but themselves.
func TestWhoUpdates(t *testing.T) {
	for _, c := range []trigger.Condition{
		trigger.Is("role", "is", "agent"), trigger.Is("assignee_id", "is", "current_user"), trigger.Is("requester_id", "is_not", "assignee_id"),
		trigger.Is("comment_is_public", "is", "requester_can_see_comment"),
	} {
		one, other := trigger.Conditions{All: []trigger.Condition{c}}, trigger.Conditions{All: []trigger.Condition{trigger.Is(c.Field, "is", "x")}}
		if !Read(one).Overlaps(Read(other)) || Read(other).Implies(Read(one)) || !Read(one).Implies(Read(one)) {
			t.Errorf("%s %s", c.Field, c.Operator)
		}
	}
}
