package pagerduty

import (
	"encoding/json"
	"strings"
)

// mayChange refuses what cannot be done to an incident. Nothing has happened
// by then, so that of many changes none does.
func (c *call) mayChange(i *incident, ch change) *refusal {
	switch {
	case !c.me.responds(i):
		return denied()
	case i.merged != nil:
		return alreadyMerged()
	case ch.Title != nil && strings.TrimSpace(*ch.Title) == "":
		return invalid("Title cannot be empty.")
	case ch.Status == "resolved" && i.status == "resolved":
		return refuse(1001, "Incident Already Resolved")
	case ch.Status == "acknowledged" && i.status == "acknowledged":
		return refuse(1002, "Incident Already Acknowledged")
	case ch.Status != "" && ch.Status != "triggered" && ch.Status != "acknowledged" && ch.Status != "resolved":
		return refuse(1003, "Invalid Status Provided")
	case ch.Urgency != "" && ch.Urgency != "high" && ch.Urgency != "low":
		return invalid("Urgency is not valid.")
	case ch.IncidentType != nil && !knownType(ch.IncidentType.Name):
		return invalid("Incident type not found.")
	}
	if refused := c.mayHand(i, ch); refused != nil {
		return refused
	}
	if ch.Service != nil {
		s := c.acct.service(ch.Service.ID)
		switch {
		case s == nil || !c.me.sees(s.teams):
			return arguments("Service not found")
		case !c.me.triggersOn(s):
			return denied()
		}
	}
	return c.mayPrioritize(ch.Priority)
}

// mayHand is mayChange for who gets the incident.
func (c *call) mayHand(i *incident, ch change) *refusal {
	handed := ch.Policy != nil || ch.Level != nil || len(ch.Assigned) > 0
	pol := i.policy
	if ch.Policy != nil {
		pol = c.acct.policy(ch.Policy.ID)
	}
	switch {
	case !handed:
		return nil
	case pol == nil || ch.Policy != nil && !c.me.sees(pol.teams):
		return refuse(1014, "Escalation Policy Not Found")
	case len(ch.Assigned) > 0 && (ch.Policy != nil || ch.Level != nil):
		return invalid("Assignments and escalation policy cannot be combined.")
	case ch.Level != nil && (*ch.Level < 1 || *ch.Level > len(pol.levels)):
		return refuse(1006, "Cannot Escalate")
	case ch.Policy != nil && len(pol.levels) == 0:
		return refuse(1015, "Escalation policy has no one on call")
	case !i.open() && ch.Status == "":
		return refuse(1001, "Incident Already Resolved")
	}
	for _, a := range ch.Assigned {
		if c.acct.user(a.Assignee.ID) == nil {
			return refuse(1007, "Assignee User Not Found")
		}
	}
	return nil
}

// mayPrioritize refuses no priority as well as an unknown one: once there is
// one, this way does not take it off.
func (c *call) mayPrioritize(raw json.RawMessage) *refusal {
	p, name := c.chosen(raw)
	switch {
	case len(raw) == 0:
		return nil
	case name == "":
		return invalid("Priority id cannot be empty.")
	case p == nil || c.settings.Priorities != "enabled":
		return refuse(1020, "Priority is invalid")
	}
	return nil
}

// chosen reads a priority that is an object or a name, and says what it is
// called in either.
func (c *call) chosen(raw json.RawMessage) (p *priority, called string) {
	var ref reference
	switch {
	case len(raw) == 0:
		return nil, ""
	case json.Unmarshal(raw, &called) == nil:
		return c.acct.priorityNamed(called), called
	}
	_ = json.Unmarshal(raw, &ref)
	return c.acct.priority(ref.ID), ref.ID
}

func (c *call) apply(i *incident, ch change) {
	me := agent{person: c.me}
	i.updated = c.now
	c.applyMembers(i, ch, me)
	handed := ch.Policy != nil || ch.Level != nil || len(ch.Assigned) > 0
	if ch.Status == "triggered" {
		if handed { // a reopened one is not paged first
			c.world.retrigger(i, c.now, me)
		} else {
			c.world.unacknowledge(i, c.now, me)
		}
	}
	if handed {
		c.hand(i, ch, me)
	}
	switch ch.Status {
	case "acknowledged": // a resolved one is reopened by that
		c.world.acknowledge(i, c.now, me)
	case "resolved":
		c.world.resolve(i, c.now, me, ch.Resolution)
	}
}

func (c *call) applyMembers(i *incident, ch change, me agent) {
	if ch.Title != nil && *ch.Title != i.title {
		c.world.alter(i, c.now, me, "title", i.title, *ch.Title)
		i.title = *ch.Title
	}
	if ch.Urgency != "" && ch.Urgency != i.urgency {
		c.world.log(i, c.now, me, "urgency_change", "Urgency changed to "+ch.Urgency+" by "+c.me.name)
		i.urgency = ch.Urgency
	}
	if p, _ := c.chosen(ch.Priority); p != nil && p != i.priority {
		c.prioritize(i, p, me)
	}
	if ch.IncidentType != nil && ch.IncidentType.Name != i.kind {
		c.world.alter(i, c.now, me, "incident_type", i.kind, ch.IncidentType.Name)
		i.kind = ch.IncidentType.Name
	}
	if ch.Bridge != nil && *ch.Bridge != i.bridge {
		c.world.alter(i, c.now, me, "conference_bridge", i.bridge.URL, ch.Bridge.URL)
		i.bridge = *ch.Bridge
	}
	if ch.Service != nil {
		if s := c.acct.service(ch.Service.ID); s != i.service {
			c.world.alter(i, c.now, me, "service", i.service.name, s.name)
			i.service = s
		}
	}
}

// prioritize logs a kind that is seen in the wild and not in the description.
func (c *call) prioritize(i *incident, p *priority, me agent) {
	e := c.world.log(i, c.now, me, "priority_change", "Priority set to "+p.name+" by "+c.me.name)
	e.channel = object{"new_priority": c.priority(p)}
	if i.priority != nil {
		e.channel["old_priority"] = c.priority(i.priority)
	}
	i.priority = p
}

func (c *call) hand(i *incident, ch change, me agent) {
	if len(ch.Assigned) > 0 {
		var people []*person
		for _, a := range ch.Assigned {
			people = append(people, c.acct.user(a.Assignee.ID))
		}
		c.world.assign(i, c.now, me, "delegate", people...)
		return
	}
	pol, to, kind := i.policy, 1, "escalate"
	if ch.Policy != nil {
		pol, kind = c.acct.policy(ch.Policy.ID), "delegate"
	}
	if ch.Level != nil {
		to = *ch.Level
	}
	c.world.page(i, c.now, me, pol, to, kind)
}
