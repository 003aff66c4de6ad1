package state

import "time"

// Limits counts requests in windows of a minute, and events in the minute before
// each.
type Limits struct {
	windows map[string]*window
	events  map[string][]time.Time // those taken, by routing key
}

type window struct {
	start time.Time
	count int
}

const windowLength = time.Minute

func newLimits() *Limits {
	return &Limits{windows: map[string]*window{}, events: map[string][]time.Time{}}
}

// Take counts one request and says how many are left and when the window ends.
func (l *Limits) Take(key string, limit int, now time.Time) (left int, reset time.Duration, ok bool) {
	w := l.windows[key]
	if w == nil || now.Sub(w.start) >= windowLength {
		w = &window{start: now}
		l.windows[key] = w
	}
	reset = windowLength - now.Sub(w.start)
	if w.count >= limit {
		return 0, reset, false
	}
	w.count++
	return limit - w.count, reset, true
}

// TakeEvent counts one event of a routing key: the window looks back a minute
// from each (developer docs, "Events API rate limits"). Those that are refused
// do not count here.
func (l *Limits) TakeEvent(key string, limit int, now time.Time) bool {
	recent := l.events[key]
	for len(recent) > 0 && now.Sub(recent[0]) >= windowLength {
		recent = recent[1:]
	}
	ok := len(recent) < limit
	if ok {
		recent = append(recent, now)
	}
	l.events[key] = recent
	return ok
}
