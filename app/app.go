package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/net/netutil"

	"zendesk-pagerduty/app/metrics"
	"zendesk-pagerduty/assets"
	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/pagerduty"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/server"
	"zendesk-pagerduty/server/panel"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// Options is what tests and the demo set apart from the settings. The zero
// value is right for the program.
type Options struct {
	Now       func() time.Time                    // of sessions, logins and tokens; default time.Now
	LogWriter io.Writer                           // default standard error
	Transport http.RoundTripper                   // to PagerDuty; default pagerduty.Transport()
	Store     func(*store.Store) Store            // wraps the store, to make it fail
	Around    func(app http.Handler) http.Handler // wraps the public handler
	ConnState func(net.Conn, http.ConnState)      // hears of the public server's connections
	Sleep     func(time.Duration)                 // while requests go elsewhere; default time.Sleep
}

// Store is what the parts need of the store.
type Store interface {
	zendesk.Registry
	zendesk.SessionStore
	oauth.AttemptStore
	oauth.ConnectionStore
	incident.Links
	incident.Audit
	incident.LastUsedServices
	incident.Preferences
	panel.Store
	// Lease gives a job to one owner for a time, by the database's clock, and
	// returns false where another has it.
	Lease(ctx context.Context, job, owner string, d time.Duration) (bool, error)
}

// App is the running program.
type App struct {
	Store    *store.Store
	Registry zendesk.Registry
	Sessions *zendesk.Sessions
	Logins   *oauth.Logins
	Tokens   *oauth.Tokens
	Log      *slog.Logger

	keys      []string // ids of SECRET_KEYS; the first seals
	Addr      string   // where it listens
	AdminAddr string

	revoker *oauth.Revoker
	public  listening
	admin   listening
	ready   *readiness
	counts  *metrics.Counts
	delay   time.Duration // between the end of readiness and that of the listener
	sleep   func(time.Duration)
	abandon context.CancelFunc // ends the context of every request
	closing sync.Once
	closed  error
	parts   Store
	id      string        // of this replica, for its leases
	keep    time.Duration // of the audit trail
	now     func() time.Time
	stop    context.CancelFunc
	sweeps  sync.WaitGroup
}

type listening struct {
	listener net.Listener
	server   *http.Server
}

