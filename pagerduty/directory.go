package pagerduty

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
)

// SearchServices finds services whose name contains the words, at most limit.
// PagerDuty is asked each time: an account can have 25,000, and which of them
// this person may see is PagerDuty's to say.
func (a *Agent) SearchServices(ctx context.Context, words string, limit int) ([]incident.Service, bool, error) {
	query := url.Values{"limit": {strconv.Itoa(limit)}, "sort_by": {"name"}}
	if words != "" {
		query.Set("query", words)
	}
	var answer struct {
		Services []wireService `json:"services"`
		More     bool          `json:"more"`
	}
	if err := a.get(ctx, "/services", query, &answer); err != nil {
		return nil, false, err
	}
	found := make([]incident.Service, len(answer.Services))
	for i, w := range answer.Services {
		found[i] = incident.Service{ID: w.ID, Name: w.Name, Status: incident.ServiceStatus(w.Status), Policy: w.Policy.Summary}
	}
	return found, answer.More, nil
}

// Me implements [oauth.People]. The answer can hold the person's calendar
// addresses, which are credentials: only three fields are read.
func (a *API) Me(ctx context.Context, base string, token seal.Secret) (oauth.Person, error) {
	agent, err := a.As(base, token, "")
	if err != nil {
		return oauth.Person{}, err
	}
	var answer struct {
		User struct{ ID, Name, Email string } `json:"user"`
	}
	if err := agent.get(ctx, "/users/me", nil, &answer); err != nil {
		return oauth.Person{}, err
	}
	if answer.User.ID == "" {
		return oauth.Person{}, problem.New(incident.Garbled, errors.New("no user in the answer"), nil)
	}
	return oauth.Person{ID: answer.User.ID, Name: answer.User.Name, Email: answer.User.Email}, nil
}
