package directory

import (
	"net/http"
	"slices"
	"strings"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// listServices is GET /services: as far as this person sees them.
func listServices(c *rest.Call) (int, any, *rest.Refusal) {
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	var found []*account.Service
	for _, s := range c.Account.Services {
		if !c.Me.Sees(s.Teams) || !rest.Contains(s.Name, c.Query.Get("query")) ||
			c.Query.Get("name") != "" && s.Name != c.Query.Get("name") ||
			len(c.Query["team_ids[]"]) > 0 && !slices.ContainsFunc(s.Teams, func(t *account.Team) bool {
				return slices.Contains(c.Query["team_ids[]"], t.ID)
			}) {
			continue
		}
		found = append(found, s)
	}
	if refused := sortByName(c, found, func(s *account.Service) string { return s.Name }); refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, rest.Page("services", found, p, func(s *account.Service) rest.Object {
		return ServiceJSON(c.State, s, c.Includes("integrations"))
	}), nil
}

// sortByName orders a list as "sort_by" asks for: by name where it does not.
func sortByName[T any](c *rest.Call, list []T, name func(T) string) *rest.Refusal {
	sign := 1
	switch c.Query.Get("sort_by") {
	case "", "name", "name:asc":
	case "name:desc":
		sign = -1
	default:
		return rest.Arguments("sort_by is not valid")
	}
	slices.SortStableFunc(list, func(a, b T) int {
		return sign * strings.Compare(strings.ToLower(name(a)), strings.ToLower(name(b)))
	})
	return nil
}

// visibleService is the service of a request, if this person may see it.
func visibleService(c *rest.Call) (*account.Service, *rest.Refusal) {
	s := c.Account.Service(c.Request.PathValue("id"))
	switch {
	case s == nil:
		return nil, rest.NotFound()
	case !c.Me.Sees(s.Teams):
		return nil, rest.Hidden(c.State)
	}
	return s, nil
}

func getService(c *rest.Call) (int, any, *rest.Refusal) {
	s, refused := visibleService(c)
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, rest.Object{"service": ServiceJSON(c.State, s, c.Includes("integrations"))}, nil
}

// ServiceJSON is a service as the REST API shows it, with whole integrations
// or references to them.
func ServiceJSON(s *state.State, v *account.Service, integrations bool) rest.Object {
	o := rest.ServiceRef(s, v)
	o["type"], o["name"], o["description"], o["status"] = "service", v.Name, v.Description, v.StatusAt(s.Clock.Now())
	o["created_at"], o["alert_creation"] = rest.Stamp(v.Created), "create_alerts_and_incidents"
	o["escalation_policy"], o["teams"] = rest.PolicyRef(s, v.Policy), rest.TeamRefs(s, v.Teams)
	o["incident_urgency_rule"] = rest.Object{"type": "constant", "urgency": "high"}
	o["integrations"] = integrationsJSON(s, v, integrations)
	return o
}
