package app

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zendesk-pagerduty/oauth"
)

// measured counts and times what is asked of PagerDuty. Labels hold the method
// and the status alone: paths hold ids.
type measured struct {
	next  http.RoundTripper
	calls *prometheus.HistogramVec
}

func (m measured) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	res, err := m.next.RoundTrip(r)
	status := "none"
	if err == nil {
		status = strconv.Itoa(res.StatusCode)
	}
	m.calls.WithLabelValues(r.Method, status).Observe(time.Since(began).Seconds())
	return res, err
}

func measure(reg *prometheus.Registry, next http.RoundTripper) http.RoundTripper {
	calls := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "pagerduty_request_duration_seconds", Help: "Requests to PagerDuty, by method and status (none: no answer).",
		Buckets: []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"method", "status"})
	reg.MustRegister(calls)
	return measured{next, calls}
}

func countRefreshes(reg *prometheus.Registry) func(oauth.Event) {
	events := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "token_refreshes_total",
		Help: "Refreshes of PagerDuty tokens by how they ended. “taken” counts leases taken over from a holder that died, “lost” pairs that could not be stored: each may cost an agent one login.",
	}, []string{"event"})
	reg.MustRegister(events)
	return func(e oauth.Event) { events.WithLabelValues(string(e)).Inc() }
}

// countShared counts from the start, so that an alarm on it works from the first.
func countShared(reg *prometheus.Registry) func() {
	shared := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "shared_logins_total",
		Help: "Logins that connected a person of PagerDuty to another Zendesk user than before. Some companies share a login; it is also what one that was taken over looks like.",
	})
	reg.MustRegister(shared)
	return shared.Inc
}
