package account

import "time"

// StatusUpdate is a message to the subscribers of an incident.
type StatusUpdate struct {
	ID, Message, Subject, HTML string
	By                         *Person
	At                         time.Time
}

// AddStatusUpdate sends a message to the subscribers of an incident; here
// nobody gets it, and only the timeline shows it.
func (w *Store) AddStatusUpdate(i *Incident, at time.Time, by *Person, message string) *StatusUpdate {
	u := &StatusUpdate{ID: w.MakeID('P', "status update"), Message: message, By: by, At: at}
	i.Updates = append(i.Updates, u)
	i.Updated = at
	// A kind that is seen in the wild and not in the description.
	w.Log(i, at, Agent{Person: by}, "status_update", "Status update by "+by.Name+": "+message)
	return u
}
