package store_test

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// openWith opens a database with keys of its own: their ids, the first seals.
func openWith(t *testing.T, address string, ids ...string) *store.Store {
	t.Helper()
	var keys []string
	for _, id := range ids {
		keys = append(keys, id+":"+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte(id[:1]), 32)))
	}
	ring, err := seal.ParseRing(strings.Join(keys, ","))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), address, ring.Box("tokens"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func agentNo(i int) zendesk.Agent { return zendesk.Agent{Subdomain: "acme", UserID: strconv.Itoa(i)} }

// Everything that an old key sealed is sealed with the first one, more than a
// batch of it, and opens without the old key. What does not open is counted and
// stays.
func TestReseal(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		const agents = 130
		old := openWith(t, address, "old")
		for i := range agents {
			connect(t, old, agentNo(i), "P"+strconv.Itoa(i), strconv.Itoa(i))
		}
		waiting := oauth.Attempt{
			ID:        "waiting",
			Agent:     mia,
			SessionID: "s",
			Purpose:   oauth.ForSidebar,
			Verifier:  "pkce",
			Stage:     oauth.StageOpen,
			Began:     now,
			Expires:   now.Add(time.Hour),
		}
		if err := old.CreateAttempt(t.Context(), waiting); err != nil {
			t.Fatal(err)
		}
		db := raw(t, address)
		if _, err := db.ExecContext(t.Context(), `UPDATE connections SET access_token = 'old.AAAA', refresh_token = 'lost.AAAA' WHERE user_id = '7'`); err != nil {
			t.Fatal(err)
		}
		both := openWith(t, address, "new", "old")
		batches := 0
		did, err := both.Reseal(t.Context(), func(store.Resealed) { batches++ })
		if err != nil || batches < 3 || len(did.Left) != 0 {
			t.Errorf("%+v in %d batches, %v", did, batches, err)
		}
		// Two tokens of each agent but one, and the verifier of each attempt.
		if want := 2*(agents-1) + agents + 1; did.Changed != want {
			t.Errorf("%d values; want %d", did.Changed, want)
		}
		if diff := cmp.Diff(map[string]int{"old": 1, "lost": 1}, did.Dead); diff != "" {
			t.Errorf("what does not open: %s", diff)
		}
		sealed, err := both.SealedBy(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]int{"new": did.Changed, "old": 1, "lost": 1}, sealed); diff != "" {
			t.Error(diff)
		}
		if again, err := both.Reseal(t.Context(), func(store.Resealed) {}); err != nil || again.Changed != 0 || again.Rows != did.Rows {
			t.Errorf("again: %+v %v", again, err)
		}
		alone := openWith(t, address, "new")
		for i := range agents {
			c, err := alone.Connection(t.Context(), agentNo(i))
			if i == 7 {
				if err == nil {
					t.Error("a broken token opens")
				}
			} else if err != nil || c.Access.Reveal() != "access-"+strconv.Itoa(i) {
				t.Errorf("agent %d: %v", i, err)
			}
		}
		if got, err := alone.Attempt(t.Context(), "waiting", now); err != nil || got.Verifier.Reveal() != "pkce" {
			t.Errorf("an attempt: %v", err)
		}
	})
}

// A token that a replica stores while everything is sealed anew is never
// replaced by the older one.
func TestResealBesideReplicas(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		const agents, stores = 40, 4
		replica := openWith(t, address, "old", "new") // one that still seals with the old key
		for i := range agents {
			connect(t, replica, agentNo(i), "P"+strconv.Itoa(i), "0")
		}
		both := openWith(t, address, "new", "old")
		var group sync.WaitGroup
		for i := range agents {
			group.Go(func() {
				for n := range stores {
					connect(t, replica, agentNo(i), "P"+strconv.Itoa(i), strconv.Itoa(n+1))
				}
			})
		}
		done := make(chan struct{})
		go func() { group.Wait(); close(done) }()
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
			}
			if _, err := both.Reseal(t.Context(), func(store.Resealed) {}); err != nil {
				t.Error(err)
			}
		}
		alone := openWith(t, address, "new")
		for i := range agents {
			c, err := alone.Connection(t.Context(), agentNo(i))
			if err != nil || c.Access.Reveal() != "access-"+strconv.Itoa(stores) {
				t.Errorf("agent %d holds %q: %v", i, c.Access.Reveal(), err)
			}
		}
	})
}
