package pagerduty

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
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
	var more bool
	found, err := a.list(ctx, query, &more)
	return found, more, err
}

func (a *Agent) list(ctx context.Context, query url.Values, more *bool) ([]incident.Incident, error) {
	var answer wireIncidents
	if err := a.get(ctx, "/incidents", query, &answer); err != nil {
		return nil, err
	}
	if answer.Incidents == nil {
		return nil, problem.New(incident.Garbled, errors.New("no incidents in the answer"), nil)
	}
	found := make([]incident.Incident, 0, len(answer.Incidents))
	for _, w := range answer.Incidents {
		if incident.ValidID(w.ID) { // it becomes part of paths
			found = append(found, a.incident(w))
		}
	}
	if more != nil {
		*more = answer.More
	}
	return found, nil
}

// Members that are not set are left out: PagerDuty refuses empty objects.
type wireNew struct {
	Type    string    `json:"type"`
	Title   string    `json:"title"`
	Service wireID    `json:"service"`
	Urgency string    `json:"urgency,omitempty"`
	Key     string    `json:"incident_key"`
	Body    *wireBody `json:"body,omitempty"`

	Priority *wireID          `json:"priority,omitempty"`
	Policy   *wireID          `json:"escalation_policy,omitempty"`
	Assigned []wireAssignment `json:"assignments,omitempty"`
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
func (a *Agent) CreateIncident(ctx context.Context, n incident.Draft) (incident.Incident, error) {
	w := wireNew{
		Type:    "incident",
		Title:   n.Title,
		Service: wireID{n.ServiceID, "service_reference"},
		Urgency: string(n.Urgency),
		Key:     n.Key,
	}
	if body := n.Body(); body != "" {
		w.Body = &wireBody{"incident_body", body}
	}
	if n.PriorityID != "" {
		w.Priority = &wireID{n.PriorityID, "priority_reference"}
	}
	switch n.To.Kind { // PagerDuty takes one of them
	case incident.KindPolicy:
		w.Policy = &wireID{n.To.ID, "escalation_policy_reference"}
	case incident.KindUser:
		w.Assigned = []wireAssignment{{wireID{n.To.ID, "user_reference"}}}
	}
	var answer one
	if err := a.write(ctx, http.MethodPost, "/incidents", map[string]wireNew{"incident": w}, &answer); err != nil {
		return incident.Incident{}, err
	}
	return a.only(answer)
}

// one is an answer with a single incident.
type one struct {
	Incident wireIncident `json:"incident"`
}

func (a *Agent) only(o one) (incident.Incident, error) {
	if !incident.ValidID(o.Incident.ID) {
		return incident.Incident{}, problem.New(incident.Garbled, errors.New("no incident in the answer"), nil)
	}
	return a.incident(o.Incident), nil
}

// Incident implements [incident.Getter].
func (a *Agent) Incident(ctx context.Context, idOrNumber string) (incident.Incident, error) {
	var answer one
	if err := a.get(ctx, of(idOrNumber), nil, &answer); err != nil {
		return incident.Incident{}, err
	}
	return a.only(answer)
}

// OpenIncidents implements [incident.Searcher].
func (a *Agent) OpenIncidents(ctx context.Context) ([]incident.Incident, error) {
	return a.list(ctx, url.Values{
		"date_range": {"all"},
		"statuses[]": {string(incident.Triggered), string(incident.Acknowledged)},
		"sort_by":    {"created_at:desc"},
		"limit":      {pageSize},
	}, nil)
}

// OpenOn implements [incident.Prechecker].
func (a *Agent) OpenOn(
	ctx context.Context,
	serviceID string,
	limit int,
) (found []incident.Incident, more bool, err error) {
	found, err = a.list(ctx, url.Values{
		"service_ids[]": {serviceID},
		"date_range":    {"all"},
		"statuses[]":    {string(incident.Triggered), string(incident.Acknowledged)},
		"sort_by":       {"created_at:desc"},
		"limit":         {strconv.Itoa(limit)},
	}, &more)
	return found, more, err
}

// of is the path of an incident, and of what is below it.
func of(id string, below ...string) string {
	path := "/incidents/" + url.PathEscape(id)
	for _, part := range below {
		path += "/" + url.PathEscape(part)
	}
	return path
}
