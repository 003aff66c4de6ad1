package rules

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
	"zendesk-pagerduty/simulator/zendesk/tickets"
)

var (
	compares = []string{"is", "is_not"}
	changes  = []string{"changed", "not_changed", "value", "value_previous", "not_value", "not_value_previous"}
	orders   = []string{"less_than", "greater_than"}
)

// conditionFields are the operators of each field (Zendesk's conditions
// reference, for ticket triggers).
var conditionFields = map[string][]string{
	"status":            slices.Concat(compares, orders, changes),
	"priority":          slices.Concat(compares, orders, changes),
	"type":              slices.Concat(compares, changes),
	"assignee_id":       slices.Concat(compares, changes),
	"group_id":          slices.Concat(compares, changes),
	"requester_id":      slices.Concat(compares, changes),
	"brand_id":          slices.Concat(compares, changes),
	"ticket_form_id":    slices.Concat(compares, changes),
	"current_tags":      {"includes", "not_includes"},
	"update_type":       {"is"},
	"comment_is_public": {"is"},
	"via_id":            compares,
	"current_via_id":    compares,
	"role":              compares,
}

var customField = regexp.MustCompile(`^custom_fields_(\d+)$`)

func operators(field string) ([]string, bool) {
	if customField.MatchString(field) {
		return slices.Concat(compares, changes, []string{"present", "not_present"}), true
	}
	list, ok := conditionFields[field]
	return list, ok
}

// valueless are the operators that compare with no value.
var valueless = []string{"changed", "not_changed", "present", "not_present"}

// check says what is wrong with a condition.
func (r *Rules) checkCondition(c Condition) error {
	allowed, ok := operators(c.Field)
	if !ok {
		return rest.Invalid("base", fmt.Sprintf("Invalid field '%s' in '%s'", c.Field, c.words()))
	}
	if !slices.Contains(allowed, c.Operator) {
		return rest.Invalid("base", fmt.Sprintf("Invalid operator '%s' in '%s'", c.Operator, c.words()))
	}
	if c.Field == "status" && slices.Contains(orders, c.Operator) && text(c.Value) == "hold" &&
		r.Settings().HoldOrder == "refused" {
		return rest.Invalid("base", fmt.Sprintf("Invalid value 'hold' in '%s'", c.words()))
	}
	if slices.Contains(valueless, c.Operator) || r.canBe(c.Field, text(c.Value)) {
		return nil
	}
	return rest.Invalid("base", fmt.Sprintf("Invalid value '%s' in '%s'", text(c.Value), c.words()))
}

// canBe says whether a field can have a value. Channels are named by number:
// Zendesk refuses the names that it shows itself. The caller holds the lock.
func (r *Rules) canBe(field, value string) bool {
	id, _ := strconv.ParseInt(value, 10, 64)
	switch field {
	case "status":
		return slices.Contains(tickets.TicketStatuses, value)
	case "priority":
		return slices.Contains(tickets.TicketPriorities, value)
	case "type":
		return slices.Contains(tickets.TicketTypes, value)
	case "update_type":
		return value == "Create" || value == "Change"
	case "comment_is_public":
		return slices.Contains([]string{"true", "false", "not_relevant", "requester_can_see_comment"}, value)
	case "current_tags":
		return strings.TrimSpace(value) != ""
	case "via_id", "current_via_id":
		_, err := strconv.Atoi(value)
		return err == nil
	case "assignee_id":
		u, ok := r.Users[id]
		return value == "" || value == "current_user" || value == "requester_id" || ok && u.Staff()
	case "requester_id":
		_, ok := r.Users[id]
		return value == "current_user" || value == "assignee_id" || ok
	case "role":
		u, ok := r.Users[id]
		return slices.Contains([]string{"agent", "admin", "end_user"}, value) || ok && u.ID != 0
	case "group_id":
		_, ok := directory.ByID(r.Directory.Groups, id)
		return value == "" || ok
	case "ticket_form_id":
		_, ok := directory.ByID(r.Directory.Forms, id)
		return ok
	case "brand_id":
		_, ok := r.Directory.Brand(id)
		return ok
	}
	return r.customField(field) // whatever its value
}

// customField says whether "custom_fields_ID" is a field of the account.
func (r *Rules) customField(field string) bool {
	m := customField.FindStringSubmatch(field)
	return m != nil && m[1] == strconv.Itoa(tickets.AffectedField)
}

// checkAction says what is wrong with an action. hooked tells whether there is
// a webhook that triggers can call, by its id.
func (r *Rules) checkAction(a Action, hooked func(string) bool) error {
	bad := func(what string) error {
		raw, _ := json.Marshal(a.Value)
		return rest.Invalid("base", fmt.Sprintf("Invalid %s in action '%s': %s", what, a.Field, raw))
	}
	switch a.Field {
	case "status", "priority", "type", "assignee_id", "group_id", "ticket_form_id", "brand_id":
		if !r.canBe(a.Field, text(a.Value)) {
			return bad("value")
		}
	case "current_tags", "remove_tags":
		if strings.TrimSpace(text(a.Value)) == "" {
			return bad("value")
		}
	case "set_tags", "comment_value", "comment_value_html", "comment_mode_is_public",
		"notification_user", "notification_group", "cc", "follower":
	case "notification_webhook":
		pair, ok := a.Value.([]any)
		if !ok || len(pair) != 2 {
			return bad("value")
		}
		if !hooked(text(pair[0])) {
			return bad("webhook")
		}
	case "notification_target":
		pair, ok := a.Value.([]any)
		if !ok || len(pair) != 2 || !slices.ContainsFunc(r.targets, func(t Target) bool {
			return strconv.FormatInt(t.ID, 10) == text(pair[0])
		}) {
			return bad("target")
		}
	default:
		if !r.customField(a.Field) {
			return bad("field")
		}
	}
	return nil
}
