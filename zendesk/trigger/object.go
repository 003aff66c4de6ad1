package trigger

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// Webhook is Zendesk's object (API reference, "Webhooks").
type Webhook struct {
	ID            ID       `json:"id,omitempty"` // none in a definition
	Name          string   `json:"name"`
	Status        string   `json:"status"` // "active" or "inactive"
	Endpoint      string   `json:"endpoint"`
	HTTPMethod    string   `json:"http_method"`
	RequestFormat string   `json:"request_format"`
	Subscriptions []string `json:"subscriptions"`
	Description   string   `json:"description,omitempty"` // may say when it was tested, see [Tested]
}

// TicketEvents is the subscription of webhooks that triggers can call.
const TicketEvents = "conditional_ticket_events"

// EventsWebhook is the webhook that posts to the Events API at a base.
func EventsWebhook(base string) Webhook {
	return Webhook{
		Name:          WebhookName,
		Status:        "active",
		Endpoint:      base + "/v2/enqueue",
		HTTPMethod:    "POST",
		RequestFormat: "json",
		Subscriptions: []string{TicketEvents},
	}
}

// Trigger is Zendesk's object (API reference, "Ticket triggers").
type Trigger struct {
	ID          ID         `json:"id,omitempty"` // none in a definition
	Title       string     `json:"title"`
	Description string     `json:"description"` // ends with the mark by which it is found again
	Active      bool       `json:"active"`
	Conditions  Conditions `json:"conditions"`
	Actions     []Action   `json:"actions"`
}

// Calling is a trigger whose webhook is the one with an id, in place of
// [WebhookID].
func (t Trigger) Calling(webhook ID) Trigger {
	t.Actions = slices.Clone(t.Actions)
	for i, a := range t.Actions {
		if _, body, ok := a.Call(); ok {
			t.Actions[i].Value = []string{string(webhook), body}
		}
	}
	return t
}

// In is what makes a trigger in a category; "" where the account has none.
func (t Trigger) In(category ID) any {
	return struct {
		Trigger
		Category ID `json:"category_id,omitempty"`
	}{t, category}
}

// Update adds to the fields of an update of a trigger what Zendesk would clear.
// Of conditions and actions it clears what an update does not name as soon as it
// names one of them ("Update Ticket Trigger"): a trigger that lost its conditions
// would page on every update.
func (t Trigger) Update(fields map[string]any) map[string]any {
	_, conditions := fields["conditions"]
	_, actions := fields["actions"]
	switch {
	case conditions && !actions:
		fields["actions"] = append([]Action{}, t.Actions...)
	case actions && !conditions:
		fields["conditions"] = t.Conditions
	}
	return fields
}

// Target is what webhooks have replaced (API reference, "Targets"). HTTP
// targets have sent nothing since 2024-10-28.
type Target struct {
	ID        ID     `json:"id"`
	Title     string `json:"title"`
	Type      string `json:"type"`
	TargetURL string `json:"target_url"`
	Active    bool   `json:"active"`
}

// Conditions are those that must all hold, and those of which one must.
type Conditions struct {
	All []Condition `json:"all"`
	Any []Condition `json:"any"`
}

// MarshalJSON writes empty lists where there are none, since Zendesk takes no null.
func (c Conditions) MarshalJSON() ([]byte, error) {
	type plain Conditions
	return json.Marshal(plain{append([]Condition{}, c.All...), append([]Condition{}, c.Any...)})
}

// Condition is one of them.
type Condition struct {
	Field    string  `json:"field"`
	Operator string  `json:"operator"`
	Value    *string `json:"value"` // null for "changed"
	// raw is the value as it was read, where it is no text: a list of several,
	// whose JSON is in Value, a number or a boolean.
	raw json.RawMessage
}

// Action is what a trigger does; Value is a string or a list of them.
type Action struct {
	Field string `json:"field"`
	Value any    `json:"value"`
}

