package oauth

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/singleflight"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

// minLife is how much life a token must have left to be worth sending.
const minLife = 10 * time.Second

// Event is something about refreshing that an operator may want to count.
type Event string

// The events of refreshing.
const (
	Refreshed      Event = "refreshed"
	RefreshLapsed  Event = "lapsed"
	RefreshFailed  Event = "failed" // the network or PagerDuty; the old pair stays
	RefreshFenced  Event = "fenced" // a log-out or switch came first; the new pair was revoked
	RefreshLost    Event = "lost"   // a new pair could not be stored
	RefreshTakenUp Event = "taken"  // after a holder that died
)

// Events are all of them.
var Events = []Event{Refreshed, RefreshLapsed, RefreshFailed, RefreshFenced, RefreshLost, RefreshTakenUp}

// Tokens gives out live access tokens.
type Tokens struct {
	Provider *Provider
	Store    ConnectionStore
	Revoker  *Revoker
	Log      *slog.Logger
	Now      func() time.Time
	Count    func(Event)

	flights singleflight.Group
	running sync.WaitGroup
	pauses  pauses
}

// Live gives an agent's connection with a token that works, for all we know.
// Its errors are [NotConnected], [Lapsed] (log in again) and [IdentityDown]
// (try again).
func (t *Tokens) Live(ctx context.Context, agent zendesk.Agent) (Connection, error) {
	c, err := t.Store.Connection(ctx, agent)
	return t.LiveOf(ctx, Lookup{c, err})
}

// LiveOf is Live for a connection that was looked up just now, in one
// statement with something else.
func (t *Tokens) LiveOf(ctx context.Context, found Lookup) (Connection, error) {
	if found.Err != nil {
		return Connection{}, found.Err
	}
	c, now := found.Connection, t.Now()
	switch {
	case c.Lapsed:
		return c, Lapsed
	case now.Before(c.RefreshAfter):
		return c, nil
	case now.Before(c.Expires.Add(-minLife)):
		if t.pauses.left(c.Agent, c.Generation, now) == 0 {
			t.flight(ctx, c.Agent, c.Generation) // due, not urgent: nobody waits
		}
		return c, nil
	}
	return t.Renew(ctx, c.Agent, c.Generation)
}

// RenewDue replaces an agent's token behind the request, if it is due: the
// agent's panel is about to ask for it. What goes wrong meets the panel too,
// which says so.
func (t *Tokens) RenewDue(ctx context.Context, agent zendesk.Agent) {
	ctx = context.WithoutCancel(ctx)
	t.running.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, refreshWithin)
		defer cancel()
		_, _ = t.Live(ctx, agent)
	})
}

// Wait returns when no refresh runs. It has no time limit of its own: a refresh has
// one, and what stores its pair of tokens as well.
func (t *Tokens) Wait() { t.running.Wait() }

// Renew replaces a token that PagerDuty answered 401 to. generation is that of
// the connection that held it: if it was replaced meanwhile, the newer one is
// returned and nothing is asked.
func (t *Tokens) Renew(ctx context.Context, agent zendesk.Agent, generation int64) (Connection, error) {
	if t.pauses.left(agent, generation, t.Now()) > 0 {
		// Another replica may have got through.
		if c, err := t.current(ctx, agent); err != nil || c.Generation != generation {
			return c, err
		}
		return Connection{}, problem.New(IdentityDown, errors.New("its refresh failed a moment ago"), nil)
	}
	select {
	case r := <-t.flight(ctx, agent, generation):
		if r.Err != nil {
			return Connection{}, r.Err
		}
		return r.Val.(Connection), nil
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			// A replica that died in the middle of a refresh keeps others from it for
			// as long as its lease lives.
			return Connection{}, problem.New(IdentityDown, errors.New("a refresh takes longer than the request may"), nil)
		}
		return Connection{}, ctx.Err()
	}
}

// flight refreshes detached from the request: the client may be gone, and the
// refresh token is spent all the same. All requests of this process share it.
func (t *Tokens) flight(ctx context.Context, agent zendesk.Agent, stale int64) <-chan singleflight.Result {
	ctx = context.WithoutCancel(ctx)
	t.running.Add(1)
	result := make(chan singleflight.Result, 1)
	shared := t.flights.DoChan(agent.Subdomain+"/"+agent.UserID, func() (any, error) {
		return t.refresh(ctx, agent, stale)
	})
	go func() {
		defer t.running.Done()
		result <- <-shared
	}()
	return result
}

func (t *Tokens) refresh(ctx context.Context, agent zendesk.Agent, stale int64) (Connection, error) {
	owner := seal.Random(12)
	lease, err := t.lease(ctx, agent, stale, owner)
	switch {
	case err != nil:
		return Connection{}, err
	case lease.Connection.Lapsed:
		return Connection{}, Lapsed
	case !lease.Taken:
		return lease.Connection, nil // somebody else refreshed or switched
	case lease.AfterDead:
		// Its holder may have spent the refresh token and died before the new
		// pair was stored. The old one is tried once; where it is dead, that
		// costs this agent one login.
		t.Count(RefreshTakenUp)
		t.Log.WarnContext(ctx, "refreshing after a holder that died", "agent", agent)
	}
	return t.spend(ctx, agent, lease.Connection, owner)
}

