package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

// Store is what is tested.
type Store interface {
	zendesk.Registry
	zendesk.SessionStore
	oauth.AttemptStore
	oauth.ConnectionStore
	incident.Links
	incident.Audit
	incident.LastUsedServices
	incident.Preferences
	Panel(
		ctx context.Context,
		sessionID string,
		ticket int64,
	) (zendesk.StoredSession, oauth.Found, incident.Stored, error)
	Lease(ctx context.Context, job, owner string, d time.Duration) (bool, error)
}

// Run tests the promises on fresh stores that open makes.
func Run(t *testing.T, open func(*testing.T) Store) {
	for name, test := range map[string]func(*testing.T, Store){
		"installations":                               installations,
		"a removed installation ends sessions":        removal,
		"sessions":                                    sessions,
		"repeated launches":                           repeats,
		"the same launch twice at once":               launchRace,
		"a launch that fails leaves its token unused": launchFailure,
		"sweeping sessions":                           sweepSessions,
		"attempts":                                    attempts,
		"open attempts are bounded":                   bounded,
		"one consumer":                                consumeRace,
		"expired attempts":                            expiredAttempts,
		"claim":                                       claim,
		"claim by another agent":                      claimByAnother,
		"five wrong codes":                            fiveWrongCodes,
		"one claimer":                                 claimRace,
		"a switch":                                    replaces,
		"cancelling":                                  cancelling,
		"progress":                                    progress,
		"sweeping attempts":                           sweepAttempts,
		"step-ups":                                    takeGrant,
		"step-ups and logins":                         takeByPurpose,
		"a step-up by another agent":                  takeByAnother,
		"five wrong codes of a step-up":               takeWithWrongCodes,
		"expired step-ups":                            takeTooLate,
		"one taker":                                   takeRace,
		"progress of step-ups":                        progressOfStepUps,
		"one lease":                                   leaseRace,
		"leases":                                      leases,
		"saving":                                      saving,
		"saving after a log-out":                      savingAfterLogout,
		"lapse":                                       lapse,
		"delegations":                                 delegations,
		"log-ins and log-outs are written down":       logins,
		"shared logins":                               sharedLogins,
		"shared logins at once":                       sharedRace,
		"shared logins are bounded":                   sharedIsBounded,
		"last-used services":                          lastUsedServices,
		"links":                                       links,
		"holds":                                       holds,
		"preferences":                                 preferences,
		"whose choice it is":                          onSolve,
		"choices are bounded":                         onSolveIsBounded,
		"what expires":                                expires,
		"an agent's sessions are bounded":             sessionsAreBounded,
		"one job at a time":                           jobs,
		"links are bounded":                           linksAreBounded,
		"panel":                                       panel,
		"a panel whose incidents no other ticket has": panelAlone,
		"the audit trail":                audit,
		"one action at a time":           actionsOneByOne,
		"actions of those who leave":     actionsOfThoseWhoLeave,
		"actions that wait in vain":      actionsInVain,
		"actions of one agent that wait": actionsOfOneAgent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

var (
	now  = time.UnixMilli(1_790_000_000_000)
	acme = zendesk.Installation{
		Subdomain:      "acme",
		AppID:          1,
		InstallationID: 11,
		PublicKeyPEM:   "PEM",
		Origin:         "https://acme.zendesk.com",
	}
	mia   = zendesk.Agent{Subdomain: "acme", UserID: "9001"}
	tom   = zendesk.Agent{Subdomain: "acme", UserID: "9002"}
	right = "code-hash"
)

// window is the hash of the window that confirms attempts here.
const window = "hash of a window's secret"

// typed is a code that somebody typed, by its hash.
func typed(hash string) oauth.Proof { return oauth.Proof{Hash: func(string) string { return hash }} }

// posted is a code that an attempt's window posted to the panel that began it;
// of no attempt, it is a typed one.
func posted(t *testing.T, s Store, id, hash string) oauth.Proof {
	t.Helper()
	proof := typed(hash)
	if id == "" {
		return proof
	}
	a, err := s.Attempt(t.Context(), id, now)
	if err != nil && !errors.Is(err, oauth.AttemptUnknown) {
		t.Error(err)
	}
	proof.Attempt, proof.SessionID = id, a.SessionID
	return proof
}

// consume has a window confirm an attempt, and takes it to the exchange.
func consume(t *testing.T, s Store, id string) (oauth.Attempt, error) {
	t.Helper()
	if _, err := s.ConfirmAttempt(t.Context(), id, window, now); err != nil {
		return oauth.Attempt{}, err
	}
	return s.ConsumeAttempt(t.Context(), id, window, now)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got the error %v; want %v", err, want)
	}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }), cmp.Comparer(func(a, b seal.Secret) bool { return a.Reveal() == b.Reveal() })); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
}

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

