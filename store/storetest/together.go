package storetest

import (
	"testing"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/zendesk"
)

// together: what is looked up as one is what is looked up one by one, and each
// part serves once.
func together(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddInstallation(ctx, acme))
	must(t, s.StartSession(ctx, start("s1", mia, "t1")))
	ticket := incident.Ticket{Subdomain: "acme", ID: 7}

	_, _, err := s.Session(s.Together(ctx, 7), "nobody's")
	wants(t, err, zendesk.SessionEnded)
	look := s.Together(ctx, 7)
	_, _, err = s.Session(look, "s1")
	must(t, err)
	_, err = s.Connection(look, mia)
	wants(t, err, oauth.NotConnected)

	connect(t, s, mia, grant("1"))
	must(t, s.Link(ctx, incident.Link{Ticket: incident.Ticket{Subdomain: "acme", ID: 9}, AccountID: "PACC2", IncidentID: "QB", At: now}, 5))
	look = s.Together(ctx, 7)
	_, _, err = s.Session(look, "s1")
	must(t, err)
	must(t, s.Link(ctx, incident.Link{Ticket: incident.Ticket{Subdomain: "acme", ID: 8}, AccountID: "PACC", IncidentID: "QB", At: now}, 5))
	counts, err := s.OtherTickets(look, ticket, "PACC", []string{"QB"})
	must(t, err)
	same(t, len(counts), 0) // no other ticket had links at that moment
	for range 2 {
		counts, err = s.OtherTickets(look, ticket, "PACC", []string{"QB"})
		must(t, err)
		same(t, counts, map[string]int{"QB": 1})
		look = s.Together(ctx, 7)
		_, _, err = s.Session(look, "s1")
		must(t, err)
	}
	must(t, s.Unlink(ctx, incident.Link{Ticket: incident.Ticket{Subdomain: "acme", ID: 8}, AccountID: "PACC", IncidentID: "QB"}))
	other := zendesk.Agent{Subdomain: "acme", UserID: "9002"}
	connect(t, s, other, grant("2"))
	for _, id := range []string{"QB", "QA"} {
		must(t, s.Link(ctx, incident.Link{Ticket: ticket, AccountID: "PACC", IncidentID: id, At: now}, 5))
	}
	must(t, s.Link(ctx, incident.Link{Ticket: incident.Ticket{Subdomain: "acme", ID: 8}, AccountID: "PACC", IncidentID: "QC", At: now}, 5))
	must(t, s.Link(ctx, incident.Link{Ticket: ticket, AccountID: "PACC2", IncidentID: "QD", At: now}, 5))
	qa := incident.Link{Ticket: ticket, AccountID: "PACC", IncidentID: "QA", At: now}
	must(t, s.Made(ctx, qa))
	must(t, s.ResolveOnSolve(ctx, qa, true))
	wantSession, wantHash, err := s.Session(ctx, "s1")
	must(t, err)
	wantConnection, err := s.Connection(ctx, mia)
	must(t, err)
	wantLinks, err := s.Holds(ctx, ticket, "PACC")
	must(t, err)
	same(t, wantLinks, []incident.Hold{{IncidentID: "QA", Linked: true, Made: true, OnSolve: true}, {IncidentID: "QB", Linked: true}})

	look = s.Together(ctx, 7)
	session, hash, err := s.Session(look, "s1")
	must(t, err)
	same(t, []any{session, hash}, []any{wantSession, wantHash})
	connection, err := s.Connection(look, mia)
	must(t, err)
	same(t, connection, wantConnection)
	links, err := s.Holds(look, ticket, "PACC")
	must(t, err)
	same(t, links, wantLinks)

	_, err = s.Disconnect(ctx, mia)
	must(t, err)
	must(t, s.Unlink(ctx, qa))
	must(t, s.ResolveOnSolve(ctx, qa, false))
	_, err = s.Connection(look, mia) // a second look sees the log-out
	wants(t, err, oauth.NotConnected)
	links, err = s.Holds(look, ticket, "PACC")
	must(t, err)
	same(t, links, []incident.Hold{{IncidentID: "QA", Made: true}, {IncidentID: "QB", Linked: true}})

	connect(t, s, mia, grant("1"))
	for _, ask := range []func(){ // what was not looked up is not served
		func() { connection, err = s.Connection(look, other); same(t, connection.UserID, "PUSER2") },
		func() {
			links, err = s.Holds(look, incident.Ticket{Subdomain: "acme", ID: 8}, "PACC")
			same(t, links, []incident.Hold{{IncidentID: "QC", Linked: true}})
		},
		func() {
			links, err = s.Holds(look, ticket, "PACC2")
			same(t, links, []incident.Hold{{IncidentID: "QD", Linked: true}})
		},
	} {
		look = s.Together(ctx, 7)
		_, _, err = s.Session(look, "s1")
		must(t, err)
		ask()
		must(t, err)
	}
}
