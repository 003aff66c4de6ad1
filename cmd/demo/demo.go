package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/assets"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/simulator/pagerduty"
	simzendesk "zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/gallery"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

type settings struct {
	port                        int
	logLevel                    string
	history                     string
	oauth                       string
	readOnly                    bool
	allowed                     []string
	noNotes, pageByTag, presets bool
	json, control               bool
}

// demo is the server with the two simulators.
type demo struct {
	set  settings
	dir  string
	pd   *pagerduty.Simulator
	zd   *simzendesk.Simulator
	app  *app.App
	url  string
	keys keys

	unused unused // connections of browsers
}

// keys are the simulators', for several demos in one process: making them takes
// longer than all else that starts. The zero value makes new ones.
type keys struct {
	pagerduty func() (*rsa.PrivateKey, error)
	zendesk   map[string]*rsa.PrivateKey // by account
}

// addresses are printed for people and for tests.
type addresses struct {
	Server           string            `json:"server"`
	Admin            string            `json:"admin"`
	Zendesk          string            `json:"zendesk"`
	Setup            string            `json:"setup"`
	Accounts         map[string]string `json:"accounts"` // subdomain to origin
	ZendeskControl   string            `json:"zendeskControl"`
	PagerDuty        string            `json:"pagerduty"`
	PagerDutyEU      string            `json:"pagerdutyEU"`
	PagerDutyControl string            `json:"pagerdutyControl"`
	Database         string            `json:"database"`
}

// open starts everything. A port that was free a moment ago may be taken by
// then, by one of the simulators for one: it is tried again with another.
func open(ctx context.Context, set settings, keys keys) (*demo, error) {
	for tries := 5; ; tries-- {
		d := &demo{set: set, keys: keys}
		err := d.start(ctx)
		if err == nil {
			return d, nil
		}
		err = errors.Join(err, d.Close())
		var setting *app.SettingError
		if set.port != 0 || tries == 1 || !errors.As(err, &setting) || setting.Name != "LISTEN" {
			return nil, err
		}
	}
}

func (d *demo) start(ctx context.Context) (err error) {
	set := d.set
	if d.dir, err = os.MkdirTemp("", "zendesk-pagerduty-demo-"); err != nil {
		return err
	}
	// On localhost, while the simulated Zendesk is on 127.0.0.1: another site
	// for the browser, as in production.
	listen := set.listen(0)
	if set.port == 0 {
		if listen, err = free(); err != nil {
			return err
		}
	}
	_, port, _ := net.SplitHostPort(listen)
	d.url = "http://localhost:" + port
	if d.pd, err = pagerduty.Start(pagerduty.Options{
		Listen:       set.listen(3),
		EUListen:     set.listen(4),
		PublicHost:   "localhost",
		SigningKey:   d.keys.pagerduty,
		RedirectURIs: []string{d.url + "/login/callback"},
	}); err != nil {
		return err
	}
	if d.zd, err = simzendesk.Start(simzendesk.Options{
		Listen: []string{set.listen(1), set.listen(2)},
		AppURL: d.url,
		Keys:   d.keys.zendesk,
		Guide:  guide(),
	}); err != nil {
		return err
	}
	if set.presets {
		presets := fmt.Sprintf(`{"presets":[{"name":"Payments","service":%q,"priority":"P2",`+
			`"title":"Ticket {{ticket.id}}: {{ticket.title}}"}]}`,
			d.pd.Service("Payments API").ID)
		if err := os.WriteFile(filepath.Join(d.dir, "presets.json"), []byte(presets), 0o600); err != nil {
			return err
		}
	}
	if d.app, err = app.Open(ctx, d.settings(listen), app.Options{
		Around:    withGallery,
		ConnState: d.unused.heard,
		Now:       d.pd.Clock.Now, // so that a test can let hours pass
	}); err != nil {
		return err
	}
	for _, account := range d.zd.Accounts {
		in := zendesk.Installation{
			Subdomain:      account.Subdomain,
			AppID:          account.AppID,
			InstallationID: account.InstallationID,
			PublicKeyPEM:   account.PublicKeyPEM,
			Origin:         account.Origin,
		}
		if err := d.app.Registry.AddInstallation(ctx, in); err != nil {
			return err
		}
	}
	return nil
}