// lease waits until it has the lease, or the connection is not what it was.
func (t *Tokens) lease(ctx context.Context, agent zendesk.Agent, stale int64, owner string) (Lease, error) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 50*time.Millisecond, time.Second
	for ends := time.After(waitWithin); ; {
		lease, err := t.takeLease(ctx, agent, stale, owner)
		if err != nil || lease.Taken || lease.Connection.Lapsed || lease.Connection.Generation != stale {
			return lease, err
		}
		select {
		case <-time.After(pause.NextBackOff()):
		case <-ends:
			return Lease{}, problem.New(IdentityDown, errors.New("another replica's refresh does not end"), nil)
		}
	}
}

func (t *Tokens) takeLease(ctx context.Context, agent zendesk.Agent, stale int64, owner string) (Lease, error) {
	taking, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	lease, err := t.Store.TakeLease(taking, agent, stale, owner, leaseFor)
	if err != nil && !errors.Is(err, NotConnected) {
		// It may have been taken all the same, and only the answer was lost.
		t.release(ctx, agent, owner)
	}
	return lease, err
}

func (t *Tokens) release(ctx context.Context, agent zendesk.Agent, owner string) {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	if err := t.Store.ReleaseLease(ctx, agent, owner); err != nil {
		t.Log.WarnContext(ctx, "lease not given back", "agent", agent, "err", err)
	}
}

func (t *Tokens) markLapsed(ctx context.Context, agent zendesk.Agent, c Connection, owner string) error {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	if err := t.Store.MarkLapsed(ctx, agent, c.Generation, owner); err != nil && !errors.Is(err, Fenced) {
		return err
	}
	return nil
}

// ask sends the refresh token. Its time begins with the lease: a request that
// was cut off in the middle may have spent the token.
func (t *Tokens) ask(ctx context.Context, refresh seal.Secret) (Grant, error) {
	ctx, cancel := context.WithTimeout(ctx, refreshWithin)
	defer cancel()
	return t.Provider.refresh(ctx, refresh)
}

// spend uses the refresh token under the lease.
func (t *Tokens) spend(ctx context.Context, agent zendesk.Agent, c Connection, owner string) (Connection, error) {
	fresh, err := t.ask(ctx, c.Refresh)
	switch {
	case errors.Is(err, Lapsed):
		t.Count(RefreshLapsed)
		t.Log.InfoContext(ctx, "grant lapsed", "agent", agent, "pagerduty_user", c.UserID, "err", err)
		if err := t.markLapsed(ctx, agent, c, owner); err != nil {
			return Connection{}, err
		}
		return Connection{}, Lapsed
	case err != nil:
		t.Count(RefreshFailed)
		t.Log.WarnContext(ctx, "refresh failed", "agent", agent, "err", err)
		t.pauses.failed(agent, c.Generation, t.Now())
		t.release(ctx, agent, owner)
		return Connection{}, err
	}
	t.pauses.over(agent)
	g := c.Grant // who it is and where stays; the pair and its times are new
	g.Access, g.Refresh, g.Expires, g.RefreshAfter = fresh.Access, fresh.Refresh, fresh.Expires, fresh.RefreshAfter
	if fresh.Scopes != "" {
		g.Scopes = fresh.Scopes
	}
	saved, err := t.save(ctx, agent, c.Generation, owner, g)
	switch {
	case errors.Is(err, Fenced):
		t.Count(RefreshFenced)
		t.Revoker.Revoke(ctx, g)
		return t.current(ctx, agent)
	case err != nil:
		t.Count(RefreshLost)
		t.Log.ErrorContext(ctx, "new token pair not stored: the agent must log in again", "agent", agent, "err", err)
		return Connection{}, err
	}
	t.Count(Refreshed)
	return saved, nil
}

// current is the connection that a log-out, a switch or another refresh left.
func (t *Tokens) current(ctx context.Context, agent zendesk.Agent) (Connection, error) {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	c, err := t.Store.Connection(ctx, agent)
	if err == nil && c.Lapsed {
		err = Lapsed
	}
	return c, err
}

// save carries the new pair until it is stored or saveWithin has passed.
func (t *Tokens) save(
	ctx context.Context,
	agent zendesk.Agent,
	generation int64,
	owner string,
	g Grant,
) (Connection, error) {
	ctx, cancel := context.WithTimeout(ctx, saveWithin)
	defer cancel()
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 50*time.Millisecond, 2*time.Second
	return backoff.Retry(ctx, func() (Connection, error) {
		ctx, cancel := context.WithTimeout(ctx, storeWithin)
		defer cancel()
		c, err := t.Store.SaveRefreshed(ctx, agent, generation, owner, g)
		if errors.Is(err, Fenced) {
			return c, backoff.Permanent(err)
		}
		return c, err
	}, backoff.WithBackOff(pause), backoff.WithMaxElapsedTime(0)) // the context's end is the limit
}
