package directory

import (
	"net/http"
	"slices"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// UserJSON is a profile. One's own holds calendar addresses, which are
// credentials: they must not be logged or passed on.
func UserJSON(s *state.State, p *account.Person, own bool) rest.Object {
	o := rest.UserRef(s, p)
	o["type"], o["name"], o["email"], o["role"], o["time_zone"] = "user", p.Name, p.Email, p.Role, "Europe/Berlin"
	o["avatar_url"] = s.Store.Web + "/avatar.png"
	o["color"] = "green"
	o["description"] = ""
	o["invitation_sent"] = false
	o["job_title"] = "Engineer"
	o["contact_methods"], o["notification_rules"], o["teams"] = []rest.Object{}, []rest.Object{}, []rest.Object{}
	if own {
		secret := "calendar-secret-of-" + p.ID
		o["http_cal_url"], o["web_cal_url"] = s.URL+"/private/"+secret+"/feed", "webcal://127.0.0.1/private/"+secret+"/feed"
	}
	return o
}

func getMe(c *rest.Call) (int, any, *rest.Refusal) {
	return http.StatusOK, rest.Object{"user": UserJSON(c.State, c.Me, true)}, nil
}

// listUsers is GET /users: everybody of the account, those of private teams as
// well (Knowledge Base, "Teams").
func listUsers(c *rest.Call) (int, any, *rest.Refusal) {
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	var found []*account.Person
	for _, who := range c.Account.People {
		inTeam := len(c.Query["team_ids[]"]) == 0 || slices.ContainsFunc(c.Account.Teams, func(t *account.Team) bool {
			return slices.Contains(c.Query["team_ids[]"], t.ID) && c.Me.Sees([]*account.Team{t}) && t.Has(who)
		})
		if inTeam && (rest.Contains(who.Name, c.Query.Get("query")) || rest.Contains(who.Email, c.Query.Get("query"))) {
			found = append(found, who)
		}
	}
	return http.StatusOK, rest.Page("users", found, p, func(who *account.Person) rest.Object {
		return UserJSON(c.State, who, false)
	}), nil
}

// getUser has the calendar addresses where a person asks for themself.
func getUser(c *rest.Call) (int, any, *rest.Refusal) {
	who := c.Account.User(c.Request.PathValue("id"))
	if who == nil {
		return 0, nil, rest.NotFound()
	}
	return http.StatusOK, rest.Object{"user": UserJSON(c.State, who, who == c.Me)}, nil
}
