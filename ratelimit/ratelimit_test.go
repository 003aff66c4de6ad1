package ratelimit

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func (c *clock) forward(d time.Duration) { c.at = c.at.Add(d) }

func TestLimit(t *testing.T) {
	c := &clock{time.Unix(1_790_000_000, 0)}
	l := New(10, c.now)
	take := func(key string, want time.Duration) {
		t.Helper()
		if got := l.Take(key); got.Round(time.Millisecond) != want {
			t.Errorf("%s waits %v; want %v", key, got, want)
		}
	}
	for range 5 {
		take("mia", 0)
	}
	take("mia", 12*time.Second)
	take("mia", 12*time.Second) // what is refused is not counted
	take("tom", 0)
	c.forward(8 * time.Second)
	take("mia", 4*time.Second)
	c.forward(4 * time.Second)
	take("mia", 0)
	take("mia", 12*time.Second)
}

func TestNoLimit(t *testing.T) {
	l := New(0, time.Now)
	if l.Take("mia") != 0 {
		t.Error("no limit limits")
	}
}

// However the events come, a key gets no more than n of them in any minute.
func TestInAnyMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "n")
		c := &clock{time.Unix(1_790_000_000, 0)}
		l := New(n, c.now)
		var allowed []time.Time
		for _, pause := range rapid.SliceOfN(rapid.IntRange(0, 8_000), 1, 300).Draw(t, "pauses in ms") {
			c.forward(time.Duration(pause) * time.Millisecond)
			if l.Take("mia") == 0 {
				allowed = append(allowed, c.at)
			}
		}
		for i, first := range allowed {
			if i+n < len(allowed) && allowed[i+n].Sub(first) < time.Minute {
				t.Fatalf("%d events within %v", n+1, allowed[i+n].Sub(first))
			}
		}
	})
}

// A wait that was waited is enough.
func TestWaitIsEnough(t *testing.T) {
	c := &clock{time.Unix(1_790_000_000, 0)}
	for n := 2; n < 1_000; n += 7 {
		l := New(n, c.now)
		for l.Take("mia") == 0 {
		}
		c.forward(l.Take("mia") + time.Millisecond)
		if wait := l.Take("mia"); wait != 0 {
			t.Errorf("%d a minute: %v after the wait", n, wait)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	c := &clock{time.Unix(1_790_000_000, 0)}
	l := New(4, c.now)
	for i := range 3 * MaxKeys {
		l.Take(strconv.Itoa(i))
		l.Take("mia") // used all the time: kept
	}
	if l.Len() != MaxKeys {
		t.Errorf("%d keys", l.Len())
	}
	if l.Take("mia") == 0 {
		t.Error("a key in use was forgotten")
	}
	c.forward(quiet)
	l.Take("tom")
	if l.Len() != 1 {
		t.Errorf("%d keys after a quiet minute", l.Len())
	}
}

func TestManyAtOnce(t *testing.T) {
	l := New(100, func() time.Time { return time.Unix(1_790_000_000, 0) })
	var allowed atomic.Int64
	var group sync.WaitGroup
	for range 200 {
		group.Go(func() {
			if l.Take("mia") == 0 {
				allowed.Add(1)
			}
		})
	}
	group.Wait()
	if allowed.Load() != 50 {
		t.Errorf("%d at once", allowed.Load())
	}
}
