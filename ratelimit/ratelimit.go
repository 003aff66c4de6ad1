// Package ratelimit bounds how often something may happen, for each of many
// keys: agents, addresses. It counts in the memory of one process. Memory is
// bounded: keys that have been quiet are forgotten, and of more keys than fit
// the least recently used one.
package ratelimit

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// MaxKeys is how many keys a limit remembers: about 3 MB.
	MaxKeys = 10_000
	// quiet is after how long a key has everything that it may have again. It
	// can be forgotten then without a loss.
	quiet = time.Minute
)

// Limit allows so many events for a key in any minute. A nil Limit allows
// everything.
type Limit struct {
	every rate.Limit // events a second that come back
	burst int        // events at once
	now   func() time.Time

	mu    sync.Mutex
	keys  map[string]*list.Element
	order *list.List // of *bucket, the most recently used first
}

type bucket struct {
	key     string
	used    time.Time
	limiter *rate.Limiter
}

// New makes a limit of at most n events in any minute: half of them at once, and
// the other half as the minute goes by. n is 2 or more; 0 is no limit, a nil one.
func New(n int, now func() time.Time) *Limit {
	if n == 0 {
		return nil
	}
	burst := (n + 1) / 2
	return &Limit{
		every: rate.Limit(float64(n-burst) / time.Minute.Seconds()),
		burst: burst,
		now:   now,
		keys:  map[string]*list.Element{},
		order: list.New(),
	}
}

// Take counts an event. Where there are too many it counts nothing, and returns
// how long to wait for the next, which is more than 0.
func (l *Limit) Take(key string) (wait time.Duration) {
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.bucket(key, now)
	if b.limiter.AllowN(now, 1) {
		return 0
	}
	return l.missing(b, now)
}

// Len is how many keys are remembered.
func (l *Limit) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.keys)
}

// missing is how long it takes until a whole event has come back.
func (l *Limit) missing(b *bucket, now time.Time) time.Duration {
	left := (1 - b.limiter.TokensAt(now)) / float64(l.every)
	return max(time.Duration(left*float64(time.Second)), time.Millisecond)
}

func (l *Limit) bucket(key string, now time.Time) *bucket {
	if e, ok := l.keys[key]; ok {
		b := e.Value.(*bucket)
		b.used = now
		l.order.MoveToFront(e)
		return b
	}
	for last := l.order.Back(); last != nil; last = l.order.Back() {
		b := last.Value.(*bucket)
		if len(l.keys) < MaxKeys && now.Sub(b.used) < quiet {
			break
		}
		l.order.Remove(last)
		delete(l.keys, b.key)
	}
	b := &bucket{key, now, rate.NewLimiter(l.every, l.burst)}
	l.keys[key] = l.order.PushFront(b)
	return b
}
