package incident_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
)

func TestTicketID(t *testing.T) {
	for _, good := range []string{"1", "4711", "9223372036854775807"} {
		if _, err := incident.ParseTicketID(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", "0", "-1", "+1", "01", "1 ", " 1", "1.0", "1e3", "abc", "１", "9223372036854775808", "1/2", "1%00", "new", "1_2", "0x1"} {
		if _, err := incident.ParseTicketID(bad); !errors.Is(err, incident.TicketMalformed) {
			t.Errorf("%q was taken: %v", bad, err)
		}
	}
}

// Two tickets never share a key, whatever the accounts are called.
func TestKeysAreDistinct(t *testing.T) {
	subdomain := rapid.StringMatching(`[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?`)
	rapid.Check(t, func(t *rapid.T) {
		a := incident.Ticket{Subdomain: subdomain.Draw(t, "a"), ID: rapid.Int64Min(1).Draw(t, "a id")}
		b := incident.Ticket{Subdomain: subdomain.Draw(t, "b"), ID: rapid.Int64Min(1).Draw(t, "b id")}
		if a != b && a.Key() == b.Key() {
			t.Fatalf("%v and %v have the key %s", a, b, a.Key())
		}
	})
	if got := (incident.Ticket{Subdomain: "acme", ID: 4711}).Key(); got != "Zendesk_acme_4711" {
		t.Errorf("key %q; the guide's form is Zendesk_acme_4711", got)
	}
}

// pd answers a creation and look-ups as its fields say.
type pd struct {
	create  error
	made    incident.Incident
	found   []incident.Incident
	lookup  error
	asked   []string
	created []incident.Draft
}

func (p *pd) IncidentsByKey(_ context.Context, key string) ([]incident.Incident, bool, error) {
	p.asked = append(p.asked, key)
	return p.found, false, p.lookup
}

func (p *pd) Incident(context.Context, string) (incident.Incident, error) {
	return incident.Incident{}, incident.NoAccess
}

// noLinks are those of an account where nobody has linked anything.
type noLinks struct{ incident.Links }

func (noLinks) TicketLinks(context.Context, incident.Ticket, string) ([]incident.TicketLink, error) {
	return nil, nil
}
func (noLinks) OtherTickets(context.Context, incident.Ticket, string, []string) (map[string]int, error) {
	return nil, nil
}

func (p *pd) CreateIncident(_ context.Context, n incident.Draft) (incident.Incident, error) {
	p.created = append(p.created, n)
	return p.made, p.create
}

var (
	ticket   = incident.Ticket{Subdomain: "acme", ID: 101}
	wanted   = incident.Draft{ServiceID: "PSVC1", Title: "Checkout fails", Urgency: incident.High}
	openHere = incident.Incident{ID: "Q1", Status: incident.Triggered, Service: incident.Ref{ID: "PSVC1"}}
	ackHere  = incident.Incident{ID: "Q2", Status: incident.Acknowledged, Service: incident.Ref{ID: "PSVC1"}}
	doneHere = incident.Incident{ID: "Q3", Status: incident.Resolved, Service: incident.Ref{ID: "PSVC1"}}
	openElse = incident.Incident{ID: "Q4", Status: incident.Triggered, Service: incident.Ref{ID: "PSVC2"}}
)

func TestCreate(t *testing.T) {
	slow := problem.New(incident.Slow, nil, nil)
	for _, c := range []struct {
		name    string
		pd      pd
		how     incident.CreateOutcome
		id      string
		err     error
		lookups int
	}{
		{"confirmed", pd{made: openHere}, incident.Made, "Q1", nil, 0},
		{"refused as a duplicate", pd{create: incident.Duplicate, found: []incident.Incident{doneHere, openElse, ackHere}}, incident.Existing, "Q2", nil, 1},
		{"a duplicate that one may not see", pd{create: incident.Duplicate, found: []incident.Incident{openElse}}, "", "", incident.Hidden, 1},
		{"a duplicate, and no look-up", pd{create: incident.Duplicate, lookup: incident.Down}, "", "", incident.Hidden, 1},
		{"answer lost, done", pd{create: slow, found: []incident.Incident{openHere}}, incident.Recovered, "Q1", nil, 1},
		{"answer lost, not done", pd{create: slow}, "", "", incident.NotCreated, 1},
		{"answer lost, only an older resolved one", pd{create: incident.Down, found: []incident.Incident{doneHere}}, "", "", incident.NotCreated, 1},
		{"answer lost, only another service's", pd{create: incident.Garbled, found: []incident.Incident{openElse}}, "", "", incident.NotCreated, 1},
		{"answer lost, look-up lost", pd{create: slow, lookup: slow}, "", "", incident.Unknown, 1},
		{"rate-limited: nothing was done", pd{create: incident.Limited}, "", "", incident.Limited, 0},
		{"nothing could be sent", pd{create: incident.Unreachable}, "", "", incident.Unreachable, 0},
		{"no right", pd{create: incident.Forbidden}, "", "", incident.Forbidden, 0},
		{"nobody on call", pd{create: incident.NobodyOnCall}, "", "", incident.NobodyOnCall, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := incident.Create(t.Context(), &c.pd, ticket, wanted)
			if !errors.Is(err, c.err) || c.err == nil && err != nil {
				t.Fatalf("error %v; want %v", err, c.err)
			}
			if got.Outcome != c.how || got.Incident.ID != c.id {
				t.Errorf("got %s %s; want %s %s", got.Outcome, got.Incident.ID, c.how, c.id)
			}
			if len(c.pd.created) != 1 {
				t.Errorf("asked %d times to create; want once, whatever comes of it", len(c.pd.created))
			}
			if len(c.pd.asked) != c.lookups {
				t.Errorf("looked up %d times; want %d", len(c.pd.asked), c.lookups)
			}
			if c.pd.created[0].Key != "Zendesk_acme_101" {
				t.Errorf("created with the key %q", c.pd.created[0].Key)
			}
		})
	}
}

