package tickets

import "time"

// Rules run on every ticket that is created or changed.
type Rules interface {
	// Fire runs the rules over a ticket, which they may change. The store is
	// locked.
	Fire(t *Ticket, e Event, now time.Time)
	// Outbox takes what rules want to send. The store is locked when it is
	// called, and free when the result is.
	Outbox() (send func())
}

// Event is an update of a ticket that rules look at.
type Event struct {
	Before  Ticket // the zero ticket at a creation
	Created bool
	By      Writer
	Comment *Comment // that the update added
}
