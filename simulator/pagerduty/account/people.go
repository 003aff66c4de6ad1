package account

import "slices"

// Person is a user of an account. Login names them in tests and on the
// simulated login page; Role is as the REST API spells it.
type Person struct {
	Login, ID, Name, Email, Role string
	Account                      *Account
}

// Team is a team of an account. Things of a private one are hidden from
// outsiders.
type Team struct {
	ID, Name string
	Private  bool
	Members  []Member
}

// Member is a person in a team, with their role there: "manager", "responder"
// or "observer".
type Member struct {
	Person *Person
	Role   string
}

// People are the members, without their roles.
func (t *Team) People() (all []*Person) {
	for _, m := range t.Members {
		all = append(all, m.Person)
	}
	return all
}

// Names joins the names of people with commas.
func Names(people []*Person) (text string) {
	for n, p := range people {
		if n > 0 {
			text += ", "
		}
		text += p.Name
	}
	return text
}

func (t *Team) managedBy(p *Person) bool {
	return slices.ContainsFunc(t.Members, func(m Member) bool { return m.Person == p && m.Role == "manager" })
}

// Has reports whether a person is a member.
func (t *Team) Has(p *Person) bool {
	return slices.ContainsFunc(t.Members, func(m Member) bool { return m.Person == p })
}
