package incidents

import (
	"net/http"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
)

type subscriberRef struct {
	ID   string `json:"subscriber_id"`
	Type string `json:"subscriber_type"`
}

func ref(s account.Subscriber) subscriberRef {
	if s.Person != nil {
		return subscriberRef{s.Person.ID, "user"}
	}
	return subscriberRef{s.Team.ID, "team"}
}

func listSubscribers(c *rest.Call) (int, any, *rest.Refusal) {
	if c.Settings.Subscribers == "402" {
		return 0, nil, rest.LacksPlan()
	}
	i, refused := visible(c, c.Request.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	answer := rest.Page("subscribers", i.Subscribers, p, func(s *account.Subscriber) rest.Object {
		return rest.Object{
			"subscriber_id":             ref(*s).ID,
			"subscriber_type":           ref(*s).Type,
			"has_indirect_subscription": false,
			"subscribed_via":            nil,
		}
	})
	answer["account_id"] = c.Account.ID
	return http.StatusOK, answer, nil
}

// subscriptionRequest reads the incident and the subscribers of a request.
func subscriptionRequest(c *rest.Call) (*account.Incident, []subscriberRef, *rest.Refusal) {
	var in struct {
		Subscribers []subscriberRef `json:"subscribers"`
	}
	if c.Settings.Subscribers == "402" {
		return nil, nil, rest.LacksPlan()
	}
	i, refused := changeable(c, &in, responds)
	if refused != nil {
		return nil, nil, refused
	}
	wrong := &rest.Refusal{
		Status:  http.StatusUnprocessableEntity,
		Code:    2001,
		Message: "Invalid Input Provided",
		Details: []string{"Subscribers are invalid."},
	}
	if len(in.Subscribers) == 0 {
		return nil, nil, wrong
	}
	for _, s := range in.Subscribers {
		if s.Type != "user" && s.Type != "team" {
			return nil, nil, wrong
		}
	}
	return i, in.Subscribers, nil
}

// findSubscriber finds whom a reference means; nil if there is nobody, or a team
// that the person does not see.
func findSubscriber(c *rest.Call, ref subscriberRef) *account.Subscriber {
	if ref.Type == "user" {
		if p := c.Account.User(ref.ID); p != nil {
			return &account.Subscriber{Person: p}
		}
		return nil
	}
	if t := c.Account.Team(ref.ID); t != nil && c.Me.Sees([]*account.Team{t}) {
		return &account.Subscriber{Team: t}
	}
	return nil
}

// subscribe is POST /incidents/{id}/status_updates/subscribers. It answers 200
// whatever became of each.
func subscribe(c *rest.Call) (int, any, *rest.Refusal) {
	i, refs, refused := subscriptionRequest(c)
	if refused != nil {
		return 0, nil, refused
	}
	results := []rest.Object{}
	for _, ref := range refs {
		result := "success"
		switch s := findSubscriber(c, ref); {
		case s == nil:
			result = "unauthorized"
		case account.Find(i.Subscribers, func(other *account.Subscriber) bool { return *other == *s }) != nil:
			result = "duplicate"
		default:
			i.Subscribers = append(i.Subscribers, s)
		}
		results = append(results, rest.Object{
			"account_id":        c.Account.ID,
			"subscribable_id":   i.ID,
			"subscribable_type": "incident",
			"subscriber_id":     ref.ID,
			"subscriber_type":   ref.Type,
			"result":            result,
		})
	}
	return http.StatusOK, rest.Object{"subscriptions": results}, nil
}

// unsubscribe is POST /incidents/{id}/status_updates/unsubscribe.
func unsubscribe(c *rest.Call) (int, any, *rest.Refusal) {
	i, refs, refused := subscriptionRequest(c)
	if refused != nil {
		return 0, nil, refused
	}
	deleted, unauthorized, absent := 0, 0, 0
	for _, ref := range refs {
		s := findSubscriber(c, ref)
		n := len(i.Subscribers)
		if s == nil {
			unauthorized++
			continue
		}
		i.Subscribers = without(i.Subscribers, s)
		if len(i.Subscribers) < n {
			deleted++
		} else {
			absent++
		}
	}
	return http.StatusOK, rest.Object{
		"deleted_count":      deleted,
		"unauthorized_count": unauthorized,
		"non_existent_count": absent,
	}, nil
}

func without(all []*account.Subscriber, one *account.Subscriber) (rest []*account.Subscriber) {
	for _, s := range all {
		if *s != *one {
			rest = append(rest, s)
		}
	}
	return rest
}
