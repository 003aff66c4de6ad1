package directory

import (
	"net/http"
	"slices"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
)

// listMaintenances is GET /maintenance_windows: those with a service that this
// person sees.
func listMaintenances(c *rest.Call) (int, any, *rest.Refusal) {
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	filter := c.Query.Get("filter")
	if !slices.Contains([]string{"", "all", "past", "future", "ongoing", "open"}, filter) {
		return 0, nil, rest.Arguments("filter is not valid")
	}
	var found []*account.MaintenanceWindow
	for _, m := range c.Account.MaintenanceWindows {
		state := m.State(c.Now)
		wanted := filter == "" || filter == "all" || filter == state || filter == "open" && state != "past"
		if wanted && rest.Contains(m.Description, c.Query.Get("query")) &&
			slices.ContainsFunc(m.VisibleTo(c.Me), func(v *account.Service) bool {
				return c.OneOf("service_ids[]", v.ID) &&
					(len(c.Query["team_ids[]"]) == 0 || slices.ContainsFunc(v.Teams, func(t *account.Team) bool {
						return c.OneOf("team_ids[]", t.ID)
					}))
			}) {
			found = append(found, m)
		}
	}
	return http.StatusOK, rest.Page("maintenance_windows", found, p, func(m *account.MaintenanceWindow) rest.Object {
		return maintenanceJSON(c, m)
	}), nil
}

// visibleMaintenance finds the window of a request.
func visibleMaintenance(c *rest.Call) (*account.MaintenanceWindow, *rest.Refusal) {
	m := account.Find(c.Account.MaintenanceWindows, func(m *account.MaintenanceWindow) bool {
		return m.ID == c.Request.PathValue("id")
	})
	switch {
	case m == nil:
		return nil, rest.NotFound()
	case len(m.VisibleTo(c.Me)) == 0:
		return nil, rest.Hidden(c.State)
	}
	return m, nil
}

func getMaintenance(c *rest.Call) (int, any, *rest.Refusal) {
	m, refused := visibleMaintenance(c)
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, rest.Object{"maintenance_window": maintenanceJSON(c, m)}, nil
}

type newMaintenance struct {
	Type        string       `json:"type"`
	Start       string       `json:"start_time"`
	End         string       `json:"end_time"`
	Description string       `json:"description"`
	Services    []rest.Named `json:"services"`
}

// sentMaintenance reads and checks what a write sends. A start in the past
// becomes now; that of a window which is open stays.
func sentMaintenance(c *rest.Call, was *account.MaintenanceWindow) (m account.MaintenanceWindow, refused *rest.Refusal) {
	var in struct {
		Window *newMaintenance `json:"maintenance_window"`
	}
	if refused := c.Body(&in); refused != nil {
		return m, refused
	}
	n := in.Window
	if n == nil || n.Type != "maintenance_window" {
		return m, rest.Invalid("Type is not valid.")
	}
	start, badStart := time.Parse(time.RFC3339, n.Start)
	end, badEnd := time.Parse(time.RFC3339, n.End)
	if start.Before(c.Now) {
		start = c.Now
	}
	if was != nil && was.Open(c.Now) {
		start = was.Start
	}
	switch {
	case badStart != nil:
		return m, rest.Invalid("Start time is not valid.")
	case badEnd != nil:
		return m, rest.Invalid("End time is not valid.")
	case !end.After(c.Now):
		return m, rest.Invalid("End time must be in the future.")
	case !end.After(start):
		return m, rest.Invalid("End time must be after the start time.")
	case len(n.Services) == 0:
		return m, rest.Invalid("Services cannot be empty.")
	}
	m = account.MaintenanceWindow{Start: start, End: end, Description: n.Description}
	for _, ref := range n.Services {
		v := c.Account.Service(ref.ID)
		switch {
		case v == nil || !c.Me.Sees(v.Teams):
			return m, rest.Arguments("Service not found")
		case !c.Me.Manages(v):
			return m, rest.Denied()
		case !slices.Contains(m.Services, v):
			m.Services = append(m.Services, v)
		}
	}
	return m, nil
}

// createMaintenance is POST /maintenance_windows.
func createMaintenance(c *rest.Call) (int, any, *rest.Refusal) {
	if refused := c.From(); refused != nil {
		return 0, nil, refused
	}
	n, refused := sentMaintenance(c, nil)
	if refused != nil {
		return 0, nil, refused
	}
	m := c.Store.AddMaintenance(c.Account, c.Me, n.Start, n.End, n.Description, n.Services...)
	return http.StatusCreated, rest.Object{"maintenance_window": maintenanceJSON(c, m)}, nil
}

// changeableMaintenance finds the window of a write: it is for who manages all its services.
func changeableMaintenance(c *rest.Call) (*account.MaintenanceWindow, *rest.Refusal) {
	m, refused := visibleMaintenance(c)
	switch {
	case refused != nil:
		return nil, refused
	case slices.ContainsFunc(m.Services, func(v *account.Service) bool { return !c.Me.Manages(v) }):
		return nil, rest.Denied()
	}
	return m, nil
}

// updateMaintenance is PUT /maintenance_windows/{id}. Nobody outside knows what
// it does to a window that is over; it is refused here.
func updateMaintenance(c *rest.Call) (int, any, *rest.Refusal) {
	m, refused := changeableMaintenance(c)
	switch {
	case refused != nil:
		return 0, nil, refused
	case m.State(c.Now) == "past":
		return 0, nil, rest.Invalid("The maintenance window has already ended.")
	}
	n, refused := sentMaintenance(c, m)
	if refused != nil {
		return 0, nil, refused
	}
	m.Start, m.End, m.Description, m.Services = n.Start, n.End, n.Description, n.Services
	return http.StatusOK, rest.Object{"maintenance_window": maintenanceJSON(c, m)}, nil
}

// deleteMaintenance is DELETE /maintenance_windows/{id}: one that is to come
// goes, one that is open ends, and one that is over stays.
func deleteMaintenance(c *rest.Call) (int, any, *rest.Refusal) {
	m, refused := changeableMaintenance(c)
	if refused != nil {
		return 0, nil, refused
	}
	switch m.State(c.Now) {
	case "past":
		return 0, nil, &rest.Refusal{
			Status:  http.StatusMethodNotAllowed,
			Message: "The maintenance window has already ended.",
		}
	case "ongoing":
		m.End = c.Now
	default:
		isThis := func(other *account.MaintenanceWindow) bool { return other == m }
		c.Account.MaintenanceWindows = slices.DeleteFunc(c.Account.MaintenanceWindows, isThis)
	}
	return http.StatusNoContent, nil, nil
}

func maintenanceJSON(c *rest.Call, m *account.MaintenanceWindow) rest.Object {
	o := rest.Reference(c.State, "maintenance_window", m.ID, m.Description, "maintenance_windows")
	services, teams := []rest.Object{}, []*account.Team{}
	for _, v := range m.VisibleTo(c.Me) {
		services = append(services, rest.ServiceRef(c.State, v))
		for _, t := range v.Teams {
			if !slices.Contains(teams, t) {
				teams = append(teams, t)
			}
		}
	}
	o["type"] = "maintenance_window"
	o["sequence_number"] = m.Number
	o["description"] = m.Description
	o["created_by"] = rest.UserRef(c.State, m.By)
	o["start_time"] = rest.Zoned(m.Start)
	o["end_time"] = rest.Zoned(m.End)
	o["services"] = services
	o["teams"] = rest.TeamRefs(c.State, teams)
	return o
}
