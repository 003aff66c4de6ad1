package incidents

import (
	"slices"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/directory"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// IncidentJSON is one as the REST API shows it, with what include[] asks for.
func IncidentJSON(s *state.State, i *account.Incident, include ...string) rest.Object {
	with := func(what ...string) bool {
		return slices.ContainsFunc(what, func(w string) bool { return slices.Contains(include, w) })
	}
	o := incidentRef(s, i)
	o["type"], o["incident_number"], o["title"], o["description"] = "incident", i.Number, i.Title, i.Title
	o["created_at"], o["updated_at"] = rest.Stamp(i.Created), rest.Stamp(i.Updated)
	if !i.Resolved.IsZero() {
		o["resolved_at"] = rest.Stamp(i.Resolved)
	}
	o["status"] = i.Status
	o["urgency"] = i.Urgency
	o["service"] = rest.ServiceRef(s, i.Service)
	o["escalation_policy"] = rest.PolicyRef(s, i.Policy)
	if with("services") {
		o["service"] = directory.ServiceJSON(s, i.Service, false)
	}
	if with("escalation_policies") {
		o["escalation_policy"] = directory.PolicyJSON(s, i.Policy)
	}
	// The description has a member or has it not; see Settings.Nulls.
	if i.Key != "" {
		o["incident_key"] = i.Key
	}
	if i.Priority != nil {
		o["priority"] = directory.PriorityJSON(s, i.Priority)
	}
	o["incident_type"] = rest.Object{"name": i.Kind}
	addHolders(s, o, i, with("assignees", "users"), with("acknowledgers", "users"))
	o["last_status_change_at"] = rest.Stamp(i.Changed)
	o["last_status_change_by"] = agentJSON(s, i.ChangedBy, with("agents"))
	o["first_trigger_log_entry"] = logEntryRef(s, i, i.Log[0])
	open := 0
	for _, a := range i.Alerts {
		if a.Status != "resolved" {
			open++
		}
	}
	o["alert_counts"] = rest.Object{"all": len(i.Alerts), "triggered": open, "resolved": len(i.Alerts) - open}
	o["teams"], o["pending_actions"], o["is_mergeable"] = rest.TeamRefs(s, i.Teams), pending(i), i.Mergeable()
	if with("teams") {
		o["teams"] = directory.TeamsJSON(s, i.Teams)
	}
	if s.Settings.Responders == "enabled" {
		o["incidents_responders"], o["responder_requests"] = respondersJSON(s, i), responderRequestsJSON(s, i)
	}
	if i.Merged != nil {
		o["resolve_reason"] = rest.Object{"type": "merge_resolve_reason", "incident": incidentRef(s, i.Merged)}
	}
	if s.Settings.Nulls {
		for _, name := range []string{"incident_key", "priority", "resolved_at"} {
			if _, has := o[name]; !has {
				o[name] = nil
			}
		}
	}
	if with("conference_bridge") && i.Bridge != (account.Bridge{}) {
		o["conference_bridge"] = i.Bridge
	}
	if with("custom_fields") && s.Settings.CustomFields == "enabled" {
		o["custom_fields"] = fieldValuesJSON(s, i)
	}
	if with("body") {
		o["body"] = rest.Object{"type": "incident_body", "details": i.Details}
	}
	return o
}

// addHolders adds who has an incident and who acknowledged it.
func addHolders(s *state.State, o rest.Object, i *account.Incident, assignees, acknowledgers bool) {
	assignments, acknowledgements := []rest.Object{}, []rest.Object{}
	for _, a := range i.Assigned {
		assignments = append(assignments, rest.Object{
			"at":       rest.Stamp(a.At),
			"assignee": agentJSON(s, account.Agent{Person: a.Person}, assignees),
		})
	}
	for _, a := range i.Acked {
		acknowledgements = append(acknowledgements, rest.Object{
			"at":           rest.Stamp(a.At),
			"acknowledger": agentJSON(s, a.By, acknowledgers),
		})
	}
	o["assignments"], o["acknowledgements"], o["assigned_via"] = assignments, acknowledgements, "escalation_policy"
	if i.Direct {
		o["assigned_via"] = "direct_assignment"
	}
}

// agentJSON is a reference, or the whole of a person or service.
func agentJSON(s *state.State, a account.Agent, whole bool) rest.Object {
	switch {
	case !whole:
		return rest.AgentRef(s, a)
	case a.Person != nil:
		return directory.UserJSON(s, a.Person, false)
	}
	return directory.ServiceJSON(s, a.Service, false)
}

func incidentRef(s *state.State, i *account.Incident) rest.Object {
	return rest.Reference(s, "incident", i.ID, i.Label(), "incidents")
}
