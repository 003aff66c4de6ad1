package storetest

import (
	"testing"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/zendesk"
)

// panel: what is looked up in one statement is what is looked up one by one.
func panel(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddInstallation(ctx, acme))
	must(t, s.StartSession(ctx, start("s1", mia, "t1")))
	_, _, _, err := s.Panel(ctx, "nobody's", 7)
	wants(t, err, zendesk.SessionEnded)
	session, found, stored, err := s.Panel(ctx, "s1", 7)
	must(t, err)
	same(t, session, zendesk.StoredSession{Session: start("s1", mia, "t1").Session, SecretHash: "secret of s1"})
	wants(t, found.Err, oauth.NotConnected)
	same(t, stored, incident.Stored{Unshared: true})

	connect(t, s, mia, grant("1"))
	connect(t, s, tom, grant("2"))
	link := func(ticket int64, account, id string) incident.Link {
		return incident.Link{
			Ticket:     incident.Ticket{Subdomain: "acme", ID: ticket},
			AccountID:  account,
			IncidentID: id,
			UserID:     "9001",
			At:         now,
		}
	}
	for _, l := range []incident.Link{link(7, "PACC", "QB"), link(7, "PACC", "QA"), link(8, "PACC", "QC"), link(7, "PACC2", "QD")} {
		must(t, s.Link(ctx, l))
	}
	must(t, s.Made(ctx, link(7, "PACC", "QA")))
	must(t, s.ResolveOnSolve(ctx, link(7, "PACC", "QA")))
	must(t, s.Made(ctx, link(7, "PACC", "QE")))
	samePanel(t, s, "s1", mia, 7)
	samePanel(t, s, "s1", mia, 8)
	samePanel(t, s, "s1", mia, 9)
	must(t, s.TouchSession(ctx, "s1", now.Add(1)))
	must(t, s.Unlink(ctx, link(7, "PACC", "QA")))
	samePanel(t, s, "s1", mia, 7)
	_, err = s.Disconnect(ctx, mia, now)
	must(t, err)
	samePanel(t, s, "s1", mia, 7)
}

// samePanel compares the one way of looking with the other.
func samePanel(t *testing.T, s Store, id string, agent zendesk.Agent, ticket int64) {
	t.Helper()
	ctx := t.Context()
	session, found, stored, err := s.Panel(ctx, id, ticket)
	must(t, err)
	wantSession, err := s.Session(ctx, id)
	must(t, err)
	same(t, session, wantSession)
	want, wantErr := s.Connection(ctx, agent)
	if wantErr != nil {
		wants(t, found.Err, wantErr)
		same(t, len(stored.Links), 0)
		return
	}
	must(t, found.Err)
	same(t, found.Connection, want)
	holds, err := s.TicketLinks(ctx, incident.Ticket{Subdomain: "acme", ID: ticket}, want.AccountID)
	must(t, err)
	same(t, stored.Links, holds)
}

// panelAlone: whether other tickets are linked to anything is said of the
// connection's PagerDuty account and of links alone.
func panelAlone(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddInstallation(ctx, acme))
	must(t, s.StartSession(ctx, start("s1", mia, "t1")))
	connect(t, s, mia, grant("1"))
	alone := func(want bool) {
		t.Helper()
		_, _, stored, err := s.Panel(ctx, "s1", 7)
		must(t, err)
		same(t, stored.Unshared, want)
	}
	on := func(ticket int64, account string) incident.Link {
		return incident.Link{
			Ticket:     incident.Ticket{Subdomain: "acme", ID: ticket},
			AccountID:  account,
			IncidentID: "QB",
			At:         now,
		}
	}
	alone(true)
	must(t, s.Link(ctx, on(7, "PACC")))
	must(t, s.Link(ctx, on(9, "PACC2")))
	must(t, s.Made(ctx, on(8, "PACC")))
	alone(true) // this ticket, another account's, and one that was created
	must(t, s.Link(ctx, on(8, "PACC")))
	alone(false)
	must(t, s.Unlink(ctx, on(8, "PACC")))
	alone(true)
}
