package incidents

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
)

type newIncident struct {
	Type     string      `json:"type"`
	Title    string      `json:"title"`
	Service  *rest.Named `json:"service"`
	Urgency  string      `json:"urgency"`
	Key      string      `json:"incident_key"`
	Priority *rest.Named `json:"priority"`
	Body     *struct {
		Type    string          `json:"type"`
		Details json.RawMessage `json:"details"`
	} `json:"body"`
	Policy      *rest.Named `json:"escalation_policy"`
	Assignments []struct {
		Assignee rest.Named `json:"assignee"`
	} `json:"assignments"`
	IncidentType *rest.Named     `json:"incident_type"`
	Bridge       *account.Bridge `json:"conference_bridge"`
}

// createIncident is POST /incidents. Its refusals come in the order that hides
// most: who may not see a service learns nothing of it.
func createIncident(c *rest.Call) (int, any, *rest.Refusal) {
	if !rest.Limit(c.State, c.Writer, "create "+c.Account.ID, c.Settings.CreateLimit) {
		return 0, nil, &rest.Refusal{}
	}
	n, s, refused := incidentRequest(c)
	if refused != nil {
		return 0, nil, refused
	}
	pr, details, refused := optionalMembers(c, n)
	if refused != nil {
		return 0, nil, refused
	}
	if refused := serviceTakes(c, s, n.Key); refused != nil {
		return 0, nil, refused
	}
	pol, assignee, refused := recipient(c, n, s)
	if refused != nil {
		return 0, nil, refused
	}
	i := c.Store.Create(c.Now, s, n.Title, cmp.Or(n.Urgency, "high"), account.Agent{Person: c.Me})
	i.Key, i.Priority, i.Details = n.Key, pr, details
	if n.IncidentType != nil {
		i.Kind = n.IncidentType.Name
	}
	if n.Bridge != nil {
		i.Bridge = *n.Bridge
	}
	if assignee == nil {
		c.Store.AssignByPolicy(i, c.Now, account.Agent{Service: s}, pol, 1, "assign")
	} else {
		c.Store.AssignPeople(i, c.Now, account.Agent{Person: c.Me}, "assign", assignee)
		if assignee == c.Me {
			c.Store.Acknowledge(i, c.Now, account.Agent{Person: c.Me})
		}
	}
	answer := rest.Object{"incident": IncidentJSON(c.State, i, "body")}
	if s.Closed(c.Now) { // and "drop" is set
		c.Account.Incidents = slices.DeleteFunc(c.Account.Incidents, func(other *account.Incident) bool { return other == i })
	}
	return http.StatusCreated, answer, nil
}

// incidentRequest reads what is to be created, on a service where this person
// may create it.
func incidentRequest(c *rest.Call) (*newIncident, *account.Service, *rest.Refusal) {
	var in struct {
		Incident *newIncident `json:"incident"`
	}
	if refused := c.From(); refused != nil {
		return nil, nil, refused
	}
	if refused := c.Body(&in); refused != nil {
		return nil, nil, refused
	}
	n := in.Incident
	switch {
	case n == nil || strings.TrimSpace(n.Title) == "":
		return nil, nil, rest.Invalid("Title cannot be empty.")
	case !c.Me.Triggers():
		return nil, nil, rest.Denied()
	case n.Service == nil || n.Service.ID == "":
		return nil, nil, rest.Invalid("Service cannot be empty.")
	}
	s := c.Account.Service(n.Service.ID)
	switch {
	case s == nil || !c.Me.Sees(s.Teams):
		return nil, nil, rest.Arguments("Service not found")
	case !c.Me.TriggersOn(s):
		return nil, nil, rest.Denied()
	}
	return n, s, nil
}

// serviceTakes refuses a service that is closed, and a key that is taken there.
func serviceTakes(c *rest.Call, s *account.Service, key string) *rest.Refusal {
	if s.Closed(c.Now) {
		status := s.StatusAt(c.Now)
		switch c.Settings.ClosedService {
		case "2002":
			return rest.Arguments("Service is " + status)
		case "2001":
			return notCreated(2001, "Service is "+status+" and cannot trigger incidents.")
		}
	}
	if key != "" && blocked(c, s, key) {
		return rest.Arguments("Open incident with matching dedup key already exists on this service")
	}
	return nil
}

func notCreated(code int, why string) *rest.Refusal {
	return &rest.Refusal{Status: 400, Code: code, Message: "Incident could not be created", Details: []string{why}}
}

// recipient is who gets a new incident: an assignee, else whoever is on call by
// a policy.
func recipient(c *rest.Call, n *newIncident, s *account.Service) (*account.Policy, *account.Person, *rest.Refusal) {
	pol := s.Policy
	if n.Policy != nil {
		if pol = c.Account.Policy(n.Policy.ID); pol == nil || !c.Me.Sees(pol.Teams) {
			return nil, nil, rest.Refuse(1014, "Escalation Policy Not Found")
		}
	}
	if len(n.Assignments) == 0 {
		if len(pol.Levels) == 0 {
			return nil, nil, notCreated(1015, "Escalation policy has no one on call")
		}
		return pol, nil, nil
	}
	assignee := c.Account.User(n.Assignments[0].Assignee.ID)
	switch {
	case n.Policy != nil || len(n.Assignments) > 1:
		return nil, nil, rest.Invalid("Assignments and escalation policy cannot be combined; only one assignee is possible.")
	case assignee == nil:
		return nil, nil, rest.Refuse(1007, "Assignee User Not Found")
	}
	return pol, assignee, nil
}

// optionalMembers checks the members that may be left out; empty objects are
// refused.
func optionalMembers(c *rest.Call, n *newIncident) (*account.Priority, any, *rest.Refusal) {
	if n.Urgency != "" && n.Urgency != "high" && n.Urgency != "low" {
		return nil, nil, rest.Invalid("Urgency is not valid.")
	}
	if n.IncidentType != nil && !knownType(n.IncidentType.Name) {
		return nil, nil, rest.Invalid("Incident type not found.")
	}
	var details any = ""
	if n.Body != nil {
		var text string
		if n.Body.Type != "incident_body" || json.Unmarshal(n.Body.Details, &text) != nil {
			return nil, nil, rest.Invalid("Body is invalid.")
		}
		details = text
	}
	if n.Priority == nil {
		return nil, details, nil
	}
	if n.Priority.ID == "" {
		return nil, nil, rest.Invalid("Priority id cannot be empty.")
	}
	p := c.Account.Priority(n.Priority.ID)
	if p == nil || c.Settings.Priorities != "enabled" {
		return nil, nil, rest.Refuse(1020, "Priority is invalid")
	}
	return p, details, nil
}

// knownType says which incident types there are.
func knownType(name string) bool {
	return slices.Contains([]string{"incident_default", "major_incident", "security_incident"}, name)
}

// blocked reports whether an open incident of a service has a key already.
func blocked(c *rest.Call, s *account.Service, key string) bool {
	for _, i := range c.Account.Incidents {
		if i.Service == s && i.Open() && (i.Key == key || c.Settings.AlertKeyBlocks && i.Keyed(key)) {
			return true
		}
	}
	return false
}
