package pagerduty

import (
	"fmt"
	"slices"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
)

// What a test reads and makes without the browser's dance. People are named by
// their login ("jane"), services by their name.

// MintGrant is a login without a browser: a new family of tokens for a person.
func (s *Simulator) MintGrant(login string, scopes ...string) MintedGrant {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	return s.identity.Mint(s.mustPerson(login), scopes)
}

// MintToken is the pair of tokens of a [Simulator.MintGrant].
func (s *Simulator) MintToken(login string, scopes ...string) (access, refresh string) {
	g := s.MintGrant(login, scopes...)
	return g.Access, g.Refresh
}

// ExpireAccessTokens ends all access tokens; refresh tokens go on.
func (s *Simulator) ExpireAccessTokens() {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.identity.ExpireAccess()
}

// RevokePerson ends everything that a person granted, as an admin may.
func (s *Simulator) RevokePerson(login string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.identity.RevokeAll(s.mustPerson(login))
}

// LiveGrants counts the logins of a person that still work: whose family has a
// refresh token that was not used or revoked.
func (s *Simulator) LiveGrants(login string) int {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	return s.identity.LiveFamilies(s.mustPerson(login))
}

func (s *Simulator) mustPerson(login string) *account.Person {
	p := s.state.Store.Person(login)
	if p == nil {
		panic(fmt.Sprintf("simulator: nobody has the login %q", login))
	}
	return p
}

// ServiceInfo is a service as a test looks at it.
type ServiceInfo struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
	// Key is that of its first Events API v2 integration, if it has one.
	Key          string            `json:"key"`
	Integrations []IntegrationInfo `json:"integrations"`
}

// IntegrationInfo is an integration as a test looks at it.
type IntegrationInfo struct {
	ID     string `json:"id"`
	Type   string `json:"type"`
	Name   string `json:"name"`
	Key    string `json:"key"`    // empty for mail
	Vendor string `json:"vendor"` // its name
}

// Service finds one of acme's by name.
func (s *Simulator) Service(name string) ServiceInfo {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	v := s.mustService(name)
	info := ServiceInfo{
		ID:           v.ID,
		Name:         v.Name,
		Status:       v.StatusAt(s.Clock.Now()),
		Key:          v.EventsKey(),
		Integrations: []IntegrationInfo{},
	}
	for _, i := range v.Integrations {
		in := IntegrationInfo{ID: i.ID, Type: i.Kind, Name: i.Name, Key: i.Key}
		if i.Vendor != nil {
			in.Vendor = i.Vendor.Name
		}
		info.Integrations = append(info.Integrations, in)
	}
	return info
}

// SetServiceStatus changes the status that one of acme's services has outside of
// maintenance windows.
func (s *Simulator) SetServiceStatus(name, status string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.mustService(name).Status = status
}

func (s *Simulator) mustService(name string) *account.Service {
	v := s.state.Store.Account("acme").ServiceNamed(name)
	if v == nil {
		panic(fmt.Sprintf("simulator: acme has no service %q", name))
	}
	return v
}

// PersonInfo is a person as a test looks at them.
type PersonInfo struct {
	Login   string `json:"login"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Role    string `json:"role"`
	Account string `json:"account"`
}

// People are everybody, of both accounts.
func (s *Simulator) People() []PersonInfo {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	var all []PersonInfo
	for _, a := range s.state.Store.Accounts {
		for _, p := range a.People {
			all = append(all, PersonInfo{p.Login, p.ID, p.Name, p.Email, p.Role, a.Subdomain})
		}
	}
	return all
}

// Rename changes a person's name.
func (s *Simulator) Rename(login, name string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.mustPerson(login).Name = name
}

// SetRole gives a person another base role.
func (s *Simulator) SetRole(login, role string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.mustPerson(login).Role = role
}

// RenameService changes the name of one of acme's services.
func (s *Simulator) RenameService(name, to string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.mustService(name).Name = to
}

// Calls counts the finished requests with a method and a path, for tests of how
// much is asked.
func (s *Simulator) Calls(method, path string) int {
	n := 0
	for _, e := range s.History() {
		if e.Method == method && e.Path == path {
			n++
		}
	}
	return n
}

// Paths lists method and path of the REST requests so far, identity's left out.
func (s *Simulator) Paths() []string {
	var paths []string
	for _, e := range s.History() {
		if !slices.ContainsFunc([]string{"/oauth/", "/login", "/global/", "/sso", "/web/"}, func(p string) bool {
			return len(e.Path) >= len(p) && e.Path[:len(p)] == p
		}) {
			paths = append(paths, e.Method+" "+e.Path)
		}
	}
	return paths
}

// RotateKeys replaces the key that signs ID tokens; the old one leaves the
// JWKS at once.
func (s *Simulator) RotateKeys() {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.identity.RotateKeys()
}

// StartMaintenance opens a window for one of acme's services now, as its owner
// may, and gives the window's id. It ends by itself after d of the simulator's
// clock.
func (s *Simulator) StartMaintenance(name string, d time.Duration) string {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	if d <= 0 {
		panic("simulator: a maintenance window needs a time that it is open for")
	}
	v, now := s.mustService(name), s.Clock.Now()
	return s.state.Store.AddMaintenance(v.Account, s.mustPerson("ana"), now, now.Add(d), "Maintenance of "+name, v).ID
}

// EndMaintenance ends all open windows of one of acme's services. A status that
// [Simulator.SetServiceStatus] gave it stays.
func (s *Simulator) EndMaintenance(name string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	v, now := s.mustService(name), s.Clock.Now()
	for _, m := range v.Account.MaintenanceWindows {
		if m.Open(now) && slices.Contains(m.Services, v) {
			m.End = now
		}
	}
}

// OrchestrationInfo is an account's Global Orchestration as a test looks at it.
type OrchestrationInfo struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Key     string     `json:"key"`
	Rules   []RuleInfo `json:"rules"`
	Default string     `json:"default"` // a service's name
}

// RuleInfo is one of its rules: the first that fits an event names the service.
type RuleInfo struct {
	Field   string `json:"field"`
	Value   string `json:"value"`
	Service string `json:"service"` // its name
}

// Orchestration is acme's.
func (s *Simulator) Orchestration() OrchestrationInfo {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	o := s.state.Store.Account("acme").Orchestration
	info := OrchestrationInfo{ID: o.ID, Name: o.Name, Key: o.Key, Default: o.Fallback.Name}
	for _, r := range o.Rules {
		info.Rules = append(info.Rules, RuleInfo{r.Field, r.Value, r.Service.Name})
	}
	return info
}
