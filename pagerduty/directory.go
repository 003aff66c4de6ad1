package pagerduty

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
)

// SearchServices finds services whose name contains the words, at most limit, in the
// order of [incident.SortHits]. PagerDuty is asked each time: an account can have
// 25,000, and which of them this person may see is PagerDuty's to say.
func (a *Agent) SearchServices(ctx context.Context, words string, limit int) ([]incident.Service, bool, error) {
	query := searchFor(words, limit)
	query.Set("sort_by", "name")
	found, more, err := a.services(ctx, query)
	if err != nil {
		return nil, false, err
	}
	exact := func(s incident.Service) bool { return incident.Exactly(words, s.Name) }
	if words != "" && more && !slices.ContainsFunc(found, exact) {
		// By name it may come after all that PagerDuty gives at once. "name" is an exact
		// filter ("List services"), of which no rule for upper and lower case is given.
		named, _, err := a.services(ctx, url.Values{"name": {words}, "limit": {"1"}})
		if err != nil {
			return nil, false, err
		}
		// What has another name is no hit: where there is none by the words, it could be
		// the first one, and Enter would page its team.
		found = append(found, slices.DeleteFunc(named, func(s incident.Service) bool { return !exact(s) })...)
	}
	found, cut := firstHits(words, found, limit, func(s incident.Service) string { return s.Name })
	return found, more || cut, nil
}

func (a *Agent) services(ctx context.Context, query url.Values) ([]incident.Service, bool, error) {
	var answer struct {
		Services []wireService `json:"services"`
		More     bool          `json:"more"`
	}
	if err := a.get(ctx, "/services", query, &answer); err != nil {
		return nil, false, err
	}
	found := make([]incident.Service, len(answer.Services))
	for i, w := range answer.Services {
		found[i] = w.service()
	}
	return found, answer.More, nil
}

// searchFor asks for as many as PagerDuty gives at once where words are looked for: it
// orders hits by name alone, and the one that is meant may be far down.
func searchFor(words string, limit int) url.Values {
	if words == "" {
		return url.Values{"limit": {strconv.Itoa(limit)}}
	}
	return url.Values{"limit": {pageSize}, "query": {words}}
}

// firstHits are the first ones for words, at most limit, and whether there are others.
func firstHits[T any](words string, found []T, limit int, name func(T) string) ([]T, bool) {
	incident.SortHits(words, found, name)
	return found[:min(limit, len(found))], len(found) > limit
}

// Service implements [incident.Prechecker].
func (a *Agent) Service(ctx context.Context, id string) (incident.Service, error) {
	var answer struct {
		Service wireService `json:"service"`
	}
	if err := a.get(ctx, "/services/"+url.PathEscape(id), nil, &answer); err != nil {
		return incident.Service{}, err
	}
	if answer.Service.ID == "" {
		return incident.Service{}, problem.New(incident.Garbled, errors.New("no service in the answer"), nil)
	}
	return answer.Service.service(), nil
}

// SearchTargets finds people and escalation policies whose name contains the
// words, at most limit of each, in the order of [incident.SortHits].
func (a *Agent) SearchTargets(
	ctx context.Context,
	words string,
	limit int,
) (people, policies []incident.Ref, more bool, err error) {
	query := searchFor(words, limit)
	// Profiles hold much more; only what is shown is read.
	var users struct {
		Users []wireNamed `json:"users"`
		More  bool        `json:"more"`
	}
	var found struct {
		Policies []wireNamed `json:"escalation_policies"`
		More     bool        `json:"more"`
	}
	var group errgroup.Group
	group.Go(func() error { return a.get(ctx, "/users", query, &users) })
	group.Go(func() error { return a.get(ctx, "/escalation_policies", query, &found) })
	if err := group.Wait(); err != nil {
		return nil, nil, false, err
	}
	for _, w := range users.Users {
		people = append(people, incident.Ref{ID: w.ID, Name: w.Name})
	}
	for _, w := range found.Policies {
		policies = append(policies, incident.Ref{ID: w.ID, Name: w.Name})
	}
	name := func(r incident.Ref) string { return r.Name }
	people, morePeople := firstHits(words, people, limit, name)
	policies, morePolicies := firstHits(words, policies, limit, name)
	return people, policies, users.More || found.More || morePeople || morePolicies, nil
}

// Priorities are the account's, the most severe first. An account whose plan
// has none answers 402, or with an empty list.
func (a *Agent) Priorities(ctx context.Context) ([]incident.Ref, error) {
	var answer struct {
		Priorities []struct {
			wireNamed
			Summary string `json:"summary"`
		} `json:"priorities"`
	}
	err := a.get(ctx, "/priorities", url.Values{"limit": {pageSize}}, &answer)
	if errors.Is(err, incident.PlanLacks) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list := make([]incident.Ref, len(answer.Priorities))
	for i, w := range answer.Priorities {
		list[i] = incident.Ref{ID: w.ID, Name: cmp.Or(w.Name, w.Summary)}
	}
	return list, nil
}

// OnCall lists who is on call now for an escalation policy, by level.
func (a *Agent) OnCall(ctx context.Context, policyID string) ([]incident.OnCall, error) {
	var answer struct {
		OnCalls []struct {
			User  wireRef  `json:"user"`
			Level int      `json:"escalation_level"`
			Until wireTime `json:"end"`
		} `json:"oncalls"`
	}
	query := url.Values{"escalation_policy_ids[]": {policyID}, "limit": {pageSize}}
	if err := a.get(ctx, "/oncalls", query, &answer); err != nil {
		return nil, err
	}
	var list []incident.OnCall
	for _, w := range answer.OnCalls {
		on := incident.OnCall{Who: w.User.ref(), Level: w.Level, Until: w.Until.Time}
		// The same person by two schedules is one person to wake.
		if i := slices.IndexFunc(list, func(o incident.OnCall) bool { return o.Level == on.Level && o.Who.ID == on.Who.ID }); i >= 0 {
			if !list[i].Until.IsZero() && (on.Until.IsZero() || on.Until.After(list[i].Until)) {
				list[i].Until = on.Until
			}
			continue
		}
		list = append(list, on)
	}
	slices.SortStableFunc(list, func(a, b incident.OnCall) int { return cmp.Compare(a.Level, b.Level) })
	return list, nil
}
