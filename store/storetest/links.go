package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/incident"
)

func linkOf(ticket int64, account, id string) incident.Link {
	return incident.Link{
		Ticket:     incident.Ticket{Subdomain: "acme", ID: ticket},
		AccountID:  account,
		IncidentID: id,
		UserID:     "9001",
		At:         now,
	}
}

func linked(t *testing.T, s Store, subdomain string, ticket int64, account string) []string {
	t.Helper()
	holds, err := s.TicketLinks(t.Context(), incident.Ticket{Subdomain: subdomain, ID: ticket}, account)
	must(t, err)
	var ids []string
	for _, h := range holds {
		if h.Linked {
			ids = append(ids, h.IncidentID)
		}
	}
	return ids
}

func links(t *testing.T, s Store) {
	ctx := t.Context()
	for i, l := range []incident.Link{linkOf(1, "PA", "Q2"), linkOf(1, "PA", "Q1"), linkOf(1, "PA", "Q2"), linkOf(2, "PA", "Q1"), linkOf(3, "PA", "Q1"), linkOf(1, "PB", "Q1")} {
		l.At = now.Add(time.Duration(i) * time.Second)
		must(t, s.Link(ctx, l))
	}
	other := linkOf(1, "PA", "Q1")
	other.Ticket.Subdomain = "globex"
	must(t, s.Link(ctx, other))
	if diff := cmp.Diff([]string{"Q2", "Q1"}, linked(t, s, "acme", 1, "PA")); diff != "" {
		t.Errorf("in the order of linking: %s", diff)
	}
	counts, err := s.OtherTickets(ctx, incident.Ticket{Subdomain: "acme", ID: 1}, "PA", []string{"Q1", "Q2", "Q3"})
	must(t, err)
	if diff := cmp.Diff(map[string]int{"Q1": 2}, counts); diff != "" {
		t.Errorf("other tickets of this account alone: %s", diff)
	}
	for _, length := range []int{1, 2, 4, 5, 17, 128, 129, 300} { // a page of 100 and 20 links is usual at most
		ids := make([]string, length)
		for i := range ids {
			ids[i] = fmt.Sprintf("X%d", i)
		}
		for _, at := range []int{0, length - 1} {
			list := slices.Clone(ids)
			list[at] = "Q1"
			counts, err := s.OtherTickets(ctx, incident.Ticket{Subdomain: "acme", ID: 1}, "PA", list)
			must(t, err)
			if diff := cmp.Diff(map[string]int{"Q1": 2}, counts); diff != "" {
				t.Errorf("at %d of %d: %s", at, length, diff)
			}
		}
	}
	if counts, err := s.OtherTickets(ctx, incident.Ticket{Subdomain: "acme", ID: 1}, "PA", nil); err != nil ||
		len(counts) != 0 {
		t.Errorf("of no incidents: %v, %v", counts, err)
	}
	must(t, s.Unlink(ctx, linkOf(1, "PA", "Q1")))
	must(t, s.Unlink(ctx, linkOf(1, "PA", "Q1")))
	if diff := cmp.Diff([]string{"Q2"}, linked(t, s, "acme", 1, "PA")); diff != "" {
		t.Error(diff)
	}
	for _, same := range []struct {
		subdomain string
		ticket    int64
		account   string
	}{{"acme", 2, "PA"}, {"acme", 1, "PB"}, {"globex", 1, "PA"}} {
		if diff := cmp.Diff([]string{"Q1"}, linked(t, s, same.subdomain, same.ticket, same.account)); diff != "" {
			t.Errorf("%v: %s", same, diff)
		}
	}
}

