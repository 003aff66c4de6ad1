package pagerduty

import "net/http"

// subscriber gets an incident's status updates: a person, or a team's members.
type subscriber struct {
	person *person
	team   *team
}

type subscriberRef struct {
	ID   string `json:"subscriber_id"`
	Type string `json:"subscriber_type"`
}

func (s subscriber) ref() subscriberRef {
	if s.person != nil {
		return subscriberRef{s.person.id, "user"}
	}
	return subscriberRef{s.team.id, "team"}
}

func (c *call) listSubscribers() (int, any, *refusal) {
	if c.settings.Subscribers == "402" {
		return 0, nil, lacksPlan()
	}
	i, refused := c.visible(c.r.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	answer := list("subscribers", i.subscribers, p, func(s *subscriber) object {
		return object{"subscriber_id": s.ref().ID, "subscriber_type": s.ref().Type, "has_indirect_subscription": false, "subscribed_via": nil}
	})
	answer["account_id"] = c.acct.id
	return http.StatusOK, answer, nil
}

// subscribing reads the incident and the subscribers of a request.
func (c *call) subscribing() (*incident, []subscriberRef, *refusal) {
	var in struct {
		Subscribers []subscriberRef `json:"subscribers"`
	}
	if c.settings.Subscribers == "402" {
		return nil, nil, lacksPlan()
	}
	i, refused := c.writing(&in, (*call).responds)
	if refused != nil {
		return nil, nil, refused
	}
	wrong := &refusal{status: http.StatusUnprocessableEntity, code: 2001, message: "Invalid Input Provided", details: []string{"Subscribers are invalid."}}
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

// subscriber finds whom a reference means; nil if there is nobody, or a team
// that the person does not see.
func (c *call) subscriber(ref subscriberRef) *subscriber {
	if ref.Type == "user" {
		if p := c.acct.user(ref.ID); p != nil {
			return &subscriber{person: p}
		}
		return nil
	}
	if t := c.acct.team(ref.ID); t != nil && c.me.sees([]*team{t}) {
		return &subscriber{team: t}
	}
	return nil
}

// subscribe is POST /incidents/{id}/status_updates/subscribers. It answers 200
// whatever became of each.
func (c *call) subscribe() (int, any, *refusal) {
	i, refs, refused := c.subscribing()
	if refused != nil {
		return 0, nil, refused
	}
	results := []object{}
	for _, ref := range refs {
		result := "success"
		switch s := c.subscriber(ref); {
		case s == nil:
			result = "unauthorized"
		case find(i.subscribers, func(other *subscriber) bool { return *other == *s }) != nil:
			result = "duplicate"
		default:
			i.subscribers = append(i.subscribers, s)
		}
		results = append(results, object{"account_id": c.acct.id, "subscribable_id": i.id, "subscribable_type": "incident", "subscriber_id": ref.ID, "subscriber_type": ref.Type, "result": result})
	}
	return http.StatusOK, object{"subscriptions": results}, nil
}

// unsubscribe is POST /incidents/{id}/status_updates/unsubscribe.
func (c *call) unsubscribe() (int, any, *refusal) {
	i, refs, refused := c.subscribing()
	if refused != nil {
		return 0, nil, refused
	}
	deleted, unauthorized, absent := 0, 0, 0
	for _, ref := range refs {
		s := c.subscriber(ref)
		n := len(i.subscribers)
		if s == nil {
			unauthorized++
			continue
		}
		i.subscribers = without(i.subscribers, s)
		if len(i.subscribers) < n {
			deleted++
		} else {
			absent++
		}
	}
	return http.StatusOK, object{"deleted_count": deleted, "unauthorized_count": unauthorized, "non_existent_count": absent}, nil
}

func without(all []*subscriber, one *subscriber) (rest []*subscriber) {
	for _, s := range all {
		if *s != *one {
			rest = append(rest, s)
		}
	}
	return rest
}
