package storetest

import (
	"errors"
	"testing"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
)

// steppedUp brings a step-up's attempt to where a code takes its grant.
func steppedUp(t *testing.T, s Store, id string, agent zendesk.Agent, session string, g oauth.Grant, hash string) {
	t.Helper()
	a := attempt(id, agent, session)
	a.Purpose = oauth.ForIntegration
	must(t, s.CreateAttempt(t.Context(), a))
	got, err := consume(t, s, id)
	must(t, err)
	same(t, got.Purpose, oauth.ForIntegration)
	must(t, s.GrantAttempt(t.Context(), id, g, hash, now))
}

func take(t *testing.T, s Store, agent zendesk.Agent, id, hash string) (oauth.Claim, error) {
	t.Helper()
	return s.TakeGrant(t.Context(), agent, oauth.ForIntegration, posted(t, s, id, hash), now)
}

// A step-up's grant leaves the store once, and becomes nobody's connection.
func takeGrant(t *testing.T, s Store) {
	ctx := t.Context()
	before := connect(t, s, mia, grant("1"))
	steppedUp(t, s, "a1", mia, "s1", grant("2"), "hash 1")
	steppedUp(t, s, "a2", mia, "s2", grant("3"), "hash 2")
	used, err := s.DelegationInUse(ctx, "D2", now)
	must(t, err)
	same(t, used, true) // it waits
	c, err := take(t, s, mia, "", "hash 1")
	must(t, err)
	same(t, c.Connection.Grant, grant("2"))
	if c.Replaced != nil || c.Spoiled != nil {
		t.Errorf("replaced %v, spoiled %v", c.Replaced, c.Spoiled)
	}
	lease, err := s.TakeLease(ctx, mia, 0, "nobody", 0)
	must(t, err)
	same(t, lease.Connection.Grant, grant("1"))
	same(t, lease.Connection.Generation, before.Generation)
	used, err = s.DelegationInUse(ctx, "D2", now)
	must(t, err)
	same(t, used, false) // it is gone
	a, err := s.Attempt(ctx, "a1", now)
	must(t, err)
	same(t, a.Stage, oauth.StageClaimed)
	for _, id := range []string{"a1", ""} { // a code works once
		_, err = take(t, s, mia, id, "hash 1")
		wants(t, err, oauth.WrongCode)
	}
	// the id narrows, and the other grant was not touched
	c, err = take(t, s, mia, "a2", "hash 2")
	must(t, err)
	same(t, c.Connection.Grant, grant("3"))
	grants, err := s.CancelAttempts(ctx, mia, "")
	must(t, err)
	same(t, len(grants), 0)
	// an agent without a connection has none afterwards
	steppedUp(t, s, "a3", tom, "s3", grant("4"), right)
	_, err = take(t, s, tom, "a3", right)
	must(t, err)
	_, err = s.Connection(ctx, tom)
	wants(t, err, oauth.NotConnected)
}

// Neither purpose takes the other's grants, or spends their tries.
func takeByPurpose(t *testing.T, s Store) {
	ctx := t.Context()
	granted(t, s, "login", mia, "s1", grant("1"), right)
	steppedUp(t, s, "stepup", mia, "s1", grant("2"), right)
	for range oauth.CodeTries + 1 {
		_, err := take(t, s, mia, "login", right)
		wants(t, err, oauth.WrongCode)
		_, args, _ := problem.Of(err)
		same(t, args["left"], any(nil))
		c, err := s.ClaimAttempt(ctx, mia, posted(t, s, "stepup", right), now)
		wants(t, err, oauth.WrongCode)
		same(t, len(c.Spoiled), 0)
	}
	for _, id := range []string{"login", "stepup"} {
		a, err := s.Attempt(ctx, id, now)
		must(t, err)
		same(t, []any{a.Stage, a.Tries}, []any{oauth.StageGranted, 0})
	}
	// of equal codes each finds its own, wherever nobody names the attempt
	c, err := take(t, s, mia, "", right)
	must(t, err)
	same(t, c.Connection.UserID, "PUSER2")
	_, err = take(t, s, mia, "", right)
	wants(t, err, oauth.WrongCode)
	_, err = s.Connection(ctx, mia)
	wants(t, err, oauth.NotConnected)
	c, err = s.ClaimAttempt(ctx, mia, typed(right), now)
	must(t, err)
	same(t, c.Connection.UserID, "PUSER1")
	_, err = s.ClaimAttempt(ctx, mia, typed(right), now)
	wants(t, err, oauth.WrongCode)
}

