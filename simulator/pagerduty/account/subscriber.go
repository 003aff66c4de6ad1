package account

// Subscriber gets an incident's status updates: a person, or a team's members.
type Subscriber struct {
	Person *Person
	Team   *Team
}
