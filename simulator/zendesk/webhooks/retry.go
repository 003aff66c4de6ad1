package webhooks

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"zendesk-pagerduty/simulator/zendesk/settings"
)

type result struct {
	at     time.Time
	failed bool
}

// retryOlder sends again what has failed before another invocation ended.
func (c *Sender) retryOlder(than *Invocation) {
	for _, other := range c.log {
		if other != than && other.RetryAt != nil && other.failedAt < c.ended {
			c.begin(other)
		}
	}
}

// watch sends retries when the clock, which tests push, says that they are due.
func (c *Sender) watch() {
	if c.watching {
		return
	}
	c.watching = true
	c.working.Go(func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-c.closing.Done():
				return
			case <-tick.C:
			}
			if !c.sendDue() {
				return
			}
		}
	})
}

// sendDue says whether there is anything left to wait for.
func (c *Sender) sendDue() bool {
	late := c.settings().LateRetries
	c.mu.Lock()
	defer c.mu.Unlock()
	waiting := false
	for _, i := range c.log {
		switch {
		case i.RetryAt == nil:
		case !late && !i.RetryAt.After(c.now()):
			c.begin(i)
		default:
			waiting = true
		}
	}
	c.watching = waiting
	return waiting
}

// RetryNow sends all that waits for a retry.
func (c *Sender) RetryNow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range c.log {
		if i.RetryAt != nil {
			c.begin(i)
		}
	}
}

// SendQueued sends invocations one after the other, in the order named; no names
// means all that are queued, the oldest first. One that was sent already is sent
// once more, as Zendesk may do.
func (c *Sender) SendQueued(ctx context.Context, ids []string) error {
	c.mu.Lock()
	var list []*Invocation
	for _, i := range c.log {
		if len(ids) == 0 && i.Queued {
			list = append(list, i)
		}
	}
	for _, id := range ids {
		at := slices.IndexFunc(c.log, func(i *Invocation) bool { return i.ID == id })
		if at < 0 {
			c.mu.Unlock()
			return errors.New("no invocation " + id)
		}
		list = append(list, c.log[at])
	}
	c.mu.Unlock()
	for _, i := range list {
		c.mu.Lock()
		c.begin(i)
		c.mu.Unlock()
		if err := c.Settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Zendesk's circuit breaker (help center, "Creating webhooks"): its window, and
// how long it stays open.
const (
	breakerWindow = 5 * time.Minute
	breakerPause  = 5 * time.Second
)

// note counts an attempt for the circuit breaker. The caller holds the lock.
func (c *Sender) note(hook string, a Attempt, s settings.Settings, now time.Time) {
	if a.Status == "circuit broken" || a.Error == errElsewhere.Error() {
		return
	}
	recent := slices.DeleteFunc(c.results[hook], func(r result) bool { return now.Sub(r.at) >= breakerWindow })
	recent = append(recent, result{now, a.Status != "success"})
	c.results[hook] = recent
	failed := 0
	for _, r := range recent {
		if r.failed {
			failed++
		}
	}
	if recent[len(recent)-1].failed &&
		(failed > s.BreakerErrors || len(recent) >= s.BreakerLeast && failed*100 >= s.BreakerPercent*len(recent)) {
		c.broken[hook] = now.Add(breakerPause)
	}
}

// retry says whether and when an attempt is made again.
func retry(s settings.Settings, a Attempt, now time.Time) (time.Time, bool) {
	switch {
	case a.Status == "timeout":
		return now.Add(time.Duration(s.RetrySeconds) * time.Second), s.RetryTimeouts
	case !slices.Contains(s.RetryStatuses, a.StatusCode):
		return time.Time{}, false
	case a.retryAfter != nil:
		return *a.retryAfter, true
	case s.RetryAfterNeeded && a.StatusCode != http.StatusConflict:
		return time.Time{}, false
	}
	return now.Add(time.Duration(s.RetrySeconds) * time.Second), true
}

// longestRetryAfter is the longest that an endpoint may ask to wait.
const longestRetryAfter = 60
