package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

func attempt(id string, agent zendesk.Agent, session string) oauth.Attempt {
	return oauth.Attempt{
		ID:        id,
		Agent:     agent,
		SessionID: session,
		Purpose:   oauth.ForSidebar,
		Verifier:  seal.Secret("verifier of " + id),
		Nonce:     "nonce of " + id,
		Stage:     oauth.StageOpen,
		Began:     now,
		Expires:   now.Add(oauth.AttemptLife),
	}
}

func attempts(t *testing.T, s Store) {
	ctx := t.Context()
	a := attempt("a1", mia, "s1")
	must(t, s.CreateAttempt(ctx, a))
	got, err := s.Attempt(ctx, "a1", now)
	must(t, err)
	same(t, got, a)
	_, err = s.ConsumeAttempt(ctx, "a1", window, now)
	wants(t, err, oauth.AttemptUnknown) // no window has confirmed it
	_, err = s.ConsumeAttempt(ctx, "a1", "", now)
	wants(t, err, oauth.AttemptUnknown) // an empty hash never matches
	_, err = s.ConfirmAttempt(ctx, "a1", "", now)
	wants(t, err, oauth.AttemptUnknown)
	got, err = s.ConfirmAttempt(ctx, "a1", window, now)
	must(t, err)
	a.WindowHash = window
	same(t, got, a)
	_, err = s.ConfirmAttempt(ctx, "a1", "another window", now)
	wants(t, err, oauth.AttemptUnknown)
	_, err = s.ConfirmAttempt(ctx, "a1", window, now)
	must(t, err) // the same window, again
	for _, hash := range []string{"another window", ""} {
		_, err = s.ConsumeAttempt(ctx, "a1", hash, now)
		wants(t, err, oauth.AttemptUnknown)
	}
	got, err = s.ConsumeAttempt(ctx, "a1", window, now)
	must(t, err)
	a.Stage = oauth.StageExchanging
	same(t, got, a)
	_, err = s.ConsumeAttempt(ctx, "a1", window, now)
	wants(t, err, oauth.AttemptUnknown)
	_, err = s.ConfirmAttempt(ctx, "a1", window, now)
	wants(t, err, oauth.AttemptUnknown) // too late to confirm
	must(t, s.FailAttempt(ctx, "a1", "login.denied"))
	wants(t, s.GrantAttempt(ctx, "a1", grant("1"), right, now), oauth.AttemptUnknown)
	got, err = s.Attempt(ctx, "a1", now)
	must(t, err)
	same(t, []string{string(got.Stage), got.Outcome}, []string{"failed", "login.denied"})
	_, err = s.Attempt(ctx, "a2", now)
	wants(t, err, oauth.AttemptUnknown)
	_, err = s.ConsumeAttempt(ctx, "", window, now)
	wants(t, err, oauth.AttemptUnknown)
	// an attempt that was granted cannot be made to fail any more
	granted(t, s, "a3", mia, "s1", grant("3"), right)
	must(t, s.FailAttempt(ctx, "a3", "login.denied"))
	got, err = s.Attempt(ctx, "a3", now)
	must(t, err)
	same(t, got.Stage, oauth.StageGranted)
	same(t, got.Granted, now)
}

func bounded(t *testing.T, s Store) {
	granted(t, s, "granted", mia, "s1", grant("1"), right)
	for i := range oauth.MaxOpen + 5 {
		a := attempt(fmt.Sprintf("a%02d", i), mia, "s1")
		a.Began = now.Add(time.Duration(i) * time.Second)
		must(t, s.CreateAttempt(t.Context(), a))
	}
	must(t, s.CreateAttempt(t.Context(), attempt("toms", tom, "s2")))
	for id, want := range map[string]error{"granted": nil, "toms": nil, "a04": oauth.AttemptUnknown, "a05": nil, fmt.Sprintf("a%02d", oauth.MaxOpen+4): nil} {
		_, err := s.Attempt(t.Context(), id, now)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v; want %v", id, err, want)
		}
	}
}

func consumeRace(t *testing.T, s Store) {
	must(t, s.CreateAttempt(t.Context(), attempt("a1", mia, "s1")))
	same(t, race(20, func(i int) error {
		_, err := s.ConfirmAttempt(t.Context(), "a1", fmt.Sprint("window ", i), now)
		return err
	}), 1) // of many windows one confirms
	must(t, s.CreateAttempt(t.Context(), attempt("a2", mia, "s1")))
	_, err := s.ConfirmAttempt(t.Context(), "a2", window, now)
	must(t, err)
	same(t, race(20, func(int) error { _, err := s.ConsumeAttempt(t.Context(), "a2", window, now); return err }), 1)
}

