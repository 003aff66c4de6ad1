package account

// Policy is an escalation policy. Its levels are tried from the first on.
type Policy struct {
	ID, Name string
	Teams    []*Team
	Levels   []Level // none if nobody is on call
	Services []*Service
}

// Level is a step of a policy: whom it pages, and whether a schedule says so.
type Level struct {
	People   []*Person // all of them are paged at once
	Schedule string    // its name; empty where the policy names the people itself
}
