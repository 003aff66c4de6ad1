//go:build deploy

package deploy

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// cluster is three replicas of the built program on one PostgreSQL, behind a proxy.
type cluster struct {
	*apptest.Stand
	t       *testing.T
	at      place
	hosts   []string
	mu      sync.Mutex
	running []*apptest.Program
	client  *http.Client
}

// newCluster starts them behind p, on a database that only this test uses.
func newCluster(t *testing.T, p proxy, database string) *cluster {
	t.Helper()
	s := apptest.Simulators(t)
	at, roots := newPlace(t)
	s.URL = "https://localhost:" + at.port
	s.PD.AllowRedirect(s.URL + "/login/callback")
	s.PD.Set(func(set *pagerduty.Settings) { set.RateLimit, set.CreateLimit = 1<<30, 1<<30 })
	s.Settings.PublicURL, s.Settings.DatabaseURL = s.URL, database
	s.Settings.LogLevel = "info"
	s.Settings.DrainDelay = drainDelay(t)
	s.TLS = &tls.Config{RootCAs: roots}
	c := &cluster{
		Stand:   s,
		t:       t,
		at:      at,
		hosts:   []string{"127.0.1.1", "127.0.1.2", "127.0.1.3"},
		running: make([]*apptest.Program, 3),
		client: &http.Client{
			Transport: &http.Transport{TLSClientConfig: s.TLS, ForceAttemptHTTP2: true},
			Timeout:   time.Minute, // above all that the program and the proxy allow themselves
		},
	}
	for i := range c.hosts {
		c.start(i)
	}
	s.Install(t, binary(t), s.ZD.Account("acme"))
	startProxy(t, s, three(p, at), at)
	t.Cleanup(c.client.CloseIdleConnections)
	return c
}

// three is a sample with a third server after its second.
func three(p proxy, at place) proxy {
	adapt := p.adapt
	p.adapt = func(place) map[string]string {
		with := adapt(at)
		delete(with, "10.0.0.12:8080")
		second, third := "127.0.1.2:"+at.replicas, "127.0.1.3:"+at.replicas
		switch p.name {
		case "nginx":
			const options = " max_fails=1 fail_timeout=10s;"
			with["server 10.0.0.12:8080"+options] = "server " + second + options + "\n    server " + third + options
		case "haproxy":
			with["server two 10.0.0.12:8080"] = "server three " + third + " port " + at.admin + "\n    server two " + second
		}
		return with
	}
	return p
}

// start starts a replica and waits until it serves.
func (c *cluster) start(i int) {
	c.t.Helper()
	one := *c.Stand
	one.Settings.Listen, one.Settings.AdminListen = c.hosts[i]+":"+c.at.replicas, c.hosts[i]+":"+c.at.admin
	program := one.Serve(c.t, binary(c.t), "TRUSTED_PROXIES=127.0.0.1", "LIMIT_REQUESTS=1000000", "LIMIT_PAGERDUTY_CALLS=1000000",
		"LIMIT_LOGINS=1000000", "LIMIT_CODES=1000000", "LIMIT_SESSIONS=10000")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running[i] = program
}

// stop ends a replica as systemd does.
func (c *cluster) stop(i int) {
	c.t.Helper()
	if err := c.running[i].Stop(); err != nil {
		c.t.Errorf("replica %d: %v\n%s", i, err, c.running[i].Log)
	}
}

// ready waits until a replica says so itself.
func (c *cluster) ready(i int) {
	c.t.Helper()
	eventually(c.t, "a replica is ready", func() bool { status, _ := c.admin(i, "/ready"); return status == http.StatusOK })
}

// admin asks a replica's own address, for a second at most; 0 is no answer.
func (c *cluster) admin(i int, path string) (status int, body string) {
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.hosts[i]+":"+c.at.admin+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(raw)
}

// served is how many requests a replica has answered.
func (c *cluster) served(i int) (n float64) {
	_, metrics := c.admin(i, "/metrics")
	for line := range strings.Lines(metrics) {
		if strings.HasPrefix(line, "http_requests_total{") {
			var one float64
			fmt.Sscan(line[strings.LastIndex(line, " ")+1:], &one)
			n += one
		}
	}
	return n
}

// goroutines is the most that one of the replicas has.
func (c *cluster) goroutines() (most int) {
	for i := range c.hosts {
		_, metrics := c.admin(i, "/metrics")
		_, after, found := strings.Cut(metrics, "\ngo_goroutines ")
		n := 0
		if found {
			fmt.Sscan(after, &n)
		}
		most = max(most, n)
	}
	return most
}

// watch lets an outage last, and gives the most goroutines that a replica had in it.
func (c *cluster) watch(lasts time.Duration) (most int) {
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for end := time.After(lasts); ; {
		most = max(most, c.goroutines())
		select {
		case <-end:
			return most
		case <-look.C:
		}
	}
}

// answer is what a client of the proxy got.
type answer struct {
	status     int // 0: the connection ended without one
	view       string
	retryAfter string
	text       string
	err        error
}

// ours says whether the program itself answered.
func (a answer) ours() bool { return a.view != "" }

func (a answer) String() string {
	if a.err != nil {
		return a.err.Error()
	}
	return fmt.Sprintf("%d %.200s", a.status, a.text)
}

// ask sends one request of a panel, and repeats nothing.
func (c *cluster) ask(session, method, path string, form url.Values) answer {
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{err: err}
	}
	req.Header.Set("Sidebar-Session", session)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.client.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return answer{
		status:     res.StatusCode,
		view:       res.Header.Get("Sidebar-View"),
		retryAfter: res.Header.Get("Retry-After"),
		text:       string(raw),
		err:        err,
	}
}

// agents are sessions of connected agents, one for each user.
func (c *cluster) agents(users ...int64) (sessions []string) {
	c.t.Helper()
	for _, user := range users {
		panel := c.NewBrowser(c.t).Panel(c.ZD.Account("acme"), user)
		panel.Connect("jane")
		sessions = append(sessions, panel.Session)
	}
	return sessions
}

// counts are answers by what they are, for a line of the test's output.
type counts struct {
	mu  sync.Mutex
	all map[string]int
}

func (n *counts) add(what string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.all == nil {
		n.all = map[string]int{}
	}
	n.all[what]++
}

// load runs workers, each with its number, until stop is closed.
func load(workers int, work func(worker, round int)) (stop func()) {
	end := make(chan struct{})
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for round := 0; ; round++ {
				select {
				case <-end:
					return
				default:
					work(w, round)
				}
			}
		})
	}
	var once sync.Once
	return func() {
		once.Do(func() { close(end) })
		group.Wait()
	}
}
