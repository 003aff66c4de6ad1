package pagerduty

import "fmt"

// What things look like in the REST API.

func (s *Simulator) refTo(kind, id, summary, path string) object {
	return object{"id": id, "type": kind + "_reference", "summary": summary, "self": s.selfBase() + "/" + path + "/" + id, "html_url": s.world.web + "/" + path + "/" + id}
}

// selfBase is the US base in every region: nobody should build on self.
func (s *Simulator) selfBase() string { return s.URL }

func (s *Simulator) userRef(p *person) object { return s.refTo("user", p.id, p.name, "users") }

func (s *Simulator) serviceRef(v *service) object {
	return s.refTo("service", v.id, v.name, "services")
}

func (s *Simulator) policyRef(p *policy) object {
	return s.refTo("escalation_policy", p.id, p.name, "escalation_policies")
}

func (s *Simulator) teamRefs(teams []*team) []object {
	refs := []object{}
	for _, t := range teams {
		refs = append(refs, s.refTo("team", t.id, t.name, "teams"))
	}
	return refs
}

func (s *Simulator) agentRef(a agent) object {
	if a.person != nil {
		return s.userRef(a.person)
	}
	return s.serviceRef(a.service)
}

func (s *Simulator) priority(p *priority) object {
	o := s.refTo("priority", p.id, p.name, "priorities")
	o["type"], o["name"], o["description"] = "priority", p.name, p.description
	o["html_url"] = nil
	return o
}

// user is a profile. One's own holds calendar addresses, which are
// credentials: they must not be logged or passed on.
func (s *Simulator) user(p *person, own bool) object {
	o := s.userRef(p)
	o["type"], o["name"], o["email"], o["role"], o["time_zone"] = "user", p.name, p.email, p.role, "Europe/Berlin"
	o["avatar_url"], o["color"], o["description"], o["invitation_sent"], o["job_title"] = s.world.web+"/avatar.png", "green", "", false, "Engineer"
	o["contact_methods"], o["notification_rules"], o["teams"] = []object{}, []object{}, []object{}
	if own {
		secret := "calendar-secret-of-" + p.id
		o["http_cal_url"], o["web_cal_url"] = s.URL+"/private/"+secret+"/feed", "webcal://127.0.0.1/private/"+secret+"/feed"
	}
	return o
}

func (c *call) service(v *service) object {
	o := c.serviceRef(v)
	o["type"], o["name"], o["description"], o["status"] = "service", v.name, v.description, v.status
	o["created_at"], o["alert_creation"] = stamp(v.created), "create_alerts_and_incidents"
	o["escalation_policy"], o["teams"] = c.policyRef(v.policy), c.teamRefs(v.teams)
	o["incident_urgency_rule"] = object{"type": "constant", "urgency": "high"}
	integration := object{"id": id('P', "integration "+v.id), "type": "events_api_v2_inbound_integration_reference", "summary": "Events API v2", "self": c.selfBase() + "/services/" + v.id, "html_url": nil}
	if c.includes("integrations") {
		// Not in PagerDuty's description, and sent by some accounts all the same.
		integration["type"], integration["name"], integration["integration_key"] = "events_api_v2_inbound_integration", "Events API v2", v.key
	}
	o["integrations"] = []object{integration}
	return o
}

func (s *Simulator) incident(i *incident, body bool) object {
	o := s.refTo("incident", i.id, fmt.Sprintf("[#%d] %s", i.number, i.title), "incidents")
	o["type"], o["incident_number"], o["title"], o["description"] = "incident", i.number, i.title, i.title
	o["created_at"], o["updated_at"] = stamp(i.created), stamp(i.updated)
	if !i.resolved.IsZero() {
		o["resolved_at"] = stamp(i.resolved)
	}
	o["status"], o["urgency"], o["service"], o["escalation_policy"] = i.status, i.urgency, s.serviceRef(i.service), s.policyRef(i.policy)
	// The description has a member or has it not; see Settings.Nulls.
	if i.key != "" {
		o["incident_key"] = i.key
	}
	if i.priority != nil {
		o["priority"] = s.priority(i.priority)
	}
	o["incident_type"] = object{"name": i.kind}
	assignments, acknowledgements := []object{}, []object{}
	for _, a := range i.assigned {
		assignments = append(assignments, object{"at": stamp(a.at), "assignee": s.userRef(a.person)})
	}
	for _, a := range i.acked {
		acknowledgements = append(acknowledgements, object{"at": stamp(a.at), "acknowledger": s.agentRef(a.by)})
	}
	o["assignments"], o["acknowledgements"], o["assigned_via"] = assignments, acknowledgements, "escalation_policy"
	if i.direct {
		o["assigned_via"] = "direct_assignment"
	}
	o["last_status_change_at"], o["last_status_change_by"] = stamp(i.changed), s.agentRef(i.changedBy)
	o["first_trigger_log_entry"] = object{"id": i.log[0].id, "type": "trigger_log_entry_reference", "summary": "Triggered", "self": s.selfBase() + "/log_entries/" + i.log[0].id, "html_url": s.world.web + "/incidents/" + i.id}
	open := 0
	for _, a := range i.alerts {
		if a.status != "resolved" {
			open++
		}
	}
	o["alert_counts"] = object{"all": len(i.alerts), "triggered": open, "resolved": len(i.alerts) - open}
	o["teams"], o["pending_actions"], o["is_mergeable"] = s.teamRefs(i.teams), []object{}, true
	o["incidents_responders"], o["responder_requests"] = []object{}, []object{}
	if s.settings.Nulls {
		for _, name := range []string{"incident_key", "priority", "resolved_at"} {
			if _, has := o[name]; !has {
				o[name] = nil
			}
		}
	}
	if body {
		o["body"] = object{"type": "incident_body", "details": i.details}
	}
	return o
}
