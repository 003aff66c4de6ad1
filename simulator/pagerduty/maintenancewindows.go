package pagerduty

import (
	"net/http"
	"slices"
	"time"
)

// listMaintenances is GET /maintenance_windows: those with a service that this
// person sees.
func (c *call) listMaintenances() (int, any, *refusal) {
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	filter := c.q.Get("filter")
	if !slices.Contains([]string{"", "all", "past", "future", "ongoing", "open"}, filter) {
		return 0, nil, arguments("filter is not valid")
	}
	var found []*maintenance
	for _, m := range c.acct.maintenances {
		state := m.state(c.now)
		wanted := filter == "" || filter == "all" || filter == state || filter == "open" && state != "past"
		if wanted && contains(m.description, c.q.Get("query")) && slices.ContainsFunc(m.of(c.me), func(v *service) bool {
			return c.oneOf("service_ids[]", v.id) && (len(c.q["team_ids[]"]) == 0 || slices.ContainsFunc(v.teams, func(t *team) bool { return c.oneOf("team_ids[]", t.id) }))
		}) {
			found = append(found, m)
		}
	}
	return http.StatusOK, list("maintenance_windows", found, p, c.maintenance), nil
}

// oneMaintenance finds the window of a request.
func (c *call) oneMaintenance() (*maintenance, *refusal) {
	m := find(c.acct.maintenances, func(m *maintenance) bool { return m.id == c.r.PathValue("id") })
	switch {
	case m == nil:
		return nil, notFound()
	case len(m.of(c.me)) == 0:
		return nil, c.hidden()
	}
	return m, nil
}

func (c *call) getMaintenance() (int, any, *refusal) {
	m, refused := c.oneMaintenance()
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, object{"maintenance_window": c.maintenance(m)}, nil
}

type newMaintenance struct {
	Type        string      `json:"type"`
	Start       string      `json:"start_time"`
	End         string      `json:"end_time"`
	Description string      `json:"description"`
	Services    []reference `json:"services"`
}

// sentMaintenance reads and checks what a write sends. A start in the past
// becomes now; that of a window which is open stays.
func (c *call) sentMaintenance(was *maintenance) (m maintenance, refused *refusal) {
	var in struct {
		Window *newMaintenance `json:"maintenance_window"`
	}
	if refused := c.body(&in); refused != nil {
		return m, refused
	}
	n := in.Window
	if n == nil || n.Type != "maintenance_window" {
		return m, invalid("Type is not valid.")
	}
	start, badStart := time.Parse(time.RFC3339, n.Start)
	end, badEnd := time.Parse(time.RFC3339, n.End)
	if start.Before(c.now) {
		start = c.now
	}
	if was != nil && was.open(c.now) {
		start = was.start
	}
	switch {
	case badStart != nil:
		return m, invalid("Start time is not valid.")
	case badEnd != nil:
		return m, invalid("End time is not valid.")
	case !end.After(c.now):
		return m, invalid("End time must be in the future.")
	case !end.After(start):
		return m, invalid("End time must be after the start time.")
	case len(n.Services) == 0:
		return m, invalid("Services cannot be empty.")
	}
	m = maintenance{start: start, end: end, description: n.Description}
	for _, ref := range n.Services {
		v := c.acct.service(ref.ID)
		switch {
		case v == nil || !c.me.sees(v.teams):
			return m, arguments("Service not found")
		case !c.me.manages(v):
			return m, denied()
		case !slices.Contains(m.services, v):
			m.services = append(m.services, v)
		}
	}
	return m, nil
}

// createMaintenance is POST /maintenance_windows.
func (c *call) createMaintenance() (int, any, *refusal) {
	if refused := c.from(); refused != nil {
		return 0, nil, refused
	}
	n, refused := c.sentMaintenance(nil)
	if refused != nil {
		return 0, nil, refused
	}
	m := c.world.maintain(c.acct, c.me, n.start, n.end, n.description, n.services...)
	return http.StatusCreated, object{"maintenance_window": c.maintenance(m)}, nil
}

// changing finds the window of a write: it is for who manages all its services.
func (c *call) changing() (*maintenance, *refusal) {
	m, refused := c.oneMaintenance()
	switch {
	case refused != nil:
		return nil, refused
	case slices.ContainsFunc(m.services, func(v *service) bool { return !c.me.manages(v) }):
		return nil, denied()
	}
	return m, nil
}

// updateMaintenance is PUT /maintenance_windows/{id}. Nobody outside knows what
// it does to a window that is over; it is refused here.
func (c *call) updateMaintenance() (int, any, *refusal) {
	m, refused := c.changing()
	switch {
	case refused != nil:
		return 0, nil, refused
	case m.state(c.now) == "past":
		return 0, nil, invalid("The maintenance window has already ended.")
	}
	n, refused := c.sentMaintenance(m)
	if refused != nil {
		return 0, nil, refused
	}
	m.start, m.end, m.description, m.services = n.start, n.end, n.description, n.services
	return http.StatusOK, object{"maintenance_window": c.maintenance(m)}, nil
}

// deleteMaintenance is DELETE /maintenance_windows/{id}: one that is to come
// goes, one that is open ends, and one that is over stays.
func (c *call) deleteMaintenance() (int, any, *refusal) {
	m, refused := c.changing()
	if refused != nil {
		return 0, nil, refused
	}
	switch m.state(c.now) {
	case "past":
		return 0, nil, &refusal{status: http.StatusMethodNotAllowed, message: "The maintenance window has already ended."}
	case "ongoing":
		m.end = c.now
	default:
		c.acct.maintenances = slices.DeleteFunc(c.acct.maintenances, func(other *maintenance) bool { return other == m })
	}
	return http.StatusNoContent, nil, nil
}

func (c *call) maintenance(m *maintenance) object {
	o := c.refTo("maintenance_window", m.id, m.description, "maintenance_windows")
	services, teams := []object{}, []*team{}
	for _, v := range m.of(c.me) {
		services = append(services, c.serviceRef(v))
		for _, t := range v.teams {
			if !slices.Contains(teams, t) {
				teams = append(teams, t)
			}
		}
	}
	o["type"], o["sequence_number"], o["description"], o["created_by"] = "maintenance_window", m.number, m.description, c.userRef(m.by)
	o["start_time"], o["end_time"], o["services"], o["teams"] = zoned(m.start), zoned(m.end), services, c.teamRefs(teams)
	return o
}