func removal(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddInstallation(ctx, acme))
	second := acme
	second.InstallationID = 12
	must(t, s.AddInstallation(ctx, second))
	must(t, s.StartSession(ctx, start("s1", mia, "t1")))
	connect(t, s, mia, grant("1"))
	was, err := s.RemoveInstallation(ctx, "acme", 11)
	must(t, err)
	same(t, was, true)
	_, err = s.Session(ctx, "s1")
	wants(t, err, zendesk.SessionEnded)
	_, err = s.Connection(ctx, mia)
	must(t, err) // the account has another installation
	_, err = s.RemoveInstallation(ctx, "acme", 12)
	must(t, err)
	_, err = s.Connection(ctx, mia)
	wants(t, err, oauth.NotConnected)
	was, err = s.RemoveInstallation(ctx, "acme", 12)
	must(t, err)
	same(t, was, false)
	must(t, s.AddInstallation(ctx, acme))
	_, err = s.Session(ctx, "s1")
	wants(t, err, zendesk.SessionEnded) // registering anew revives nothing
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

func grant(n string) oauth.Grant {
	return oauth.Grant{
		Access:       seal.Secret("access-token-" + n),
		Refresh:      seal.Secret("refresh-token-" + n),
		Expires:      now.Add(24 * time.Hour),
		RefreshAfter: now.Add(23 * time.Hour),
		Scopes:       "openid incidents.read",
		APIBase:      "https://api.pagerduty.com",
		UserID:       "PUSER" + n,
		AccountID:    "PACC",
		Account:      "acme",
		DelegationID: "D" + n,
		Name:         "Jane " + n,
		Email:        "jane@acme.example",
	}
}

// granted brings an attempt to where a code claims it.
func granted(t *testing.T, s Store, id string, agent zendesk.Agent, session string, g oauth.Grant, hash string) {
	t.Helper()
	must(t, s.CreateAttempt(t.Context(), attempt(id, agent, session)))
	_, err := consume(t, s, id)
	must(t, err)
	must(t, s.GrantAttempt(t.Context(), id, g, hash, now))
}

var serial atomic.Int64

func connect(t *testing.T, s Store, agent zendesk.Agent, g oauth.Grant) oauth.Connection {
	t.Helper()
	id := fmt.Sprintf("connect-%d", serial.Add(1))
	granted(t, s, id, agent, "s", g, right)
	c, err := s.ClaimAttempt(t.Context(), agent, posted(t, s, id, right), now)
	must(t, err)
	return c.Connection
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

// race runs f n times at once and counts who won.
func race(n int, f func(i int) error) (won int) {
	var group sync.WaitGroup
	var count atomic.Int64
	for i := range n {
		group.Go(func() {
			if f(i) == nil {
				count.Add(1)
			}
		})
	}
	group.Wait()
	return int(count.Load())
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
		c, err := s.ClaimAttempt(
			t.Context(),
			mia,
			posted(t, s, []string{"a2", "a3"}[i], []string{"hash 2", "hash 3"}[i]),
			now,
		)
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
