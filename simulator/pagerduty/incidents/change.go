package incidents

import (
	"encoding/json"
	"strings"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/directory"
	"zendesk-pagerduty/simulator/pagerduty/rest"
)

// mayChange refuses what cannot be done to an incident. Nothing has changed
// by then, so that of many changes none does.
func mayChange(c *rest.Call, i *account.Incident, ch change) *rest.Refusal {
	switch {
	case !c.Me.Responds(i):
		return rest.Denied()
	case i.Merged != nil:
		return alreadyMerged()
	case ch.Title != nil && strings.TrimSpace(*ch.Title) == "":
		return rest.Invalid("Title cannot be empty.")
	case ch.Status == "resolved" && i.Status == "resolved":
		return rest.Refuse(1001, "Incident Already Resolved")
	case ch.Status == "acknowledged" && i.Status == "acknowledged":
		return rest.Refuse(1002, "Incident Already Acknowledged")
	case ch.Status != "" && ch.Status != "triggered" && ch.Status != "acknowledged" && ch.Status != "resolved":
		return rest.Refuse(1003, "Invalid Status Provided")
	case ch.Urgency != "" && ch.Urgency != "high" && ch.Urgency != "low":
		return rest.Invalid("Urgency is not valid.")
	case ch.IncidentType != nil && !knownType(ch.IncidentType.Name):
		return rest.Invalid("Incident type not found.")
	}
	if refused := mayReassign(c, i, ch); refused != nil {
		return refused
	}
	if refused := mayMove(c, i, ch.Service); refused != nil {
		return refused
	}
	return mayPrioritize(c, ch.Priority)
}

// mayMove is mayChange for another service.
func mayMove(c *rest.Call, i *account.Incident, to *rest.Named) *rest.Refusal {
	if to == nil {
		return nil
	}
	s := c.Account.Service(to.ID)
	switch {
	case s == nil || !c.Me.Sees(s.Teams):
		return rest.Arguments("Service not found")
	case !c.Me.TriggersOn(s):
		return rest.Denied()
	case s != i.Service && i.Open() && i.Key != "" && c.Settings.MoveDuplicate == "2002" && blocked(c, s, i.Key):
		return rest.Arguments("Open incident with matching dedup key already exists on this service")
	}
	return nil
}

// mayReassign is mayChange for who gets the incident.
func mayReassign(c *rest.Call, i *account.Incident, ch change) *rest.Refusal {
	handed := ch.Policy != nil || ch.Level != nil || len(ch.Assigned) > 0
	pol := i.Policy
	if ch.Policy != nil {
		pol = c.Account.Policy(ch.Policy.ID)
	}
	switch {
	case !handed:
		return nil
	case pol == nil || ch.Policy != nil && !c.Me.Sees(pol.Teams):
		return rest.Refuse(1014, "Escalation Policy Not Found")
	case len(ch.Assigned) > 0 && (ch.Policy != nil || ch.Level != nil):
		return rest.Invalid("Assignments and escalation policy cannot be combined.")
	case ch.Level != nil && (*ch.Level < 1 || *ch.Level > len(pol.Levels)):
		return rest.Refuse(1006, "Cannot Escalate")
	case ch.Policy != nil && len(pol.Levels) == 0:
		return rest.Refuse(1015, "Escalation policy has no one on call")
	case !i.Open() && ch.Status == "":
		return rest.Refuse(1001, "Incident Already Resolved")
	}
	for _, a := range ch.Assigned {
		if c.Account.User(a.Assignee.ID) == nil {
			return rest.Refuse(1007, "Assignee User Not Found")
		}
	}
	return nil
}

// mayPrioritize refuses no priority as well as an unknown one: once there is
// one, this way does not take it off.
func mayPrioritize(c *rest.Call, raw json.RawMessage) *rest.Refusal {
	p, name := chosenPriority(c, raw)
	switch {
	case len(raw) == 0:
		return nil
	case name == "":
		return rest.Invalid("Priority id cannot be empty.")
	case p == nil || c.Settings.Priorities != "enabled":
		return rest.Refuse(1020, "Priority is invalid")
	}
	return nil
}

