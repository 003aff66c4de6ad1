package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// Requests counts and times what browsers ask, by route. Host and method come from
// the client and would let it make labels without end, so that they are replaced by
// what we know; addresses hold ids, and are not labels at all.
type Requests struct {
	host  string
	total *prometheus.CounterVec
	took  *prometheus.HistogramVec
	known map[string]bool // method and route of those that are there
}

// NewRequests makes the metrics.
func NewRequests(reg prometheus.Registerer, host string) *Requests {
	q := &Requests{
		host:  host,
		known: map[string]bool{},
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total",
			Help: "Requests by route (url) and the status that they were answered with. 499: the client left.",
		}, []string{"code", "host", "method", "url"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_request_duration_seconds",
			Help:    "How long requests took, by route (url).",
			Buckets: []float64{.005, .025, .1, .25, .5, 1, 2.5, 5, 10, 20, 40},
		}, []string{"host", "method", "url"}),
	}
	reg.MustRegister(q.total, q.took)
	return q
}

// clientLeft is the status of a request whose client is gone.
const clientLeft = 499

// usual are the statuses of every route; those of codes come in addition.
var usual = []int{
	http.StatusOK, http.StatusNoContent, http.StatusSeeOther, http.StatusNotModified, http.StatusBadRequest, http.StatusMethodNotAllowed,
	http.StatusUnprocessableEntity, clientLeft, http.StatusInternalServerError,
}

// answers are all statuses that a route may answer with.
func answers() []int {
	all := slices.Clone(usual)
	for _, status := range statusOf {
		all = append(all, status)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Expect makes all series of the routes, so that an alert on one can be tried before
// it was counted, and the first count is a rise.
func (q *Requests) Expect(routes []*echo.Route) {
	expect := func(method, route string) {
		q.known[method+" "+route] = true
		for _, status := range answers() {
			q.total.WithLabelValues(strconv.Itoa(status), q.host, method, route)
		}
		q.took.WithLabelValues(q.host, method, route)
	}
	for _, route := range routes {
		expect(method(route.Method), route.Path)
	}
	for _, m := range append(methods, otherMethod) {
		expect(m, noRoute)
	}
}

// noRoute is where nothing answers, or not to that method.
const noRoute = ""

// route is what a request is counted as.
func (q *Requests) route(m, path string) (method, route string) {
	if !q.known[m+" "+path] {
		return m, noRoute
	}
	return m, path
}

// Measured answers errors, so that the status which is counted is the true one.
func (q *Requests) Measured(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		q.count(c.Request().Method, c.Path(), c.Response().Status)
		m, route := q.route(method(c.Request().Method), c.Path())
		q.took.WithLabelValues(q.host, m, route).Observe(time.Since(began).Seconds())
		return nil
	}
}

func (q *Requests) count(m, path string, status int) {
	m, route := q.route(method(m), path)
	q.total.WithLabelValues(strconv.Itoa(status), q.host, m, route).Inc()
}

// methods are those that have a name of their own.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodHead}

const otherMethod = "other"

func method(m string) string {
	if slices.Contains(methods, m) {
		return m
	}
	return otherMethod
}
