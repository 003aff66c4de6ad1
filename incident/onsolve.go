package incident

import (
	"context"
	"slices"
)

// chooseResolveOnSolve remembers that an agent wants an incident resolved when
// they solve the ticket. The agent must see it, and it must be the ticket's: the
// page names an id, and that proves neither.
func chooseResolveOnSolve(ctx context.Context, pd interface {
	Finder
	Getter
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
	return links.ResolveOnSolve(ctx, l)
}

// belongs says whether an incident is the ticket's: by its key, by a link, or by
// the key of its alert, which PagerDuty's search alone knows.
func belongs(ctx context.Context, pd Finder, links Links, l Link, in Incident) (bool, error) {
	if in.Key == l.Ticket.Key() {
		return true, nil
	}
	stored, err := links.TicketLinks(ctx, l.Ticket, l.AccountID)
	if err != nil || slices.Contains(linkedIDs(stored), in.ID) {
		return err == nil, err
	}
	found, _, err := pd.IncidentsByKey(ctx, l.Ticket.Key())
	return slices.ContainsFunc(found, func(f Incident) bool { return f.ID == in.ID }), err
}

// chose returns [NotChosen] unless a user's choice is that the incident is to be
// resolved when they solve the ticket.
func chose(ctx context.Context, links Links, l Link) error {
	stored, err := links.TicketLinks(ctx, l.Ticket, l.AccountID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(stored,
		func(s TicketLink) bool { return s.IncidentID == l.IncidentID && s.OnSolve == l.UserID }) {
		return nil
	}
	return NotChosen
}
