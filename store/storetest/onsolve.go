package storetest

import (
	"fmt"
	"testing"

	"zendesk-pagerduty/incident"
)

// onSolve: the choice is its agent's. Another takes its place by choosing, and
// takes nothing back that is not theirs.
func onSolve(t *testing.T, s Store) {
	ctx, ticket := t.Context(), incident.Ticket{Subdomain: "acme", ID: 1}
	mine := linkOf(1, "PA", "Q1")
	theirs := mine
	theirs.UserID = "9002"
	see := func(want ...incident.TicketLink) {
		t.Helper()
		got, err := s.TicketLinks(ctx, ticket, "PA")
		must(t, err)
		same(t, got, want)
	}
	must(t, s.ResolveOnSolve(ctx, mine))
	see(incident.TicketLink{IncidentID: "Q1", OnSolve: "9001"})
	must(t, s.LeaveOnSolve(ctx, theirs))
	see(incident.TicketLink{IncidentID: "Q1", OnSolve: "9001"})
	must(t, s.ResolveOnSolve(ctx, theirs))
	see(incident.TicketLink{IncidentID: "Q1", OnSolve: "9002"})
	must(t, s.LeaveOnSolve(ctx, mine))
	see(incident.TicketLink{IncidentID: "Q1", OnSolve: "9002"})
	over := mine
	over.UserID = ""
	must(t, s.LeaveOnSolve(ctx, over))
	see()
	// What is unlinked is the ticket's no longer.
	must(t, s.Link(ctx, mine))
	must(t, s.ResolveOnSolve(ctx, mine))
	must(t, s.Unlink(ctx, mine))
	see()
}

func onSolveIsBounded(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddInstallation(ctx, acme))
	for i := range incident.MaxLinks {
		must(t, s.ResolveOnSolve(ctx, linkOf(1, "PA", fmt.Sprint("Q", i))))
	}
	must(t, s.ResolveOnSolve(ctx, linkOf(1, "PA", "Q0")))
	wants(t, s.ResolveOnSolve(ctx, linkOf(1, "PA", "QMORE")), incident.TooManyOnSolve)
	must(t, s.ResolveOnSolve(ctx, linkOf(2, "PA", "QMORE")))
	got, err := s.TicketLinks(ctx, incident.Ticket{Subdomain: "acme", ID: 1}, "PA")
	must(t, err)
	same(t, len(got), incident.MaxLinks)
}
