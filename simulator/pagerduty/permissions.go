package pagerduty

import "slices"

// Roles as the REST API spells them (Knowledge Base, "Advanced permissions"):
// owner, admin; user is a Manager, limited_user a Responder, read_only_user a
// Full and read_only_limited_user a Limited Stakeholder.

func (p *person) admin() bool { return p.role == "owner" || p.role == "admin" }

func (p *person) in(teams []*team) bool {
	return slices.ContainsFunc(teams, func(t *team) bool { return t.has(p) })
}

// sees reports whether a person sees things of these teams. A private team's
// things are hidden from everybody outside of it but admins.
func (p *person) sees(teams []*team) bool {
	switch {
	case p.admin():
		return true
	case p.role == "read_only_limited_user":
		return false
	case p.role == "restricted_access":
		return p.in(teams)
	}
	public := len(teams) == 0 || slices.ContainsFunc(teams, func(t *team) bool { return !t.private })
	return public || p.in(teams)
}

// manages reports whether a person may change how a service is set up: managers
// of the account, and of one of its teams whatever their base role (Knowledge
// Base, "Advanced permissions").
func (p *person) manages(s *service) bool {
	switch {
	case p.admin():
		return true
	case !p.triggers(), !p.sees(s.teams): // no stakeholder is given a team role
		return false
	}
	return p.role == "user" || slices.ContainsFunc(s.teams, func(t *team) bool { return t.managedBy(p) })
}

// lists reports whether an incident is in a person's lists: by the teams that
// its service had when it was triggered, or because it is assigned to them.
func (p *person) lists(i *incident) bool { return i.assignedTo(p) || p.sees(i.teams) }

// opens reports whether its details are given as well: an incident of a service
// that went into a private team later is still listed for outsiders, and
// refused (Knowledge Base, "Teams").
func (p *person) opens(i *incident) bool {
	return i.assignedTo(p) || p.sees(i.teams) && p.sees(i.service.teams)
}

// responds reports whether a person may acknowledge, resolve, change and note.
func (p *person) responds(i *incident) bool {
	switch p.role {
	case "owner", "admin", "user", "limited_user":
		return p.opens(i)
	case "observer", "restricted_access":
		return i.assignedTo(p)
	}
	return false
}

// annotates reports whether a person may add a note. Whether an observer may
// everywhere depends on an object role, for which a setting stands.
func (p *person) annotates(i *incident, observers bool) bool {
	return p.responds(i) || observers && p.role == "observer" && p.opens(i)
}

// triggers reports whether a person may create incidents at all, and triggersOn
// whether on this service: observers only for teams that they belong to.
func (p *person) triggers() bool {
	return p.role != "read_only_user" && p.role != "read_only_limited_user"
}

func (p *person) triggersOn(s *service) bool {
	switch p.role {
	case "owner", "admin", "user", "limited_user":
		return p.sees(s.teams)
	case "observer", "restricted_access":
		return p.in(s.teams)
	}
	return false
}
