package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
)

func start(id string, agent zendesk.Agent, token string) zendesk.SessionStart {
	return zendesk.SessionStart{
		Session:        zendesk.Session{ID: id, Agent: agent, Origin: acme.Origin, Started: now, LastSeen: now},
		InstallationID: acme.InstallationID, PublicKeyPEM: acme.PublicKeyPEM, SecretHash: "secret of " + id, TokenHash: token, TokenExpires: now.Add(5 * time.Minute),
	}
}

func installations(t *testing.T, s Store) {
	ctx := t.Context()
	_, err := s.Installation(ctx, "acme", 11)
	wants(t, err, zendesk.NotRegistered)
	_, args, _ := problem.Of(err)
	same(t, args, problem.Args{"subdomain": "acme", "installation": int64(11)})
	must(t, s.AddInstallation(ctx, acme))
	other := acme
	other.Subdomain, other.Origin = "globex", "https://globex.zendesk.com"
	must(t, s.AddInstallation(ctx, other))
	changed := acme
	changed.AppID, changed.PublicKeyPEM = 2, "NEW"
	must(t, s.AddInstallation(ctx, changed))
	got, err := s.Installation(ctx, "acme", 11)
	must(t, err)
	same(t, got, changed)
	all, err := s.Installations(ctx)
	must(t, err)
	same(t, all, []zendesk.Installation{changed, other})
	_, err = s.Installation(ctx, "acme", 12)
	wants(t, err, zendesk.NotRegistered)
}

func sessions(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddInstallation(ctx, acme))
	must(t, s.StartSession(ctx, start("s1", mia, "t1")))
	must(t, s.StartSession(ctx, start("s2", mia, "t2")))
	got, err := s.Session(ctx, "s1") // the second launch ended no other
	must(t, err)
	same(t, got, zendesk.StoredSession{Session: start("s1", mia, "t1").Session, SecretHash: "secret of s1"})
	must(t, s.TouchSession(ctx, "s1", now.Add(time.Hour)))
	got, err = s.Session(ctx, "s1")
	must(t, err)
	same(t, got.LastSeen, now.Add(time.Hour))
	_, err = s.Session(ctx, "s3")
	wants(t, err, zendesk.SessionEnded)
}

func repeats(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddInstallation(ctx, acme))
	must(t, s.StartSession(ctx, start("s1", mia, "t1")))
	again := func(id string, after time.Duration, since time.Time) error {
		r := start(id, mia, "t1")
		r.Session.Started, r.RepeatSince = now.Add(after), since
		return s.StartSession(ctx, r)
	}
	must(t, again("s2", 59*time.Second, now.Add(-time.Second)))
	wants(t, again("s3", 61*time.Second, now.Add(time.Second)), zendesk.LaunchRepeated)
	_, err := s.Session(ctx, "s3")
	wants(t, err, zendesk.SessionEnded)
	must(t, again("s4", 4*time.Minute, time.Time{})) // a browser that was recognised
	// a welcome repeat does not renew the window for others
	wants(t, again("s5", 5*time.Minute, now.Add(4*time.Minute)), zendesk.LaunchRepeated)
}

func launchRace(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddInstallation(ctx, acme))
	var group sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		group.Go(func() {
			r := start(fmt.Sprintf("s%d", i), mia, "same")
			r.RepeatSince = now.Add(-time.Minute)
			errs[i] = s.StartSession(ctx, r)
		})
	}
	group.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("launch %d: %v", i, err)
		}
		_, err := s.Session(ctx, fmt.Sprintf("s%d", i))
		must(t, err)
	}
}

func launchFailure(t *testing.T, s Store) {
	ctx := t.Context()
	// No installation: the session's row cannot be stored, so the mark must not be either.
	if err := s.StartSession(ctx, start("s1", mia, "t1")); err == nil {
		t.Fatal("a session of no installation was stored")
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	must(t, s.AddInstallation(ctx, acme))
	if err := s.StartSession(cancelled, start("s1", mia, "t1")); err == nil {
		t.Fatal("stored with a context that had ended")
	}
	r := start("s1", mia, "t1")
	r.Session.Started, r.RepeatSince = now.Add(time.Hour), now.Add(59*time.Minute)
	must(t, s.StartSession(ctx, r)) // a first use, an hour later
}

func sweepSessions(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddInstallation(ctx, acme))
	for i, id := range []string{"old", "idle", "live"} {
		r := start(id, mia, "t-"+id)
		r.Session.Started = now.Add(time.Duration(i) * time.Hour)
		must(t, s.StartSession(ctx, r))
	}
	must(t, s.TouchSession(ctx, "old", now.Add(5*time.Hour)))
	must(t, s.TouchSession(ctx, "live", now.Add(5*time.Hour)))
	must(t, s.SweepSessions(ctx, now.Add(time.Minute), now.Add(4*time.Hour), now.Add(5*time.Minute+time.Millisecond)))
	for id, want := range map[string]error{"old": zendesk.SessionEnded, "idle": zendesk.SessionEnded, "live": nil} {
		_, err := s.Session(ctx, id)
		wants(t, err, want)
	}
	// The marks of tokens that ended are gone with them.
	r := start("s9", mia, "t-live")
	r.Session.Started, r.RepeatSince = now.Add(6*time.Hour), now.Add(6*time.Hour)
	must(t, s.StartSession(ctx, r))
}
