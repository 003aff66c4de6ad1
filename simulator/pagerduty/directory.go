package pagerduty

import (
	"net/http"
	"slices"
	"strings"
)

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
	return http.StatusOK, list("services", found, p, func(s *service) object { return c.service(s, c.includes("integrations")) }), nil
}

// visibleService is the service of a request, if this person may see it.
func (c *call) visibleService() (*service, *refusal) {
	s := c.acct.service(c.r.PathValue("id"))
	switch {
	case s == nil:
		return nil, notFound()
	case !c.me.sees(s.teams):
		return nil, c.hidden()
	}
	return s, nil
}

func (c *call) getService() (int, any, *refusal) {
	s, refused := c.visibleService()
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, object{"service": c.service(s, c.includes("integrations"))}, nil
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
	return http.StatusOK, list("teams", found, p, c.team), nil
}

func (s *State) team(t *team) object {
	o := s.refTo("team", t.id, t.name, "teams")
	o["type"], o["name"], o["description"], o["default_role"] = "team", t.name, "", "manager"
	if t.private {
		o["default_role"] = "none"
	}
	return o
}

func (s *State) teams(teams []*team) []object {
	all := []object{}
	for _, t := range teams {
		all = append(all, s.team(t))
	}
	return all
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

// ability is what an account may have, by PagerDuty's name.
type ability struct {
	name string
	has  bool
}

// abilities follow the settings. Creating status updates has none whose name is
// known outside.
func (c *call) abilities() []ability {
	return []ability{
		{"urgencies", true}, {"read_only_users", true}, {"permissions_service", true}, {"advanced_permissions", true},
		{"teams", c.settings.Teams},
		{"incident_priority_activated", c.settings.Priorities == "enabled"},
		{"coordinated_responding", c.settings.Responders == "enabled"},
		{"incident_workflows", c.settings.Workflows == "enabled"},
		{"enable_custom_fields_on_incidents", c.settings.CustomFields == "enabled"},
		{"subscribers_status_updates", c.settings.Subscribers == "enabled"},
	}
}

func (c *call) listAbilities() (int, any, *refusal) {
	names := []string{}
	for _, a := range c.abilities() {
		if a.has {
			names = append(names, a.name)
		}
	}
	return http.StatusOK, object{"abilities": names}, nil
}

// testAbility is GET /abilities/{id}: 204, 402 for what the account does not
// have, 404 for what is none.
func (c *call) testAbility() (int, any, *refusal) {
	for _, a := range c.abilities() {
		switch {
		case a.name != c.r.PathValue("id"):
		case a.has:
			return http.StatusNoContent, nil, nil
		default:
			return 0, nil, lacksPlan()
		}
	}
	return 0, nil, notFound()
}
