package zendesk

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"zendesk-pagerduty/simulator/internal/control"
	"zendesk-pagerduty/simulator/zendesk/rest"
	"zendesk-pagerduty/simulator/zendesk/rules"
	"zendesk-pagerduty/simulator/zendesk/settings"
	"zendesk-pagerduty/simulator/zendesk/tickets"
	"zendesk-pagerduty/simulator/zendesk/webhooks"
	"zendesk-pagerduty/simulator/zendesk/workspace"
)

// Options say how the simulator starts. The zero value is complete.
type Options struct {
	// Listen is an address for each account, in the order acme, globex. Empty
	// means free ports of 127.0.0.1. The app has to be on another site
	// (localhost), as it is with the real Zendesk.
	Listen []string
	// ControlListen is the address of the control server; "" means a free port
	// of 127.0.0.1.
	ControlListen string
	// AppURL is the app's public address. Launches go to its /sidebar.
	AppURL string
	// Keys are the accounts' RSA keys by subdomain, for a demo whose
	// installations outlive it. Keys that are not given are made.
	Keys map[string]*rsa.PrivateKey
	// Guide is what the first page says of the app.
	Guide Guide
}

// Simulator is a running simulated Zendesk: two accounts, each on an address of its
// own, and a control server.
type Simulator struct {
	// Control has the clock, the faults and the history of all accounts.
	*control.Control

	Accounts   []*Account
	SDKURL     string // the SDK's script, for any origin
	ControlURL string

	appURL   atomic.Pointer[string]
	servers  []*control.Server
	seeds    []accountSeed
	switches settings.Switches
}

// Start listens and serves until Close.
func Start(o Options) (*Simulator, error) {
	s := &Simulator{
		Control:  control.NewControl(),
		seeds:    accountSeeds(),
		switches: settings.Switches{Current: settings.Defaults()},
	}
	if err := s.start(o); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Simulator) start(o Options) error {
	if err := s.SetAppURL(o.AppURL); err != nil {
		return err
	}
	if len(o.Listen) != 0 && len(o.Listen) != len(s.seeds) {
		return fmt.Errorf("zendesk simulator: %d addresses to listen on, want %d: one for each account", len(o.Listen),
			len(s.seeds))
	}
	keys, err := newKeys(s.seeds, o.Keys)
	if err != nil {
		return err
	}
	for i, seed := range s.seeds {
		address := ""
		if len(o.Listen) > 0 {
			address = o.Listen[i]
		}
		server, err := s.listen(address)
		if err != nil {
			return err
		}
		account, err := s.open(seed, keys[i], server.URL("127.0.0.1"))
		if err != nil {
			return err
		}
		s.Accounts = append(s.Accounts, account)
	}
	server, err := s.listen(o.ControlListen)
	if err != nil {
		return err
	}
	s.ControlURL = server.URL("127.0.0.1")
	s.SDKURL = s.Accounts[0].Origin + "/zaf_sdk.js"
	var shown []*workspace.Account
	for _, account := range s.Accounts {
		shown = append(shown, &account.Account)
	}
	for i, account := range s.Accounts {
		pages, err := workspace.NewPages(shown[i], shown, s.Settings, o.Guide)
		if err != nil {
			return err
		}
		s.servers[i].Serve(s.host(account, pages))
	}
	server.Serve(control.Guard(s.controlServer()))
	return nil
}

func (s *Simulator) listen(address string) (*control.Server, error) {
	server, err := control.Listen(address)
	if err != nil {
		return nil, err
	}
	s.servers = append(s.servers, server)
	return server, nil
}

// open makes an account of a seed, with its key and the origin that it has.
func (s *Simulator) open(seed accountSeed, key *rsa.PrivateKey, origin string) (*Account, error) {
	public, err := publicPEM(key)
	if err != nil {
		return nil, err
	}
	store := tickets.NewStore(s.Clock.Now, s.Settings, seed.subdomain, seed.directory())
	sender := webhooks.NewSender(strconv.FormatInt(seed.accountID(), 10), s.Clock.Now, s.Settings)
	a := &Account{
		Account: workspace.Account{
			ID:             seed.accountID(),
			Subdomain:      seed.subdomain,
			Name:           seed.name,
			AppID:          seed.appID,
			InstallationID: seed.installationID,
			Origin:         origin,
			Store:          store,
			Sessions:       &rest.Sessions{Subdomain: seed.subdomain, User: store.User, People: store.People},
		},
		PublicKeyPEM: public,
		key:          key,
		now:          s.Clock.Now,
		rules:        rules.NewRules(store, sender, seed.name, origin),
		sender:       sender,
	}
	a.fill(seed)
	return a, nil
}

// fill replaces everything that an account has by its seed.
func (a *Account) fill(seed accountSeed) {
	a.sender.Reset(nil)
	a.rules.Fill(seed.rules(), seed.appID*1000+1)
	a.Store.Fill(seed.people(), seed.tickets())
}

// host is everything that one account's port answers.
func (s *Simulator) host(account *Account, p *workspace.Pages) http.Handler {
	mux := http.NewServeMux()
	p.Routes(mux)
	account.api(mux, s.Settings)
	launches := workspace.Launcher{
		Account: &account.Account,
		AppURL:  s.AppURL,
		Token: func(agentID int64, location string) string {
			return account.Token(agentID, AtLocation(location))
		},
	}
	mux.HandleFunc("POST /launches", launches.Serve)
	mux.HandleFunc("GET /zaf_sdk.js", serveSDK)

	outer := http.NewServeMux()
	outer.Handle("/", s.Wrap(account.Subdomain, mux))
	// The page's own files would only crowd the history.
	outer.Handle("GET /static/", workspace.ServeStatic())
	outer.HandleFunc("GET /simulated/events/{ticket}", account.serveEvents)
	outer.HandleFunc("GET /simulated/locale", p.ServeLocale)
	return outer
}

// AppURL is where launches go; empty while no app is installed.
func (s *Simulator) AppURL() string { return *s.appURL.Load() }

// SetAppURL tells the simulator the app's public address, which a test knows
// only after it has started both.
func (s *Simulator) SetAppURL(address string) error {
	if address != "" {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("zendesk simulator: app address %q: want an http or https address", address)
		}
	}
	address = strings.TrimSuffix(address, "/")
	s.appURL.Store(&address)
	return nil
}

// Account finds one by its subdomain, or returns nil.
func (s *Simulator) Account(subdomain string) *Account {
	for _, a := range s.Accounts {
		if a.Subdomain == subdomain {
			return a
		}
	}
	return nil
}

// Reset puts all tickets back to the seed and the settings to their defaults.
// Keys and addresses stay.
func (s *Simulator) Reset() {
	s.Set(func(v *settings.Settings) { *v = settings.Defaults() })
	for i, a := range s.Accounts {
		a.fill(s.seeds[i])
	}
}

// Close stops all listeners and waits for the requests that are in their
// handlers.
func (s *Simulator) Close() error {
	var errs []error
	for _, a := range s.Accounts {
		a.sender.Stop()
	}
	for _, server := range s.servers {
		errs = append(errs, server.Close())
	}
	s.Control.Close()
	return errors.Join(errs...)
}
