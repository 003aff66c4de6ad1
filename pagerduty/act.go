package pagerduty

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"zendesk-pagerduty/incident"
)

type wireUpdate struct {
	Type       string           `json:"type"`
	Status     string           `json:"status,omitempty"`
	Resolution string           `json:"resolution,omitempty"`
	Title      string           `json:"title,omitempty"`
	Urgency    string           `json:"urgency,omitempty"`
	Priority   *wireID          `json:"priority,omitempty"`
	Level      int              `json:"escalation_level,omitempty"`
	Policy     *wireID          `json:"escalation_policy,omitempty"`
	Service    *wireID          `json:"service,omitempty"`
	Assigned   []wireAssignment `json:"assignments,omitempty"`
}

type wireAssignment struct {
	Assignee wireID `json:"assignee"`
}

// Update implements [incident.Actor].
func (a *Agent) Update(ctx context.Context, id string, u incident.Update) (incident.Incident, error) {
	w := wireUpdate{
		Type: "incident_reference", Status: string(u.Status), Resolution: u.Resolution,
		Title: u.Title, Urgency: string(u.Urgency), Level: u.Level,
	}
	if u.PriorityID != "" {
		w.Priority = &wireID{u.PriorityID, "priority_reference"}
	}
	if u.ServiceID != "" {
		w.Service = &wireID{u.ServiceID, "service_reference"}
	}
	if u.PolicyID != "" {
		w.Policy = &wireID{u.PolicyID, "escalation_policy_reference"}
	}
	for _, user := range u.UserIDs {
		w.Assigned = append(w.Assigned, wireAssignment{wireID{user, "user_reference"}})
	}
	var answer one
	if err := a.write(ctx, http.MethodPut, of(id), map[string]wireUpdate{"incident": w}, &answer); err != nil {
		return incident.Incident{}, err
	}
	return a.only(answer)
}

// Snooze implements [incident.Actor].
func (a *Agent) Snooze(ctx context.Context, id string, d time.Duration) (incident.Incident, error) {
	var answer one
	if err := a.write(ctx, http.MethodPost, of(id, "snooze"), map[string]int{"duration": int(d.Seconds())}, &answer); err != nil {
		return incident.Incident{}, err
	}
	return a.only(answer)
}

// Merge implements [incident.Actor].
func (a *Agent) Merge(ctx context.Context, into, source string) (incident.Ref, error) {
	var answer struct {
		Incident wireRef `json:"incident"`
	}
	body := map[string][]wireID{"source_incidents": {{source, "incident_reference"}}}
	err := a.write(ctx, http.MethodPut, of(into, "merge"), body, &answer)
	return answer.Incident.ref(), err
}

// RequestResponders implements [incident.Actor].
func (a *Agent) RequestResponders(ctx context.Context, id, me, message string, targets []incident.Target) error {
	type target struct {
		Target wireID `json:"responder_request_target"`
	}
	body := struct {
		Requester string   `json:"requester_id"`
		Message   string   `json:"message"`
		Targets   []target `json:"responder_request_targets"`
	}{me, message, nil}
	for _, t := range targets {
		body.Targets = append(body.Targets, target{wireID{t.ID, reference(t.Kind)}})
	}
	return a.write(ctx, http.MethodPost, of(id, "responder_requests"), body, nil)
}

// CancelResponders implements [incident.Actor]. It is done where all of it is.
// PagerDuty answers 200 whatever became of each target: the results say so (API reference, "Cancel responder requests for
// an incident").
func (a *Agent) CancelResponders(ctx context.Context, id, me string, targets []incident.Target) error {
	body := struct {
		Requester string   `json:"requester_id"`
		Targets   []wireID `json:"responder_request_targets"`
	}{Requester: me}
	for _, t := range targets {
		body.Targets = append(body.Targets, wireID{t.ID, reference(t.Kind)})
	}
	var answer struct {
		Targets []struct {
			Result string `json:"result"`
		} `json:"responder_request_targets"`
	}
	if err := a.write(ctx, http.MethodPut, of(id, "responder_requests", "cancel"), body, &answer); err != nil {
		return err
	}
	done := 0
	for _, t := range answer.Targets {
		if t.Result == "cancelled" {
			done++
		}
	}
	if done < len(targets) {
		return incident.StaleStatus
	}
	return nil
}

