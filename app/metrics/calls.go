package metrics

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Calls counts and times what is asked of PagerDuty. Labels hold no paths, which
// hold ids, but the endpoints that this program knows.
type Calls struct {
	next      http.RoundTripper
	identity  map[string]string // endpoint by whole address
	took      *prometheus.HistogramVec
	total     *prometheus.CounterVec
	remaining lowest
	clock     clock
}

// Identity are the addresses of PagerDuty's identity service.
type Identity struct{ Token, Revoke, Keys string }

// The endpoints of the identity service. Their addresses are settings.
const (
	tokenEndpoint  = "token"
	revokeEndpoint = "revoke"
	keysEndpoint   = "keys"
	otherEndpoint  = "other"
)

// endpoints are those of the REST API: method and path, with * for an id.
var endpoints = []string{
	"GET /incidents",
	"POST /incidents",
	"GET /incidents/*",
	"PUT /incidents/*",
	"GET /incidents/*/alerts",
	"GET /incidents/*/log_entries",
	"GET /incidents/*/notes",
	"POST /incidents/*/notes",
	"PUT /incidents/*/notes/*",
	"DELETE /incidents/*/notes/*",
	"PUT /incidents/*/merge",
	"POST /incidents/*/snooze",
	"POST /incidents/*/responder_requests",
	"PUT /incidents/*/responder_requests/cancel",
	"POST /incidents/*/status_updates",
	"GET /incidents/*/status_updates/subscribers",
	"POST /incidents/*/status_updates/subscribers",
	"POST /incidents/*/status_updates/unsubscribe",
	"GET /incident_workflows/triggers",
	"POST /incident_workflows/*/instances",
	"GET /escalation_policies",
	"GET /oncalls",
	"GET /priorities",
	"GET /services",
	"GET /services/*",
	"POST /services/*/integrations",
	"GET /services/*/integrations/*",
	"GET /users",
	"GET /users/me",
}

// outcomes of a call.
const (
	callOK           = "ok"
	callUnauthorized = "unauthorized" // 401: the token is not taken
	callLimited      = "limited"      // 429
	callRefused      = "refused"      // another 4xx
	callFailed       = "failed"       // 5xx, and what is no answer of an API, such as a redirect
	callLost         = "lost"         // no answer
)

var callOutcomes = []string{callOK, callUnauthorized, callLimited, callRefused, callFailed, callLost}

// statuses are those that PagerDuty answers with (developer docs, "Errors").
var statuses = []string{"200", "201", "202", "204", "400", "401", "402", "403", "404", "408", "409", "429", "500", "502", "503", "504"}

const otherStatus = "other"

// NewCalls wraps the transport to PagerDuty. now is this machine's clock.
func NewCalls(reg prometheus.Registerer, next http.RoundTripper, id Identity, now func() time.Time) *Calls {
	c := &Calls{
		next:     next,
		identity: map[string]string{id.Token: tokenEndpoint, id.Revoke: revokeEndpoint, id.Keys: keysEndpoint},
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "pagerduty_request_duration_seconds",
			Help:    "Requests to PagerDuty, by method and status (none: no answer).",
			Buckets: []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "status"}),
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "pagerduty_calls_total",
			Help: "Calls to PagerDuty by endpoint and outcome (lost: no answer; failed: 5xx, or a redirect).",
		}, []string{"endpoint", "outcome"}),
		remaining: lowest{now: now},
		clock:     clock{now: now, offset: math.NaN()},
	}
	for _, status := range append([]string{"none", otherStatus}, statuses...) {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			c.took.WithLabelValues(method, status)
		}
	}
	for _, endpoint := range append([]string{tokenEndpoint, revokeEndpoint, keysEndpoint, otherEndpoint}, endpoints...) {
		for _, outcome := range callOutcomes {
			c.total.WithLabelValues(endpoint, outcome)
		}
	}
	reg.MustRegister(c.took, c.total,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "pagerduty_ratelimit_remaining",
			Help: "The fewest requests that PagerDuty had left for a user of this replica, in the last one or two minutes. NaN: it did not say.",
		}, c.remaining.value),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "clock_offset_seconds",
			Help: "How far this machine's clock is ahead of PagerDuty's (negative: behind), by its last answer. NaN: none yet.",
		}, c.clock.seconds))
	return c
}

