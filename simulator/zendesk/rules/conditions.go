package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zendesk-pagerduty/simulator/zendesk/tickets"
)

// viaIDs are Zendesk's numbers of channels, as far as conditions need them.
var viaIDs = map[string]string{"web": "0", "email": "4", "api": "5", "rule": "8", "system": "22"}

func (r *Rules) matches(c Conditions, t *tickets.Ticket, e tickets.Event) bool {
	holds := func(c Condition) bool { return r.conditionHolds(c, t, e) }
	return !slices.ContainsFunc(c.All, func(c Condition) bool { return !holds(c) }) &&
		(len(c.Any) == 0 || slices.ContainsFunc(c.Any, holds))
}

func (r *Rules) conditionHolds(c Condition, t *tickets.Ticket, e tickets.Event) bool {
	value := text(c.Value)
	switch c.Field {
	case "current_tags":
		included := slices.ContainsFunc(strings.Fields(strings.ToLower(value)), func(tag string) bool {
			return slices.Contains(t.Tags, tag)
		})
		return included == (c.Operator == "includes")
	case "update_type":
		return (value == "Create") == e.Created
	case "comment_is_public":
		if e.Comment == nil {
			return false
		}
		return value == "not_relevant" || (value == "false") != e.Comment.Public
	case "role":
		u := e.By.User
		is := value == strconv.FormatInt(u.ID, 10) || value == "agent" && u.Staff() || value == "admin" && u.Admin() ||
			value == "end_user" && !u.Staff()
		return is == (c.Operator == "is")
	case "via_id":
		return (viaIDs[t.Via.Channel] == value) == (c.Operator == "is")
	case "current_via_id":
		return (viaIDs[e.By.Via.Channel] == value) == (c.Operator == "is")
	}
	switch value {
	case "current_user":
		value = strconv.FormatInt(e.By.User.ID, 10)
	case "requester_id":
		value = strconv.FormatInt(t.RequesterID, 10)
	case "assignee_id":
		value = strconv.FormatInt(t.AssigneeID, 10)
	}
	return compare(c, value, field(&e.Before, c.Field), field(t, c.Field))
}

// field is a ticket's value of a condition's field; none is "".
func field(t *tickets.Ticket, name string) string {
	number := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	switch name {
	case "status":
		return t.Status
	case "priority":
		return t.Priority
	case "type":
		return t.Type
	case "assignee_id":
		return number(t.AssigneeID)
	case "requester_id":
		return number(t.RequesterID)
	case "group_id":
		return number(t.GroupID)
	case "ticket_form_id":
		return number(t.FormID)
	case "brand_id":
		return number(t.BrandID)
	}
	for _, f := range t.CustomFields {
		if name == fmt.Sprintf("custom_fields_%d", f.ID) {
			return text(f.Value)
		}
	}
	return ""
}

// compare is a condition on a field that had one value and has another. What
// is set at a creation has changed, from nothing.
func compare(c Condition, value, before, after string) bool {
	switch c.Operator {
	case "is":
		return after == value
	case "is_not":
		return after != value
	case "less_than":
		return rank(c.Field, after) < rank(c.Field, value)
	case "greater_than":
		return rank(c.Field, after) > rank(c.Field, value)
	case "changed":
		return before != after
	case "not_changed":
		return before == after
	case "value":
		return before != after && after == value
	case "not_value":
		return before == after || after != value
	case "value_previous":
		return before != after && before == value
	case "not_value_previous":
		return before == after || before != value
	case "present":
		return after != ""
	default: // not_present
		return after == ""
	}
}

func rank(field, value string) int {
	if field == "status" {
		return slices.Index(tickets.TicketStatuses, value)
	}
	return slices.Index(tickets.TicketPriorities, value)
}
