package rest

import (
	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// Named is how a request names another thing.
type Named struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Name string `json:"name"`
}

// Reference is how answers name a thing. path is the collection's, for self
// and html_url.
func Reference(s *state.State, kind, id, summary, path string) Object {
	return Object{
		"id":       id,
		"type":     kind + "_reference",
		"summary":  summary,
		"self":     SelfBase(s) + "/" + path + "/" + id,
		"html_url": s.Store.Web + "/" + path + "/" + id,
	}
}

// SelfBase is the US base in every region: nobody should build on self.
func SelfBase(s *state.State) string { return s.URL }

// UserRef is a reference to a person.
func UserRef(s *state.State, p *account.Person) Object {
	return Reference(s, "user", p.ID, p.Name, "users")
}

// ServiceRef is a reference to a service.
func ServiceRef(s *state.State, v *account.Service) Object {
	return Reference(s, "service", v.ID, v.Name, "services")
}

// PolicyRef is a reference to an escalation policy.
func PolicyRef(s *state.State, p *account.Policy) Object {
	return Reference(s, "escalation_policy", p.ID, p.Name, "escalation_policies")
}

// TeamRefs are references to teams.
func TeamRefs(s *state.State, teams []*account.Team) []Object {
	refs := []Object{}
	for _, t := range teams {
		refs = append(refs, Reference(s, "team", t.ID, t.Name, "teams"))
	}
	return refs
}

// AgentRef is a reference to who did something: a person or a service.
func AgentRef(s *state.State, a account.Agent) Object {
	if a.Person != nil {
		return UserRef(s, a.Person)
	}
	return ServiceRef(s, a.Service)
}

// UserRefs are references to people.
func UserRefs(s *state.State, people []*account.Person) []Object {
	refs := []Object{}
	for _, p := range people {
		refs = append(refs, UserRef(s, p))
	}
	return refs
}
