package directory

import (
	"net/http"

	"zendesk-pagerduty/simulator/pagerduty/rest"
)

// ability is what an account may have, by PagerDuty's name.
type ability struct {
	name string
	has  bool
}

// abilities follow the settings. Creating status updates has none whose name is
// known outside.
func abilities(c *rest.Call) []ability {
	return []ability{
		{"urgencies", true}, {"read_only_users", true}, {"permissions_service", true}, {"advanced_permissions", true},
		{"teams", c.Settings.Teams},
		{"incident_priority_activated", c.Settings.Priorities == "enabled"},
		{"coordinated_responding", c.Settings.Responders == "enabled"},
		{"incident_workflows", c.Settings.Workflows == "enabled"},
		{"enable_custom_fields_on_incidents", c.Settings.CustomFields == "enabled"},
		{"subscribers_status_updates", c.Settings.Subscribers == "enabled"},
	}
}

func listAbilities(c *rest.Call) (int, any, *rest.Refusal) {
	names := []string{}
	for _, a := range abilities(c) {
		if a.has {
			names = append(names, a.name)
		}
	}
	return http.StatusOK, rest.Object{"abilities": names}, nil
}

// testAbility is GET /abilities/{id}: 204, 402 for what the account does not
// have, 404 for what is none.
func testAbility(c *rest.Call) (int, any, *rest.Refusal) {
	for _, a := range abilities(c) {
		switch {
		case a.name != c.Request.PathValue("id"):
		case a.has:
			return http.StatusNoContent, nil, nil
		default:
			return 0, nil, rest.LacksPlan()
		}
	}
	return 0, nil, rest.NotFound()
}
