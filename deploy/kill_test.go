//go:build deploy

package deploy

import (
	"database/sql"
	"math/rand/v2"
	"net/http"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// TestReplicasKilledAtAPoint kills the replica that waits for PagerDuty, before and
// after PagerDuty did what it was asked for, and lets another one go on.
func TestReplicasKilledAtAPoint(t *testing.T) {
	token, me, incidents := "/oauth/token", "/users/me", "/incidents"
	for _, point := range []struct {
		name         string
		method, path string
		done         bool // PagerDuty did it
		connected    bool // the agent is, before
		during       func(*killing)
		after        func(*killing)
	}{
		{"login, code not exchanged", "POST", token, false, false, (*killing).login, (*killing).connectsOnce},
		{"login, code exchanged", "POST", token, true, false, (*killing).login, (*killing).connectsOnce},
		{"login, the user asked for", "GET", me, false, false, (*killing).login, (*killing).connectsOnce},
		{"refresh, not rotated", "POST", token, false, true, (*killing).refresh, (*killing).staysConnected},
		{"refresh, rotated", "POST", token, true, true, (*killing).refresh, (*killing).mayLogInAgain},
		{"creation, not made", "POST", incidents, false, true, (*killing).create, (*killing).createsOnce},
		{"creation, made", "POST", incidents, true, true, (*killing).create, (*killing).createsOnce},
	} {
		t.Run(point.name, func(t *testing.T) {
			c := newCluster(t, haproxy(t), newPostgres(t))
			c.stop(1)
			c.stop(2)
			k := &killing{cluster: c, panel: c.NewBrowser(t).Panel(c.ZD.Account("acme"), mia)}
			if point.connected {
				k.panel.Connect("jane")
			}
			c.PD.Fault(pagerduty.Fault{Method: point.method, Path: point.path, Kind: pagerduty.Hang, After: point.done})
			ended := make(chan struct{})
			go func() { defer close(ended); point.during(k) }()
			eventually(t, "PagerDuty holds its answer", func() bool {
				for _, e := range c.PD.History() {
					if e.Method == point.method && e.Path == point.path && e.Fault == pagerduty.Hang && !e.Done {
						return !point.done || e.Path != incidents || len(c.Made(101)) == 1
					}
				}
				return false
			})
			c.running[0].Kill()
			<-ended
			c.PD.ClearFaults()
			c.start(1)
			c.ready(1)
			eventually(t, "the proxy knows the replica", func() bool {
				return c.ask(k.panel.Session, http.MethodGet, apptest.Incidents(101), nil).ours()
			})
			point.after(k)
		})
	}
}

// killing is one agent's panel in a cluster whose replica is killed.
type killing struct {
	*cluster
	panel *apptest.Panel
}

func (k *killing) login() {
	window := k.NewBrowser(k.t)
	window.AtPagerDuty(k.panel.Window(window), "jane")
}

func (k *killing) refresh() {
	k.PD.ExpireAccessTokens()
	k.ask(k.panel.Session, http.MethodGet, apptest.Incidents(101), nil)
}

func (k *killing) create() {
	k.ask(k.panel.Session, http.MethodPost, apptest.Incidents(101), k.NewIncident("Payments API"))
}

// connectsOnce logs in anew.
func (k *killing) connectsOnce() {
	k.panel.Connect("jane")
	if n := k.connections(); n != 1 {
		k.t.Errorf("%d connections", n)
	}
	k.staysConnected()
	k.t.Logf("grants of hers that PagerDuty keeps: %d", k.PD.LiveGrants("jane"))
}

func (k *killing) staysConnected() {
	// The dead replica's lease of the connection is waited for.
	eventually(k.t, "the panel is connected", func() bool { return k.state() == "no-incident" })
}

// mayLogInAgain accepts what a kill between PagerDuty's rotation and our commit
// costs: a login.
func (k *killing) mayLogInAgain() {
	var state string
	eventually(k.t, "the panel is connected, or asks for a login", func() bool {
		state = k.state()
		return state == "no-incident" || loggedOut(state)
	})
	k.t.Logf("after the rotation the panel is %q", state)
	if loggedOut(state) {
		k.panel.Connect("jane")
		k.staysConnected()
	}
}

func (k *killing) createsOnce() {
	got := k.ask(k.panel.Session, http.MethodPost, apptest.Incidents(101), k.NewIncident("Payments API"))
	if got.status != http.StatusOK || stateOf(got) != "created" {
		k.t.Errorf("asking again: %s", got)
	}
	if n := len(k.Made(101)); n != 1 {
		k.t.Errorf("%d incidents", n)
	}
}

// state is the panel's.
func (k *killing) state() string {
	return stateOf(k.ask(k.panel.Session, http.MethodGet, apptest.Incidents(101), nil))
}

// connections counts those in the database.
func (c *cluster) connections() (n int) {
	c.t.Helper()
	db, err := sql.Open("pgx", c.Settings.DatabaseURL)
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(c.t.Context(), "SELECT count(*) FROM connections").Scan(&n); err != nil {
		c.t.Fatal(err)
	}
	return n
}

var stateForm = regexp.MustCompile(`data-state="([a-z-]+)"`)

func stateOf(a answer) string {
	if m := stateForm.FindStringSubmatch(a.text); m != nil {
		return m[1]
	}
	return ""
}

func loggedOut(state string) bool { return state == "not-connected" || state == "lapsed" }

// TestReplicasKilledAtRandom kills a replica a hundred times while agents create
// incidents, press again where nothing came, and look. Tokens end meanwhile. Each
// ticket has its one incident in the end, and nobody has to log in but for a rotation
// that a kill kept from being stored.
func TestReplicasKilledAtRandom(t *testing.T) {
	const kills, expiries = 100, 10
	c := newCluster(t, haproxy(t), newPostgres(t))
	agents := []int64{9001, 9002, 9003}
	sessions := c.agents(agents...)
	random := rand.New(rand.NewPCG(13, 13))
	var whole sync.Mutex // held while replicas are being killed, and while somebody logs in
	var tickets sync.Map
	var pressed, lost atomic.Int64
	stop := load(6, func(worker, round int) {
		agent, ticket := worker%len(agents), ticketOf(worker, round)
		want := "created"
		ask := func() answer {
			return c.ask(sessions[agent], http.MethodPost, apptest.Incidents(ticket), c.NewIncident("Payments API"))
		}
		for range 2 {
			eventually(t, "a ticket's "+want, func() bool {
				pressed.Add(1)
				state := stateOf(ask())
				if loggedOut(state) {
					whole.Lock()
					defer whole.Unlock()
					if loggedOut(stateOf(ask())) {
						lost.Add(1)
						c.NewBrowser(t).PanelOf(sessions[agent]).Connect("jane")
					}
				}
				return state == want
			})
			tickets.Store(ticket, true)
			want = "one"
			ask = func() answer { return c.ask(sessions[agent], http.MethodGet, apptest.Incidents(ticket), nil) }
		}
	})
	for kill := range kills {
		at := pressed.Load() + 1 + random.Int64N(20)
		eventually(t, "work goes on", func() bool { return pressed.Load() >= at })
		whole.Lock()
		if kill%(kills/expiries) == 0 {
			c.PD.ExpireAccessTokens()
		}
		i := random.IntN(len(c.hosts))
		c.running[i].Kill()
		c.start(i)
		c.ready(i)
		whole.Unlock()
	}
	stop()
	n := 0
	tickets.Range(func(ticket, _ any) bool {
		n++
		if made := len(c.Made(ticket.(int))); made != 1 {
			t.Errorf("ticket %v has %d incidents", ticket, made)
		}
		return true
	})
	if got := c.connections(); got != len(agents) {
		t.Errorf("%d connections of %d agents", got, len(agents))
	}
	t.Logf("%d kills, %d requests, %d tickets with one incident each; %d logins lost to a rotation that was not stored",
		kills, pressed.Load(), n, lost.Load())
	if lost.Load() > expiries*int64(len(agents)) {
		t.Error("more logins were lost than tokens were rotated")
	}
}
