//go:build deploy

package deploy

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zendesk-pagerduty/app/apptest"
)

// ticketOf numbers the tickets of a load's workers apart.
func ticketOf(worker, round int) int { return 10_000 + worker*10_000 + round }

// Every replica is restarted, one after the other, under load: no request fails,
// whichever proxy stands before them.
func TestReplicasRestart(t *testing.T) {
	for _, p := range proxies {
		if p.name == "caddy" {
			continue // its sample is tested with one replica gone
		}
		t.Run(p.name, func(t *testing.T) { restart(t, p) })
	}
}

func restart(t *testing.T, p proxy) {
	c := newCluster(t, p, newPostgres(t))
	sessions := c.agents(9001, 9002, 9003)
	asked, failed := atomic.Int64{}, counts{}
	stop := load(9, func(worker, round int) {
		session := sessions[worker%len(sessions)]
		var got answer
		if round%10 == 0 {
			got = c.ask(session, http.MethodPost, apptest.Incidents(ticketOf(worker, round)), c.NewIncident("Payments API"))
		} else {
			got = c.ask(session, http.MethodGet, apptest.Incidents(ticketOf(worker, round/10*10)), nil)
		}
		asked.Add(1)
		if got.err != nil || got.status != http.StatusOK || !got.ours() {
			failed.add(got.String())
		}
	})
	for i := range c.hosts {
		c.stop(i)
		c.start(i)
		c.ready(i)
		// The next one only when this one has work again: nginx leaves a replica out
		// for ten seconds after a connection that was refused.
		eventually(t, "the replica has work", func() bool { return c.served(i) > 100 })
	}
	stop()
	t.Logf("%s: three restarts, %d requests, %d failed", p.name, asked.Load(), len(failed.all))
	for what, n := range failed.all {
		t.Errorf("%d times: %s", n, what)
	}
}

// The database is stopped, frozen and restarted under load. Every answer is the
// program's own, requests do not pile up, nothing that was refused is carried out
// afterwards, and all goes on by itself.
func TestReplicasDatabase(t *testing.T) {
	pg := thePostgres(t)
	c := newCluster(t, haproxy(t), newPostgres(t))
	sessions := c.agents(9001, 9002, 9003)
	for i, outage := range []struct {
		name  string
		begin func()
		lasts time.Duration
		end   func()
	}{
		{"stopped for 10 s", pg.stop, 10 * time.Second, pg.start},
		{"frozen for 40 s", pg.freeze, 40 * time.Second, pg.thaw},
		{"restarted", pg.stop, 0, pg.start},
	} {
		t.Run(outage.name, func(t *testing.T) {
			before := c.goroutines()
			var mu sync.Mutex
			refused, made := map[int]answer{}, map[int]answer{}
			answers := counts{}
			stop := load(30, func(worker, round int) {
				session := sessions[worker%len(sessions)]
				if worker%3 > 0 {
					check(t, &answers, "look", c.ask(session, http.MethodGet, apptest.Incidents(101), nil))
					return
				}
				ticket := ticketOf(worker, round) + 1_000_000*(i+1)
				got := c.ask(session, http.MethodPost, apptest.Incidents(ticket), c.NewIncident("Payments API"))
				check(t, &answers, "creation", got)
				mu.Lock()
				defer mu.Unlock()
				if got.status == http.StatusServiceUnavailable {
					refused[ticket] = got
				} else {
					made[ticket] = got
				}
			})
			outage.begin()
			most := c.watch(outage.lasts)
			outage.end()
			for i := range c.hosts {
				c.ready(i)
			}
			eventually(t, "panels are answered again", func() bool {
				return c.ask(sessions[0], http.MethodGet, apptest.Incidents(101), nil).status == http.StatusOK
			})
			stop()
			eventually(t, "the requests have ended", func() bool { return c.goroutines() < before+40 })
			for ticket, got := range refused {
				if n := len(c.Made(ticket)); n != 0 {
					t.Errorf("ticket %d was refused, and has %d incidents: %s", ticket, n, got)
				}
			}
			for ticket, got := range made {
				if n := len(c.Made(ticket)); n != 1 {
					t.Errorf("ticket %d has %d incidents: %s", ticket, n, got)
				}
			}
			t.Logf("%s: goroutines %d before, %d at most, %d after; %d creations refused, %d done; answers %v",
				outage.name, before, most, c.goroutines(), len(refused), len(made), answers.all)
			if most > before+400 {
				t.Errorf("%d goroutines, %d before", most, before)
			}
		})
	}
}

// check counts an answer, and fails the test for one that was not designed.
func check(t *testing.T, answers *counts, what string, got answer) {
	answers.add(fmt.Sprintf("%s %d", what, got.status))
	switch {
	case got.err != nil:
		t.Errorf("%s: %v", what, got.err)
	case got.status == http.StatusOK && got.ours():
	case got.status == http.StatusServiceUnavailable && got.ours() && got.retryAfter != "" && strings.Contains(got.text, "note"):
	default:
		t.Errorf("%s: %s (Retry-After %q)", what, got, got.retryAfter)
	}
}

func haproxy(t *testing.T) proxy {
	t.Helper()
	i := slices.IndexFunc(proxies, func(p proxy) bool { return p.name == "haproxy" })
	if i < 0 {
		t.Fatal("there is no sample for haproxy")
	}
	return proxies[i]
}
