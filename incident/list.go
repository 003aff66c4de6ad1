package incident

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// Finder looks incidents up with one agent's token.
type Finder interface {
	// IncidentsByKey finds those whose key, or whose alert's key, it is, of
	// all statuses and times. more says that there are others.
	IncidentsByKey(ctx context.Context, key string) (list []Incident, more bool, err error)
}

// Held is an incident of a ticket.
type Held struct {
	Incident
	Linked bool // by a stored link, not by its key
	Others int  // other tickets of the Zendesk account that are linked to it
}

// List is a ticket's incidents as this agent may see them.
type List struct {
	Incidents []Held // open first, newest first
	More      bool   // there are older ones that were not fetched
	// Hidden are linked incidents that the agent has no access to.
	Hidden int
	// Missing are linked incidents that could not be read this time, and Err
	// is why.
	Missing int
	Err     error
}

// ForTicket finds a ticket's incidents: those created from the sidebar, whose
// key it is, those raised by ticket events, whose alert's key it is, and the
// linked ones. Several for one ticket are normal. It asks PagerDuty once, and
// once more for each link, at the same time.
func ForTicket(ctx context.Context, pd interface {
	Finder
	One
}, links Links, t Ticket, accountID string) (List, error) {
	linked := make(chan []linkedIncident, 1)
	var linksErr error
	go func() {
		ids, err := links.Linked(ctx, t, accountID)
		linksErr = err
		linked <- fetchLinked(ctx, pd, ids)
	}()
	found, more, err := pd.IncidentsByKey(ctx, t.Key())
	extra := <-linked
	if err = cmp.Or(err, linksErr); err != nil {
		return List{}, err
	}
	list := List{More: more}
	ids := make([]string, 0, len(found))
	add := func(in Incident, linked bool) {
		if !slices.Contains(ids, in.ID) {
			ids = append(ids, in.ID)
			list.Incidents = append(list.Incidents, Held{Incident: in, Linked: linked})
		}
	}
	for _, in := range found {
		add(in, false)
	}
	for _, l := range extra {
		switch {
		case l.err == nil:
			add(l.in, true)
		case errors.Is(l.err, Unauthorized):
			return List{}, l.err
		case errors.Is(l.err, NoAccess), errors.Is(l.err, Forbidden):
			list.Hidden++
		default:
			list.Missing++
			list.Err = l.err
		}
	}
	if len(ids) > 0 {
		counts, err := links.OtherTickets(ctx, t, accountID, ids)
		if err != nil {
			return List{}, err
		}
		for i, h := range list.Incidents {
			list.Incidents[i].Others = others(h.Incident, t, counts[h.ID])
		}
	}
	list.sort()
	return list, nil
}

// HeldBy says how a ticket holds an incident that was just read.
func HeldBy(ctx context.Context, links Links, t Ticket, accountID string, in Incident) (Held, error) {
	linked, err := links.Linked(ctx, t, accountID)
	if err != nil {
		return Held{}, err
	}
	counts, err := links.OtherTickets(ctx, t, accountID, []string{in.ID})
	if err != nil {
		return Held{}, err
	}
	return Held{in, in.Key != t.Key() && slices.Contains(linked, in.ID), others(in, t, counts[in.ID])}, nil
}

func (l List) sort() {
	slices.SortStableFunc(l.Incidents, func(a, b Held) int {
		return cmp.Or(cmp.Compare(rank(a.Status), rank(b.Status)), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.Number, a.Number))
	})
}

func rank(s Status) int {
	switch s {
	case Triggered:
		return 0
	case Acknowledged:
		return 1
	case Resolved:
		return 3
	}
	return 2 // a status that PagerDuty may add one day: not known to be over
}
