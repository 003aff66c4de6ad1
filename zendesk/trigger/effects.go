package trigger

import (
	"slices"
	"strings"
)

// effects are what actions do to a ticket.
type effects struct {
	fields     map[string]string
	adds, cuts []string
	sets       bool // the tags are those of adds
	long       bool // more than is compared: nothing is said of what it does
}

func effect(actions []Action) *effects {
	e := &effects{fields: map[string]string{}}
	last := map[string]bool{} // tags, and whether they were added last, or taken away
	var tags []string
	say := func(v string, added bool) {
		for _, tag := range tagsOf(v) {
			if _, known := last[tag]; !known {
				tags = append(tags, tag)
			}
			last[tag] = added
		}
	}
	for _, a := range actions {
		v, _ := a.Value.(string)
		switch a.Field {
		case "current_tags":
			say(v, true)
		case "remove_tags":
			say(v, false)
		case "set_tags":
			clear(last)
			tags, e.sets = nil, true
			say(v, true)
		case "notification_webhook", "notification_target", "notification_user", "notification_group":
		default:
			if v != "" {
				e.fields[a.Field] = v
			}
		}
	}
	for _, tag := range tags {
		if last[tag] {
			e.adds = append(e.adds, tag)
		} else {
			e.cuts = append(e.cuts, tag)
		}
	}
	e.long = len(e.fields)+len(e.adds)+len(e.cuts) > longest
	return e
}

// effects are what a trigger does to a ticket.
func (c *checker) effects(trigger int) *effects {
	if c.does[trigger] == nil {
		c.does[trigger] = effect(c.Triggers[trigger].Actions)
	}
	return c.does[trigger]
}

// then is what is known of a ticket after the actions of a trigger whose
// conditions held.
func (e *effort) then(did *effects, list []Condition) []Condition {
	var known []Condition
	for _, c := range list {
		switch {
		case c.Field == "current_tags" && c.Operator == "includes":
			if !did.sets && !slices.ContainsFunc(e.tags(c), func(tag string) bool { return e.has(did.cuts, tag) }) {
				known = append(known, c)
			}
		case c.Field == "current_tags":
			left := slices.DeleteFunc(e.tags(c), func(tag string) bool { return e.has(did.adds, tag) })
			if len(left) > 0 {
				known = append(known, is(c.Field, c.Operator, strings.Join(left, " ")))
			}
		case did.fields[c.Field] == "":
			known = append(known, c)
		}
	}
	for _, tag := range did.adds {
		known = append(known, is("current_tags", "includes", tag))
	}
	if len(did.cuts) > 0 {
		known = append(known, is("current_tags", "not_includes", strings.Join(did.cuts, " ")))
	}
	return known
}

// against says that one of some conditions cannot hold after the actions.
func (e *effort) against(did *effects, list []Condition) bool {
	return slices.ContainsFunc(list, func(c Condition) bool { return e.undoes(did, c) })
}

// undoes says that a condition does not hold after the actions.
func (e *effort) undoes(did *effects, c Condition) bool {
	if !e.spend(1) {
		return false
	}
	if c.Field == "current_tags" {
		if len(did.adds)+len(did.cuts) == 0 && !did.sets {
			return false
		}
		tags := e.tags(c)
		has := func(tag string) bool { return e.has(did.adds, tag) }
		gone := func(tag string) bool { return e.has(did.cuts, tag) || did.sets && !has(tag) }
		if c.Operator == "not_includes" {
			return slices.ContainsFunc(tags, has)
		}
		return len(tags) > 0 && !slices.ContainsFunc(tags, func(tag string) bool { return !gone(tag) })
	}
	v, ok := did.fields[c.Field]
	return ok && !slices.ContainsFunc([]string{"", v, c.value(), "\x00"}, func(before string) bool { return c.holds(before, v) })
}

// clears are the tags that some trigger takes away: by name, or by setting all
// tags anew.
type clears struct {
	cuts map[string]bool
	sets int            // triggers that set all tags
	kept map[string]int // how many of those keep a tag
}

// cleared says whether some trigger takes a tag away. One of ours that is off
// is reported as that.
func (c *checker) cleared(tag string) bool {
	if c.tags.cuts == nil {
		c.tags = clears{cuts: map[string]bool{}, kept: map[string]int{}}
		for i, t := range c.Triggers {
			if !t.Active && c.marks[i] == "" {
				continue
			}
			e := c.effects(i)
			for _, gone := range e.cuts {
				c.tags.cuts[gone] = true
			}
			if e.sets {
				c.tags.sets++
				for _, stays := range e.adds {
					c.tags.kept[stays]++
				}
			}
		}
	}
	return c.tags.cuts[tag] || c.tags.kept[tag] < c.tags.sets
}
