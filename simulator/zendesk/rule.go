package zendesk

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Trigger is a rule that looks at every ticket that is created or changed.
type Trigger struct {
	URL         string     `json:"url"`
	ID          int64      `json:"id"`
	Title       string     `json:"title"`
	RawTitle    string     `json:"raw_title"`
	Description *string    `json:"description"`
	Active      bool       `json:"active"`
	Default     bool       `json:"default"`
	Position    int        `json:"position"`
	CategoryID  string     `json:"category_id"`
	Conditions  Conditions `json:"conditions"`
	Actions     []Action   `json:"actions"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
}

// Conditions hold when all of All and, if there are any, one of Any do.
type Conditions struct {
	All []Condition `json:"all"`
	Any []Condition `json:"any"`
}

// Condition compares one field. Value is a string, a number, a boolean or null.
type Condition struct {
	Field    string `json:"field"`
	Operator string `json:"operator"`
	Value    any    `json:"value"`
}

// Action changes one field, or sends something. Value is a string, or a list
// for those that need two ("notification_webhook": the webhook and the body).
type Action struct {
	Field string `json:"field"`
	Value any    `json:"value"`
}

// TriggerCategory is a heading in the list of triggers.
type TriggerCategory struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Position  int       `json:"position"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// triggerChange is what a request says of a trigger; nil leaves it alone.
type triggerChange struct {
	Title       *string      `json:"title"`
	Description *string      `json:"description"`
	Active      *bool        `json:"active"`
	Position    *int         `json:"position"`
	CategoryID  *string      `json:"category_id"`
	Category    *newCategory `json:"category"`
	Conditions  *Conditions  `json:"conditions"`
	Actions     *[]Action    `json:"actions"`
}

// newCategory is one that a trigger brings along.
type newCategory struct {
	Name string `json:"name"`
}

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

// viaIDs are Zendesk's numbers of channels, as far as conditions need them.
var viaIDs = map[string]string{"web": "0", "email": "4", "api": "5", "rule": "8", "system": "22"}

func operators(field string) ([]string, bool) {
	if customField.MatchString(field) {
		return slices.Concat(compares, changes, []string{"present", "not_present"}), true
	}
	list, ok := conditionFields[field]
	return list, ok
}

// text is a condition's or an action's value as a string.
func text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// valueless are the operators that compare with no value.
var valueless = []string{"changed", "not_changed", "present", "not_present"}

// check says what is wrong with a condition.
func (r *ruleSet) checkCondition(c Condition) error {
	allowed, ok := operators(c.Field)
	if !ok {
		return invalidField{"base", fmt.Sprintf("Invalid field '%s' in '%s'", c.Field, c.words())}
	}
	if !slices.Contains(allowed, c.Operator) {
		return invalidField{"base", fmt.Sprintf("Invalid operator '%s' in '%s'", c.Operator, c.words())}
	}
	if c.Field == "status" && slices.Contains(orders, c.Operator) && text(c.Value) == "hold" && r.settings().HoldOrder == "refused" {
		return invalidField{"base", fmt.Sprintf("Invalid value 'hold' in '%s'", c.words())}
	}
	if slices.Contains(valueless, c.Operator) || r.knows(c.Field, text(c.Value)) {
		return nil
	}
	return invalidField{"base", fmt.Sprintf("Invalid value '%s' in '%s'", text(c.Value), c.words())}
}

// words is a condition as Zendesk's messages put it.
func (c Condition) words() string {
	capital := func(s string) string {
		s = strings.ReplaceAll(s, "_", " ")
		if s == "" {
			return s
		}
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return fmt.Sprintf("%s / %s / %s", capital(c.Field), capital(c.Operator), text(c.Value))
}

// knows says whether a field can have a value. Channels are named by number:
// Zendesk refuses the names that it shows itself. The caller holds the lock.
func (r *ruleSet) knows(field, value string) bool {
	id, _ := strconv.ParseInt(value, 10, 64)
	switch field {
	case "status":
		return slices.Contains(ticketStatuses, value)
	case "priority":
		return slices.Contains(ticketPriorities, value)
	case "type":
		return slices.Contains(ticketTypes, value)
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
		u, ok := r.users[id]
		return value == "" || value == "current_user" || value == "requester_id" || ok && u.Staff()
	case "requester_id":
		_, ok := r.users[id]
		return value == "current_user" || value == "assignee_id" || ok
	case "role":
		u, ok := r.users[id]
		return slices.Contains([]string{"agent", "admin", "end_user"}, value) || ok && u.ID != 0
	case "group_id":
		_, ok := named(r.directory.groups, id)
		return value == "" || ok
	case "ticket_form_id":
		_, ok := named(r.directory.forms, id)
		return ok
	case "brand_id":
		_, ok := r.directory.brand(id)
		return ok
	}
	return r.customField(field) // whatever its value
}

// customField says whether "custom_fields_ID" is a field of the account.
func (r *ruleSet) customField(field string) bool {
	m := customField.FindStringSubmatch(field)
	return m != nil && m[1] == strconv.Itoa(affectedField)
}

// checkAction says what is wrong with an action. hooked tells whether there is
// a webhook that triggers can call, by its id.
func (r *ruleSet) checkAction(a Action, hooked func(string) bool) error {
	bad := func(what string) error {
		raw, _ := json.Marshal(a.Value)
		return invalidField{"base", fmt.Sprintf("Invalid %s in action '%s': %s", what, a.Field, raw)}
	}
	switch a.Field {
	case "status", "priority", "type", "assignee_id", "group_id", "ticket_form_id", "brand_id":
		if !r.knows(a.Field, text(a.Value)) {
			return bad("value")
		}
	case "current_tags", "remove_tags":
		if strings.TrimSpace(text(a.Value)) == "" {
			return bad("value")
		}
	case "set_tags", "comment_value", "comment_value_html", "comment_mode_is_public", "notification_user", "notification_group", "cc", "follower":
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
		if !ok || len(pair) != 2 || !slices.ContainsFunc(r.targets, func(t Target) bool { return strconv.FormatInt(t.ID, 10) == text(pair[0]) }) {
			return bad("target")
		}
	default:
		if !r.customField(a.Field) {
			return bad("field")
		}
	}
	return nil
}
