package apptest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/openapi"
	simzendesk "zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// Stand is the program with its simulators.
type Stand struct {
	PD  *pagerduty.Simulator
	ZD  *simzendesk.Simulator
	App *app.App
	URL string
	Log *Log

	Settings app.Settings

	used *used // also by replicas

	// How browsers reach a program behind a proxy. The zero values are right
	// without one.
	TLS  *tls.Config
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Log collects the program's log.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements [io.Writer].
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is all that was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Change adjusts a stand before it starts.
type Change func(*app.Settings, *app.Options)

// Start runs everything for one test. At its end, all that was said with
// PagerDuty is held against PagerDuty's description.
func Start(t *testing.T, changes ...Change) *Stand {
	t.Helper()
	s := Simulators(t)
	opt := app.Options{LogWriter: s.Log, Now: s.PD.Clock.Now}
	for _, change := range changes {
		change(&s.Settings, &opt)
	}
	s.Open(t, opt)
	return s
}

// Simulators is a stand whose program does not run yet.
func Simulators(t *testing.T) *Stand {
	t.Helper()
	s := &Stand{PD: pagerduty.RunT(t), Log: &Log{}, used: &used{}}
	t.Cleanup(func() { openapi.CheckT(t, s.PD.History()) })
	t.Cleanup(func() { s.noLeaks(t) })
	s.PD.Set(func(set *pagerduty.Settings) { set.LatencyMS = 1 })
	s.ZD = simzendesk.RunT(t)
	listen := FreeAddress(t)
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		t.Fatal(err)
	}
	s.URL = "http://localhost:" + port
	s.PD.AllowRedirect(s.URL + "/login/callback")
	database := filepath.Join(t.TempDir(), "test.db")
	migrated(t, database)
	key := make([]byte, 32)
	rand.Read(key)
	s.Settings = app.Settings{
		AuditDays:    365,
		TicketNotes:  true,
		Listen:       listen,
		AdminListen:  "127.0.0.1:0",
		PublicURL:    s.URL,
		DatabaseURL:  "sqlite:" + database,
		ClientID:     s.PD.ClientID,
		ClientSecret: seal.Secret(s.PD.ClientSecret),
		OAuth:        "scoped",
		AuthorizeURL: s.PD.AuthorizeURL,
		TokenURL:     s.PD.TokenURL,
		RevokeURL:    s.PD.RevokeURL,
		JWKSURL:      s.PD.JWKSURL,
		Issuers:      s.PD.Issuers,
		APIURLs:      []string{s.PD.URL, s.PD.EUURL},
		EventsURLs:   []string{s.PD.URL, s.PD.EUURL},
		SDKURL:       s.ZD.SDKURL,
		LogLevel:     "debug",
		LogFormat:    "json",
		SecretKeys:   seal.Secret("test:" + base64.StdEncoding.EncodeToString(key)),
	}
	return s
}

// migrated copies a database whose migrations have run, once for all tests of a
// process: running them costs a good part of a short test.
func migrated(t *testing.T, path string) {
	t.Helper()
	raw, err := template()
	if err == nil {
		err = os.WriteFile(path, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "apptest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	ring, err := seal.ParseRing("template:" + base64.StdEncoding.EncodeToString(make([]byte, 32)))
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	s, err := store.Open(ctx, "sqlite:"+path, ring.Box("tokens"))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.Prepare(ctx), s.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Open starts the program and registers the simulated Zendesk's accounts.
func (s *Stand) Open(t *testing.T, opt app.Options) {
	t.Helper()
	a, err := app.Open(t.Context(), s.Settings, opt)
	if err != nil {
		t.Fatal(err)
	}
	s.App = a
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	start := s.used.collect(t, a.AdminAddr)
	t.Cleanup(func() {
		noNewSeries(t, start, s.used.collect(t, a.AdminAddr))
		http.DefaultClient.CloseIdleConnections()
		stop()
		if err := <-done; err != nil {
			t.Errorf("the program ended with: %v", err)
		}
	})
	for _, account := range s.ZD.Accounts {
		if err := a.Registry.AddInstallation(t.Context(), Installation(account)); err != nil {
			t.Fatal(err)
		}
	}
}

// Installation is a simulated account's registration.
func Installation(a *simzendesk.Account) zendesk.Installation {
	return zendesk.Installation{
		Subdomain:      a.Subdomain,
		AppID:          a.AppID,
		InstallationID: a.InstallationID,
		PublicKeyPEM:   a.PublicKeyPEM,
		Origin:         a.Origin,
	}
}

// Unregister takes a simulated account's registration back, as the operator's command
// does: beside the program, on its database.
func (s *Stand) Unregister(t *testing.T, a *simzendesk.Account) {
	t.Helper()
	db, err := store.OpenExisting(t.Context(), s.Settings.DatabaseURL, nil, store.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	did, err := db.Unregister(t.Context(), a.Subdomain, a.InstallationID, s.PD.Clock.Now(), func(store.Revoked) error { return nil })
	if err != nil || !did.Was {
		t.Fatalf("%+v, %v", did, err)
	}
}

// Forward lets time pass for the program and both simulators.
func (s *Stand) Forward(t *testing.T, d time.Duration) {
	t.Helper()
	for _, clock := range []interface{ Forward(time.Duration) error }{s.PD.Clock, s.ZD.Clock} {
		if err := clock.Forward(d); err != nil {
			t.Fatal(err)
		}
	}
}

// given are the ports that [FreeAddress] gave to tests of this process.
var given sync.Map

// FreeAddress is one on loopback that nobody listens on. Its port is below those that
// systems give to whoever asks for any (from 32768 on Linux): one of those can be taken,
// by a connection too, before the test listens.
func FreeAddress(t *testing.T) string {
	t.Helper()
	const lowest, below = 20_000, 32_000
	for range 100 {
		port := lowest + mathrand.IntN(below-lowest)
		if _, taken := given.LoadOrStore(port, true); taken {
			continue
		}
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		l.Close()
		return l.Addr().String()
	}
	t.Fatal("no free port among a hundred")
	return ""
}

// Made is the incidents of a ticket of acme in PagerDuty's account acme.
func (s *Stand) Made(ticket int) []pagerduty.IncidentInfo {
	return slices.DeleteFunc(s.PD.Incidents(fmt.Sprintf("Zendesk_acme_%d", ticket)),
		func(i pagerduty.IncidentInfo) bool { return i.Account != "acme" })
}

// Replica is a second program on the same database, PagerDuty and keys.
func (s *Stand) Replica(t *testing.T) *Stand {
	t.Helper()
	second := *s
	second.Settings.Listen = FreeAddress(t)
	_, port, err := net.SplitHostPort(second.Settings.Listen)
	if err != nil {
		t.Fatal(err)
	}
	second.URL = "http://localhost:" + port
	second.Settings.PublicURL = second.URL
	second.Open(t, app.Options{LogWriter: s.Log, Now: s.PD.Clock.Now})
	return &second
}
