package pagerduty

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
)

// pageSize is the most that PagerDuty gives at once.
const pageSize = "100"

// IncidentsByKey implements [incident.Finder].
func (a *Agent) IncidentsByKey(ctx context.Context, key string) ([]incident.Incident, bool, error) {
	if strings.TrimSpace(key) == "" {
		// PagerDuty ignores a blank key and returns everything open.
		return nil, false, errors.New("blank incident key")
	}
	query := url.Values{
		"incident_key": {key},
		"date_range":   {"all"}, // the default is one month: older tickets' incidents would vanish
		"statuses[]":   {string(incident.Triggered), string(incident.Acknowledged), string(incident.Resolved)},
		"sort_by":      {"created_at:desc"},
		"limit":        {pageSize},
	}
	var answer struct {
		Incidents *[]wireIncident `json:"incidents"`
		More      bool            `json:"more"`
	}
	if err := a.get(ctx, "/incidents", query, &answer); err != nil {
		return nil, false, err
	}
	if answer.Incidents == nil {
		return nil, false, problem.New(incident.Garbled, errors.New("no incidents in the answer"), nil)
	}
	found := make([]incident.Incident, len(*answer.Incidents))
	for i, w := range *answer.Incidents {
		found[i] = a.incident(w)
	}
	return found, answer.More, nil
}

// Members that are not set are left out: PagerDuty refuses empty objects.
type wireNew struct {
	Type    string    `json:"type"`
	Title   string    `json:"title"`
	Service wireID    `json:"service"`
	Urgency string    `json:"urgency,omitempty"`
	Key     string    `json:"incident_key"`
	Body    *wireBody `json:"body,omitempty"`
}

type wireID struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

type wireBody struct {
	Type    string `json:"type"`
	Details string `json:"details"`
}

// CreateIncident implements [incident.Maker].
func (a *Agent) CreateIncident(ctx context.Context, n incident.New) (incident.Incident, error) {
	w := wireNew{
		Type:    "incident",
		Title:   n.Title,
		Service: wireID{n.ServiceID, "service_reference"},
		Urgency: string(n.Urgency),
		Key:     n.Key,
	}
	if n.Description != "" {
		w.Body = &wireBody{"incident_body", n.Description}
	}
	var answer struct {
		Incident wireIncident `json:"incident"`
	}
	if err := a.post(ctx, "/incidents", map[string]wireNew{"incident": w}, &answer); err != nil {
		return incident.Incident{}, err
	}
	if answer.Incident.ID == "" {
		return incident.Incident{}, problem.New(incident.Garbled, errors.New("no incident in the answer"), nil)
	}
	return a.incident(answer.Incident), nil
}

// Incident fetches one by its id.
func (a *Agent) Incident(ctx context.Context, id string) (incident.Incident, error) {
	var answer struct {
		Incident wireIncident `json:"incident"`
	}
	if err := a.get(ctx, "/incidents/"+url.PathEscape(id), nil, &answer); err != nil {
		return incident.Incident{}, err
	}
	if answer.Incident.ID == "" {
		return incident.Incident{}, problem.New(incident.Garbled, errors.New("no incident in the answer"), nil)
	}
	return a.incident(answer.Incident), nil
}
