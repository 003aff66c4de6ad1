package check_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
)

func asJSON(f trigger.Found) string {
	raw, err := json.Marshal(f)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func copied(f trigger.Found) (to trigger.Found) {
	if err := json.Unmarshal([]byte(asJSON(f)), &to); err != nil {
		panic(err)
	}
	return to
}

func (a *account) apply(t *testing.T, steps []trigger.Step) {
	t.Helper()
	if err := a.do(steps); err != nil {
		t.Fatal(err)
	}
}

// do does what Zendesk does with some steps.
func (a *account) do(steps []trigger.Step) error {
	a.Found = copied(a.Found)
	made := ""
	for _, s := range steps {
		var in struct {
			Webhook *json.RawMessage `json:"webhook"`
			Trigger *json.RawMessage `json:"trigger"`
		}
		text := strings.ReplaceAll(string(s.Body), trigger.WebhookID, made)
		if text == "" {
			text = "{}"
		}
		if err := json.Unmarshal([]byte(text), &in); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		kind, id, _ := strings.Cut(strings.TrimPrefix(s.Path, "/api/v2/"), "/")
		var err error
		switch s.Method + " " + kind {
		case "POST webhooks":
			made = fmt.Sprintf("01MADE%d", len(a.Webhooks))
			w := trigger.Webhook{}
			err = json.Unmarshal(*in.Webhook, &w)
			w.ID = trigger.ID(made)
			a.Webhooks = append(a.Webhooks, w)
		case "PATCH webhooks":
			i := slices.IndexFunc(a.Webhooks, func(w trigger.Webhook) bool { return string(w.ID) == id })
			err = json.Unmarshal(*in.Webhook, &a.Webhooks[i])
		case "POST triggers":
			n := trigger.Trigger{}
			err = json.Unmarshal(*in.Trigger, &n)
			n.ID = trigger.ID(fmt.Sprint(7000 + len(a.Triggers)))
			a.Triggers = append(a.Triggers, n)
		case "PUT triggers":
			i := slices.IndexFunc(a.Triggers, func(n trigger.Trigger) bool { return string(n.ID) == id })
			var fields map[string]json.RawMessage
			if err = json.Unmarshal(*in.Trigger, &fields); err != nil {
				break
			}
			n := a.Triggers[i]
			for field, to := range map[string]any{"active": &n.Active, "description": &n.Description} {
				if raw, ok := fields[field]; ok && err == nil {
					err = json.Unmarshal(raw, to)
				}
			}
			conditions, actions := fields["conditions"], fields["actions"]
			if conditions != nil || actions != nil { // Zendesk clears both
				n.Conditions, n.Actions = trigger.Conditions{}, nil
			}
			if conditions != nil && err == nil {
				err = json.Unmarshal(conditions, &n.Conditions)
			}
			if actions != nil && err == nil {
				err = json.Unmarshal(actions, &n.Actions)
			}
			a.Triggers[i] = n
			if raw, ok := fields["position"]; ok && err == nil {
				at := 0
				err = json.Unmarshal(raw, &at)
				a.Triggers = slices.Insert(slices.Delete(a.Triggers, i, i+1), at-1, n)
			}
		case "DELETE triggers":
			a.Triggers = slices.DeleteFunc(a.Triggers, func(n trigger.Trigger) bool { return string(n.ID) == id })
		case "DELETE webhooks":
			a.Webhooks = slices.DeleteFunc(a.Webhooks, func(w trigger.Webhook) bool { return string(w.ID) == id })
		default:
			err = errors.New("no request of these")
		}
		if err != nil {
			return fmt.Errorf("%s %s %s: %w", s.Method, s.Path, text, err)
		}
	}
	return nil
}