// chosenPriority reads a priority that is an object or a name, and says what it is
// called in either.
func chosenPriority(c *rest.Call, raw json.RawMessage) (p *account.Priority, called string) {
	var ref rest.Named
	switch {
	case len(raw) == 0:
		return nil, ""
	case json.Unmarshal(raw, &called) == nil:
		return c.Account.PriorityNamed(called), called
	}
	_ = json.Unmarshal(raw, &ref)
	return c.Account.Priority(ref.ID), ref.ID
}

func apply(c *rest.Call, i *account.Incident, ch change) {
	me := account.Agent{Person: c.Me}
	i.Updated = c.Now
	applyMembers(c, i, ch, me)
	handed := ch.Policy != nil || ch.Level != nil || len(ch.Assigned) > 0
	if ch.Status == "triggered" {
		if handed { // a reopened one is not paged first
			c.Store.Retrigger(i, c.Now, me)
		} else {
			c.Store.Unacknowledge(i, c.Now, me)
		}
	}
	if handed {
		reassign(c, i, ch, me)
	}
	switch ch.Status {
	case "acknowledged": // a resolved one is reopened by that
		c.Store.Acknowledge(i, c.Now, me)
	case "resolved":
		c.Store.Resolve(i, c.Now, me, ch.Resolution)
	}
}

func applyMembers(c *rest.Call, i *account.Incident, ch change, me account.Agent) {
	if ch.Title != nil && *ch.Title != i.Title {
		c.Store.LogChange(i, c.Now, me, "title", i.Title, *ch.Title)
		i.Title = *ch.Title
	}
	if ch.Urgency != "" && ch.Urgency != i.Urgency {
		c.Store.Log(i, c.Now, me, "urgency_change", "Urgency changed to "+ch.Urgency+" by "+c.Me.Name)
		i.Urgency = ch.Urgency
	}
	if p, _ := chosenPriority(c, ch.Priority); p != nil && p != i.Priority {
		prioritize(c, i, p, me)
	}
	if ch.IncidentType != nil && ch.IncidentType.Name != i.Kind {
		c.Store.LogChange(i, c.Now, me, "incident_type", i.Kind, ch.IncidentType.Name)
		i.Kind = ch.IncidentType.Name
	}
	if ch.Bridge != nil && *ch.Bridge != i.Bridge {
		c.Store.LogChange(i, c.Now, me, "conference_bridge", i.Bridge.URL, ch.Bridge.URL)
		i.Bridge = *ch.Bridge
	}
	if ch.Service != nil {
		if s := c.Account.Service(ch.Service.ID); s != i.Service {
			c.Store.LogChange(i, c.Now, me, "service", i.Service.Name, s.Name)
			i.Service = s
			if handed := ch.Policy != nil || ch.Level != nil || len(ch.Assigned) > 0; !handed && c.Settings.MoveAssigns == "service" {
				c.Store.AssignByPolicy(i, c.Now, me, s.Policy, 1, "delegate")
			}
		}
	}
}

// prioritize logs a kind that is seen in the wild and not in the description.
func prioritize(c *rest.Call, i *account.Incident, p *account.Priority, me account.Agent) {
	e := c.Store.Log(i, c.Now, me, "priority_change", "Priority set to "+p.Name+" by "+c.Me.Name)
	e.Channel = rest.Object{"new_priority": directory.PriorityJSON(c.State, p)}
	if i.Priority != nil {
		e.Channel["old_priority"] = directory.PriorityJSON(c.State, i.Priority)
	}
	i.Priority = p
}

func reassign(c *rest.Call, i *account.Incident, ch change, me account.Agent) {
	if len(ch.Assigned) > 0 {
		var people []*account.Person
		for _, a := range ch.Assigned {
			people = append(people, c.Account.User(a.Assignee.ID))
		}
		c.Store.AssignPeople(i, c.Now, me, "delegate", people...)
		return
	}
	pol, to, kind := i.Policy, 1, "escalate"
	if ch.Policy != nil {
		pol, kind = c.Account.Policy(ch.Policy.ID), "delegate"
	}
	if ch.Level != nil {
		to = *ch.Level
	}
	c.Store.AssignByPolicy(i, c.Now, me, pol, to, kind)
}
