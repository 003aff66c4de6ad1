package pagerduty

import (
	"net/http"
	"slices"
	"time"
)

// responder is somebody who was asked to help, in the state that they are in:
// pending, joined or declined.
type responder struct {
	person, requester *person
	state, message    string
	at, updated       time.Time
	policies          []*policy // through which they were asked
}

type responderRequest struct {
	id, message string
	requester   *person
	at          time.Time
	targets     []target
}

// target is a person, or a policy whose first level is asked.
type target struct {
	person *person
	policy *policy
}

// requestResponders is POST /incidents/{id}/responder_requests. It names the
// requester in its body and not in From.
func (c *call) requestResponders() (int, any, *refusal) {
	var in struct {
		Requester string `json:"requester_id"`
		Message   string `json:"message"`
		Targets   []struct {
			Target reference `json:"responder_request_target"`
		} `json:"responder_request_targets"`
	}
	if c.settings.Responders == "402" {
		return 0, nil, lacksPlan()
	}
	i, refused := c.writing(&in, (*call).responds)
	switch {
	case refused != nil:
		return 0, nil, refused
	case in.Requester != c.me.id:
		return 0, nil, refuse(1008, "Requester User Not Found")
	case in.Message == "":
		return 0, nil, invalid("Message cannot be empty.")
	case len(in.Targets) == 0:
		return 0, nil, invalid("Responder request targets cannot be empty.")
	case !i.open():
		return 0, nil, refuse(1001, "Incident Already Resolved")
	}
	var targets []target
	for _, t := range in.Targets {
		found, refused := c.target(t.Target)
		if refused != nil {
			return 0, nil, refused
		}
		targets = append(targets, found)
	}
	return http.StatusOK, object{"responder_request": c.responderRequest(i, c.world.request(i, c.now, c.me, in.Message, targets...))}, nil
}

func (c *call) target(ref reference) (target, *refusal) {
	switch ref.Type {
	case "user", "user_reference":
		if p := c.acct.user(ref.ID); p != nil {
			return target{person: p}, nil
		}
		return target{}, invalid("User not found.")
	case "escalation_policy", "escalation_policy_reference":
		pol := c.acct.policy(ref.ID)
		if pol == nil || !c.me.sees(pol.teams) {
			return target{}, refuse(1014, "Escalation Policy Not Found")
		}
		return target{policy: pol}, nil
	}
	return target{}, invalid("Responder request target type is not valid.")
}

func (t target) people() []*person {
	switch {
	case t.person != nil:
		return []*person{t.person}
	case len(t.policy.levels) > 0:
		return t.policy.levels[0].people
	}
	return nil
}

// request asks people to help. Who was asked before is asked again.
func (w *world) request(i *incident, at time.Time, by *person, message string, targets ...target) *responderRequest {
	r := &responderRequest{id: w.makeID('P', "responder request"), message: message, requester: by, at: at, targets: targets}
	i.requests = append(i.requests, r)
	i.updated = at
	// A kind that is seen in the wild and not in the description.
	e := w.log(i, at, agent{person: by}, "responder_request", by.name+" asked for responders: ")
	for n, t := range targets {
		if n > 0 {
			e.summary += ", "
		}
		if t.policy != nil {
			e.summary += t.policy.name
		} else {
			e.summary += t.person.name
		}
		for _, p := range t.people() {
			w.ask(i, at, by, p, message, t.policy)
		}
	}
	return r
}

func (w *world) ask(i *incident, at time.Time, by, who *person, message string, through *policy) {
	r := find(i.responders, func(r *responder) bool { return r.person == who })
	if r == nil {
		r = &responder{person: who, at: at, state: "pending"}
		i.responders = append(i.responders, r)
	}
	r.requester, r.message, r.updated = by, message, at
	if through != nil && !slices.Contains(r.policies, through) {
		r.policies = append(r.policies, through)
	}
	if who != by {
		w.notify(i, at, who)
	}
}

func (s *State) responders(i *incident) []object {
	shown := []object{}
	for _, r := range i.responders {
		shown = append(shown, s.responder(i, r))
	}
	return shown
}

func (s *State) responder(i *incident, r *responder) object {
	o := object{
		"state": r.state, "user": s.userRef(r.person), "incident": s.incidentRef(i), "updated_at": zoned(r.updated),
		"message": r.message, "requester": s.userRef(r.requester), "requested_at": stamp(r.at),
	}
	if len(r.policies) > 0 {
		names := []string{}
		for _, p := range r.policies {
			names = append(names, p.name)
		}
		o["escalation_policy_requests"] = names
	}
	return o
}

func (s *State) responderRequests(i *incident) []object {
	shown := []object{}
	for _, r := range i.requests {
		shown = append(shown, s.responderRequest(i, r))
	}
	return shown
}

// responderRequest has its targets one object deeper than the schema says and
// as its example shows, with incidents_responders and not incident_responders.
func (s *State) responderRequest(i *incident, r *responderRequest) object {
	targets := []object{}
	for _, t := range r.targets {
		o := object{"type": "user"}
		if t.policy != nil {
			o["type"], o["id"], o["summary"] = "escalation_policy", t.policy.id, t.policy.name
		} else {
			o["id"], o["summary"] = t.person.id, t.person.name
		}
		asked := []object{}
		for _, p := range t.people() {
			if who := find(i.responders, func(r *responder) bool { return r.person == p }); who != nil {
				asked = append(asked, s.responder(i, who))
			}
		}
		o["incidents_responders"] = asked
		targets = append(targets, object{"responder_request_target": o})
	}
	return object{
		"id": r.id, "incident": s.incidentRef(i), "requester": s.userRef(r.requester), "requested_at": zoned(r.at),
		"message": r.message, "responder_request_targets": targets,
	}
}
