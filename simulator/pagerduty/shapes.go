package pagerduty

// What things look like in the REST API.

func (s *State) refTo(kind, id, summary, path string) object {
	return object{"id": id, "type": kind + "_reference", "summary": summary, "self": s.selfBase() + "/" + path + "/" + id, "html_url": s.world.web + "/" + path + "/" + id}
}

// selfBase is the US base in every region: nobody should build on self.
func (s *State) selfBase() string { return s.URL }

func (s *State) userRef(p *person) object { return s.refTo("user", p.id, p.name, "users") }

func (s *State) serviceRef(v *service) object {
	return s.refTo("service", v.id, v.name, "services")
}

func (s *State) policyRef(p *policy) object {
	return s.refTo("escalation_policy", p.id, p.name, "escalation_policies")
}

func (s *State) teamRefs(teams []*team) []object {
	refs := []object{}
	for _, t := range teams {
		refs = append(refs, s.refTo("team", t.id, t.name, "teams"))
	}
	return refs
}

func (s *State) agentRef(a agent) object {
	if a.person != nil {
		return s.userRef(a.person)
	}
	return s.serviceRef(a.service)
}

func (s *State) priority(p *priority) object {
	o := s.refTo("priority", p.id, p.name, "priorities")
	o["type"], o["name"], o["description"] = "priority", p.name, p.description
	o["html_url"] = nil
	return o
}

func (s *State) userRefs(people []*person) []object {
	refs := []object{}
	for _, p := range people {
		refs = append(refs, s.userRef(p))
	}
	return refs
}

// user is a profile. One's own holds calendar addresses, which are
// credentials: they must not be logged or passed on.
func (s *State) user(p *person, own bool) object {
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

func (s *State) service(v *service, integrations bool) object {
	o := s.serviceRef(v)
	o["type"], o["name"], o["description"], o["status"] = "service", v.name, v.description, v.statusAt(s.Clock.Now())
	o["created_at"], o["alert_creation"] = stamp(v.created), "create_alerts_and_incidents"
	o["escalation_policy"], o["teams"] = s.policyRef(v.policy), s.teamRefs(v.teams)
	o["incident_urgency_rule"] = object{"type": "constant", "urgency": "high"}
	o["integrations"] = s.integrations(v, integrations)
	return o
}
