package pagerduty

import "slices"

// incident is one as the REST API shows it, with what include[] asks for.
func (s *State) incident(i *incident, include ...string) object {
	with := func(what ...string) bool {
		return slices.ContainsFunc(what, func(w string) bool { return slices.Contains(include, w) })
	}
	o := s.incidentRef(i)
	o["type"], o["incident_number"], o["title"], o["description"] = "incident", i.number, i.title, i.title
	o["created_at"], o["updated_at"] = stamp(i.created), stamp(i.updated)
	if !i.resolved.IsZero() {
		o["resolved_at"] = stamp(i.resolved)
	}
	o["status"], o["urgency"], o["service"], o["escalation_policy"] = i.status, i.urgency, s.serviceRef(i.service), s.policyRef(i.policy)
	if with("services") {
		o["service"] = s.service(i.service, false)
	}
	if with("escalation_policies") {
		o["escalation_policy"] = s.policy(i.policy)
	}
	// The description has a member or has it not; see Settings.Nulls.
	if i.key != "" {
		o["incident_key"] = i.key
	}
	if i.priority != nil {
		o["priority"] = s.priority(i.priority)
	}
	o["incident_type"] = object{"name": i.kind}
	s.holders(o, i, with("assignees", "users"), with("acknowledgers", "users"))
	o["last_status_change_at"], o["last_status_change_by"] = stamp(i.changed), s.agent(i.changedBy, with("agents"))
	o["first_trigger_log_entry"] = s.logEntryRef(i, i.log[0])
	open := 0
	for _, a := range i.alerts {
		if a.status != "resolved" {
			open++
		}
	}
	o["alert_counts"] = object{"all": len(i.alerts), "triggered": open, "resolved": len(i.alerts) - open}
	o["teams"], o["pending_actions"], o["is_mergeable"] = s.teamRefs(i.teams), i.pending(), i.mergeable()
	if with("teams") {
		o["teams"] = s.teams(i.teams)
	}
	if s.settings.Responders == "enabled" {
		o["incidents_responders"], o["responder_requests"] = s.responders(i), s.responderRequests(i)
	}
	if i.merged != nil {
		o["resolve_reason"] = object{"type": "merge_resolve_reason", "incident": s.incidentRef(i.merged)}
	}
	if s.settings.Nulls {
		for _, name := range []string{"incident_key", "priority", "resolved_at"} {
			if _, has := o[name]; !has {
				o[name] = nil
			}
		}
	}
	if with("conference_bridge") && i.bridge != (bridge{}) {
		o["conference_bridge"] = i.bridge
	}
	if with("custom_fields") && s.settings.CustomFields == "enabled" {
		o["custom_fields"] = s.fieldValues(i)
	}
	if with("body") {
		o["body"] = object{"type": "incident_body", "details": i.details}
	}
	return o
}

// holders adds who has an incident and who acknowledged it.
func (s *State) holders(o object, i *incident, assignees, acknowledgers bool) {
	assignments, acknowledgements := []object{}, []object{}
	for _, a := range i.assigned {
		assignments = append(assignments, object{"at": stamp(a.at), "assignee": s.agent(agent{person: a.person}, assignees)})
	}
	for _, a := range i.acked {
		acknowledgements = append(acknowledgements, object{"at": stamp(a.at), "acknowledger": s.agent(a.by, acknowledgers)})
	}
	o["assignments"], o["acknowledgements"], o["assigned_via"] = assignments, acknowledgements, "escalation_policy"
	if i.direct {
		o["assigned_via"] = "direct_assignment"
	}
}

// agent is a reference, or the whole of a person or service.
func (s *State) agent(a agent, whole bool) object {
	switch {
	case !whole:
		return s.agentRef(a)
	case a.person != nil:
		return s.user(a.person, false)
	}
	return s.service(a.service, false)
}