func expiredAttempts(t *testing.T, s Store) {
	ctx, late := t.Context(), now.Add(oauth.AttemptLife)
	must(t, s.CreateAttempt(ctx, attempt("a1", mia, "s1")))
	_, err := s.Attempt(ctx, "a1", late)
	wants(t, err, oauth.AttemptUnknown)
	_, err = s.ConfirmAttempt(ctx, "a1", window, late)
	wants(t, err, oauth.AttemptUnknown)
	_, err = s.ConfirmAttempt(ctx, "a1", window, now)
	must(t, err)
	_, err = s.ConsumeAttempt(ctx, "a1", window, late)
	wants(t, err, oauth.AttemptUnknown)
	_, err = s.ConsumeAttempt(ctx, "a1", window, now)
	must(t, err)
	wants(t, s.GrantAttempt(ctx, "a1", grant("1"), right, late), oauth.AttemptUnknown)
	granted(t, s, "a2", mia, "s1", grant("2"), right)
	_, err = s.ClaimAttempt(ctx, mia, posted(t, s, "a2", right), late)
	wants(t, err, oauth.WrongCode)
	_, err = s.LatestAttempt(ctx, mia, "s1", late)
	wants(t, err, oauth.AttemptUnknown)
}

func cancelling(t *testing.T, s Store) {
	ctx := t.Context()
	granted(t, s, "a1", mia, "s1", grant("1"), right)
	granted(t, s, "a2", mia, "s2", grant("2"), right)
	must(t, s.CreateAttempt(ctx, attempt("a3", mia, "s1")))
	granted(t, s, "a4", tom, "s1", grant("4"), right)
	grants, err := s.CancelAttempts(ctx, mia, "s1")
	must(t, err)
	same(t, grants, []oauth.Grant{grant("1")})
	_, err = s.Attempt(ctx, "a3", now)
	wants(t, err, oauth.AttemptUnknown)
	_, err = s.Attempt(ctx, "a2", now)
	must(t, err)
	grants, err = s.CancelAttempts(ctx, mia, "")
	must(t, err)
	same(t, grants, []oauth.Grant{grant("2")})
	_, err = s.Attempt(ctx, "a4", now)
	must(t, err) // another agent's
}

func progress(t *testing.T, s Store) {
	ctx := t.Context()
	latest := func(session string) string {
		a, err := s.LatestAttempt(ctx, mia, session, now)
		if errors.Is(err, oauth.AttemptUnknown) {
			return "none"
		}
		must(t, err)
		return a.ID + " " + string(a.Stage)
	}
	same(t, latest("s1"), "none")
	must(t, s.CreateAttempt(ctx, attempt("a1", mia, "s1")))
	same(t, latest("s1"), "a1 open")
	same(t, latest("s2"), "none") // another panel's, not yet granted
	later := attempt("a2", mia, "s1")
	later.Began = now.Add(time.Second)
	must(t, s.FailAttempt(ctx, "a1", "login.denied"))
	must(t, s.CreateAttempt(ctx, later))
	same(t, latest("s1"), "a2 open")
	_, err := consume(t, s, "a2")
	must(t, err)
	must(t, s.GrantAttempt(ctx, "a2", grant("2"), right, now))
	same(t, latest("s2"), "a2 granted") // any panel of the agent may claim it
	_, err = s.ClaimAttempt(ctx, mia, posted(t, s, "a2", right), now)
	must(t, err)
	same(t, latest("s1"), "none") // the older failure is history
	same(t, latest("s2"), "none")
}

func sweepAttempts(t *testing.T, s Store) {
	ctx := t.Context()
	granted(t, s, "a1", mia, "s1", grant("1"), right)
	later := attempt("a2", mia, "s1")
	later.Expires = now.Add(time.Hour)
	must(t, s.CreateAttempt(ctx, later))
	grants, err := s.SweepAttempts(ctx, now.Add(oauth.AttemptLife))
	must(t, err)
	same(t, grants, []oauth.Grant{grant("1")})
	_, err = s.Attempt(ctx, "a1", now)
	wants(t, err, oauth.AttemptUnknown)
	_, err = s.Attempt(ctx, "a2", now)
	must(t, err)
}
