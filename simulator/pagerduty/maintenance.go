package pagerduty

import (
	"slices"
	"strings"
	"time"
)

// maintenance is a window of time in which nothing new happens on its services.
type maintenance struct {
	id, description string
	number          int
	start, end      time.Time
	services        []*service
	by              *person
}

func (m *maintenance) open(at time.Time) bool { return !at.Before(m.start) && at.Before(m.end) }

// state is a window's as the filter of GET /maintenance_windows names it.
func (m *maintenance) state(at time.Time) string {
	switch {
	case at.Before(m.start):
		return "future"
	case m.open(at):
		return "ongoing"
	}
	return "past"
}

// statusAt is a service's status: its own, or maintenance while a window of it
// is open.
func (v *service) statusAt(at time.Time) string {
	if v.status != "disabled" && slices.ContainsFunc(v.account.maintenances, func(m *maintenance) bool {
		return m.open(at) && slices.Contains(m.services, v)
	}) {
		return "maintenance"
	}
	return v.status
}

// closed says whether nothing new happens on a service.
func (v *service) closed(at time.Time) bool {
	status := v.statusAt(at)
	return status == "disabled" || status == "maintenance"
}

func (w *world) maintain(a *account, by *person, start, end time.Time, description string, services ...*service) *maintenance {
	m := &maintenance{
		id: w.makeID('P', "maintenance "+a.id), number: w.made["maintenance "+a.id],
		description: description, start: start, end: end, services: services, by: by,
	}
	a.maintenances = append(a.maintenances, m)
	return m
}

// of are the services of a window that a person sees.
func (m *maintenance) of(p *person) []*service {
	return slices.DeleteFunc(slices.Clone(m.services), func(v *service) bool { return !p.sees(v.teams) })
}

func (m *maintenance) page(p *person) pageData {
	var services []string
	for _, v := range m.of(p) {
		services = append(services, v.name)
	}
	return pageData{Title: "Maintenance", Text: m.description, Facts: [][2]string{
		{"Services", strings.Join(services, ", ")}, {"From", m.start.UTC().Format(time.RFC3339)}, {"To", m.end.UTC().Format(time.RFC3339)},
	}}
}

// StartMaintenance opens a window for one of acme's services now, as its owner
// may, and gives the window's id. It ends by itself after d of the simulator's
// clock.
func (s *Simulator) StartMaintenance(name string, d time.Duration) string {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	if d <= 0 {
		panic("simulator: a maintenance window needs a time that it is open for")
	}
	v, now := s.mustService(name), s.Clock.Now()
	return s.state.world.maintain(v.account, s.mustPerson("ana"), now, now.Add(d), "Maintenance of "+name, v).id
}

// EndMaintenance ends all open windows of one of acme's services. A status that
// [Simulator.SetServiceStatus] gave it stays.
func (s *Simulator) EndMaintenance(name string) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	v, now := s.mustService(name), s.Clock.Now()
	for _, m := range v.account.maintenances {
		if m.open(now) && slices.Contains(m.services, v) {
			m.end = now
		}
	}
}