func reference(kind string) string {
	if kind == incident.KindPolicy {
		return "escalation_policy_reference"
	}
	return "user_reference"
}

// PublishUpdate implements [incident.Actor].
func (a *Agent) PublishUpdate(ctx context.Context, id, message string) error {
	return a.write(ctx, http.MethodPost, of(id, "status_updates"), map[string]string{"message": message}, nil)
}

type wireSubscriber struct {
	ID   string `json:"subscriber_id"`
	Type string `json:"subscriber_type"`
}

func subscribers(user string) map[string][]wireSubscriber {
	return map[string][]wireSubscriber{"subscribers": {{user, "user"}}}
}

// Subscribe implements [incident.Actor]. PagerDuty answers 200 where it refused
// a single subscriber: the result says so.
func (a *Agent) Subscribe(ctx context.Context, id, user string) error {
	var answer struct {
		Subscriptions []struct {
			Result string `json:"result"`
		} `json:"subscriptions"`
	}
	if err := a.write(ctx, http.MethodPost, of(id, "status_updates", "subscribers"), subscribers(user), &answer); err != nil {
		return err
	}
	for _, s := range answer.Subscriptions {
		if s.Result == "unauthorized" {
			return incident.Forbidden
		}
	}
	return nil
}

// Unsubscribe implements [incident.Actor].
func (a *Agent) Unsubscribe(ctx context.Context, id, user string) error {
	var answer struct {
		Unauthorized float64 `json:"unauthorized_count"`
	}
	if err := a.write(ctx, http.MethodPost, of(id, "status_updates", "unsubscribe"), subscribers(user), &answer); err != nil {
		return err
	}
	if answer.Unauthorized > 0 {
		return incident.Forbidden
	}
	return nil
}

// Subscribed says whether a user gets an incident's status updates.
func (a *Agent) Subscribed(ctx context.Context, id, user string) (bool, error) {
	var answer struct {
		Subscribers []wireSubscriber `json:"subscribers"`
	}
	if err := a.get(ctx, of(id, "status_updates", "subscribers"), nil, &answer); err != nil {
		return false, err
	}
	for _, s := range answer.Subscribers {
		if s.Type == "user" && s.ID == user {
			return true, nil
		}
	}
	return false, nil
}

// Workflows are those that can be started by hand on an incident.
func (a *Agent) Workflows(ctx context.Context, id string) ([]incident.Ref, error) {
	var answer struct {
		Triggers []struct {
			Type     string `json:"trigger_type"`
			Disabled bool   `json:"is_disabled"`
			Workflow struct {
				ID   string `json:"id"`
				Name string `json:"name"`
			} `json:"workflow"`
		} `json:"triggers"`
	}
	query := url.Values{"incident_id": {id}, "trigger_type": {"manual"}, "limit": {pageSize}}
	if err := a.get(ctx, "/incident_workflows/triggers", query, &answer); err != nil {
		return nil, err
	}
	var list []incident.Ref
	for _, t := range answer.Triggers {
		if t.Type == "manual" && !t.Disabled {
			list = append(list, incident.Ref{ID: t.Workflow.ID, Name: t.Workflow.Name})
		}
	}
	return list, nil
}

// StartWorkflow implements [incident.Actor].
func (a *Agent) StartWorkflow(ctx context.Context, id, workflow string) error {
	type instance struct {
		Incident wireID `json:"incident"`
	}
	return a.write(ctx, http.MethodPost, "/incident_workflows/"+url.PathEscape(workflow)+"/instances",
		map[string]instance{"incident_workflow_instance": {wireID{id, "incident_reference"}}}, nil)
}