// The person may close the ticket while the incident is made.
func TestCreateOutlivesTheRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := &checksContext{}
	if _, err := incident.Create(ctx, p, ticket, wanted); err != nil {
		t.Fatal(err)
	}
	if p.err != nil {
		t.Errorf("the creation's context ended with the request: %v", p.err)
	}
}

type checksContext struct {
	pd
	err error
}

func (p *checksContext) CreateIncident(ctx context.Context, n incident.Draft) (incident.Incident, error) {
	p.err = ctx.Err()
	return openHere, nil
}

func TestCreateChecksWhatWasTyped(t *testing.T) {
	for _, c := range []struct {
		change func(*incident.Draft)
		want   error
	}{
		{func(n *incident.Draft) { n.Title = " \t\n " }, incident.TitleMissing},
		{func(n *incident.Draft) { n.Title = strings.Repeat("ä", incident.MaxTitle+1) }, incident.TitleLong},
		{func(n *incident.Draft) { n.Description = strings.Repeat("x", incident.MaxDescription+1) }, incident.DescriptionLong},
		{func(n *incident.Draft) { n.ServiceID = "" }, incident.ServiceMissing},
		{func(n *incident.Draft) { n.ServiceID = "../users/me" }, incident.ServiceMissing},
		{func(n *incident.Draft) { n.Urgency = "" }, incident.UrgencyMalformed},
		{func(n *incident.Draft) { n.Urgency = "critical" }, incident.UrgencyMalformed},
	} {
		n, p := wanted, &pd{}
		c.change(&n)
		if _, err := incident.Create(t.Context(), p, ticket, n); !errors.Is(err, c.want) {
			t.Errorf("%.60v: %v; want %v", n, err, c.want)
		}
		if len(p.created) != 0 {
			t.Errorf("%v reached PagerDuty", c.want)
		}
	}
	n, p := wanted, &pd{made: openHere}
	n.Title = "  two\r\nlines\x00 \xff "
	if _, err := incident.Create(t.Context(), p, ticket, n); err != nil {
		t.Fatal(err)
	}
	if got := p.created[0].Title; got != "two  lines  \uFFFD" {
		t.Errorf("title %q", got)
	}
}

func TestForTicketPutsOpenFirst(t *testing.T) {
	at := func(minutes int) time.Time { return time.Unix(int64(minutes)*60, 0) }
	in := func(id string, s incident.Status, minutes int) incident.Incident {
		return incident.Incident{ID: id, Status: s, CreatedAt: at(minutes)}
	}
	p := &pd{found: []incident.Incident{
		in("resolved new", incident.Resolved, 50), in("acked", incident.Acknowledged, 30), in("triggered old", incident.Triggered, 10),
		in("new kind", "snoozed", 60), in("resolved old", incident.Resolved, 5), in("triggered new", incident.Triggered, 40),
	}}
	list, err := incident.ForTicket(t.Context(), p, noLinks{}, ticket, "PACME01", incident.Stored{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, in := range list.Incidents {
		got = append(got, in.ID)
	}
	want := []string{"triggered new", "triggered old", "acked", "new kind", "resolved new", "resolved old"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Zendesk_acme_101"}, p.asked); diff != "" {
		t.Error(diff)
	}
}
