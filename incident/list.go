package incident

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
)

// Finder looks incidents up with one agent's token.
type Finder interface {
	// IncidentsByKey finds those whose key, or whose alert's key, it is, of
	// all statuses and times. more says that there are others.
	IncidentsByKey(ctx context.Context, key string) (list []Incident, more bool, err error)
}

// TicketIncident is an incident with how it belongs to a ticket.
type TicketIncident struct {
	Incident
	Linked  bool   // by a stored link, not by its key
	Made    bool   // created from the sidebar
	OnSolve string // the Zendesk user with whose solving it is to be resolved
	Others  int    // other tickets of the Zendesk account that are linked to it
	From    Ticket // the ticket that it comes from, where that is another one
}

// List is a ticket's incidents as this agent may see them.
type List struct {
	Incidents []TicketIncident // open first, newest first
	More      bool             // there are older ones that were not fetched
	// Hidden are linked incidents that the agent has no access to.
	Hidden int
	// Missing are linked incidents that could not be read this time, and Err
	// is why.
	Missing int
	Err     error
	// Unseen are incidents made from the sidebar that this agent's list lacks:
	// an empty list of theirs proves nothing.
	Unseen int
}

// AllOver says that every incident made from the sidebar for the ticket was
// read by this agent, and is resolved. Without any it is false.
func (l List) AllOver() bool {
	made := false
	for _, h := range l.Incidents {
		if !h.Made {
			continue
		}
		if h.Status != Resolved {
			return false
		}
		made = true
	}
	return made && l.Unseen == 0
}

// ForTicket finds a ticket's incidents: those created from the sidebar, whose
// key it is, those raised by ticket events, whose alert's key it is, and the
// linked ones. Several for one ticket are normal. It asks PagerDuty once, and
// once more for each link, at the same time. stored is of the account's, and of
// this moment.
func ForTicket(ctx context.Context, pd interface {
	Finder
	Getter
}, links Links, t Ticket, accountID string, stored Stored) (List, error) {
	linked := fetchLinked(ctx, pd, linkedIDs(stored.Links))
	found, more, err := pd.IncidentsByKey(ctx, t.Key())
	extra := linked()
	if err != nil {
		return List{}, err
	}
	list := List{More: more}
	ids := make([]string, 0, len(found))
	add := func(in Incident, linked bool) {
		if !slices.Contains(ids, in.ID) {
			ids = append(ids, in.ID)
			list.Incidents = append(list.Incidents, ticketIncident(in, t, stored.Links, linked))
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
	for _, l := range stored.Links {
		if l.Made && !slices.Contains(ids, l.IncidentID) {
			list.Unseen++
		}
	}
	var counts map[string]int
	if len(ids) > 0 && !stored.Unshared {
		if counts, err = links.OtherTickets(ctx, t, accountID, ids); err != nil {
			return List{}, err
		}
	}
	for i, h := range list.Incidents {
		list.Incidents[i].Others = others(h.Incident, t, counts[h.ID])
	}
	list.sort()
	return list, nil
}

// WithRelated adds the incidents of other tickets: those that this one was merged
// from or follows up. One call for each, all at once; what cannot be read is
// missing and nothing else.
func WithRelated(ctx context.Context, pd Finder, list List, tickets []Ticket) List {
	found := make([][]Incident, len(tickets))
	errs := make([]error, len(tickets))
	var group sync.WaitGroup
	for i, t := range tickets {
		group.Go(func() { found[i], _, errs[i] = pd.IncidentsByKey(ctx, t.Key()) })
	}
	group.Wait()
	for i, t := range tickets {
		if errs[i] != nil {
			list.Missing++
			list.Err = errs[i]
			continue
		}
		for _, in := range found[i] {
			if !slices.ContainsFunc(list.Incidents, func(h TicketIncident) bool { return h.ID == in.ID }) {
				list.Incidents = append(list.Incidents, TicketIncident{Incident: in, From: t})
			}
		}
	}
	list.sort()
	return list
}

// TicketIncidentOf says how an incident that was just read belongs to a ticket.
func TicketIncidentOf(ctx context.Context, links Links, t Ticket, accountID string, in Incident) (TicketIncident, error) {
	stored, err := links.TicketLinks(ctx, t, accountID)
	if err != nil {
		return TicketIncident{}, err
	}
	counts, err := links.OtherTickets(ctx, t, accountID, []string{in.ID})
	if err != nil {
		return TicketIncident{}, err
	}
	found := ticketIncident(in, t, stored, in.Key != t.Key() && slices.Contains(linkedIDs(stored), in.ID))
	found.Others = others(in, t, counts[in.ID])
	return found, nil
}

// ticketIncident adds what is stored about an incident. One whose own key is the ticket's
// was made from the sidebar, whoever remembers it: events leave the key on an
// alert.
func ticketIncident(in Incident, t Ticket, links []TicketLink, linked bool) TicketIncident {
	found := TicketIncident{Incident: in, Linked: linked, Made: in.Key == t.Key()}
	for _, l := range links {
		if l.IncidentID == in.ID {
			found.Made, found.OnSolve = found.Made || l.Made, l.OnSolve
		}
	}
	return found
}

func linkedIDs(links []TicketLink) (ids []string) {
	for _, l := range links {
		if l.Linked {
			ids = append(ids, l.IncidentID)
		}
	}
	return ids
}

func (l List) sort() {
	slices.SortStableFunc(l.Incidents, func(a, b TicketIncident) int {
		return cmp.Or(cmp.Compare(rank(a.Status), rank(b.Status)), b.CreatedAt.Compare(a.CreatedAt),
			cmp.Compare(b.Number, a.Number))
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
