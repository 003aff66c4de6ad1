package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/simulator/pagerduty"
	simzendesk "zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/zendesk"
)

// stand is the server with one connected agent, beside a simulated PagerDuty
// that answers from memory.
type stand struct {
	dir     string
	pd      *pagerduty.Simulator
	zd      *simzendesk.Simulator
	app     *app.App
	done    chan error
	session seal.Secret
	access  string
}

const keyID = "bench"

func open(ctx context.Context, canned bool) (s *stand, err error) {
	s = &stand{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "zendesk-pagerduty-bench-"); err != nil {
		return nil, err
	}
	if s.pd, err = pagerduty.Start(pagerduty.Options{Canned: canned}); err != nil {
		return nil, err
	}
	if s.zd, err = simzendesk.Start(simzendesk.Options{}); err != nil {
		return nil, err
	}
	key := make([]byte, 32)
	rand.Read(key)
	s.app, err = app.Open(ctx, app.Settings{
		AuditDays: 365,
		Listen:    "127.0.0.1:0", AdminListen: "127.0.0.1:0", PublicURL: "http://localhost", DatabaseURL: "sqlite:" + filepath.Join(s.dir, "bench.db"),
		ClientID: s.pd.ClientID, ClientSecret: seal.Secret(s.pd.ClientSecret), OAuth: "scoped",
		AuthorizeURL: s.pd.AuthorizeURL, TokenURL: s.pd.TokenURL, RevokeURL: s.pd.RevokeURL, JWKSURL: s.pd.JWKSURL, Issuers: s.pd.Issuers,
		APIURLs: []string{s.pd.URL, s.pd.EUURL}, EventsURLs: []string{s.pd.URL, s.pd.EUURL}, SDKURL: s.zd.SDKURL, LogLevel: "warn", LogFormat: "json",
		SecretKeys: seal.Secret(keyID + ":" + base64.StdEncoding.EncodeToString(key)),
	}, app.Options{LogWriter: io.Discard})
	if err != nil {
		return nil, err
	}
	running, stop := context.WithCancel(ctx)
	s.done = make(chan error, 1)
	go func() { defer stop(); s.done <- s.app.Run(running) }()
	account := s.zd.Accounts[0]
	in := zendesk.Installation{Subdomain: account.Subdomain, AppID: account.AppID, InstallationID: account.InstallationID,
		PublicKeyPEM: account.PublicKeyPEM, Origin: account.Origin}
	if err := s.app.Registry.AddInstallation(ctx, in); err != nil {
		return nil, err
	}
	agent := zendesk.Agent{Subdomain: account.Subdomain, UserID: "9001"}
	session, value, err := s.app.Sessions.Start(ctx, zendesk.Launch{Agent: agent, Installation: in, TokenHash: seal.Random(16), Expires: time.Now().Add(time.Hour)}, true)
	if err != nil {
		return nil, err
	}
	s.session = value
	return s, s.connect(ctx, session)
}

// reconnect brings a new grant after the simulated PagerDuty was reset.
func (s *stand) reconnect(ctx context.Context) error {
	session, err := s.app.Sessions.Check(ctx, s.session)
	if err != nil {
		return err
	}
	return s.connect(ctx, session)
}

// connect claims a grant as a login would, without the windows.
func (s *stand) connect(ctx context.Context, session zendesk.Session) error {
	a, err := s.app.Logins.Begin(ctx, session, oauth.ForSidebar)
	if err != nil {
		return err
	}
	now := time.Now()
	const window = "hash"
	if _, err := s.app.Store.ConfirmAttempt(ctx, a.ID, window, now); err != nil {
		return err
	}
	if _, err := s.app.Store.ConsumeAttempt(ctx, a.ID, window, now); err != nil {
		return err
	}
	var refresh string
	s.access, refresh = s.pd.MintToken("jane", oauth.DefaultScopes(oauth.Scoped)...)
	g := oauth.Grant{Access: seal.Secret(s.access), Refresh: seal.Secret(refresh), Expires: now.Add(24 * time.Hour), RefreshAfter: now.Add(23 * time.Hour),
		APIBase: s.pd.URL, UserID: "PJANE01", AccountID: "PACME", Account: "acme", DelegationID: "D1", Name: "Jane Miller", Email: "jane@acme.example"}
	if err := s.app.Store.GrantAttempt(ctx, a.ID, g, "code", now); err != nil {
		return err
	}
	_, err = s.app.Store.ClaimAttempt(ctx, session.Agent, oauth.Proof{Hash: func(string) string { return "code" }}, now)
	return err
}

func (s *stand) panelURL() string { return fmt.Sprintf("http://%s/tickets/102/incidents", s.app.Addr) }

// Close takes the stand down.
func (s *stand) Close() error {
	var errs []error
	if s.app != nil {
		errs = append(errs, s.app.Close())
		if s.done != nil {
			errs = append(errs, <-s.done)
		}
	}
	if s.pd != nil {
		errs = append(errs, s.pd.Close())
	}
	if s.zd != nil {
		errs = append(errs, s.zd.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}
