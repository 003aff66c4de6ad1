package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"zendesk-pagerduty/oauth"
)

func leaseRace(t *testing.T, s Store) {
	c := connect(t, s, mia, grant("1"))
	same(t, race(20, func(i int) error {
		lease, err := s.TakeLease(t.Context(), mia, c.Generation, fmt.Sprint("owner ", i), time.Minute)
		if err == nil && !lease.Taken {
			err = errors.New("another has it")
		}
		return err
	}), 1)
}

func leases(t *testing.T, s Store) {
	ctx := t.Context()
	_, err := s.TakeLease(ctx, mia, 1, "one", time.Minute)
	wants(t, err, oauth.NotConnected)
	c := connect(t, s, mia, grant("1"))
	take := func(owner string, generation int64, life time.Duration) oauth.Lease {
		t.Helper()
		lease, err := s.TakeLease(ctx, mia, generation, owner, life)
		must(t, err)
		return lease
	}
	if l := take("one", c.Generation, time.Hour); !l.Taken || l.AfterDead {
		t.Fatalf("a free lease: %+v", l)
	}
	if l := take("two", c.Generation, time.Hour); l.Taken || l.Connection.Access.Reveal() != "access-token-1" {
		t.Fatalf("another's lease: %+v", l)
	}
	must(t, s.ReleaseLease(ctx, mia, "one"))
	take("one", c.Generation, 0) // ends as it begins
	if l := take("two", c.Generation, time.Hour); !l.Taken || !l.AfterDead {
		t.Fatalf("a dead holder's lease: %+v", l)
	}
	must(t, s.ReleaseLease(ctx, mia, "one")) // not theirs any more
	if l := take("three", c.Generation, time.Hour); l.Taken {
		t.Fatal("a lease was given back by somebody who had lost it")
	}
	must(t, s.ReleaseLease(ctx, mia, "two"))
	if l := take("three", c.Generation, time.Hour); !l.Taken || l.AfterDead {
		t.Fatalf("a lease that was given back: %+v", l)
	}
	must(t, s.ReleaseLease(ctx, mia, "three"))
	if l := take("four", c.Generation-1, time.Hour); l.Taken {
		t.Fatal("a lease on an older generation")
	}
}

func saving(t *testing.T, s Store) {
	ctx := t.Context()
	c := connect(t, s, mia, grant("1"))
	lease, err := s.TakeLease(ctx, mia, c.Generation, "one", time.Minute)
	must(t, err)
	fresh := lease.Connection.Grant
	fresh.Access, fresh.Refresh = "access-token-fresh", "refresh-token-fresh"
	fresh.Expires, fresh.Scopes = now.Add(48*time.Hour), "openid"
	_, err = s.SaveRefreshed(ctx, mia, c.Generation, "two", fresh)
	wants(t, err, oauth.Fenced)
	_, err = s.SaveRefreshed(ctx, mia, c.Generation-1, "one", fresh)
	wants(t, err, oauth.Fenced)
	got, err := s.SaveRefreshed(ctx, mia, c.Generation, "one", fresh)
	must(t, err)
	want := oauth.Connection{Agent: mia, Grant: fresh, Generation: c.Generation + 1}
	same(t, got, want)
	// the commit's answer was lost: the same call finds its own work
	got, err = s.SaveRefreshed(ctx, mia, c.Generation, "one", fresh)
	must(t, err)
	same(t, got, want)
	// and not that of somebody who came later
	_, err = s.TakeLease(ctx, mia, got.Generation, "three", time.Minute)
	must(t, err)
	_, err = s.SaveRefreshed(ctx, mia, got.Generation, "three", fresh)
	must(t, err)
	_, err = s.SaveRefreshed(ctx, mia, c.Generation, "one", fresh)
	wants(t, err, oauth.Fenced)
}

func savingAfterLogout(t *testing.T, s Store) {
	ctx := t.Context()
	c := connect(t, s, mia, grant("1"))
	_, err := s.TakeLease(ctx, mia, c.Generation, "one", time.Minute)
	must(t, err)
	g, err := s.Disconnect(ctx, mia, now)
	must(t, err)
	same(t, g, grant("1"))
	_, err = s.SaveRefreshed(ctx, mia, c.Generation, "one", grant("1"))
	wants(t, err, oauth.Fenced)
	_, err = s.Connection(ctx, mia)
	wants(t, err, oauth.NotConnected)
	_, err = s.Disconnect(ctx, mia, now)
	wants(t, err, oauth.NotConnected)
	// even after a new login with the same generation
	again := connect(t, s, mia, grant("2"))
	same(t, again.Generation, c.Generation)
	_, err = s.SaveRefreshed(ctx, mia, c.Generation, "one", grant("1"))
	wants(t, err, oauth.Fenced)
}

func lapse(t *testing.T, s Store) {
	ctx := t.Context()
	c := connect(t, s, mia, grant("1"))
	wants(t, s.MarkLapsed(ctx, mia, c.Generation, "one"), oauth.Fenced)
	_, err := s.TakeLease(ctx, mia, c.Generation, "one", time.Minute)
	must(t, err)
	must(t, s.MarkLapsed(ctx, mia, c.Generation, "one"))
	got, err := s.Connection(ctx, mia)
	must(t, err)
	same(t, []any{got.Lapsed, got.Access.Reveal(), got.Refresh.Reveal(), got.Name}, []any{true, "", "", "Jane 1"})
	lease, err := s.TakeLease(ctx, mia, c.Generation, "two", time.Minute)
	must(t, err)
	same(t, lease.Taken, false)
	used, err := s.DelegationInUse(ctx, "D1", now)
	must(t, err)
	same(t, used, false)
	again := connect(t, s, mia, grant("2")) // a new login repairs it
	same(t, []any{again.Lapsed, again.Generation}, []any{false, c.Generation + 1})
}

func delegations(t *testing.T, s Store) {
	ctx := t.Context()
	used := func(id string, at time.Time) bool {
		t.Helper()
		used, err := s.DelegationInUse(ctx, id, at)
		must(t, err)
		return used
	}
	same(t, used("D1", now), false)
	granted(t, s, "a1", mia, "s1", grant("1"), right)
	same(t, used("D1", now), true)
	same(t, used("D1", now.Add(oauth.AttemptLife)), false)
	_, err := s.ClaimAttempt(ctx, mia, posted(t, s, "a1", right), now)
	must(t, err)
	same(t, used("D1", now.Add(oauth.AttemptLife)), true)
	same(t, used("D2", now), false)
	_, err = s.Disconnect(ctx, mia, now)
	must(t, err)
	same(t, used("D1", now), false)
}
