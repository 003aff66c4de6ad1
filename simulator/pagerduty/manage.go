package pagerduty

import (
	"encoding/json"
	"net/http"
)

type change struct {
	ID         string          `json:"id"`
	Type       string          `json:"type"`
	Status     string          `json:"status"`
	Resolution string          `json:"resolution"`
	Title      *string         `json:"title"`
	Urgency    string          `json:"urgency"`
	Priority   json.RawMessage `json:"priority"`
	Policy     *reference      `json:"escalation_policy"`
	Level      *int            `json:"escalation_level"`
	Assigned   []struct {
		Assignee reference `json:"assignee"`
	} `json:"assignments"`
	IncidentType *reference `json:"incident_type"`
	Bridge       *bridge    `json:"conference_bridge"`
	Service      *reference `json:"service"` // of a single change only
}

// manageOne is PUT /incidents/{id}, manageMany is PUT /incidents: all of the
// changes happen or none.
func (c *call) manageOne() (int, any, *refusal) {
	var in struct {
		Incident *change `json:"incident"`
	}
	if refused := c.manageBody(&in); refused != nil {
		return 0, nil, refused
	}
	if in.Incident == nil {
		return 0, nil, invalid("Incident cannot be empty.")
	}
	in.Incident.ID = c.r.PathValue("id")
	changed, refused := c.manage([]change{*in.Incident})
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, object{"incident": c.incident(changed[0])}, nil
}

func (c *call) manageMany() (int, any, *refusal) {
	var in struct {
		Incidents []change `json:"incidents"`
	}
	if refused := c.manageBody(&in); refused != nil {
		return 0, nil, refused
	}
	for n := range in.Incidents {
		in.Incidents[n].Service = nil // PUT /incidents does not know it
	}
	if len(in.Incidents) > 250 {
		return 0, nil, &refusal{status: 413, code: 2001, message: "Too many incidents"}
	}
	changed, refused := c.manage(in.Incidents)
	if refused != nil {
		return 0, nil, refused
	}
	shown := []object{}
	for _, i := range changed {
		shown = append(shown, c.incident(i))
	}
	return http.StatusOK, list("incidents", shown, paging{limit: 250}, func(o object) object { return o }), nil
}

func (c *call) manageBody(into any) *refusal {
	if refused := c.from(); refused != nil {
		return refused
	}
	return c.body(into)
}

func (c *call) manage(changes []change) ([]*incident, *refusal) {
	var all []*incident
	for _, ch := range changes {
		i, refused := c.visible(ch.ID)
		if refused == nil {
			refused = c.mayChange(i, ch)
		}
		if refused != nil {
			return nil, refused
		}
		all = append(all, i)
	}
	for n, i := range all {
		c.apply(i, changes[n])
	}
	return all, nil
}
