// Package rule says what can be said of triggers' conditions and actions without a
// ticket: whether two triggers can fire for the same update, whether one fires
// whenever another does, and whether actions keep a trigger from firing. What
// cannot be told is taken to be possible.
package rule

import (
	"slices"

	"zendesk-pagerduty/zendesk/trigger"
)

// MostConditions bounds a trigger's conditions that are compared, each tag counted.
const MostConditions = 60

// mostAny bounds those of Any, since each is combined with each of the other
// trigger's.
const mostAny = 20

// TooLong says that conditions are more than are compared.
func TooLong(c trigger.Conditions) bool {
	n := len(c.All) + len(c.Any)
	for _, list := range [][]trigger.Condition{c.All, c.Any} {
		for _, d := range list[:min(len(list), MostConditions)] {
			if d.Field == "current_tags" {
				n += max(len(Tags(d.Text()))-1, 0)
			}
		}
	}
	return n > MostConditions || len(c.Any) > mostAny
}

// Rule is a trigger's conditions, read for comparing.
type Rule struct {
	fields map[string]span // what All asks for
	all    []part
	any    []part // none where there is nothing to choose
}

// part is one condition, read.
type part struct {
	trigger.Condition
	span
}

// Read reads conditions.
func Read(c trigger.Conditions) *Rule {
	r := &Rule{fields: map[string]span{}, all: parts(c.All), any: parts(c.Any)}
	for _, p := range r.all {
		r.fields[p.Field] = r.fields[p.Field].and(p.span)
	}
	return r
}

// choices are the conditions of which one must hold; where there is no choice,
// one that asks for nothing.
func (r *Rule) choices() []part {
	if len(r.any) == 0 {
		return []part{{}}
	}
	return r.any
}

// parts reads each condition once, however often it is there.
func parts(list []trigger.Condition) []part {
	var all []part
	for _, c := range list {
		if !slices.ContainsFunc(all, func(p part) bool { return same(p.Condition, c) }) {
			all = append(all, part{c, spanOf(c)})
		}
	}
	return all
}

func same(a, b trigger.Condition) bool {
	return a.Field == b.Field && a.Operator == b.Operator && a.Text() == b.Text()
}

// Overlaps says whether both can hold for the same update of a ticket.
func (r *Rule) Overlaps(o *Rule) bool {
	for _, rule := range []*Rule{r, o} {
		for field := range rule.fields {
			if !r.fields[field].and(o.fields[field]).possible() {
				return false
			}
		}
	}
	mine, others := r.beside(o), o.beside(r)
	return slices.ContainsFunc(mine, func(x part) bool {
		return slices.ContainsFunc(others, func(y part) bool { return x.Field != y.Field || x.span.and(y.span).possible() })
	})
}

// beside are the choices of a rule that can hold where all that both ask for
// does, with that.
func (r *Rule) beside(o *Rule) []part {
	var list []part
	for _, p := range r.choices() {
		if p.span = r.fields[p.Field].and(o.fields[p.Field]).and(p.span); p.possible() {
			list = append(list, p)
		}
	}
	return list
}

// Implies says that o holds whenever r does, as far as that can be told.
func (r *Rule) Implies(o *Rule) bool {
	always := func(p part) bool { return r.implies(part{}, p) }
	open := slices.DeleteFunc(slices.Clone(o.all), always) // what only r's choices may see to
	choice := len(o.any) > 0 && !slices.ContainsFunc(o.any, always)
	return !slices.ContainsFunc(r.choices(), func(x part) bool {
		implied := func(p part) bool { return x.Field == p.Field && r.implies(x, p) }
		missing := func(p part) bool { return !implied(p) }
		return slices.ContainsFunc(open, missing) || choice && !slices.ContainsFunc(o.any, implied)
	})
}

// implies says that a condition holds wherever all of a rule's do, and one of
// its choices.
func (r *Rule) implies(choice, p part) bool {
	if same(choice.Condition, p.Condition) ||
		slices.ContainsFunc(r.all, func(own part) bool { return same(own.Condition, p.Condition) }) {
		return true
	}
	return understood(p.Condition) && r.fields[p.Field].and(choice.span).implies(p.span)
}