func takeByAnother(t *testing.T, s Store) {
	steppedUp(t, s, "a1", mia, "s1", grant("1"), right)
	for _, other := range []zendesk.Agent{tom, {Subdomain: "globex", UserID: mia.UserID}} {
		for _, id := range []string{"a1", ""} {
			_, err := take(t, s, other, id, right)
			wants(t, err, oauth.WrongCode)
		}
	}
	a, err := s.Attempt(t.Context(), "a1", now)
	must(t, err)
	same(t, a.Tries, 0)
	_, err = take(t, s, mia, "a1", right)
	must(t, err)
}

func takeWithWrongCodes(t *testing.T, s Store) {
	ctx := t.Context()
	steppedUp(t, s, "a1", mia, "s1", grant("1"), right)
	steppedUp(t, s, "a2", mia, "s1", grant("2"), "hash 2")
	for left := oauth.CodeTries - 1; left > 0; left-- {
		c, err := take(t, s, mia, "a1", "hash 2") // the right code of another attempt
		wants(t, err, oauth.WrongCode)
		_, args, _ := problem.Of(err)
		same(t, args["left"], left)
		same(t, len(c.Spoiled), 0)
	}
	c, err := take(t, s, mia, "a1", "wrong")
	wants(t, err, oauth.CodeEnded)
	same(t, c.Spoiled, []oauth.Grant{grant("1")})
	_, err = take(t, s, mia, "a1", right)
	wants(t, err, oauth.WrongCode) // too late
	a, err := s.Attempt(ctx, "a1", now)
	must(t, err)
	same(t, []string{string(a.Stage), a.Outcome}, []string{"failed", string(oauth.CodeEnded)})
	// the other one has all its tries
	_, err = take(t, s, mia, "a2", "wrong")
	_, args, _ := problem.Of(err)
	same(t, args["left"], oauth.CodeTries-1)
	_, err = take(t, s, mia, "a2", "hash 2")
	must(t, err)
}

func takeTooLate(t *testing.T, s Store) {
	ctx, late := t.Context(), now.Add(oauth.AttemptLife)
	steppedUp(t, s, "a1", mia, "s1", grant("1"), right)
	for _, id := range []string{"a1", ""} {
		_, err := s.TakeGrant(ctx, mia, oauth.ForIntegration, posted(t, s, id, right), late)
		wants(t, err, oauth.WrongCode)
	}
	grants, err := s.SweepAttempts(ctx, late)
	must(t, err)
	same(t, grants, []oauth.Grant{grant("1")})
	// one that is not granted yet, or was cancelled, has nothing to take
	a := attempt("a2", mia, "s1")
	a.Purpose = oauth.ForIntegration
	must(t, s.CreateAttempt(ctx, a))
	_, err = take(t, s, mia, "a2", "")
	wants(t, err, oauth.WrongCode)
	steppedUp(t, s, "a3", mia, "s1", grant("3"), right)
	grants, err = s.CancelAttempts(ctx, mia, "s1")
	must(t, err)
	same(t, grants, []oauth.Grant{grant("3")})
	_, err = take(t, s, mia, "a3", right)
	wants(t, err, oauth.WrongCode)
}

func takeRace(t *testing.T, s Store) {
	steppedUp(t, s, "a1", mia, "s1", grant("1"), right)
	same(t, race(10, func(int) error { _, err := take(t, s, mia, "a1", right); return err }), 1)
}

// A panel that waits for a login does not wait for a step up.
func progressOfStepUps(t *testing.T, s Store) {
	ctx := t.Context()
	none := func(when string) {
		t.Helper()
		if a, err := s.LatestAttempt(ctx, mia, "s1", now); !errors.Is(err, oauth.AttemptUnknown) {
			t.Errorf("%s: %s %s, %v", when, a.ID, a.Stage, err)
		}
	}
	a := attempt("a1", mia, "s1")
	a.Purpose = oauth.ForIntegration
	must(t, s.CreateAttempt(ctx, a))
	none("open")
	_, err := consume(t, s, "a1")
	must(t, err)
	none("exchanging")
	must(t, s.GrantAttempt(ctx, "a1", grant("1"), right, now))
	none("granted")
	_, err = take(t, s, mia, "a1", right)
	must(t, err)
	none("taken")
	failed := attempt("a2", mia, "s1")
	failed.Purpose = oauth.ForIntegration
	must(t, s.CreateAttempt(ctx, failed))
	must(t, s.FailAttempt(ctx, "a2", "login.denied"))
	none("failed")
	// a newer step up does not hide the login before it
	must(t, s.CreateAttempt(ctx, attempt("login", mia, "s1")))
	later := attempt("a3", mia, "s1")
	later.Purpose, later.Began = oauth.ForIntegration, now.Add(time.Second)
	must(t, s.CreateAttempt(ctx, later))
	got, err := s.LatestAttempt(ctx, mia, "s1", now)
	must(t, err)
	same(t, got.ID, "login")
}
