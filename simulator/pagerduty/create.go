package pagerduty

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// reference is how a request names another thing.
type reference struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Name string `json:"name"`
}

type newIncident struct {
	Type     string     `json:"type"`
	Title    string     `json:"title"`
	Service  *reference `json:"service"`
	Urgency  string     `json:"urgency"`
	Key      string     `json:"incident_key"`
	Priority *reference `json:"priority"`
	Body     *struct {
		Type    string          `json:"type"`
		Details json.RawMessage `json:"details"`
	} `json:"body"`
	Policy      *reference `json:"escalation_policy"`
	Assignments []struct {
		Assignee reference `json:"assignee"`
	} `json:"assignments"`
	IncidentType *reference `json:"incident_type"`
	Bridge       *bridge    `json:"conference_bridge"`
}

// createIncident is POST /incidents. Its refusals come in the order that hides
// most: who may not see a service learns nothing of it.
func (c *call) createIncident() (int, any, *refusal) {
	if !c.limit(c.w, "create "+c.acct.id, c.settings.CreateLimit) {
		return 0, nil, &refusal{}
	}
	if refused := c.from(); refused != nil {
		return 0, nil, refused
	}
	var in struct {
		Incident *newIncident `json:"incident"`
	}
	if refused := c.body(&in); refused != nil {
		return 0, nil, refused
	}
	n := in.Incident
	if n == nil || strings.TrimSpace(n.Title) == "" {
		return 0, nil, invalid("Title cannot be empty.")
	}
	if !c.me.triggers() {
		return 0, nil, denied()
	}
	if n.Service == nil || n.Service.ID == "" {
		return 0, nil, invalid("Service cannot be empty.")
	}
	s := c.acct.service(n.Service.ID)
	if s == nil || !c.me.sees(s.teams) {
		return 0, nil, arguments("Service not found")
	}
	if !c.me.triggersOn(s) {
		return 0, nil, denied()
	}
	pr, details, refused := c.members(n)
	if refused != nil {
		return 0, nil, refused
	}
	if s.closed(c.now) {
		status := s.statusAt(c.now)
		switch c.settings.ClosedService {
		case "2002":
			return 0, nil, arguments("Service is " + status)
		case "2001":
			return 0, nil, &refusal{status: 400, code: 2001, message: "Incident could not be created", details: []string{"Service is " + status + " and cannot trigger incidents."}}
		}
	}
	if n.Key != "" && c.blocked(s, n.Key) {
		return 0, nil, arguments("Open incident with matching dedup key already exists on this service")
	}
	pol := s.policy
	if n.Policy != nil {
		if pol = c.acct.policy(n.Policy.ID); pol == nil || !c.me.sees(pol.teams) {
			return 0, nil, refuse(1014, "Escalation Policy Not Found")
		}
	}
	var assignee *person
	if len(n.Assignments) > 0 {
		switch assignee = c.acct.user(n.Assignments[0].Assignee.ID); {
		case n.Policy != nil || len(n.Assignments) > 1:
			return 0, nil, invalid("Assignments and escalation policy cannot be combined; only one assignee is possible.")
		case assignee == nil:
			return 0, nil, refuse(1007, "Assignee User Not Found")
		}
	}
	if assignee == nil && len(pol.levels) == 0 {
		return 0, nil, &refusal{status: 400, code: 1015, message: "Incident could not be created", details: []string{"Escalation policy has no one on call"}}
	}
	urgency := n.Urgency
	if urgency == "" {
		urgency = "high"
	}
	i := c.world.begin(c.now, s, n.Title, urgency, agent{person: c.me})
	i.key, i.priority, i.details = n.Key, pr, details
	if n.IncidentType != nil {
		i.kind = n.IncidentType.Name
	}
	if n.Bridge != nil {
		i.bridge = *n.Bridge
	}
	if assignee == nil {
		c.world.page(i, c.now, agent{service: s}, pol, 1, "assign")
	} else {
		c.world.assign(i, c.now, agent{person: c.me}, "assign", assignee)
		if assignee == c.me {
			c.world.acknowledge(i, c.now, agent{person: c.me})
		}
	}
	answer := object{"incident": c.incident(i, "body")}
	if s.closed(c.now) { // and "drop" is set
		c.acct.incidents = slices.DeleteFunc(c.acct.incidents, func(other *incident) bool { return other == i })
	}
	return http.StatusCreated, answer, nil
}

// members checks the optional ones; empty objects are refused.
func (c *call) members(n *newIncident) (*priority, any, *refusal) {
	if n.Urgency != "" && n.Urgency != "high" && n.Urgency != "low" {
		return nil, nil, invalid("Urgency is not valid.")
	}
	if n.IncidentType != nil && !knownType(n.IncidentType.Name) {
		return nil, nil, invalid("Incident type not found.")
	}
	var details any = ""
	if n.Body != nil {
		var text string
		if n.Body.Type != "incident_body" || json.Unmarshal(n.Body.Details, &text) != nil {
			return nil, nil, invalid("Body is invalid.")
		}
		details = text
	}
	if n.Priority == nil {
		return nil, details, nil
	}
	if n.Priority.ID == "" {
		return nil, nil, invalid("Priority id cannot be empty.")
	}
	p := c.acct.priority(n.Priority.ID)
	if p == nil || c.settings.Priorities != "enabled" {
		return nil, nil, refuse(1020, "Priority is invalid")
	}
	return p, details, nil
}

// knownType says which incident types there are.
func knownType(name string) bool {
	return slices.Contains([]string{"incident_default", "major_incident", "security_incident"}, name)
}

func (c *call) blocked(s *service, key string) bool {
	for _, i := range c.acct.incidents {
		if i.service == s && i.open() && (i.key == key || c.settings.AlertKeyBlocks && i.keyed(key)) {
			return true
		}
	}
	return false
}
