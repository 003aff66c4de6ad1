package account

import "slices"

// Roles as the REST API spells them (Knowledge Base, "Advanced permissions"):
// owner, admin; user is a Manager, limited_user a Responder, read_only_user a
// Full and read_only_limited_user a Limited Stakeholder.

func (p *Person) admin() bool { return p.Role == "owner" || p.Role == "admin" }

func (p *Person) in(teams []*Team) bool {
	return slices.ContainsFunc(teams, func(t *Team) bool { return t.Has(p) })
}

// Sees reports whether a person sees things of these teams. A private team's
// things are hidden from everybody outside of it but admins.
func (p *Person) Sees(teams []*Team) bool {
	switch {
	case p.admin():
		return true
	case p.Role == "read_only_limited_user":
		return false
	case p.Role == "restricted_access":
		return p.in(teams)
	}
	public := len(teams) == 0 || slices.ContainsFunc(teams, func(t *Team) bool { return !t.Private })
	return public || p.in(teams)
}

// Manages reports whether a person may change how a service is set up: managers
// of the account, and of one of its teams whatever their base role (Knowledge
// Base, "Advanced permissions").
func (p *Person) Manages(s *Service) bool {
	switch {
	case p.admin():
		return true
	case !p.Triggers(), !p.Sees(s.Teams): // no stakeholder is given a team role
		return false
	}
	return p.Role == "user" || slices.ContainsFunc(s.Teams, func(t *Team) bool { return t.managedBy(p) })
}

// Lists reports whether an incident is in a person's lists: by the teams that
// its service had when it was triggered, or because it is assigned to them.
func (p *Person) Lists(i *Incident) bool { return i.assignedTo(p) || p.Sees(i.Teams) }

// Opens reports whether its details are given as well: an incident of a service
// that went into a private team later is still listed for outsiders, and
// refused (Knowledge Base, "Teams").
func (p *Person) Opens(i *Incident) bool {
	return i.assignedTo(p) || p.Sees(i.Teams) && p.Sees(i.Service.Teams)
}

// Responds reports whether a person may acknowledge, resolve, change and note.
func (p *Person) Responds(i *Incident) bool {
	switch p.Role {
	case "owner", "admin", "user", "limited_user":
		return p.Opens(i)
	case "observer", "restricted_access":
		return i.assignedTo(p)
	}
	return false
}

// Annotates reports whether a person may add a note. Whether an observer may
// everywhere depends on an object role, for which a setting stands.
func (p *Person) Annotates(i *Incident, observers bool) bool {
	return p.Responds(i) || observers && p.Role == "observer" && p.Opens(i)
}

// Triggers reports whether a person may create incidents at all.
func (p *Person) Triggers() bool {
	return p.Role != "read_only_user" && p.Role != "read_only_limited_user"
}

// TriggersOn reports whether a person may create incidents on this service:
// observers only for teams that they belong to.
func (p *Person) TriggersOn(s *Service) bool {
	switch p.Role {
	case "owner", "admin", "user", "limited_user":
		return p.Sees(s.Teams)
	case "observer", "restricted_access":
		return p.in(s.Teams)
	}
	return false
}
