package incident

import (
	"context"
	"slices"
)

// ChooseResolveOnSolve remembers that an agent wants an incident resolved when
// they solve the ticket. The agent must see it, and it must be the ticket's: the
// page names an id, and that proves neither.
func ChooseResolveOnSolve(ctx context.Context, pd interface {
	Finder
	One
}, links Links, l Link) error {
	in, err := pd.Incident(ctx, l.IncidentID)
	if err != nil {
		return err
	}
	l.IncidentID = in.ID
	belongs, err := belongs(ctx, pd, links, l, in)
	if err != nil {
		return err
	}
	if !belongs {
		return NotOfTicket
	}
	return links.ResolveOnSolve(ctx, l, MaxLinks)
}

// belongs says whether an incident is the ticket's: by its key, by a link, or by
// the key of its alert, which PagerDuty's search alone knows.
func belongs(ctx context.Context, pd Finder, links Links, l Link, in Incident) (bool, error) {
	if in.Key == l.Ticket.Key() {
		return true, nil
	}
	holds, err := links.Holds(ctx, l.Ticket, l.AccountID)
	if err != nil || slices.Contains(linkedIDs(holds), in.ID) {
		return err == nil, err
	}
	found, _, err := pd.IncidentsByKey(ctx, l.Ticket.Key())
	return slices.ContainsFunc(found, func(f Incident) bool { return f.ID == in.ID }), err
}

// Chose returns [NotChosen] unless a user's choice is that the incident is to be
// resolved when they solve the ticket.
func Chose(ctx context.Context, links Links, l Link) error {
	holds, err := links.Holds(ctx, l.Ticket, l.AccountID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(holds, func(h Hold) bool { return h.IncidentID == l.IncidentID && h.OnSolve == l.UserID }) {
		return nil
	}
	return NotChosen
}
