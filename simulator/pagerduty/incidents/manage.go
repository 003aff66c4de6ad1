package incidents

import (
	"encoding/json"
	"net/http"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
)

type change struct {
	ID         string          `json:"id"`
	Type       string          `json:"type"`
	Status     string          `json:"status"`
	Resolution string          `json:"resolution"`
	Title      *string         `json:"title"`
	Urgency    string          `json:"urgency"`
	Priority   json.RawMessage `json:"priority"`
	Policy     *rest.Named     `json:"escalation_policy"`
	Level      *int            `json:"escalation_level"`
	Assigned   []struct {
		Assignee rest.Named `json:"assignee"`
	} `json:"assignments"`
	IncidentType *rest.Named     `json:"incident_type"`
	Bridge       *account.Bridge `json:"conference_bridge"`
	Service      *rest.Named     `json:"service"` // of a single change only
}

// manageOne is PUT /incidents/{id}, manageMany is PUT /incidents: all of the
// changes are made or none.
func manageOne(c *rest.Call) (int, any, *rest.Refusal) {
	var in struct {
		Incident *change `json:"incident"`
	}
	if refused := manageBody(c, &in); refused != nil {
		return 0, nil, refused
	}
	if in.Incident == nil {
		return 0, nil, rest.Invalid("Incident cannot be empty.")
	}
	in.Incident.ID = c.Request.PathValue("id")
	changed, refused := manage(c, []change{*in.Incident})
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, rest.Object{"incident": IncidentJSON(c.State, changed[0])}, nil
}

func manageMany(c *rest.Call) (int, any, *rest.Refusal) {
	var in struct {
		Incidents []change `json:"incidents"`
	}
	if refused := manageBody(c, &in); refused != nil {
		return 0, nil, refused
	}
	for n := range in.Incidents {
		in.Incidents[n].Service = nil // PUT /incidents does not know it
	}
	if len(in.Incidents) > 250 {
		return 0, nil, &rest.Refusal{Status: 413, Code: 2001, Message: "Too many incidents"}
	}
	changed, refused := manage(c, in.Incidents)
	if refused != nil {
		return 0, nil, refused
	}
	shown := []rest.Object{}
	for _, i := range changed {
		shown = append(shown, IncidentJSON(c.State, i))
	}
	return http.StatusOK, rest.Page("incidents", shown, rest.Paging{Limit: 250}, func(o rest.Object) rest.Object {
		return o
	}), nil
}

func manageBody(c *rest.Call, into any) *rest.Refusal {
	if refused := c.From(); refused != nil {
		return refused
	}
	return c.Body(into)
}

func manage(c *rest.Call, changes []change) ([]*account.Incident, *rest.Refusal) {
	var all []*account.Incident
	for _, ch := range changes {
		i, refused := visible(c, ch.ID)
		if refused == nil {
			refused = mayChange(c, i, ch)
		}
		if refused != nil {
			return nil, refused
		}
		all = append(all, i)
	}
	for n, i := range all {
		apply(c, i, changes[n])
	}
	return all, nil
}