// Open builds every part and listens; nothing is served before [App.Run].
func Open(ctx context.Context, set Settings, opt Options) (*App, error) {
	checked, err := set.Check()
	if err != nil {
		return nil, err
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Sleep == nil {
		opt.Sleep = time.Sleep
	}
	if opt.LogWriter == nil {
		opt.LogWriter = os.Stderr
	}
	if opt.Transport == nil {
		opt.Transport = pagerduty.Transport()
	}
	files, err := assets.Load()
	if err != nil {
		return nil, err
	}
	a := &App{keys: checked.Ring.IDs(), Log: NewLog(opt.LogWriter, set.LogFormat, checked.Level)}
	if a.Store, err = store.OpenWithin(ctx, set.DatabaseURL, checked.Ring.Box("tokens"), set.Database.StoreLimits()); err != nil {
		return nil, DatabaseError(err)
	}
	if exposed := store.Exposed(set.DatabaseURL); exposed != "" {
		a.Log.WarnContext(ctx, "others may read the database", "why", exposed)
	}
	if err := a.Store.Prepare(ctx); err != nil {
		return nil, errors.Join(err, a.Store.Close())
	}
	if n, yes := a.Store.Restored(); yes {
		a.Log.WarnContext(ctx, "the database was read back from a dump: agents log in again", "connections", n)
	}
	var parts Store = a.Store
	if opt.Store != nil {
		parts = opt.Store(a.Store)
	}
	a.Registry, a.parts, a.id, a.keep, a.now, a.delay = parts, parts, seal.Random(12), time.Duration(set.AuditDays)*day, opt.Now, set.DrainDelay
	a.sleep = opt.Sleep
	a.ready = &readiness{now: opt.Now, check: func(ctx context.Context) error { return a.Store.Ready(ctx, a.id, opt.Now()) }}

	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.counts = metrics.NewCounts(registry, a.keys)
	a.Store.Observe(a.counts.Store)
	commit, date := Built()
	metrics.State{
		Version: Version,
		Commit:  commit,
		Date:    date,
		Keys:    a.keys,
		Ready:   a.ready.ready,
		Schema:  a.Store.SchemaSeen,
		Pool:    a.Store.PoolStats,
	}.Register(registry)
	identity := metrics.Identity{Token: set.TokenURL, Revoke: set.RevokeURL, Keys: set.JWKSURL}
	transport := metrics.NewCalls(registry, opt.Transport, identity, opt.Now)
	provider := set.Provider(checked, transport, a.Log, opt.Now)
	limits := set.Limits.open(registry, opt.Now)
	api := &pagerduty.API{Transport: transport, Bases: set.APIURLs, Allow: limits.call}
	a.revoker = &oauth.Revoker{
		Provider: provider,
		Store:    parts,
		Log:      a.Log,
		Now:      opt.Now,
		Never:    set.RevokeGrants == revokeNever,
	}
	a.Sessions = &zendesk.Sessions{Store: parts, Box: checked.Ring.Box("session"), Now: opt.Now, Most: set.Limits.Sessions}
	a.Logins = &oauth.Logins{
		CountShared: a.counts.Shared,
		Count:       a.counts.Login,
		Provider:    provider,
		Store:       parts,
		People:      api,
		Box:         checked.Ring.Box("login"),
		Revoker:     a.revoker,
		Log:         a.Log,
		Now:         opt.Now,
	}
	a.Tokens = &oauth.Tokens{
		Provider: provider,
		Store:    parts,
		Revoker:  a.revoker,
		Log:      a.Log,
		Now:      opt.Now,
		Count:    a.counts.Refresh,
	}
	site := &server.Server{
		Verifier: &zendesk.Verifier{Registry: parts, Now: opt.Now, ClockOffset: transport.ClockOffset},
		Sessions: a.Sessions, Logins: a.Logins, Tokens: a.Tokens,
		Connections: parts, Links: parts, Audit: parts, LastUsed: parts, Preferences: parts, Panels: parts,
		TicketNotes: set.TicketNotes, PageWithoutLogin: set.PageWithoutLogin, Presets: checked.Presets,
		As: func(c oauth.Connection) (web.PagerDuty, error) {
			agent, err := api.As(c.APIBase, c.Access, c.Email)
			if err != nil {
				return nil, err
			}
			return agent.CountedAs(c.AccountID + "/" + c.UserID), nil // however many Zendesk users are connected as one
		},
		Limits: limits.Limits,
		Texts:  checked.Texts, Written: checked.Written, Assets: files, Ring: checked.Ring,
		EventsURLs: set.EventsURLs, EventsURL: func(base string) string { return eventsOf(set, base) },
		Version: Version, PublicURL: checked.PublicURL, SDKURL: set.SDKURL,
		ReadOnly: set.ReadOnly, Allowed: checked.Allowed, TrustedProxies: checked.Proxies,
		Log: a.Log, Now: opt.Now, Ready: a.ready.ready, Stopping: a.ready.stopping.Load, Metrics: registry,
		CountAction: a.counts.Action, CountLaunch: a.counts.Launch,
	}
	requests, abandon := context.WithCancel(context.Background())
	a.abandon = abandon
	handler := site.Handler()
	if opt.Around != nil {
		handler = opt.Around(handler)
	}
	if a.public, err = a.listen("LISTEN", set.Listen, set.Limits.Connections, handler); err != nil {
		return nil, errors.Join(err, a.Store.Close())
	}
	a.public.server.ConnState = opt.ConnState
	a.public.server.BaseContext = func(net.Listener) context.Context { return requests }
	if a.admin, err = a.listen("ADMIN_LISTEN", set.AdminListen, adminConnections, site.AdminHandler()); err != nil {
		return nil, errors.Join(err, a.public.listener.Close(), a.Store.Close())
	}
	a.Addr, a.AdminAddr = a.public.listener.Addr().String(), a.admin.listener.Addr().String()
	return a, nil
}

// eventsOf is the Events API of the region that a REST base is of.
func eventsOf(set Settings, apiBase string) string {
	if i := slices.Index(set.APIURLs, apiBase); i >= 0 {
		return set.EventsURLs[i]
	}
	return "" // a connection from before the setting was changed
}

// DatabaseError tells an address that will not do from a database that does
// not answer.
func DatabaseError(err error) error {
	if errors.Is(err, store.ErrAddress) {
		return &SettingError{Name: "DATABASE_URL", Err: err}
	}
	return fmt.Errorf("DATABASE_URL: %w", err)
}

// adminConnections are more than a collector of metrics and a load balancer open.
const adminConnections = 64

// listen opens an address for so many connections at once; further ones wait
// until one closes. 0 is no bound.
func (a *App) listen(name, address string, most int, h http.Handler) (listening, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return listening{}, &SettingError{Name: name, Got: address, Want: "a free address: " + err.Error()}
	}
	if most > 0 {
		l = netutil.LimitListener(l, most)
	}
	return listening{l, &http.Server{
		Handler:           h,
		ReadHeaderTimeout: budget.ReadHeader,
		ReadTimeout:       budget.ReadBody,
		WriteTimeout:      budget.Answer,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug),
	}}, nil
}

