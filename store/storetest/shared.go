package storetest

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/zendesk"
)

// entries are the audit trail's as action, agent and what they are about.
func entries(t *testing.T, s Store) []string {
	t.Helper()
	var all []string
	for _, d := range trail(t, s, time.Time{}) {
		all = append(
			all,
			string(d.Action)+" "+d.Subdomain+"/"+d.UserID+" "+d.AccountID+"/"+d.PagerDutyID+" "+d.About+" "+d.Outcome,
		)
	}
	return all
}

// Log-in, log-out and switch are written down with what they do. Entries have no
// incident, so that one does not keep others waiting.
func logins(t *testing.T, s Store) {
	ctx := t.Context()
	connect(t, s, mia, grant("1"))
	connect(t, s, mia, grant("1"))
	connect(t, s, mia, grant("2"))
	elsewhere := grant("2")
	elsewhere.AccountID = "POTHER"
	connect(t, s, mia, elsewhere)
	_, err := s.Disconnect(ctx, mia, now)
	must(t, err)
	_, err = s.Disconnect(ctx, mia, now)
	wants(t, err, oauth.NotConnected)
	same(t, entries(t, s), []string{
		"login acme/9001 PACC/PUSER1  done", "login acme/9001 PACC/PUSER1  done", "switch acme/9001 PACC/PUSER2  done",
		"switch acme/9001 POTHER/PUSER2  done", "logout acme/9001 POTHER/PUSER2  done",
	})
	for _, d := range trail(t, s, time.Time{}) {
		if d.IncidentID != "" || d.Ticket != 0 || !d.At.Equal(now) {
			t.Errorf("%+v", d)
		}
	}
	d := entryOf("")
	d.AccountID, d.Action = "PACC", incident.ToCreate
	for range 2 { // neither waits for the other
		_, err = s.Begin(ctx, d)
		must(t, err)
	}
}

func sharedOf(t *testing.T, s Store, agent zendesk.Agent) []oauth.SharedLogin {
	t.Helper()
	c, err := s.Connection(t.Context(), agent)
	must(t, err)
	return c.Shared
}

// An earlier Zendesk user of a person of PagerDuty is told of a later one, in
// any account, until they say that they know.
func sharedLogins(t *testing.T, s Store) {
	ctx := t.Context()
	other := zendesk.Agent{Subdomain: "globex", UserID: "7001"}
	var none []oauth.SharedLogin
	connect(t, s, tom, grant("2")) // somebody else of PagerDuty
	connect(t, s, mia, grant("1"))
	connect(t, s, mia, grant("1")) // the same again
	same(t, sharedOf(t, s, mia), none)
	connect(t, s, other, grant("1"))
	notices := []oauth.SharedLogin{{Agent: other, Since: now}}
	same(t, sharedOf(t, s, mia), notices)
	same(t, sharedOf(t, s, other), []oauth.SharedLogin{{Agent: mia, Since: now}}) // the later one as well
	same(t, sharedOf(t, s, tom), none)
	connect(t, s, other, grant("1")) // again: no news
	connect(t, s, mia, grant("1"))   // and it outlives a new login
	same(t, sharedOf(t, s, mia), notices)
	all := entries(t, s)
	same(t, slices.DeleteFunc(all, func(e string) bool { return e[:6] == "login " }),
		[]string{"login.shared globex/7001 PACC/PUSER1 acme/9001 done"})

	must(t, s.DismissShared(ctx, mia, now.Add(-time.Millisecond))) // of one that was not shown
	same(t, sharedOf(t, s, mia), notices)
	must(t, s.DismissShared(ctx, mia, now))
	must(t, s.DismissShared(ctx, zendesk.Agent{Subdomain: "acme", UserID: "1"}, now)) // nobody
	notices[0].Dismissed = true
	same(t, sharedOf(t, s, mia), notices)
	_, err := s.Disconnect(ctx, other, now)
	must(t, err)
	connect(t, s, other, grant("1")) // who left and comes back is news
	notices[0].Dismissed = false
	same(t, sharedOf(t, s, mia), notices)
	// Whoever saw the notice, logged out and logged in again sees it again.
	_, err = s.Disconnect(ctx, mia, now)
	must(t, err)
	connect(t, s, mia, grant("1"))
	same(t, sharedOf(t, s, mia), notices)
	same(t, slices.DeleteFunc(entries(t, s), func(e string) bool { return e[:6] != "login." }), []string{
		"login.shared globex/7001 PACC/PUSER1 acme/9001 done", "login.shared globex/7001 PACC/PUSER1 acme/9001 done",
		"login.shared acme/9001 PACC/PUSER1 globex/7001 done"})

	connect(t, s, tom, grant("1")) // a switch to the person, shown to both
	same(t, sharedOf(t, s, mia), append(notices, oauth.SharedLogin{Agent: tom, Since: now}))
	same(t, sharedOf(t, s, other), []oauth.SharedLogin{{Agent: mia, Since: now}, {Agent: tom, Since: now}})
	connect(t, s, mia, grant("3")) // as somebody else there is nothing to tell
	same(t, sharedOf(t, s, mia), none)

	// The same id in another PagerDuty account is another person.
	elsewhere := grant("3")
	elsewhere.AccountID = "POTHER"
	connect(t, s, other, elsewhere)
	same(t, sharedOf(t, s, mia), none)
}

// Of those who connect as one person at once, each is told of all the others.
func sharedRace(t *testing.T, s Store) {
	const people = 6
	agent := func(i int) zendesk.Agent { return zendesk.Agent{Subdomain: "acme", UserID: strconv.Itoa(i + 1)} }
	for i := range people {
		granted(t, s, "r"+strconv.Itoa(i), agent(i), "s", grant("1"), right)
	}
	var group sync.WaitGroup
	for i := range people {
		proof := posted(t, s, "r"+strconv.Itoa(i), right)
		group.Go(func() {
			if _, err := s.ClaimAttempt(t.Context(), agent(i), proof, now); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	notices := 0
	for i := range people {
		notices += len(sharedOf(t, s, agent(i)))
	}
	if want := people * (people - 1); notices != want {
		t.Errorf("%d notices; want %d", notices, want)
	}
}

// What a connection remembers of others is bounded.
func sharedIsBounded(t *testing.T, s Store) {
	connect(t, s, mia, grant("1"))
	for i := range 30 {
		connect(t, s, zendesk.Agent{Subdomain: "globex", UserID: strconv.Itoa(i + 1)}, grant("1"))
	}
	list := sharedOf(t, s, mia)
	if len(list) != 20 || list[19].Agent.UserID != "30" {
		t.Errorf("%d, the last %v", len(list), list[len(list)-1])
	}
}