func holds(t *testing.T, s Store) {
	ctx, ticket := t.Context(), incident.Ticket{Subdomain: "acme", ID: 1}
	l := linkOf(1, "PA", "Q1")
	see := func(want ...incident.TicketLink) {
		t.Helper()
		got, err := s.TicketLinks(ctx, ticket, "PA")
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	must(t, s.Made(ctx, l))
	must(t, s.Made(ctx, l))
	see(incident.TicketLink{IncidentID: "Q1", Made: true})
	must(t, s.ResolveOnSolve(ctx, l))
	must(t, s.Link(ctx, l))
	see(incident.TicketLink{IncidentID: "Q1", Linked: true, Made: true, OnSolve: "9001"})
	must(t, s.LeaveOnSolve(ctx, l))
	must(t, s.Unlink(ctx, l))
	see(incident.TicketLink{IncidentID: "Q1", Made: true})
	// What is only made counts on no other ticket, and in no limit.
	counts, err := s.OtherTickets(ctx, incident.Ticket{Subdomain: "acme", ID: 2}, "PA", []string{"Q1"})
	must(t, err)
	if len(counts) != 0 {
		t.Errorf("counted %v", counts)
	}
	must(t, s.ResolveOnSolve(ctx, linkOf(2, "PA", "Q1")))
	must(t, s.LeaveOnSolve(ctx, linkOf(2, "PA", "Q1")))
	if got, err := s.TicketLinks(ctx, incident.Ticket{Subdomain: "acme", ID: 2}, "PA"); err != nil || len(got) != 0 {
		t.Errorf("an empty row stays: %v %v", got, err)
	}
}

func preferences(t *testing.T, s Store) {
	for _, want := range []bool{true, false, true} {
		if on, err := s.LeavesNotes(t.Context(), "acme", "9001"); err != nil || on != want {
			t.Errorf("notes are %v, %v; want %v", on, err, want)
		}
		must(t, s.SetLeavesNotes(t.Context(), "acme", "9001", !want))
		if on, err := s.LeavesNotes(t.Context(), "acme", "9002"); err != nil || !on {
			t.Errorf("another agent's: %v, %v", on, err)
		}
	}
}

func linksAreBounded(t *testing.T, s Store) {
	must(t, s.AddInstallation(t.Context(), acme))
	var group sync.WaitGroup
	errs := make([]error, incident.MaxLinks+7)
	for i := range errs {
		group.Go(func() { errs[i] = s.Link(t.Context(), linkOf(1, "PA", fmt.Sprintf("Q%d", i))) })
	}
	group.Wait()
	if n := len(linked(t, s, "acme", 1, "PA")); n != incident.MaxLinks {
		t.Errorf("%d links; want %d", n, incident.MaxLinks)
	}
	full := 0
	for _, err := range errs {
		switch {
		case errors.Is(err, incident.TooManyLinks):
			full++
		case err != nil:
			t.Error(err)
		}
	}
	if full != 7 {
		t.Errorf("%d were refused; want 7", full)
	}
	must(t, s.Link(t.Context(), linkOf(1, "PA", linked(t, s, "acme", 1, "PA")[0]))) // it is there already
}

func entryOf(id string) incident.AuditEntry {
	return incident.AuditEntry{
		At:          now,
		Subdomain:   "acme",
		UserID:      "9001",
		AccountID:   "PA",
		PagerDutyID: "PJANE",
		Ticket:      7,
		IncidentID:  id,
		Action:      incident.ToResolve,
	}
}

// entryBy is an entry of another Zendesk user.
func entryBy(user, id string) incident.AuditEntry {
	d := entryOf(id)
	d.UserID = user
	return d
}

func trail(t *testing.T, s Store, from time.Time) []incident.AuditEntry {
	t.Helper()
	var all []incident.AuditEntry
	must(t, s.AuditEntries(t.Context(), from, func(d incident.AuditEntry) error {
		d.ID = 0
		all = append(all, d)
		return nil
	}))
	return all
}

func audit(t *testing.T, s Store) {
	ctx := t.Context()
	first, err := s.Begin(ctx, entryOf("Q1"))
	must(t, err)
	made := entryOf("")
	made.Action, made.At = incident.ToCreate, now.Add(time.Minute)
	second, err := s.Begin(ctx, made)
	must(t, err)
	if first == second {
		t.Error("two entries of one id")
	}
	begun := entryOf("Q1")
	begun.Outcome = incident.Begun
	made.Outcome = incident.Begun
	if diff := cmp.Diff([]incident.AuditEntry{begun, made}, trail(t, s, time.Time{})); diff != "" {
		t.Errorf("before their end: %s", diff)
	}
	must(t, s.End(ctx, first, "done", ""))
	must(t, s.End(ctx, second, "made", "Q9"))
	begun.Outcome, made.Outcome, made.IncidentID = "done", "made", "Q9"
	if diff := cmp.Diff([]incident.AuditEntry{begun, made}, trail(t, s, time.Time{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]incident.AuditEntry{made}, trail(t, s, now.Add(time.Second))); diff != "" {
		t.Errorf("from a time on: %s", diff)
	}
	must(t, s.SweepAudit(ctx, now.Add(time.Second)))
	if diff := cmp.Diff([]incident.AuditEntry{made}, trail(t, s, time.Time{})); diff != "" {
		t.Errorf("swept: %s", diff)
	}
	stop := errors.New("enough")
	if err := s.AuditEntries(ctx, time.Time{}, func(incident.AuditEntry) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("a reader's error is %v", err)
	}
}

// Whoever leaves while their entry is being written down either has it, or has
// left nothing that keeps others from the incident.
func actionsOfThoseWhoLeave(t *testing.T, s Store) {
	for i := range 300 {
		ctx, leave := context.WithTimeout(t.Context(), time.Duration(i%60)*20*time.Microsecond)
		d := entryOf("Q" + strconv.Itoa(i))
		if _, err := s.Begin(ctx, d); err != nil {
			for _, left := range trail(t, s, time.Time{}) {
				if left.IncidentID == d.IncidentID {
					t.Fatalf("%v, and %+v", err, left)
				}
			}
		}
		leave()
	}
}

// Many wait for one: each is told that it is busy, in those words.
func actionsInVain(t *testing.T, s Store) {
	if _, err := s.Begin(t.Context(), entryOf("Q1")); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 60 {
		group.Go(func() {
			ctx, cancel := context.WithTimeoutCause(t.Context(), 400*time.Millisecond, incident.Busy)
			defer cancel()
			if _, err := s.Begin(ctx, entryBy(strconv.Itoa(i), "Q1")); !errors.Is(err, incident.Busy) {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// Two of an agent's wait for an incident, and further ones are told at once that
// it is busy. Other agents wait beside them.
func actionsOfOneAgent(t *testing.T, s Store) {
	ctx := t.Context()
	held, err := s.Begin(ctx, entryBy("9001", "Q1"))
	must(t, err)
	type begun struct {
		id  int64
		err error
	}
	begin := func(user, id string) chan begun {
		came := make(chan begun, 5)
		for range cap(came) {
			go func() {
				id, err := s.Begin(ctx, entryBy(user, id))
				came <- begun{id, err}
			}()
		}
		return came
	}
	ofTom, ofSara := begin("9002", "Q1"), begin("9003", "Q1")
	for _, came := range []chan begun{ofTom, ofSara} {
		for range cap(came) - 2 {
			if got := <-came; !errors.Is(got.err, incident.Busy) {
				t.Errorf("while two of the agent wait: %+v", got)
			}
		}
	}
	if _, err := s.Begin(ctx, entryBy("9002", "Q2")); err != nil {
		t.Errorf("another incident: %v", err)
	}
	// Those who wait have their turn, one after the other.
	must(t, s.End(ctx, held, "done", ""))
	for range 4 {
		var got begun
		select {
		case got = <-ofTom:
		case got = <-ofSara:
		}
		if got.err != nil {
			t.Fatalf("of those who waited: %v", got.err)
		}
		must(t, s.End(ctx, got.id, "done", ""))
	}
	// Nobody waits any more, so that somebody may.
	if _, err := s.Begin(ctx, entryBy("9001", "Q1")); err != nil {
		t.Fatal(err)
	}
	left := errors.New("left")
	leaving, cancel := context.WithTimeoutCause(ctx, 50*time.Millisecond, left)
	defer cancel()
	if _, err := s.Begin(leaving, entryBy("9002", "Q1")); !errors.Is(err, left) {
		t.Errorf("afterwards: %v", err)
	}
}

// One action at a time on an incident, and any number on others or in creation.
func actionsOneByOne(t *testing.T, s Store) {
	var mu sync.Mutex
	under, most := 0, 0
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			id, err := s.Begin(t.Context(), entryBy(strconv.Itoa(i), "Q1"))
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			under++
			most = max(most, under)
			mu.Unlock()
			mu.Lock()
			under--
			mu.Unlock()
			if err := s.End(t.Context(), id, "done", ""); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if most != 1 {
		t.Errorf("%d actions at once", most)
	}
	for _, free := range []string{"Q2", "Q3", "", ""} {
		if _, err := s.Begin(t.Context(), entryOf(free)); err != nil {
			t.Errorf("%q: %v", free, err)
		}
	}
	elsewhere := entryOf("Q2")
	elsewhere.AccountID = "PB"
	if _, err := s.Begin(t.Context(), elsewhere); err != nil {
		t.Errorf("another PagerDuty account: %v", err)
	}
	// Whoever waits in vain is told, and whoever leaves is not kept.
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := s.Begin(ctx, entryOf("Q2")); !errors.Is(err, context.Canceled) {
		t.Errorf("left: %v", err)
	}
	// A dead program's action does not stand in the way for ever, and says so.
	late := entryOf("Q2")
	late.At = now.Add(incident.ActionAtMost + time.Second)
	if _, err := s.Begin(t.Context(), late); err != nil {
		t.Errorf("after a dead one: %v", err)
	}
	found := false
	for _, d := range trail(t, s, time.Time{}) {
		found = found || d.IncidentID == "Q2" && d.AccountID == "PA" && d.Outcome == incident.Abandoned
	}
	if !found {
		t.Error("the dead one is not marked")
	}
}
