package check

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"zendesk-pagerduty/zendesk/trigger"
)

// applied is an account as it would be after some steps, as Zendesk documents what
// they do; what it was given stays as it is. It fails on steps of which Zendesk
// would take none, and on what is not there.
func applied(f trigger.Found, steps []trigger.Step) (after trigger.Found, err error) {
	raw, err := json.Marshal(f)
	if err == nil {
		err = json.Unmarshal(raw, &after)
	}
	made := "" // the webhook that the steps after it call
	for _, s := range steps {
		if err != nil {
			return f, err
		}
		kind, id, _ := strings.Cut(strings.TrimPrefix(s.Path, "/api/v2/"), "/")
		body := []byte(strings.ReplaceAll(string(s.Body), trigger.WebhookID, made))
		switch kind {
		case "webhooks":
			made, err = onWebhooks(&after, s.Method, id, body)
		case "triggers":
			err = onTriggers(&after, s.Method, id, body)
		default:
			err = errUnknownStep
		}
		if err != nil {
			err = fmt.Errorf("%s %s: %w", s.Method, s.Path, err)
		}
	}
	return after, err
}

var errUnknownStep = errors.New("not a step of a fix or a plan")

// onWebhooks gives the id of a webhook that it makes.
func onWebhooks(f *trigger.Found, method, id string, body []byte) (made string, err error) {
	var in struct{ Webhook json.RawMessage }
	if len(body) > 0 {
		if err := json.Unmarshal(body, &in); err != nil {
			return "", err
		}
	}
	i := slices.IndexFunc(f.Webhooks, func(w trigger.Webhook) bool { return string(w.ID) == id })
	switch {
	case method == http.MethodPost:
		w := trigger.Webhook{}
		err = json.Unmarshal(in.Webhook, &w)
		w.ID = trigger.ID(fmt.Sprintf("01MADE%d", len(f.Webhooks)))
		f.Webhooks = append(f.Webhooks, w)
		return string(w.ID), err
	case i >= 0 && method == http.MethodPatch:
		return "", json.Unmarshal(in.Webhook, &f.Webhooks[i])
	case i >= 0 && method == http.MethodDelete:
		f.Webhooks = slices.Delete(f.Webhooks, i, i+1)
		return "", nil
	}
	return "", errUnknownStep
}

func onTriggers(f *trigger.Found, method, id string, body []byte) (err error) {
	var in struct{ Trigger json.RawMessage }
	if len(body) > 0 {
		if err := json.Unmarshal(body, &in); err != nil {
			return err
		}
	}
	i := slices.IndexFunc(f.Triggers, func(t trigger.Trigger) bool { return string(t.ID) == id })
	switch {
	case method == http.MethodPost:
		t := trigger.Trigger{}
		err = json.Unmarshal(in.Trigger, &t)
		t.ID = trigger.ID(fmt.Sprint(7000 + len(f.Triggers)))
		f.Triggers = append(f.Triggers, t)
		return err
	case i >= 0 && method == http.MethodPut:
		return updateTrigger(f, i, in.Trigger)
	case i >= 0 && method == http.MethodDelete:
		f.Triggers = slices.Delete(f.Triggers, i, i+1)
		return nil
	}
	return errUnknownStep
}

// updateTrigger changes what an update names. Of conditions and actions Zendesk
// clears what it does not name as soon as it names one of them.
func updateTrigger(f *trigger.Found, i int, raw json.RawMessage) error {
	in := struct {
		Active      *bool
		Description *string
		Conditions  *trigger.Conditions
		Actions     *[]trigger.Action
		Position    *int
	}{}
	if err := json.Unmarshal(raw, &in); err != nil {
		return err
	}
	t := f.Triggers[i]
	if in.Active != nil {
		t.Active = *in.Active
	}
	if in.Description != nil {
		t.Description = *in.Description
	}
	if in.Conditions != nil || in.Actions != nil {
		t.Conditions, t.Actions = trigger.Conditions{}, nil
	}
	if in.Conditions != nil {
		t.Conditions = *in.Conditions
	}
	if in.Actions != nil {
		t.Actions = *in.Actions
	}
	f.Triggers[i] = t
	if in.Position != nil { // from 1
		at := min(max(*in.Position-1, 0), len(f.Triggers)-1)
		f.Triggers = slices.Insert(slices.Delete(f.Triggers, i, i+1), at, t)
	}
	return nil
}
