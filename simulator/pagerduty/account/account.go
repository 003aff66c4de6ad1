package account

import (
	"fmt"
	"strings"
)

// Region is one of PagerDuty's, with hosts of its own for REST and Events.
type Region struct {
	Name    string // "us", "eu": the listener's name
	APIBase string // of the REST API
	Claim   string // in ID tokens
	Prefix  string // of tokens
}

// Account is one account of PagerDuty, in one region. Names within it are
// unique for services and priorities.
type Account struct {
	ID, Subdomain      string
	Region             *Region
	People             []*Person
	Teams              []*Team
	Policies           []*Policy
	Services           []*Service
	Priorities         []*Priority
	Fields             []*CustomField
	Workflows          []*Workflow
	MaintenanceWindows []*MaintenanceWindow
	Orchestration      *Orchestration // nil without one
	Incidents          []*Incident    // by number
}

// Service finds a service by its id; nil for none, as for all below.
func (a *Account) Service(id string) *Service {
	return Find(a.Services, func(s *Service) bool { return s.ID == id })
}

// ServiceNamed finds a service by its whole name.
func (a *Account) ServiceNamed(name string) *Service {
	return Find(a.Services, func(s *Service) bool { return s.Name == name })
}

// Policy finds an escalation policy by its id.
func (a *Account) Policy(id string) *Policy {
	return Find(a.Policies, func(p *Policy) bool { return p.ID == id })
}

// Priority finds a priority by its id.
func (a *Account) Priority(id string) *Priority {
	return Find(a.Priorities, func(p *Priority) bool { return p.ID == id })
}

// PriorityNamed finds a priority by its name, such as "P1".
func (a *Account) PriorityNamed(name string) *Priority {
	return Find(a.Priorities, func(p *Priority) bool { return p.Name == name })
}

// Team finds a team by its id.
func (a *Account) Team(id string) *Team {
	return Find(a.Teams, func(t *Team) bool { return t.ID == id })
}

// User finds a person by their id.
func (a *Account) User(id string) *Person {
	return Find(a.People, func(p *Person) bool { return p.ID == id })
}

// UserByEmail finds a person by their address, whatever its case.
func (a *Account) UserByEmail(email string) *Person {
	return Find(a.People, func(p *Person) bool { return strings.EqualFold(p.Email, email) })
}

// Incident finds one by id or by number.
func (a *Account) Incident(idOrNumber string) *Incident {
	return Find(a.Incidents, func(i *Incident) bool { return i.ID == idOrNumber || fmt.Sprint(i.Number) == idOrNumber })
}
