package pagerduty

import (
	"net/http"
	"slices"
	"strings"
)

func (c *call) getMe() (int, any, *refusal) {
	return http.StatusOK, object{"user": c.user(c.me, true)}, nil
}

func contains(name, query string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(strings.TrimSpace(query)))
}

// listServices is GET /services: as far as this person sees them.
func (c *call) listServices() (int, any, *refusal) {
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	var found []*service
	for _, s := range c.acct.services {
		if !c.me.sees(s.teams) || !contains(s.name, c.q.Get("query")) || c.q.Get("name") != "" && s.name != c.q.Get("name") ||
			len(c.q["team_ids[]"]) > 0 && !slices.ContainsFunc(s.teams, func(t *team) bool { return slices.Contains(c.q["team_ids[]"], t.id) }) {
			continue
		}
		found = append(found, s)
	}
	switch c.q.Get("sort_by") {
	case "", "name", "name:asc":
		slices.SortStableFunc(found, func(a, b *service) int {
			return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
		})
	case "name:desc":
		slices.SortStableFunc(found, func(a, b *service) int {
			return strings.Compare(strings.ToLower(b.name), strings.ToLower(a.name))
		})
	default:
		return 0, nil, arguments("sort_by is not valid")
	}
	return http.StatusOK, list("services", found, p, c.service), nil
}

func (c *call) getService() (int, any, *refusal) {
	s := c.acct.service(c.r.PathValue("id"))
	switch {
	case s == nil:
		return 0, nil, notFound()
	case !c.me.sees(s.teams):
		return 0, nil, c.hidden()
	}
	return http.StatusOK, object{"service": c.service(s)}, nil
}

func (c *call) listPriorities() (int, any, *refusal) {
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	all := c.acct.priorities
	switch c.settings.Priorities {
	case "402":
		return 0, nil, lacksPlan()
	case "empty":
		all = nil
	}
	return http.StatusOK, list("priorities", all, p, c.priority), nil
}

func (c *call) listPolicies() (int, any, *refusal) {
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	var found []*policy
	for _, pol := range c.acct.policies {
		if c.me.sees(pol.teams) && contains(pol.name, c.q.Get("query")) {
			found = append(found, pol)
		}
	}
	return http.StatusOK, list("escalation_policies", found, p, c.policy), nil
}

func (c *call) policy(p *policy) object {
	o := c.policyRef(p)
	targets, services := []object{}, []object{}
	for _, who := range p.onCall {
		targets = append(targets, c.userRef(who))
	}
	if len(targets) == 0 { // a schedule that nobody is on
		targets = append(targets, c.refTo("schedule", id('P', "schedule "+p.id), p.name+" schedule", "schedules"))
	}
	for _, s := range c.acct.services {
		if s.policy == p && len(services) < 3 {
			services = append(services, c.serviceRef(s))
		}
	}
	o["type"], o["name"], o["num_loops"], o["on_call_handoff_notifications"] = "escalation_policy", p.name, 0, "if_has_services"
	o["escalation_rules"] = []object{{"id": id('P', "rule "+p.id), "escalation_delay_in_minutes": 30, "targets": targets}}
	o["services"], o["teams"] = services, c.teamRefs(p.teams)
	return o
}

func (c *call) listOnCalls() (int, any, *refusal) {
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	type duty struct {
		policy *policy
		who    *person
		level  int
	}
	var found []duty
	for _, pol := range c.acct.policies {
		if !c.me.sees(pol.teams) || !c.oneOf("escalation_policy_ids[]", pol.id) {
			continue
		}
		for n, who := range pol.onCall {
			if c.oneOf("user_ids[]", who.id) {
				found = append(found, duty{pol, who, n + 1})
			}
		}
	}
	return http.StatusOK, list("oncalls", found, p, func(d duty) object {
		// Assigned without a schedule: always on call, without start and end.
		return object{"escalation_policy": c.policyRef(d.policy), "user": c.userRef(d.who), "escalation_level": d.level}
	}), nil
}

func (c *call) listTeams() (int, any, *refusal) {
	if !c.settings.Teams {
		return 0, nil, lacksPlan()
	}
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	var found []*team
	for _, t := range c.acct.teams {
		if c.me.sees([]*team{t}) && contains(t.name, c.q.Get("query")) {
			found = append(found, t)
		}
	}
	return http.StatusOK, list("teams", found, p, func(t *team) object {
		o := c.refTo("team", t.id, t.name, "teams")
		o["type"], o["name"], o["description"], o["default_role"] = "team", t.name, "", "manager"
		if t.private {
			o["default_role"] = "none"
		}
		return o
	}), nil
}

func (c *call) listMembers() (int, any, *refusal) {
	if !c.settings.Teams {
		return 0, nil, lacksPlan()
	}
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	t := c.acct.team(c.r.PathValue("id"))
	switch {
	case t == nil:
		return 0, nil, notFound()
	case !c.me.sees([]*team{t}):
		return 0, nil, c.hidden()
	}
	return http.StatusOK, list("members", t.members, p, func(m member) object {
		return object{"user": c.userRef(m.person), "role": m.role}
	}), nil
}

func (c *call) listAbilities() (int, any, *refusal) {
	abilities := []string{"urgencies", "read_only_users", "permissions_service", "advanced_permissions", "coordinated_responding"}
	if c.settings.Teams {
		abilities = append(abilities, "teams")
	}
	if c.settings.Priorities == "enabled" {
		abilities = append(abilities, "incident_priority_activated")
	}
	return http.StatusOK, object{"abilities": abilities}, nil
}
