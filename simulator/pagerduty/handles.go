package pagerduty

import (
	"fmt"
	"slices"
)

// What a test reads and makes without the browser's dance. People are named by
// their login ("jane"), services by their name.

// MintGrant is a login without a browser: a new family of tokens for a person.
func (s *Simulator) MintGrant(login string, scopes ...string) MintedGrant {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.identity.mint(s.mustPerson(login), scopes)
}

// MintToken is the pair of tokens of a [Simulator.MintGrant].
func (s *Simulator) MintToken(login string, scopes ...string) (access, refresh string) {
	g := s.MintGrant(login, scopes...)
	return g.Access, g.Refresh
}

// ExpireAccessTokens ends all access tokens; refresh tokens go on.
func (s *Simulator) ExpireAccessTokens() {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.identity.expireAccess()
}

// RevokePerson ends everything that a person granted, as an admin may.
func (s *Simulator) RevokePerson(login string) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.identity.revokeAll(s.mustPerson(login))
}

// LiveGrants counts the logins of a person that still work: whose family has a
// refresh token that was not used or revoked.
func (s *Simulator) LiveGrants(login string) int {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.identity.liveFamilies(s.mustPerson(login))
}

func (s *Simulator) mustPerson(login string) *person {
	p := s.state.world.person(login)
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
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	v := s.mustService(name)
	info := ServiceInfo{ID: v.id, Name: v.name, Status: v.statusAt(s.Clock.Now()), Key: v.key(), Integrations: []IntegrationInfo{}}
	for _, i := range v.integrations {
		in := IntegrationInfo{ID: i.id, Type: i.kind, Name: i.name, Key: i.key}
		if i.vendor != nil {
			in.Vendor = i.vendor.name
		}
		info.Integrations = append(info.Integrations, in)
	}
	return info
}

// SetServiceStatus changes the status that one of acme's services has outside of
// maintenance windows.
func (s *Simulator) SetServiceStatus(name, status string) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.mustService(name).status = status
}

func (s *Simulator) mustService(name string) *service {
	v := s.state.world.account("acme").serviceNamed(name)
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
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	var all []PersonInfo
	for _, a := range s.state.world.accounts {
		for _, p := range a.people {
			all = append(all, PersonInfo{p.login, p.id, p.name, p.email, p.role, a.subdomain})
		}
	}
	return all
}

// Rename changes a person's name.
func (s *Simulator) Rename(login, name string) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.mustPerson(login).name = name
}

// RenameService changes the name of one of acme's services.
func (s *Simulator) RenameService(name, to string) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.mustService(name).name = to
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
		if !slices.ContainsFunc([]string{"/oauth/", "/login", "/global/", "/sso", "/web/"}, func(p string) bool { return len(e.Path) >= len(p) && e.Path[:len(p)] == p }) {
			paths = append(paths, e.Method+" "+e.Path)
		}
	}
	return paths
}
