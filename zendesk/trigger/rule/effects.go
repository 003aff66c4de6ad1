package rule

import (
	"slices"
	"strings"

	"zendesk-pagerduty/zendesk/trigger"
)

// Effects are what actions do to a ticket.
type Effects struct {
	Fields     map[string]string // the values that fields are set to
	Adds, Cuts []string          // tags
	Sets       bool              // the tags are those of Adds
	TooMany    bool              // more than is compared: nothing is said of what they do
	last       map[string]bool   // tags: true where added last, false where taken away
}

// EffectsOf reads actions in their order.
func EffectsOf(actions []trigger.Action) *Effects {
	e := &Effects{Fields: map[string]string{}, last: map[string]bool{}}
	var tags []string
	note := func(v string, added bool) {
		for _, tag := range Tags(v) {
			if _, known := e.last[tag]; !known {
				tags = append(tags, tag)
			}
			e.last[tag] = added
		}
	}
	for _, a := range actions {
		v, _ := a.Value.(string)
		switch a.Field {
		case "current_tags":
			note(v, true)
		case "remove_tags":
			note(v, false)
		case "set_tags":
			e.last, tags, e.Sets = map[string]bool{}, nil, true
			note(v, true)
		case "notification_webhook", "notification_target", "notification_user", "notification_group":
		default:
			if v != "" {
				e.Fields[a.Field] = v
			}
		}
	}
	for _, tag := range tags {
		if e.last[tag] {
			e.Adds = append(e.Adds, tag)
		} else {
			e.Cuts = append(e.Cuts, tag)
		}
	}
	e.TooMany = len(e.Fields)+len(e.Adds)+len(e.Cuts) > MostConditions
	return e
}

// None says that actions leave a ticket as it is.
func (e *Effects) None() bool { return len(e.Fields)+len(e.Adds)+len(e.Cuts) == 0 && !e.Sets }

// Added says that a tag is there after the actions because of them.
func (e *Effects) Added(tag string) bool { return e.last[tag] }

// Cut says that a tag is not there after the actions because of them.
func (e *Effects) Cut(tag string) bool {
	added, named := e.last[tag]
	return named && !added || e.Sets && !added
}

// Then is what is known of a ticket after the actions of a trigger whose
// conditions held.
func (e *Effects) Then(c trigger.Conditions) trigger.Conditions {
	known := trigger.Conditions{All: e.left(c.All)}
	for _, tag := range e.Adds {
		known.All = append(known.All, trigger.Is("current_tags", "includes", tag))
	}
	if len(e.Cuts) > 0 {
		known.All = append(known.All, trigger.Is("current_tags", "not_includes", strings.Join(e.Cuts, " ")))
	}
	for _, choice := range c.Any {
		left := e.left([]trigger.Condition{choice})
		if len(left) == 0 {
			known.Any = nil // in one way nothing is known besides
			break
		}
		known.Any = append(known.Any, left...)
	}
	return known
}

// left are the conditions that the actions leave as they were.
func (e *Effects) left(list []trigger.Condition) []trigger.Condition {
	var left []trigger.Condition
	for _, c := range list {
		switch {
		case c.Field == "current_tags" && c.Operator == "includes":
			if !slices.ContainsFunc(Tags(c.Text()), e.Cut) {
				left = append(left, c)
			}
		case c.Field == "current_tags":
			tags := slices.DeleteFunc(Tags(c.Text()), e.Added)
			if len(tags) > 0 {
				left = append(left, trigger.Is(c.Field, c.Operator, strings.Join(tags, " ")))
			}
		case e.Fields[c.Field] == "":
			left = append(left, c)
		}
	}
	return left
}

// Undo says that a rule cannot hold after the actions: one of what must all hold
// does not.
func (e *Effects) Undo(r *Rule) bool { return slices.ContainsFunc(r.all, e.undoes) }

func (e *Effects) undoes(p part) bool {
	if p.Field == "current_tags" {
		kept := func(tag string) bool { return !e.Cut(tag) }
		return slices.ContainsFunc(p.without, e.Added) ||
			slices.ContainsFunc(p.wants, func(list []string) bool { return !slices.ContainsFunc(list, kept) })
	}
	v, ok := e.Fields[p.Field]
	return ok && !p.kept.has(v) && !(p.after.has(v) && !p.before.within(only(v)))
}

// Leave says whether o can hold in the update in which r's trigger fired and its
// actions were done: Zendesk looks at all triggers again after a change.
func (e *Effects) Leave(c trigger.Conditions, o *Rule) bool {
	if e.TooMany || e.None() || e.Undo(o) {
		return false
	}
	rest := Rule{o.fields, o.all, slices.DeleteFunc(slices.Clone(o.any), e.undoes)}
	if len(rest.any) == 0 && len(o.any) > 0 {
		return false
	}
	return Read(e.Then(c)).Overlaps(&rest)
}
