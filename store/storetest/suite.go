package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
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
	Panel(ctx context.Context, sessionID string, ticket int64) (zendesk.StoredSession, oauth.Lookup, incident.Stored, error)
	Lease(ctx context.Context, job, owner string, d time.Duration) (bool, error)
}

// Run tests the promises on fresh stores that open makes.
func Run(t *testing.T, open func(*testing.T) Store) {
	for name, test := range map[string]func(*testing.T, Store){
		"installations":                 installations,
		"sessions":                      sessions,
		"repeated launches":             repeats,
		"the same launch twice at once": launchRace,
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
		"roles":                                       roles,
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
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }),
		cmp.Comparer(func(a, b seal.Secret) bool { return a.Reveal() == b.Reveal() })); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
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
		Role:         "limited_user",
	}
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
