package storetest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
)

// granted brings an attempt to where a code claims it.
func granted(t *testing.T, s Store, id string, agent zendesk.Agent, session string, g oauth.Grant, hash string) {
	t.Helper()
	must(t, s.CreateAttempt(t.Context(), attempt(id, agent, session)))
	_, err := consume(t, s, id)
	must(t, err)
	must(t, s.GrantAttempt(t.Context(), id, g, hash, now))
}

func claim(t *testing.T, s Store) {
	ctx := t.Context()
	granted(t, s, "a1", mia, "s1", grant("1"), "hash 1")
	granted(t, s, "a2", mia, "s2", grant("2"), "hash 2")
	_, err := s.Connection(ctx, mia)
	wants(t, err, oauth.NotConnected) // a grant is not yet the agent's
	// two windows, in the other order; the code alone finds its attempt
	c, err := s.ClaimAttempt(ctx, mia, typed("hash 2"), now)
	must(t, err)
	want := oauth.Connection{Agent: mia, Grant: grant("2"), Generation: 1}
	same(t, c.Connection, want)
	if c.Replaced != nil || c.Spoiled != nil {
		t.Errorf("replaced %v, spoiled %v", c.Replaced, c.Spoiled)
	}
	got, err := s.Connection(ctx, mia)
	must(t, err)
	want.Refresh, want.Scopes, want.DelegationID = "", "", "" // not for a request
	same(t, got, want)
	_, err = s.ClaimAttempt(ctx, mia, posted(t, s, "a2", "hash 2"), now)
	wants(t, err, oauth.WrongCode) // a code works once
	c, err = s.ClaimAttempt(ctx, mia, posted(t, s, "a1", "hash 1"), now)
	must(t, err)
	same(t, c.Connection.Generation, int64(2))
	same(t, *c.Replaced, grant("2"))
	// the id narrows: the right code of another attempt is a wrong one here
	granted(t, s, "a3", mia, "s1", grant("3"), "hash 3")
	granted(t, s, "a4", mia, "s1", grant("4"), "hash 4")
	_, err = s.ClaimAttempt(ctx, mia, posted(t, s, "a3", "hash 4"), now)
	wants(t, err, oauth.WrongCode)
	// a posted code serves the session that began the attempt alone, and
	// costs another one's no try; a typed one serves any of the agent's
	proof := posted(t, s, "a4", "hash 4")
	for _, other := range []string{"s2", ""} {
		proof.SessionID = other
		_, err = s.ClaimAttempt(ctx, mia, proof, now)
		wants(t, err, oauth.WrongCode)
	}
	a, err := s.Attempt(ctx, "a4", now)
	must(t, err)
	same(t, a.Tries, 0)
	_, err = s.ClaimAttempt(ctx, mia, typed("hash 4"), now)
	must(t, err)
}

func claimByAnother(t *testing.T, s Store) {
	ctx := t.Context()
	granted(t, s, "a1", mia, "s1", grant("1"), right)
	for _, other := range []zendesk.Agent{tom, {Subdomain: "globex", UserID: mia.UserID}} {
		for _, id := range []string{"a1", ""} {
			_, err := s.ClaimAttempt(ctx, other, posted(t, s, id, right), now)
			wants(t, err, oauth.WrongCode)
			_, err = s.Connection(ctx, other)
			wants(t, err, oauth.NotConnected)
		}
	}
	a, err := s.Attempt(ctx, "a1", now)
	must(t, err)
	same(t, a.Tries, 0) // others' guesses cost the agent nothing
	_, err = s.ClaimAttempt(ctx, mia, typed(right), now)
	must(t, err)
}

func fiveWrongCodes(t *testing.T, s Store) {
	ctx := t.Context()
	granted(t, s, "a1", mia, "s1", grant("1"), right)
	for left := oauth.CodeTries - 1; left > 0; left-- {
		c, err := s.ClaimAttempt(ctx, mia, typed("wrong"), now)
		wants(t, err, oauth.WrongCode)
		_, args, _ := problem.Of(err)
		same(t, args["left"], left)
		same(t, len(c.Spoiled), 0)
	}
	c, err := s.ClaimAttempt(ctx, mia, typed("wrong"), now)
	wants(t, err, oauth.CodeEnded)
	same(t, c.Spoiled, []oauth.Grant{grant("1")})
	_, err = s.ClaimAttempt(ctx, mia, posted(t, s, "a1", right), now)
	wants(t, err, oauth.WrongCode) // the right one comes too late
	_, err = s.Connection(ctx, mia)
	wants(t, err, oauth.NotConnected)
	a, err := s.LatestAttempt(ctx, mia, "s1", now)
	must(t, err)
	same(t, a.Outcome, string(oauth.CodeEnded))
}

func claimRace(t *testing.T, s Store) {
	granted(t, s, "a1", mia, "s1", grant("1"), right)
	same(t, race(10, func(int) error {
		_, err := s.ClaimAttempt(t.Context(), mia, posted(t, s, "a1", right), now)
		return err
	}), 1)
	// and two attempts at once: each replaces what was there, in some order
	granted(t, s, "a2", mia, "s1", grant("2"), "hash 2")
	granted(t, s, "a3", mia, "s1", grant("3"), "hash 3")
	var mu sync.Mutex
	var replaced []string
	same(t, race(2, func(i int) error {
		c, err := s.ClaimAttempt(t.Context(), mia,
			posted(t, s, []string{"a2", "a3"}[i], []string{"hash 2", "hash 3"}[i]), now)
		mu.Lock()
		defer mu.Unlock()
		if c.Replaced != nil {
			replaced = append(replaced, c.Replaced.UserID)
		}
		return err
	}), 2)
	c, err := s.Connection(t.Context(), mia)
	must(t, err)
	same(t, c.Generation, int64(3))
	same(t, len(replaced), 2)
	if !slices.Contains(replaced, "PUSER1") {
		t.Errorf("replaced %v; nobody was told of the first grant", replaced)
	}
}

func replaces(t *testing.T, s Store) {
	ctx := t.Context()
	first := connect(t, s, mia, grant("1"))
	_, err := s.TakeLease(ctx, mia, first.Generation, "owner", time.Minute)
	must(t, err)
	second := connect(t, s, mia, grant("2")) // a switch while a refresh runs
	same(t, second.Generation, first.Generation+1)
	fresh := grant("1")
	fresh.Access = "fresh"
	_, err = s.SaveRefreshed(ctx, mia, first.Generation, "owner", fresh)
	wants(t, err, oauth.Fenced)
	lease, err := s.TakeLease(ctx, mia, 0, "nobody", 0)
	must(t, err)
	same(t, lease.Connection.Grant, grant("2"))
}
