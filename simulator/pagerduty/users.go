package pagerduty

import (
	"net/http"
	"slices"
)

func (c *call) getMe() (int, any, *refusal) {
	return http.StatusOK, object{"user": c.user(c.me, true)}, nil
}

// listUsers is GET /users: everybody of the account, those of private teams as
// well (Knowledge Base, "Teams").
func (c *call) listUsers() (int, any, *refusal) {
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	var found []*person
	for _, who := range c.acct.people {
		inTeam := len(c.q["team_ids[]"]) == 0 || slices.ContainsFunc(c.acct.teams, func(t *team) bool {
			return slices.Contains(c.q["team_ids[]"], t.id) && c.me.sees([]*team{t}) && t.has(who)
		})
		if inTeam && (contains(who.name, c.q.Get("query")) || contains(who.email, c.q.Get("query"))) {
			found = append(found, who)
		}
	}
	return http.StatusOK, list("users", found, p, func(who *person) object { return c.user(who, false) }), nil
}

// getUser has the calendar addresses where a person asks for themself.
func (c *call) getUser() (int, any, *refusal) {
	who := c.acct.user(c.r.PathValue("id"))
	if who == nil {
		return 0, nil, notFound()
	}
	return http.StatusOK, object{"user": c.user(who, who == c.me)}, nil
}
