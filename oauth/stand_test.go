package oauth_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// Two agents of one Zendesk account, with a panel each.
var (
	mia = zendesk.Session{ID: "mia's panel", Agent: zendesk.Agent{Subdomain: "acme", UserID: "9001"}}
	tom = zendesk.Session{ID: "tom's panel", Agent: zendesk.Agent{Subdomain: "acme", UserID: "9002"}}
)

// stand is this package with a store, beside an identity service of its own.
type stand struct {
	*testing.T
	pd      *identity
	store   *store.Store
	box     *seal.Box
	logins  *oauth.Logins
	tokens  *oauth.Tokens
	revoker *oauth.Revoker
	log     *bytes.Buffer

	mu     sync.Mutex
	ahead  time.Duration // of the clock on the wall, which the store's leases go by
	counts map[oauth.Event]int
	shared int
}

func newStand(t *testing.T, change ...func(*oauth.Provider)) *stand {
	t.Helper()
	ring, err := seal.ParseRing("k:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	s := &stand{T: t, pd: newIdentity(t), box: ring.Box("login"), log: &bytes.Buffer{}, counts: map[oauth.Event]int{}}
	if s.store, err = store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), ring.Box("tokens")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	if err := s.store.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(&lockedWriter{to: s.log}, nil))
	p := &oauth.Provider{
		ClientID:     clientID,
		ClientSecret: clientSecret,
		RedirectURL:  redirect,
		AuthorizeURL: issuer + "/authorize",
		TokenURL:     issuer + "/token",
		RevokeURL:    issuer + "/revoke",
		JWKSURL:      issuer + "/keys",
		Issuers:      []string{issuer, otherIssuer},
		Scopes:       []string{"incidents.read", "incidents.write"},
		APIURLs:      []string{apiUS, apiEU},
		Transport:    s.pd,
		Log:          log,
		Now:          s.now,
	}
	for _, c := range change {
		c(p)
	}
	s.revoker = &oauth.Revoker{Provider: p, Store: s.store, Log: log, Now: s.now}
	s.logins = &oauth.Logins{
		Provider:    p,
		Store:       s.store,
		People:      s.pd,
		Box:         s.box,
		Revoker:     s.revoker,
		Log:         log,
		Now:         s.now,
		CountShared: func() { s.shared++ },
	}
	s.tokens = &oauth.Tokens{Provider: p, Store: s.store, Revoker: s.revoker, Log: log, Now: s.now, Count: s.count}
	t.Cleanup(s.revoker.Wait)
	t.Cleanup(s.tokens.Wait)
	return s
}

type lockedWriter struct {
	mu sync.Mutex
	to *bytes.Buffer
}

func (w *lockedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(b)
}

func (s *stand) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.ahead)
}

func (s *stand) forward(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += d
}

func (s *stand) count(e oauth.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[e]++
}

func (s *stand) counted(e oauth.Event) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[e]
}

// confirmed begins a login and has a new window confirm it.
func (s *stand) confirmed(panel zendesk.Session, purpose oauth.Purpose) (id string, w oauth.Window, authorize string) {
	s.Helper()
	a, err := s.logins.Begin(s.Context(), panel, purpose)
	if err != nil {
		s.Fatal(err)
	}
	w, authorize, err = s.logins.Confirm(s.Context(), a.ID, oauth.Window{})
	if err != nil {
		s.Fatal(err)
	}
	return a.ID, w, authorize
}

// finished takes a login as far as its code.
func (s *stand) finished(panel zendesk.Session, who person) oauth.Window {
	s.Helper()
	_, w, authorize := s.confirmed(panel, oauth.ForSidebar)
	w, err := s.logins.Finish(s.Context(), s.pd.agree(authorize, who), w)
	if err != nil {
		s.Fatal(err)
	}
	return w
}

// connect takes a login to its end.
func (s *stand) connect(panel zendesk.Session, who person) oauth.Connection {
	s.Helper()
	w := s.finished(panel, who)
	c, err := s.logins.Claim(s.Context(), panel, w.Attempt, w.Code)
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// refuses wants an error of a code.
func (s *stand) refuses(what string, err error, want problem.Code) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Errorf("%s: got %v; want %s", what, err, want)
	}
}

// stage is how far an attempt has come, and why it failed.
func (s *stand) stage(id string) (oauth.Stage, problem.Code) {
	s.Helper()
	a, err := s.store.Attempt(context.WithoutCancel(s.Context()), id, s.now())
	if err != nil {
		s.Fatal(err)
	}
	return a.Stage, problem.Code(a.Outcome)
}
