package pagerduty

import (
	"net/http"
	"strconv"
	"time"
)

// limits counts requests in windows of a minute, and events in the minute before
// each.
type limits struct {
	windows map[string]*window
	events  map[string][]time.Time // those taken, by routing key
}

type window struct {
	start time.Time
	count int
}

const windowLength = time.Minute

func newLimits() *limits {
	return &limits{windows: map[string]*window{}, events: map[string][]time.Time{}}
}

// take counts one request and says how many are left and when the window ends.
func (l *limits) take(key string, limit int, now time.Time) (left int, reset time.Duration, ok bool) {
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

// takeEvent counts one event of a routing key: the window looks back a minute
// from each (developer docs, "Events API rate limits"). Those that are refused
// do not count here.
func (l *limits) takeEvent(key string, limit int, now time.Time) bool {
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

// limit applies a limit to a request and writes the refusal if it is reached.
// The headers describe whichever limit was applied last.
func (s *State) limit(w http.ResponseWriter, key string, limit int) bool {
	left, reset, ok := s.limits.take(key, limit, s.Clock.Now())
	if !ok && s.settings.BareLimit {
		w.Header().Del("ratelimit-limit")
		w.Header().Del("ratelimit-remaining")
		w.Header().Del("ratelimit-reset")
		http.Error(w, "Too Many Requests", http.StatusTooManyRequests)
		return false
	}
	h := w.Header()
	h.Set("ratelimit-limit", strconv.Itoa(limit))
	h.Set("ratelimit-remaining", strconv.Itoa(left))
	h.Set("ratelimit-reset", strconv.Itoa(int(reset/time.Second)+1))
	if !ok {
		(&refusal{status: http.StatusTooManyRequests, code: 2020, message: "Rate Limit Exceeded"}).write(w)
	}
	return ok
}

// dawdle makes a request wait a moment, as a network does.
func (s *State) dawdle(r *http.Request) {
	s.mu.Lock()
	most := s.settings.LatencyMS
	wait := time.Duration(0)
	if most > 0 {
		wait = time.Duration(s.jitter.IntN(most*1000)) * time.Microsecond
	}
	s.mu.Unlock()
	if wait == 0 {
		return
	}
	select {
	case <-time.After(wait):
	case <-r.Context().Done():
	}
}