// RoundTrip implements [http.RoundTripper].
func (c *Calls) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	res, err := c.next.RoundTrip(r)
	status, outcome := "none", callLost
	if err == nil {
		status, outcome = strconv.Itoa(res.StatusCode), outcomeOf(res.StatusCode)
		if !slices.Contains(statuses, status) {
			status = otherStatus
		}
		c.remaining.saw(res.Header.Get("ratelimit-remaining"))
		c.clock.saw(res.Header.Get("Date"), time.Since(began))
	}
	c.took.WithLabelValues(r.Method, status).Observe(time.Since(began).Seconds())
	c.total.WithLabelValues(c.endpoint(r), outcome).Inc()
	return res, err
}

// ClockOffset is how far this machine's clock is ahead of PagerDuty's; 0 where that
// is not known.
func (c *Calls) ClockOffset() time.Duration {
	if s := c.clock.seconds(); !math.IsNaN(s) {
		return time.Duration(s * float64(time.Second))
	}
	return 0
}

func outcomeOf(status int) string {
	switch {
	case status/100 == 2:
		return callOK
	case status == http.StatusUnauthorized:
		return callUnauthorized
	case status == http.StatusTooManyRequests:
		return callLimited
	case status/100 == 4:
		return callRefused
	}
	return callFailed
}

// endpoint names what a request is for.
func (c *Calls) endpoint(r *http.Request) string {
	if name, ok := c.identity[r.URL.Scheme+"://"+r.URL.Host+r.URL.Path]; ok {
		return name
	}
	return endpointOf(r.Method, r.URL.Path)
}

// endpointOf finds the endpoint of a path. One that is named whole comes before one
// with an id in its place: /users/me is nobody's id.
func endpointOf(method, path string) string {
	found := otherEndpoint
	for _, e := range endpoints {
		m, form, _ := strings.Cut(e, " ")
		if m != method || !fits(path, form) {
			continue
		}
		if !strings.Contains(form, "*") {
			return e
		}
		found = e
	}
	return found
}

// fits says whether a path has a form, in which * stands for one part.
func fits(path, form string) bool {
	for {
		part, rest, more := strings.Cut(path, "/")
		want, forms, wants := strings.Cut(form, "/")
		if part != want && (want != "*" || part == "") || more != wants {
			return false
		}
		if !more {
			return true
		}
		path, form = rest, forms
	}
}

// lowest is the lowest number of this minute and the one before.
type lowest struct {
	now func() time.Time

	mu    sync.Mutex
	began time.Time // of this minute
	is    float64   // NaN before the first of it
	was   float64
}

func (l *lowest) saw(header string) {
	n, err := strconv.ParseUint(strings.TrimSpace(header), 10, 31)
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn()
	if math.IsNaN(l.is) || float64(n) < l.is {
		l.is = float64(n)
	}
}

// turn begins another minute where this one is over.
func (l *lowest) turn() {
	now := l.now()
	switch passed := now.Sub(l.began); {
	case l.began.IsZero() || passed >= 2*time.Minute || passed < 0:
		l.began, l.was, l.is = now, math.NaN(), math.NaN()
	case passed >= time.Minute:
		l.began, l.was, l.is = now, l.is, math.NaN()
	}
}

func (l *lowest) value() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn()
	switch {
	case math.IsNaN(l.is):
		return l.was
	case math.IsNaN(l.was):
		return l.is
	}
	return min(l.is, l.was)
}

// clock compares this machine's with that of who answers.
type clock struct {
	now func() time.Time

	mu     sync.Mutex
	offset float64 // seconds
}

// saw takes a Date header (RFC 9110 §6.6.1: whole seconds), and how long its answer
// took: that much it may be older, without anybody's clock being wrong.
func (c *clock) saw(header string, took time.Duration) {
	at, err := http.ParseTime(header)
	if err != nil {
		return
	}
	ahead := c.now().Sub(at)
	switch { // within what is not known of it, they agree
	case ahead > took+time.Second:
		ahead -= took + time.Second
	case ahead >= 0:
		ahead = 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = ahead.Seconds()
}

func (c *clock) seconds() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}
