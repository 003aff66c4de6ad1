package account

import (
	"slices"
	"time"
)

// MaintenanceWindow is a window of time in which nothing new happens on its services.
type MaintenanceWindow struct {
	ID, Description string
	Number          int
	Start, End      time.Time
	Services        []*Service
	By              *Person
}

// Open reports whether the window has begun and has not ended.
func (m *MaintenanceWindow) Open(at time.Time) bool { return !at.Before(m.Start) && at.Before(m.End) }

// State is a window's as the filter of GET /maintenance_windows names it.
func (m *MaintenanceWindow) State(at time.Time) string {
	switch {
	case at.Before(m.Start):
		return "future"
	case m.Open(at):
		return "ongoing"
	}
	return "past"
}

// AddMaintenance adds a window to an account. It counts from start to end,
// without a further call.
func (w *Store) AddMaintenance(
	a *Account, by *Person, start, end time.Time, description string, services ...*Service,
) *MaintenanceWindow {
	m := &MaintenanceWindow{
		ID:          w.MakeID('P', "maintenance "+a.ID),
		Number:      w.Made["maintenance "+a.ID],
		Description: description,
		Start:       start,
		End:         end,
		Services:    services,
		By:          by,
	}
	a.MaintenanceWindows = append(a.MaintenanceWindows, m)
	return m
}

// VisibleTo are the services of a window that a person sees.
func (m *MaintenanceWindow) VisibleTo(p *Person) []*Service {
	return slices.DeleteFunc(slices.Clone(m.Services), func(v *Service) bool { return !p.Sees(v.Teams) })
}
