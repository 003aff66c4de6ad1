package pagerduty

import (
	"encoding/json"
	"net/http"
)

type change struct {
	ID         string          `json:"id"`
	Type       string          `json:"type"`
	Status     string          `json:"status"`
	Resolution string          `json:"resolution"`
	Title      *string         `json:"title"`
	Urgency    string          `json:"urgency"`
	Priority   json.RawMessage `json:"priority"`
	Policy     *reference      `json:"escalation_policy"`
	Assigned   []struct {
		Assignee reference `json:"assignee"`
	} `json:"assignments"`
}

// manageOne is PUT /incidents/{id}, manageMany is PUT /incidents: all of the
// changes happen or none.
func (c *call) manageOne() (int, any, *refusal) {
	var in struct {
		Incident *change `json:"incident"`
	}
	if refused := c.manageBody(&in); refused != nil {
		return 0, nil, refused
	}
	if in.Incident == nil {
		return 0, nil, invalid("Incident cannot be empty.")
	}
	in.Incident.ID = c.r.PathValue("id")
	changed, refused := c.manage([]change{*in.Incident})
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, object{"incident": c.incident(changed[0], false)}, nil
}

func (c *call) manageMany() (int, any, *refusal) {
	var in struct {
		Incidents []change `json:"incidents"`
	}
	if refused := c.manageBody(&in); refused != nil {
		return 0, nil, refused
	}
	if len(in.Incidents) > 250 {
		return 0, nil, &refusal{status: 413, code: 2001, message: "Too many incidents"}
	}
	changed, refused := c.manage(in.Incidents)
	if refused != nil {
		return 0, nil, refused
	}
	shown := []object{}
	for _, i := range changed {
		shown = append(shown, c.incident(i, false))
	}
	return http.StatusOK, list("incidents", shown, paging{limit: 250}, func(o object) object { return o }), nil
}

func (c *call) manageBody(into any) *refusal {
	if refused := c.from(); refused != nil {
		return refused
	}
	return c.body(into)
}

func (c *call) manage(changes []change) ([]*incident, *refusal) {
	var all []*incident
	for _, ch := range changes {
		i, refused := c.visible(ch.ID)
		if refused == nil {
			refused = c.mayChange(i, ch)
		}
		if refused != nil {
			return nil, refused
		}
		all = append(all, i)
	}
	for n, i := range all {
		c.apply(i, changes[n])
	}
	return all, nil
}

func (c *call) mayChange(i *incident, ch change) *refusal {
	switch {
	case !c.me.responds(i):
		return denied()
	case ch.Title != nil && *ch.Title == "":
		return invalid("Title cannot be empty.")
	case ch.Status == "resolved" && i.status == "resolved":
		return &refusal{status: 400, code: 1001, message: "Incident Already Resolved"}
	case ch.Status == "acknowledged" && i.status == "acknowledged":
		return &refusal{status: 400, code: 1002, message: "Incident Already Acknowledged"}
	case ch.Status != "" && ch.Status != "triggered" && ch.Status != "acknowledged" && ch.Status != "resolved":
		return &refusal{status: 400, code: 1003, message: "Invalid Status Provided"}
	case ch.Urgency != "" && ch.Urgency != "high" && ch.Urgency != "low":
		return invalid("Urgency is not valid.")
	case ch.Policy != nil && c.acct.policy(ch.Policy.ID) == nil:
		return &refusal{status: 400, code: 1014, message: "Escalation Policy Not Found"}
	}
	for _, a := range ch.Assigned {
		if c.acct.user(a.Assignee.ID) == nil {
			return &refusal{status: 400, code: 1007, message: "Assignee User Not Found"}
		}
	}
	if p, set := c.chosen(ch.Priority); set && p == nil {
		return &refusal{status: 400, code: 1020, message: "Priority is invalid"}
	}
	return nil
}

// chosen reads a priority that is an object, a name, or null.
func (c *call) chosen(raw json.RawMessage) (p *priority, set bool) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, false
	}
	var name string
	var ref reference
	if json.Unmarshal(raw, &name) == nil {
		return c.acct.priorityNamed(name), true
	}
	_ = json.Unmarshal(raw, &ref)
	return c.acct.priority(ref.ID), true
}

func (c *call) apply(i *incident, ch change) {
	me := agent{person: c.me}
	i.updated = c.now
	if ch.Title != nil {
		i.title = *ch.Title
	}
	if ch.Urgency != "" {
		i.urgency = ch.Urgency
	}
	if p, set := c.chosen(ch.Priority); set {
		i.priority = p
	}
	if ch.Policy != nil {
		c.world.page(i, c.now, c.acct.policy(ch.Policy.ID))
	}
	if len(ch.Assigned) > 0 {
		var people []*person
		for _, a := range ch.Assigned {
			people = append(people, c.acct.user(a.Assignee.ID))
		}
		c.world.assign(i, c.now, me, people...)
	}
	switch ch.Status {
	case "acknowledged": // a resolved one is reopened by that
		c.world.acknowledge(i, c.now, me)
	case "resolved":
		c.world.resolve(i, c.now, me, ch.Resolution)
	case "triggered":
		c.world.unacknowledge(i, c.now, me)
	}
}
