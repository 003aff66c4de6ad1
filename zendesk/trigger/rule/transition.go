package rule

import (
	"slices"
	"strings"

	"zendesk-pagerduty/zendesk/trigger"
)

// Ways are the ways in which conditions can hold: all of one.
func Ways(c trigger.Conditions) [][]trigger.Condition {
	if len(c.Any) == 0 {
		return [][]trigger.Condition{c.All}
	}
	var list [][]trigger.Condition
	for _, one := range c.Any {
		list = append(list, append(slices.Clip(c.All), one))
	}
	return list
}

// transition says that a condition holds for the update that made it so, and
// not for those after it.
func transition(c trigger.Condition) bool {
	switch c.Operator {
	case "changed", "value", "value_previous":
		return true
	}
	return c.Field == "comment_is_public" || c.Field == "update_type" && c.Text() == "Create"
}

// OnEveryUpdate says that conditions can hold for one update after the other.
func OnEveryUpdate(c trigger.Conditions) bool {
	lasts := func(d trigger.Condition) bool { return !transition(d) }
	return !slices.ContainsFunc(c.All, transition) && (len(c.Any) == 0 || slices.ContainsFunc(c.Any, lasts))
}

// changing are the fields for which Zendesk knows "changed".
func changing(field string) bool {
	return slices.Contains([]string{
		"priority", "status", "type", "assignee_id", "group_id", "requester_id", "brand_id", "ticket_form_id",
	}, field) ||
		strings.HasPrefix(field, "custom_fields_")
}

// Transitions adds conditions to those of a trigger that raises, so that it fires
// when the ticket becomes what they ask for, and not on each later update. It
// returns false, and the conditions as they are, where none of their fields has the
// operator "changed" or where the trigger has conditions of which any one is enough.
func Transitions(c trigger.Conditions) (trigger.Conditions, bool) {
	var fields []string
	status := false
	for _, d := range c.All {
		status = status || d.Field == "status"
		if d.Field != "status" && changing(d.Field) && !slices.Contains(fields, d.Field) {
			fields = append(fields, d.Field)
		}
	}
	if len(fields) == 0 || len(c.Any) > 0 {
		return c, false
	}
	n := trigger.Conditions{All: slices.Clone(c.All)}
	if !status { // or solving it would page and resolve at once
		n.All = append(n.All, trigger.Is("status", "less_than", "solved"))
	}
	n.Any = append(n.Any, trigger.Is("update_type", "is", "Create"))
	for _, f := range fields {
		n.Any = append(n.Any, trigger.Changed(f, "changed"))
	}
	n.Any = append(n.Any, trigger.Is("status", "value_previous", "solved"))
	return n, true
}

var opposite = map[string]string{"changed": "not_changed", "value": "not_value", "value_previous": "not_value_previous"}

// Opposite is the opposite of the first condition of a way that has one.
func Opposite(way []trigger.Condition) []trigger.Condition {
	for _, d := range way {
		if d.Field == "update_type" && d.Text() == "Create" {
			return []trigger.Condition{trigger.Is("update_type", "is", "Change")}
		}
		if operator := opposite[d.Operator]; operator != "" {
			d.Operator = operator
			return []trigger.Condition{d}
		}
	}
	return nil
}
