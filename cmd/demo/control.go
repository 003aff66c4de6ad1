package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/simulator/pagerduty"
	simzendesk "zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/zendesk"
)

// control runs one demo after another in one process, for browser tests that
// share it: each test gets a new database, new simulators and the settings that
// it asks for, so that none sees what another left.
type control struct {
	ctx  context.Context
	keys keys

	mu      sync.Mutex
	port    int   // the first of the demos' ports; 0 before the first demo
	current *demo // nil between two tests
	stop    context.CancelFunc
	done    chan error
}

// serveControl prints {"control": ADDRESS} and serves there:
//
//	POST /start        {"args": ["-read-only"]}: a demo of this command line; answers its addresses
//	POST /connect      {"account": "acme", "agent": 9001, "person": "Jane Miller"}: connects an agent of the
//	                   simulated Zendesk with a person of the simulated PagerDuty, as a finished login does
//	POST /server/stop  ends our server alone: the simulators go on
//	POST /stop         ends the demo, and answers 500 where that went wrong
//
// It ends with in, so that it never outlives the test that started it.
func serveControl(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := &control{ctx: ctx, keys: keys{pagerduty: sync.OnceValues(pagerduty.NewKey)}}
	var err error
	if c.keys.zendesk, err = simzendesk.NewKeys(); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{
		// A web page in the same browser sends Sec-Fetch-Site, a test does not.
		Handler:           http.NewCrossOriginProtection().Handler(c.routes()),
		ReadHeaderTimeout: 5 * time.Second,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	go func() {
		_, _ = io.Copy(io.Discard, in)
		cancel()
	}()
	if err := json.NewEncoder(out).Encode(map[string]string{"control": "http://" + l.Addr().String()}); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Join(err, server.Close(), c.end())
}

func (c *control) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /start", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Args []string `json:"args"`
		}
		c.answer(w, r, &in, func() (any, error) { return c.start(in.Args) })
	})
	mux.HandleFunc("POST /connect", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Account string `json:"account"`
			Agent   int64  `json:"agent"`
			Person  string `json:"person"`
		}
		c.answer(w, r, &in, func() (any, error) {
			if c.current == nil {
				return nil, errors.New("no demo runs")
			}
			agent := zendesk.Agent{Subdomain: in.Account, UserID: strconv.FormatInt(in.Agent, 10)}
			return struct{}{}, c.current.connect(r.Context(), agent, in.Person)
		})
	})
	mux.HandleFunc("POST /server/stop", func(w http.ResponseWriter, r *http.Request) {
		c.answer(w, r, &struct{}{}, func() (any, error) {
			if c.current == nil {
				return nil, errors.New("no demo runs")
			}
			return struct{}{}, c.current.app.Close()
		})
	})
	mux.HandleFunc("POST /stop", func(w http.ResponseWriter, r *http.Request) {
		c.answer(w, r, &struct{}{}, func() (any, error) { return struct{}{}, c.end() })
	})
	return mux
}

// answer reads a request and carries it out, one at a time.
func (c *control) answer(w http.ResponseWriter, r *http.Request, in any, do func() (any, error)) {
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	body.DisallowUnknownFields()
	if err := body.Decode(in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	out, err := do()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out)
}

func (c *control) start(args []string) (any, error) {
	if err := c.end(); err != nil {
		return nil, err
	}
	d, err := c.open(args)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(c.ctx)
	c.current, c.stop, c.done = d, stop, make(chan error, 1)
	go func() { c.done <- d.app.Run(ctx) }()
	return d.addresses(), nil
}

// open opens a demo on the ports of the one before it: what a browser keeps of a
// page, such as its compiled scripts, it keeps by the address.
func (c *control) open(args []string) (*demo, error) {
	for tries := 20; ; tries-- {
		if c.port == 0 {
			c.port = firstPort + rand.N(lastPort-firstPort)
		}
		set, err := parse(append([]string{"-port", strconv.Itoa(c.port)}, args...))
		if err != nil {
			return nil, err
		}
		d, err := open(c.ctx, set, c.keys)
		if err == nil || tries == 1 || !taken(err) {
			return d, err
		}
		c.port = 0
	}
}

// taken says whether somebody else has one of the ports.
func taken(err error) bool {
	var setting *app.SettingError
	if errors.As(err, &setting) {
		return setting.Name == "LISTEN" || setting.Name == "ADMIN_LISTEN"
	}
	return errors.Is(err, syscall.EADDRINUSE)
}

// Between these the system gives no ports to those who ask for any.
const firstPort, lastPort = 20_000, 32_000

// end takes the demo down, if one runs.
func (c *control) end() error {
	if c.current == nil {
		return nil
	}
	c.stop()
	c.current.unused.drop()
	err := errors.Join(<-c.done, c.current.Close())
	c.current = nil
	return err
}

// connect stores what a finished login of a person would: the simulated
// PagerDuty's own tokens, through the statements that a login goes through.
// person is a name or a login of the simulated PagerDuty.
func (d *demo) connect(ctx context.Context, agent zendesk.Agent, person string) error {
	for _, p := range d.pd.People() {
		if p.Name != person && p.Login != person {
			continue
		}
		a, err := d.app.Logins.Begin(ctx, zendesk.Session{Agent: agent}, oauth.ForSidebar)
		if err != nil {
			return err
		}
		now := d.pd.Clock.Now()
		const window = "hash"
		if _, err := d.app.Store.ConfirmAttempt(ctx, a.ID, window, now); err != nil {
			return err
		}
		if _, err := d.app.Store.ConsumeAttempt(ctx, a.ID, window, now); err != nil {
			return err
		}
		scopes := append([]string{"openid"}, oauth.DefaultScopes(oauth.Kind(d.set.oauth))...)
		made := d.pd.MintGrant(p.Login, scopes[1:]...)
		g := oauth.Grant{
			Access:       seal.Secret(made.Access),
			Refresh:      seal.Secret(made.Refresh),
			Expires:      made.Expires,
			RefreshAfter: made.Expires.Add(-min(15*time.Minute, made.Expires.Sub(now)/4)),
			Scopes:       strings.Join(scopes, " "),
			APIBase:      made.APIBase,
			UserID:       p.ID,
			AccountID:    made.AccountID,
			Account:      p.Account,
			DelegationID: made.DelegationID,
			Name:         p.Name,
			Email:        p.Email,
			Role:         p.Role,
		}
		code := func(string) string { return "seeded" }
		if err := d.app.Store.GrantAttempt(ctx, a.ID, g, code(a.ID), now); err != nil {
			return err
		}
		_, err = d.app.Store.ClaimAttempt(ctx, agent, oauth.Proof{Hash: code}, now)
		return err
	}
	return fmt.Errorf("nobody in the simulated PagerDuty is called %q", person)
}
