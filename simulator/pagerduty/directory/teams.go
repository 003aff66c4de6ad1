package directory

import (
	"net/http"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

func listTeams(c *rest.Call) (int, any, *rest.Refusal) {
	if !c.Settings.Teams {
		return 0, nil, rest.LacksPlan()
	}
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	var found []*account.Team
	for _, t := range c.Account.Teams {
		if c.Me.Sees([]*account.Team{t}) && rest.Contains(t.Name, c.Query.Get("query")) {
			found = append(found, t)
		}
	}
	return http.StatusOK, rest.Page("teams", found, p, func(t *account.Team) rest.Object {
		return teamJSON(c.State, t)
	}), nil
}

func teamJSON(s *state.State, t *account.Team) rest.Object {
	o := rest.Reference(s, "team", t.ID, t.Name, "teams")
	o["type"], o["name"], o["description"], o["default_role"] = "team", t.Name, "", "manager"
	if t.Private {
		o["default_role"] = "none"
	}
	return o
}

// TeamsJSON are whole teams as the REST API shows them.
func TeamsJSON(s *state.State, teams []*account.Team) []rest.Object {
	all := []rest.Object{}
	for _, t := range teams {
		all = append(all, teamJSON(s, t))
	}
	return all
}

func listMembers(c *rest.Call) (int, any, *rest.Refusal) {
	if !c.Settings.Teams {
		return 0, nil, rest.LacksPlan()
	}
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	t := c.Account.Team(c.Request.PathValue("id"))
	switch {
	case t == nil:
		return 0, nil, rest.NotFound()
	case !c.Me.Sees([]*account.Team{t}):
		return 0, nil, rest.Hidden(c.State)
	}
	return http.StatusOK, rest.Page("members", t.Members, p, func(m account.Member) rest.Object {
		return rest.Object{"user": rest.UserRef(c.State, m.Person), "role": m.Role}
	}), nil
}