// listen is the n-th port of the demo, or a free one.
func (s settings) listen(n int) string {
	if s.port == 0 {
		return "127.0.0.1:0"
	}
	return fmt.Sprintf("127.0.0.1:%d", s.port+n)
}

// free finds a port for a server whose address others must know before it starts.
func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func (d *demo) settings(listen string) app.Settings {
	key := make([]byte, 32)
	rand.Read(key)
	admin := d.set.listen(5)
	s := app.Settings{
		AuditDays:        365,
		Listen:           listen,
		AdminListen:      admin,
		PublicURL:        d.url,
		DatabaseURL:      d.database(),
		ClientID:         d.pd.ClientID,
		ClientSecret:     seal.Secret(d.pd.ClientSecret),
		OAuth:            d.set.oauth,
		AuthorizeURL:     d.pd.AuthorizeURL,
		TokenURL:         d.pd.TokenURL,
		RevokeURL:        d.pd.RevokeURL,
		JWKSURL:          d.pd.JWKSURL,
		Issuers:          d.pd.Issuers,
		APIURLs:          []string{d.pd.URL, d.pd.EUURL},
		EventsURLs:       []string{d.pd.URL, d.pd.EUURL},
		SDKURL:           d.zd.SDKURL,
		ReadOnly:         d.set.readOnly,
		AllowedActions:   d.set.allowed,
		TicketNotes:      !d.set.noNotes,
		PageWithoutLogin: d.set.pageByTag,
		LogLevel:         d.set.logLevel,
		LogFormat:        "text",
		SecretKeys:       seal.Secret("demo:" + base64.StdEncoding.EncodeToString(key)),
	}
	if d.set.presets {
		s.PresetsFile = filepath.Join(d.dir, "presets.json")
	}
	if oauth.Kind(d.set.oauth) == oauth.Classic {
		d.pd.Set(func(s *pagerduty.Settings) { s.OAuth = "classic" })
	}
	return s
}

func (d *demo) database() string { return "sqlite:" + filepath.Join(d.dir, "demo.db") }

func (d *demo) addresses() addresses {
	a := addresses{
		Server:           d.url,
		Admin:            "http://" + d.app.AdminAddr,
		Zendesk:          d.zd.Accounts[0].Origin + "/",
		Setup:            d.zd.Accounts[0].Origin + setupPath,
		Accounts:         map[string]string{},
		ZendeskControl:   d.zd.ControlURL,
		PagerDuty:        d.pd.URL,
		PagerDutyEU:      d.pd.EUURL,
		PagerDutyControl: d.pd.ControlURL,
		Database:         d.database(),
	}
	for _, account := range d.zd.Accounts {
		a.Accounts[account.Subdomain] = account.Origin
	}
	return a
}

// withGallery adds the pages that only the demo has.
func withGallery(next http.Handler) http.Handler {
	files, err := assets.Load()
	if err != nil {
		return next
	}
	texts, err := text.Load()
	if err != nil {
		return next
	}
	shown := gallery.Handler(texts, func(name string) views.Asset {
		return views.Asset{Path: files.Path(name), Integrity: files.Integrity(name)}
	}, time.Now)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/gallery/") {
			shown.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Close takes everything down, and writes the history that was asked for.
func (d *demo) Close() error {
	var errs []error
	if d.app != nil {
		errs = append(errs, d.app.Close())
	}
	if d.pd != nil {
		if d.set.history != "" {
			errs = append(errs, d.writeHistory())
		}
		errs = append(errs, d.pd.Close())
	}
	if d.zd != nil {
		errs = append(errs, d.zd.Close())
	}
	if d.dir != "" {
		errs = append(errs, os.RemoveAll(d.dir))
	}
	return errors.Join(errs...)
}

func (d *demo) writeHistory() error {
	f, err := os.OpenFile(d.set.history, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	lines := json.NewEncoder(f)
	for _, entry := range d.pd.History() {
		if err := lines.Encode(entry); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}
