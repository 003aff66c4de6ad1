package pagerduty

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/sync/errgroup"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
)

const (
	eventsV2 = "events_api_v2_inbound_integration"
	// keysAsked is how many keys that a service's answer lacks are asked for.
	keysAsked = 5
)

type wireIntegration struct {
	ID      string      `json:"id"`
	Type    string      `json:"type"`
	Name    string      `json:"name"`
	Summary string      `json:"summary"` // of a reference, which has no name
	HTMLURL string      `json:"html_url"`
	Key     seal.Secret `json:"integration_key"`
}

// oneIntegration is an answer with a single integration.
type oneIntegration struct {
	Integration wireIntegration `json:"integration"`
}

func (a *Agent) integration(w wireIntegration) incident.Integration {
	return incident.Integration{ID: w.ID, Name: cmp.Or(w.Name, w.Summary), Key: w.Key, URL: a.safeURL(w.HTMLURL)}
}

// Integrations are a service's integrations for the Events API v2. PagerDuty's
// description does not know their keys, and only some accounts have them in a
// service's answer: each that lacks its key is asked for by itself, a handful at
// most. A key that is not told, or not to this person, is empty.
func (a *Agent) Integrations(ctx context.Context, service string) ([]incident.Integration, error) {
	if !incident.ValidID(service) {
		return nil, incident.ServiceMissing
	}
	var answer struct {
		Service struct {
			ID           string            `json:"id"`
			Integrations []wireIntegration `json:"integrations"`
		} `json:"service"`
	}
	if err := a.get(ctx, "/services/"+service, url.Values{"include[]": {"integrations"}}, &answer); err != nil {
		return nil, err
	}
	if answer.Service.ID == "" {
		return nil, problem.New(incident.Garbled, errors.New("no service in the answer"), nil)
	}
	var list []incident.Integration
	for _, w := range answer.Service.Integrations {
		if strings.TrimSuffix(w.Type, "_reference") == eventsV2 && incident.ValidID(w.ID) {
			list = append(list, a.integration(w))
		}
	}
	if err := a.fillKeys(ctx, service, list); err != nil {
		return nil, err
	}
	return list, nil
}

// fillKeys asks for the keys that are missing, all at once.
func (a *Agent) fillKeys(ctx context.Context, service string, list []incident.Integration) error {
	group, ctx := errgroup.WithContext(ctx)
	asked := 0
	for i := range list {
		if list[i].Key != "" || asked == keysAsked {
			continue
		}
		asked++
		group.Go(func() error {
			var answer oneIntegration
			err := a.get(ctx, "/services/"+service+"/integrations/"+list[i].ID, nil, &answer)
			switch {
			case errors.Is(err, incident.Forbidden), errors.Is(err, incident.NoAccess):
				return nil // refused, or gone meanwhile: the others still count
			case err == nil && answer.Integration.ID == list[i].ID:
				list[i].Key = answer.Integration.Key
			}
			return err
		})
	}
	return group.Wait()
}

// CreateIntegration gives a service one more integration for the Events API v2.
// PagerDuty is asked once: it takes two of the same name, so that a repeated
// call makes two. The new one's key may be empty; see [Agent.Integrations].
func (a *Agent) CreateIntegration(ctx context.Context, service, name string) (incident.Integration, error) {
	if !incident.ValidID(service) {
		return incident.Integration{}, incident.ServiceMissing
	}
	type made struct {
		Type string `json:"type"`
		Name string `json:"name"`
	}
	var answer oneIntegration
	if err := a.write(ctx, http.MethodPost, "/services/"+service+"/integrations",
		map[string]made{"integration": {eventsV2, name}}, &answer); err != nil {
		return incident.Integration{}, err
	}
	if !incident.ValidID(answer.Integration.ID) {
		return incident.Integration{}, problem.New(incident.Garbled, errors.New("no integration in the answer"), nil)
	}
	return a.integration(answer.Integration), nil
}
