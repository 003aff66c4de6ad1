package incident

import (
	"cmp"
	"context"
	"slices"
)

// Finder looks incidents up with one agent's token.
type Finder interface {
	// IncidentsByKey finds those whose key, or whose alert's key, it is, of
	// all statuses and times. more says that there are others.
	IncidentsByKey(ctx context.Context, key string) (list []Incident, more bool, err error)
}

// List is a ticket's incidents as this agent may see them.
type List struct {
	Incidents []Incident // open first, newest first
	More      bool       // there are older ones that were not fetched
}

// ForTicket finds a ticket's incidents: those created from the sidebar, whose
// key it is, and those raised by ticket events, whose alert's key it is.
// Several for one ticket are normal.
func ForTicket(ctx context.Context, pd Finder, t Ticket) (List, error) {
	found, more, err := pd.IncidentsByKey(ctx, t.Key())
	if err != nil {
		return List{}, err
	}
	slices.SortStableFunc(found, func(a, b Incident) int {
		return cmp.Or(cmp.Compare(rank(a.Status), rank(b.Status)), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.Number, a.Number))
	})
	return List{Incidents: found, More: more}, nil
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
