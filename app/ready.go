package app

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"zendesk-pagerduty/budget"
)

// readiness says whether this replica should get requests. What it checks is
// asked again only after a while: whoever asks often writes no more often.
type readiness struct {
	check func(context.Context) error
	now   func() time.Time

	stopping atomic.Bool

	mu      sync.Mutex
	asked   time.Time // when err was found; the zero time for never
	err     error
	keepFor time.Duration
}

var errStopping = errors.New("this replica is stopping")

// ready returns why the replica should get no requests. It answers within
// [budget.Ready], but for SQLite's wait for a lock.
func (r *readiness) ready(ctx context.Context) error {
	if r.stopping.Load() {
		return errStopping
	}
	r.mu.Lock() // whoever comes meanwhile gets the same answer
	defer r.mu.Unlock()
	if !r.asked.IsZero() && r.now().Sub(r.asked).Abs() < r.keepFor {
		return r.err
	}
	// What one who leaves was asking, the others still want to know.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), budget.Ready)
	defer cancel()
	r.err = r.check(ctx)
	r.asked, r.keepFor = r.now(), budget.ReadyFor
	if r.err != nil {
		r.keepFor = budget.NotReadyFor
	}
	return r.err
}