// Run serves until ctx ends or a listener fails, then closes.
func (a *App) Run(ctx context.Context) error {
	ctx, a.stop = context.WithCancel(ctx)
	defer a.stop()
	failed := make(chan error, 2)
	for _, l := range []listening{a.public, a.admin} {
		go func() { failed <- l.server.Serve(l.listener) }()
	}
	a.sweeps.Go(func() { a.sweep(ctx) })
	a.Log.InfoContext(ctx, "keys", "seals", a.keys[0], "only_open", a.keys[1:])
	commit, _ := Built()
	a.Log.InfoContext(ctx, "serving", "address", a.Addr, "admin", a.AdminAddr, "version", Version, "commit", commit)
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, a.Close())
}

// CloseAtMost is how long [App.Close] takes at most after DRAIN_DELAY, and only
// while the database is away: a refresh that the last request began carries its new
// pair until it is stored, and what it may not store it revokes. docs/operate.md
// names it.
const CloseAtMost = budget.Drain + oauth.RefreshAtMost + oauth.RevokeAtMost

// Close lets requests and refreshes finish and takes everything down. It may
// be called more than once, and without Run.
//
// It begins with readiness, so that whoever spreads requests sends them elsewhere,
// and goes on answering for DRAIN_DELAY, which they need to notice. From then on
// every answer closes its connection: one that stayed open would bring requests
// until the moment that the listener closes.
func (a *App) Close() error {
	a.closing.Do(func() {
		began := time.Now()
		a.ready.stopping.Store(true)
		if a.stop != nil { // it runs
			a.Log.Info("stopping", "drain_delay", a.delay)
			a.sleep(a.delay)
			a.stop()
		}
		a.closed = errors.Join(a.drain(), a.Store.Close())
		a.Log.Info("stopped", "took", time.Since(began).Round(time.Millisecond), "unfinished", a.closed != nil)
	})
	return a.closed
}

// drain takes no more requests and waits for what is under way. The admin's
// listener closes last: it says meanwhile that this replica is not ready.
func (a *App) drain() (failed error) {
	ctx, cancel := context.WithTimeout(context.Background(), budget.Drain)
	defer cancel()
	err := a.public.server.Shutdown(ctx)
	// Nothing should be left, or the budgets are wrong. What has not begun by now
	// must not begin: nobody could write down how it ended.
	a.abandon()
	failed = errors.Join(err, a.public.close())
	a.sweeps.Wait()
	a.Tokens.Wait()
	a.revoker.Wait()
	return errors.Join(failed, a.admin.close())
}

func (l listening) close() error {
	err := l.server.Close()
	if e := l.listener.Close(); e != nil && !errors.Is(e, net.ErrClosed) {
		err = errors.Join(err, e)
	}
	return err
}
