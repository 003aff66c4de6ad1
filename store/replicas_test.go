package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// endpoint is a token endpoint that answers when it is let, and counts.
type endpoint struct {
	*httptest.Server
	asked atomic.Int64
	twice chan struct{} // closed where it was asked a second time
	let   chan struct{}
}

func newEndpoint(t *testing.T) *endpoint {
	e := &endpoint{twice: make(chan struct{}), let: make(chan struct{})}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := e.asked.Add(1)
		if n == 2 {
			close(e.twice)
		}
		<-e.let
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":"fresh-%d","refresh_token":"next-%d","token_type":"bearer","expires_in":86400}`, n, n)
	}))
	t.Cleanup(e.Close)
	return e
}

// looked tells how often a replica asked for the lease.
type looked struct {
	*store.Store
	leases chan struct{}
}

func (l looked) TakeLease(ctx context.Context, agent zendesk.Agent, generation int64, owner string, life time.Duration) (oauth.Lease, error) {
	lease, err := l.Store.TakeLease(ctx, agent, generation, owner, life)
	select {
	case l.leases <- struct{}{}:
	default:
	}
	return lease, err
}

// replica is what one program has of its own: a pool and a clock.
func replica(t *testing.T, address string, e *endpoint, clock time.Time) (*oauth.Tokens, looked) {
	t.Helper()
	s := looked{open(t, address), make(chan struct{}, 2)}
	log, at := slog.New(slog.DiscardHandler), func() time.Time { return clock }
	p := &oauth.Provider{ClientID: "id", ClientSecret: "secret", TokenURL: e.URL, Transport: e.Client().Transport, Log: log, Now: at}
	return &oauth.Tokens{Provider: p, Store: s, Revoker: &oauth.Revoker{Provider: p, Store: s, Log: log, Now: at}, Log: log, Now: at, Count: func(oauth.Event) {}}, s
}

// One replica refreshes, and takes its time; the clock of another says that
// much more or less time has passed. The refresh token is sent once.
func TestReplicasWhoseClocksDiffer(t *testing.T) {
	for _, apart := range []time.Duration{time.Minute, -time.Minute, time.Hour, -time.Hour} {
		t.Run(apart.String(), func(t *testing.T) {
			each(t, func(t *testing.T, address string) {
				e := newEndpoint(t)
				at := time.Now()
				first, taken := replica(t, address, e, at)
				second, waits := replica(t, address, e, at.Add(apart))
				connect(t, taken.Store, mia, "PMIA", "mia")
				results := make(chan error, 2)
				refresh := func(r *oauth.Tokens) {
					c, err := r.Renew(t.Context(), mia, 1)
					if err == nil && (c.Access.Reveal() != "fresh-1" || c.Generation != 2) {
						err = fmt.Errorf("got %q of generation %d", c.Access.Reveal(), c.Generation)
					}
					results <- err
				}
				go refresh(first)
				<-taken.leases
				go refresh(second)
				for range cap(waits.leases) { // until it has looked, found a lease, and looked again
					select {
					case <-waits.leases:
					case <-e.twice:
					}
				}
				close(e.let)
				for range cap(results) {
					if err := <-results; err != nil {
						t.Error(err)
					}
				}
				if n := e.asked.Load(); n != 1 {
					t.Errorf("the refresh token was sent %d times; want once", n)
				}
			})
		})
	}
}

// Nor does a clock that is slow keep the lease of a dead holder alive.
func TestDeadHoldersLeaseAndASlowClock(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		e := newEndpoint(t)
		close(e.let)
		slow, s := replica(t, address, e, time.Now().Add(-time.Hour))
		connect(t, s.Store, mia, "PMIA", "mia")
		if lease, err := s.TakeLease(t.Context(), mia, 1, "a holder that died", 0); err != nil || !lease.Taken {
			t.Fatal(lease, err)
		}
		if c, err := slow.Renew(t.Context(), mia, 1); err != nil || c.Access.Reveal() != "fresh-1" {
			t.Errorf("%q, %v", c.Access.Reveal(), err)
		}
	})
}
