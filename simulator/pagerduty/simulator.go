package pagerduty

import (
	"cmp"
	"context"
	"crypto/rsa"
	"errors"
	"fmt"

	"zendesk-pagerduty/simulator/internal/control"
	"zendesk-pagerduty/simulator/pagerduty/identity"
	"zendesk-pagerduty/simulator/pagerduty/seed"
	"zendesk-pagerduty/simulator/pagerduty/state"
	"zendesk-pagerduty/simulator/pagerduty/web"
)

// The app that is registered with the simulator, unless Options say otherwise.
// Its secret punishes a client that does not encode its form.
const (
	clientID     = "0oa5c1ad-5eba-4d00-9c11-5107a7ed0001"
	clientSecret = "simulated+secret/not&a=real%20one"
)

// Options are what Start takes. All may be left out.
type Options struct {
	// Listen, EUListen and ControlListen are addresses; "" is a free port on
	// 127.0.0.1.
	Listen, EUListen, ControlListen string
	// PublicHost is the host that browsers and clients use in the addresses
	// that the simulator names itself; any Host header is served. "" is
	// 127.0.0.1.
	PublicHost string
	// ClientID, ClientSecret and RedirectURIs are those of the registered app.
	ClientID, ClientSecret string
	RedirectURIs           []string
	// SigningKey gives the key that signs ID tokens until RotateKeys, for
	// simulators that are started one after another; nil makes one. It is
	// asked when the key is first needed.
	SigningKey func() (*rsa.PrivateKey, error)
	// Settings changes the defaults; Reset comes back to the result.
	Settings func(*Settings)
	// Canned makes a simulator for benchmarks, which answers one list of
	// incidents from prepared bytes and records and limits nothing.
	Canned bool
}

// Simulator is a running PagerDuty.
type Simulator struct {
	// URL is the base of identity and of the US region's REST and Events API;
	// EUURL is the EU region's, ControlURL the control server's.
	URL, EUURL, ControlURL string
	// AuthorizeURL, TokenURL, RevokeURL, JWKSURL are identity's endpoints, and
	// Issuers the two names that ID tokens may come under.
	AuthorizeURL, TokenURL, RevokeURL, JWKSURL string
	Issuers                                    []string
	// ClientID and ClientSecret are those of the registered app.
	ClientID, ClientSecret string
	// Clock is the simulator's own.
	Clock *control.Clock

	control *control.Control
	servers []*control.Server
	initial Settings

	state    *state.State
	identity *identity.Server
}

// Start opens a simulator's listeners and serves them.
func Start(o Options) (*Simulator, error) {
	initial := state.Defaults()
	if o.Settings != nil {
		o.Settings(&initial)
	}
	if err := initial.Check(); err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	s := &Simulator{
		ClientID:     cmp.Or(o.ClientID, clientID),
		ClientSecret: cmp.Or(o.ClientSecret, clientSecret),
		control:      control.NewControl(),
		initial:      initial,
	}
	s.Clock = s.control.Clock
	for _, addr := range []string{o.Listen, o.EUListen, o.ControlListen} {
		l, err := control.Listen(addr)
		if err != nil {
			return nil, errors.Join(err, s.closeServers())
		}
		s.servers = append(s.servers, l)
	}
	host := cmp.Or(o.PublicHost, "127.0.0.1")
	s.URL, s.EUURL, s.ControlURL = s.servers[0].URL(host), s.servers[1].URL(host), s.servers[2].URL(host)
	s.AuthorizeURL = s.URL + "/oauth/authorize"
	s.TokenURL = s.URL + "/oauth/token"
	s.RevokeURL = s.URL + "/oauth/revoke"
	s.JWKSURL = s.URL + "/global/oauth/anonymous/jwks"
	s.Issuers = []string{s.URL + "/global/oauth/anonymous", s.URL + "/app/global/oauth/anonymous"}
	s.state = &state.State{URL: s.URL, Clock: s.Clock}
	pages, err := web.NewPages(s.state)
	if err != nil {
		return nil, errors.Join(err, s.closeServers())
	}
	s.identity = identity.NewServer(s.state, pages, identity.Options{
		ClientID:     s.ClientID,
		ClientSecret: s.ClientSecret,
		RedirectURIs: o.RedirectURIs,
		Issuers:      s.Issuers,
		JWKSURL:      s.JWKSURL,
		Port:         s.servers[0].Port,
		SigningKey:   o.SigningKey,
	})
	s.seed()

	us, eu := s.control.Wrap("us", s.routes("us")), s.control.Wrap("eu", s.routes("eu"))
	if o.Canned {
		us, eu = s.canned(us), s.canned(eu)
	}
	s.servers[0].Serve(us)
	s.servers[1].Serve(eu)
	s.servers[2].Serve(control.Guard(s.controlRoutes()))
	return s, nil
}

// Close stops the simulator and waits for the requests under way.
func (s *Simulator) Close() error {
	err := s.closeServers()
	s.control.Close()
	return err
}

func (s *Simulator) closeServers() error {
	var errs []error
	for _, l := range s.servers {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// Reset puts the simulator back to its seed: people, incidents, settings; no
// tokens, no faults, no history. Keys, redirect URIs and clock stay.
func (s *Simulator) Reset() {
	s.control.ClearFaults()
	s.control.ClearHistory()
	s.seed()
}

func (s *Simulator) seed() {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.state.Reset(s.initial.Clone(), seed.New(s.Clock.Now(), s.URL, s.EUURL))
	s.identity.Reset()
}

// AllowRedirect registers a redirect URI for the app.
func (s *Simulator) AllowRedirect(uri string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.identity.AllowRedirect(uri)
}

// Fault queues a fault for a request that matches it.
func (s *Simulator) Fault(f control.Fault) { s.control.Fault(f) }

// ClearFaults drops all faults and releases what hangs.
func (s *Simulator) ClearFaults() { s.control.ClearFaults() }

// History is every request so far.
func (s *Simulator) History() []control.Entry { return s.control.History() }

// ClearHistory forgets them.
func (s *Simulator) ClearHistory() { s.control.ClearHistory() }

// Await waits until a request is in the history that match accepts. An entry is
// there from the request's arrival on; ask for Done to wait for its answer.
func (s *Simulator) Await(ctx context.Context, match func(Entry) bool) (Entry, error) {
	return s.control.Await(ctx, match)
}
