package oauth

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/zendesk"
)

var mia = zendesk.Agent{Subdomain: "acme", UserID: "9001"}

// memory is a store of one connection, which can be made to fail.
type memory struct {
	ConnectionStore // nil: what is not defined below is not called
	mu              sync.Mutex
	c               Connection
	taken           time.Time // when the lease was

	// fail, if set, is asked at the beginning of each call, by its name.
	fail func(ctx context.Context, call string) error
	// lost, if set, is what becomes of the answer to a lease that was taken.
	lost error
}

func (m *memory) begin(ctx context.Context, call string) error {
	if m.fail != nil {
		if err := m.fail(ctx, call); err != nil {
			return err
		}
	}
	m.mu.Lock()
	return nil
}

func (m *memory) Connection(ctx context.Context, _ zendesk.Agent) (Connection, error) {
	if err := m.begin(ctx, "Connection"); err != nil {
		return Connection{}, err
	}
	defer m.mu.Unlock()
	return m.c, nil
}

func (m *memory) TakeLease(ctx context.Context, _ zendesk.Agent, generation int64, owner string, life time.Duration) (Lease, error) {
	if err := m.begin(ctx, "TakeLease"); err != nil {
		return Lease{}, err
	}
	defer m.mu.Unlock()
	if m.c.Generation != generation || m.c.LeaseOwner != "" && time.Now().Before(m.c.LeaseUntil) {
		return Lease{Connection: m.c}, nil
	}
	after := m.c.LeaseOwner != ""
	m.taken = time.Now()
	m.c.LeaseOwner, m.c.LeaseUntil = owner, m.taken.Add(life)
	return Lease{m.c, true, after}, m.lost
}

func (m *memory) ReleaseLease(ctx context.Context, _ zendesk.Agent, owner string) error {
	if err := m.begin(ctx, "ReleaseLease"); err != nil {
		return err
	}
	defer m.mu.Unlock()
	if m.c.LeaseOwner == owner {
		m.c.LeaseOwner = ""
	}
	return nil
}

func (m *memory) SaveRefreshed(ctx context.Context, _ zendesk.Agent, generation int64, owner string, g Grant) (Connection, error) {
	if err := m.begin(ctx, "SaveRefreshed"); err != nil {
		return Connection{}, err
	}
	defer m.mu.Unlock()
	if m.c.Generation != generation || m.c.LeaseOwner != owner {
		return Connection{}, Fenced
	}
	m.c.Grant, m.c.LeaseOwner, m.c.Generation = g, "", generation+1
	return m.c, nil
}

// answers is a token endpoint.
type answers struct {
	mu    sync.Mutex
	asked int
	// do, if set, stands in for a new pair.
	do func(r *http.Request, n int) (*http.Response, error)
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	a.asked++
	n, do := a.asked, a.do
	a.mu.Unlock()
	if do != nil {
		if res, err := do(r, n); res != nil || err != nil {
			return res, err
		}
	}
	return answer(200, fmt.Sprintf(`{"access_token":"fresh-%d","refresh_token":"next-%d","token_type":"bearer","expires_in":86400}`, n, n)), nil
}

func (a *answers) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

func answer(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader(body)),
	}
}

// tokens wires the two up. It is called inside a synctest bubble, whose time is
// the only clock.
func tokens(m *memory, a *answers) (*Tokens, map[Event]int) {
	counts := map[Event]int{}
	log := slog.New(slog.DiscardHandler)
	p := &Provider{ClientID: "id", ClientSecret: "secret", TokenURL: "https://identity.example/token", Transport: a, Log: log, Now: time.Now}
	var mu sync.Mutex
	return &Tokens{
		Provider: p, Store: m, Log: log, Now: time.Now,
		Revoker: &Revoker{Provider: p, Store: m, Log: log, Now: time.Now},
		Count: func(e Event) {
			mu.Lock()
			defer mu.Unlock()
			counts[e]++
		},
	}, counts
}

// expired is a connection whose access token no longer works.
func expired() Connection {
	return Connection{Agent: mia, Generation: 1, Grant: Grant{Access: "old", Refresh: "refresh", UserID: "PMIA", DelegationID: "D"}}
}

func renewed(t *testing.T, c Connection, err error) {
	t.Helper()
	if err != nil || c.Access.Reveal() != "fresh-1" || c.Generation != 2 {
		t.Errorf("got %q of generation %d, %v; want a new token", c.Access.Reveal(), c.Generation, err)
	}
}
