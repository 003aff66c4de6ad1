package rules

import (
	"fmt"
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

// calls says whether a trigger calls a webhook.
func (t *Trigger) calls(webhook string) bool {
	return slices.ContainsFunc(t.Actions, func(a Action) bool {
		pair, ok := a.Value.([]any)
		return ok && a.Field == "notification_webhook" && len(pair) == 2 && text(pair[0]) == webhook
	})
}