// Definition is everything that is to be made in Zendesk, triggers in their
// order.
type Definition struct {
	Webhook  Webhook   `json:"webhook"`
	Triggers []Trigger `json:"triggers"`
}

// Found is what an account has: all of it, or what has to do with PagerDuty.
// Triggers are in Zendesk's order.
type Found struct {
	Webhooks   []Webhook  `json:"webhooks"`
	Triggers   []Trigger  `json:"triggers"`
	Targets    []Target   `json:"targets"`
	Categories []Category `json:"trigger_categories,omitempty"` // where the account has them
}

// Category is a heading of triggers; they run in its order.
type Category struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

// NewTriggers is the category of triggers that run after all others: the last,
// or "".
func (f Found) NewTriggers() ID {
	if n := len(f.Categories); n > 0 {
		return f.Categories[n-1].ID
	}
	return ""
}

// Step is one request to Zendesk's REST API, which an admin's own session
// makes. [WebhookID] in Path or Body stands for the id of the webhook that an
// earlier step of the same list made. Body may hold an integration key.
type Step struct {
	Method string          `json:"method"`
	Path   string          `json:"path"` // "/api/v2/…"
	Body   json.RawMessage `json:"body,omitempty"`
}

// ID is an id of Zendesk's, a number or a text.
type ID string

// Safe says that an id may stand in a path: what an exported file holds there is
// sent by an admin's session. Webhooks' ids are letters and digits.
func (id ID) Safe() bool { return safeID.MatchString(string(id)) }

// OfTrigger says the same of a trigger's, which is a number.
func (id ID) OfTrigger() bool { return triggerID.MatchString(string(id)) }

var (
	safeID    = regexp.MustCompile(`^[A-Za-z0-9]{1,31}$`)
	triggerID = regexp.MustCompile(`^[0-9]{1,20}$`)
)

// UnmarshalJSON takes both.
func (id *ID) UnmarshalJSON(raw []byte) error {
	text, err := scalar(raw)
	if err != nil || text == nil {
		return err
	}
	*id = ID(*text)
	return nil
}

// UnmarshalJSON takes any value, since Zendesk's lists and people's files have
// texts, numbers and booleans in its place, and lists where several may be
// chosen. What is no text is written back as it was: an update of a trigger
// sends all of its conditions, the admin's own ones too.
func (c *Condition) UnmarshalJSON(raw []byte) error {
	var in struct {
		Field    string
		Operator string
		Value    json.RawMessage
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return err
	}
	*c = Condition{Field: in.Field, Operator: in.Operator}
	if len(in.Value) == 0 {
		return nil
	}
	value, err := scalar(in.Value)
	if err != nil {
		value = new(string(in.Value))
	}
	c.Value = value
	if in.Value[0] != '"' && value != nil {
		c.raw = in.Value
	}
	return nil
}

// MarshalJSON is the reverse.
func (c Condition) MarshalJSON() ([]byte, error) {
	var value any = c.Value
	if c.raw != nil {
		value = c.raw
	}
	return json.Marshal(map[string]any{"field": c.Field, "operator": c.Operator, "value": value})
}

// Text is a condition's value; "" for null.
func (c Condition) Text() string {
	if c.Value == nil {
		return ""
	}
	return *c.Value
}

// Is is a condition that compares with a value.
func Is(field, operator, value string) Condition {
	return Condition{Field: field, Operator: operator, Value: &value}
}

// Changed is a condition without a value.
func Changed(field, operator string) Condition { return Condition{Field: field, Operator: operator} }

// scalar is a text, a number or a boolean as a text; nil for null.
func scalar(raw []byte) (*string, error) {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return &v, nil
	case bool:
		return new(strconv.FormatBool(v)), nil
	case float64:
		return new(string(raw)), nil
	}
	return nil, fmt.Errorf("got %.60s, want a text, a number or a boolean", raw)
}
