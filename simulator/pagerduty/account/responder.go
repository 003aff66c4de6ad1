package account

import (
	"slices"
	"time"
)

// Responder is somebody who was asked to help, in the state that they are in:
// pending, joined, declined or user_cancelled.
type Responder struct {
	Person, Requester *Person
	State, Message    string
	At, Updated       time.Time
	Policies          []*Policy // through which they were asked
}

// ResponderRequest is one request for help with an incident.
type ResponderRequest struct {
	ID, Message string
	Requester   *Person
	At          time.Time
	Targets     []Target
}

// Target is a person, or a policy whose first level is asked.
type Target struct {
	Person *Person
	Policy *Policy
}

// People are whom a target stands for.
func (t Target) People() []*Person {
	switch {
	case t.Person != nil:
		return []*Person{t.Person}
	case len(t.Policy.Levels) > 0:
		return t.Policy.Levels[0].People
	}
	return nil
}

// RequestResponders asks people to help with an incident. Who was asked
// before is asked again.
func (w *Store) RequestResponders(
	i *Incident, at time.Time, by *Person, message string, targets ...Target,
) *ResponderRequest {
	r := &ResponderRequest{
		ID:        w.MakeID('P', "responder request"),
		Message:   message,
		Requester: by,
		At:        at,
		Targets:   targets,
	}
	i.Requests = append(i.Requests, r)
	i.Updated = at
	// A kind that is seen in the wild and not in the description.
	e := w.Log(i, at, Agent{Person: by}, "responder_request", by.Name+" asked for responders: ")
	for n, t := range targets {
		if n > 0 {
			e.Summary += ", "
		}
		if t.Policy != nil {
			e.Summary += t.Policy.Name
		} else {
			e.Summary += t.Person.Name
		}
		for _, p := range t.People() {
			w.ask(i, at, by, p, message, t.Policy)
		}
	}
	return r
}

// cancelled is the state of a responder whose request was taken back.
const cancelled = "user_cancelled"

// CancelRequest takes the request to a target back, and says what became of it:
// "cancelled", "joined" and "declined" where it was answered before, or
// "not_found" where no request names the target, or it was cancelled before
// (API reference, "Cancel responder requests for an incident"). Who was asked
// through a policy alone is no target.
func (w *Store) CancelRequest(i *Incident, at time.Time, by Agent, t Target) (result string) {
	named := slices.ContainsFunc(i.Requests, func(r *ResponderRequest) bool { return slices.Contains(r.Targets, t) })
	result = "not_found"
	if !named {
		return result
	}
	for _, r := range i.Responders {
		switch {
		case t.Person != nil && r.Person != t.Person, t.Policy != nil && !slices.Contains(r.Policies, t.Policy):
			continue
		case r.State == "pending":
			r.State, r.Updated, i.Updated = cancelled, at, at
			w.Log(i, at, by, "responder_request", by.name()+" cancelled the request to "+r.Person.Name)
			result = "cancelled"
		case r.State != cancelled && result == "not_found":
			result = r.State
		}
	}
	return result
}

func (w *Store) ask(i *Incident, at time.Time, by, who *Person, message string, through *Policy) {
	r := Find(i.Responders, func(r *Responder) bool { return r.Person == who })
	if r == nil {
		r = &Responder{Person: who, At: at, State: "pending"}
		i.Responders = append(i.Responders, r)
	}
	if r.State == cancelled {
		r.State = "pending" // asked anew
	}
	r.Requester, r.Message, r.Updated = by, message, at
	if through != nil && !slices.Contains(r.Policies, through) {
		r.Policies = append(r.Policies, through)
	}
	if who != by {
		w.notify(i, at, who)
	}
}
