package incidents

import (
	"net/http"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// requestResponders is POST /incidents/{id}/responder_requests. It names the
// requester in its body and not in From.
func requestResponders(c *rest.Call) (int, any, *rest.Refusal) {
	var in struct {
		Requester string `json:"requester_id"`
		Message   string `json:"message"`
		Targets   []struct {
			Target rest.Named `json:"responder_request_target"`
		} `json:"responder_request_targets"`
	}
	if c.Settings.Responders == "402" {
		return 0, nil, rest.LacksPlan()
	}
	i, refused := changeable(c, &in, responds)
	switch {
	case refused != nil:
		return 0, nil, refused
	case in.Requester != c.Me.ID:
		return 0, nil, rest.Refuse(1008, "Requester User Not Found")
	case in.Message == "":
		return 0, nil, rest.Invalid("Message cannot be empty.")
	case len(in.Targets) == 0:
		return 0, nil, rest.Invalid("Responder request targets cannot be empty.")
	case !i.Open():
		return 0, nil, rest.Refuse(1001, "Incident Already Resolved")
	}
	var targets []account.Target
	for _, t := range in.Targets {
		found, refused := responderTarget(c, t.Target)
		if refused != nil {
			return 0, nil, refused
		}
		targets = append(targets, found)
	}
	return http.StatusOK, rest.Object{
		"responder_request": responderRequestJSON(c.State, i,
			c.Store.RequestResponders(i, c.Now, c.Me, in.Message, targets...)),
	}, nil
}

func responderTarget(c *rest.Call, ref rest.Named) (account.Target, *rest.Refusal) {
	switch ref.Type {
	case "user", "user_reference":
		if p := c.Account.User(ref.ID); p != nil {
			return account.Target{Person: p}, nil
		}
		return account.Target{}, rest.Invalid("User not found.")
	case "escalation_policy", "escalation_policy_reference":
		pol := c.Account.Policy(ref.ID)
		if pol == nil || !c.Me.Sees(pol.Teams) {
			return account.Target{}, rest.Refuse(1014, "Escalation Policy Not Found")
		}
		return account.Target{Policy: pol}, nil
	}
	return account.Target{}, rest.Invalid("Responder request target type is not valid.")
}

// cancelResponders is PUT /incidents/{id}/responder_requests/cancel. It answers 200
// whatever became of each target; here targets are not wrapped.
func cancelResponders(c *rest.Call) (int, any, *rest.Refusal) {
	var in struct {
		Requester string       `json:"requester_id"`
		Targets   []rest.Named `json:"responder_request_targets"`
	}
	if c.Settings.Responders == "402" {
		return 0, nil, rest.LacksPlan()
	}
	i, refused := changeable(c, &in, responds)
	switch {
	case refused != nil:
		return 0, nil, refused
	case in.Requester != c.Me.ID:
		return 0, nil, rest.Refuse(1008, "Requester User Not Found")
	case len(in.Targets) == 0:
		return 0, nil, rest.Invalid("Responder request targets cannot be empty.")
	}
	results := []rest.Object{}
	for _, t := range in.Targets {
		result := "not_found"
		if found, refused := responderTarget(c, t); refused == nil {
			result = c.Store.CancelRequest(i, c.Now, account.Agent{Person: c.Me}, found)
		}
		results = append(results, rest.Object{"type": t.Type, "id": t.ID, "result": result})
	}
	return http.StatusOK, rest.Object{"responder_request_targets": results}, nil
}

func respondersJSON(s *state.State, i *account.Incident) []rest.Object {
	shown := []rest.Object{}
	for _, r := range i.Responders {
		shown = append(shown, responderJSON(s, i, r))
	}
	return shown
}

func responderJSON(s *state.State, i *account.Incident, r *account.Responder) rest.Object {
	o := rest.Object{
		"state":        r.State,
		"user":         rest.UserRef(s, r.Person),
		"incident":     incidentRef(s, i),
		"updated_at":   rest.Zoned(r.Updated),
		"message":      r.Message,
		"requester":    rest.UserRef(s, r.Requester),
		"requested_at": rest.Stamp(r.At),
	}
	if len(r.Policies) > 0 {
		names := []string{}
		for _, p := range r.Policies {
			names = append(names, p.Name)
		}
		o["escalation_policy_requests"] = names
	}
	return o
}

func responderRequestsJSON(s *state.State, i *account.Incident) []rest.Object {
	shown := []rest.Object{}
	for _, r := range i.Requests {
		shown = append(shown, responderRequestJSON(s, i, r))
	}
	return shown
}

// responderRequestJSON has its targets one object deeper than the schema says and
// as its example shows, with incidents_responders and not incident_responders.
func responderRequestJSON(s *state.State, i *account.Incident, r *account.ResponderRequest) rest.Object {
	targets := []rest.Object{}
	for _, t := range r.Targets {
		o := rest.Object{"type": "user"}
		if t.Policy != nil {
			o["type"], o["id"], o["summary"] = "escalation_policy", t.Policy.ID, t.Policy.Name
		} else {
			o["id"], o["summary"] = t.Person.ID, t.Person.Name
		}
		asked := []rest.Object{}
		for _, p := range t.People() {
			if who := account.Find(i.Responders, func(r *account.Responder) bool { return r.Person == p }); who != nil {
				asked = append(asked, responderJSON(s, i, who))
			}
		}
		o["incidents_responders"] = asked
		targets = append(targets, rest.Object{"responder_request_target": o})
	}
	return rest.Object{
		"id":                        r.ID,
		"incident":                  incidentRef(s, i),
		"requester":                 rest.UserRef(s, r.Requester),
		"requested_at":              rest.Zoned(r.At),
		"message":                   r.Message,
		"responder_request_targets": targets,
	}
}
