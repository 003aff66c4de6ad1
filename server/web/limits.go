package web

import (
	"math"
	"net/http"
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/ratelimit"
	"zendesk-pagerduty/zendesk"
)

// Limits bound what one agent, or one address, may ask of this replica. A nil
// one is no limit.
type Limits struct {
	Requests *ratelimit.Limit // of an agent's panels
	Logins   *ratelimit.Limit // begun by an agent
	Codes    *ratelimit.Limit // that an agent brings to claim a login
	Launches *ratelimit.Limit // refused ones of an address
	Large    int              // bodies above 16 KB and set-up checks at once, of everybody; 0 is no bound
	Refused  *prometheus.CounterVec
}

// The limits by name: the label of the metric and the end of the code.
const (
	limitRequests = "requests"
	limitLogins   = "logins"
	limitCodes    = "codes"
	limitLaunches = "launches"
	limitLarge    = "large"
	limitCalls    = "pagerduty_calls"
)

// What is returned for too much at once, all with seconds.
const (
	tooManyRequests problem.Code = "limit.requests"
	tooManyLogins   problem.Code = "limit.logins"
	TooManyCodes    problem.Code = "limit.codes"
	tooManyLaunches problem.Code = "limit.launches"
	tooManyLarge    problem.Code = "limit.large"
)

// CountRefused makes the metric. Every limit is there from the start, so that an
// alert on it can be tried before anything was refused.
func CountRefused(reg prometheus.Registerer) *prometheus.CounterVec {
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "rate_limited_total",
		Help: "Requests, and calls to PagerDuty, that a limit of this server refused, by limit.",
	}, []string{"limit"})
	reg.MustRegister(refused)
	for _, name := range []string{limitRequests, limitLogins, limitCodes, limitLaunches, limitLarge, limitCalls} {
		refused.WithLabelValues(name)
	}
	return refused
}

// CallRefused counts a call to PagerDuty that LIMIT_PAGERDUTY_CALLS refused.
func CallRefused(refused *prometheus.CounterVec) { refused.WithLabelValues(limitCalls).Inc() }

// agentKey is an agent as limits know them.
func agentKey(session zendesk.Session) string {
	return session.Agent.Subdomain + "/" + session.Agent.UserID
}

// Request counts a request of an agent's panels, or says how long to wait.
func (g *Guard) Request(session zendesk.Session) error {
	return g.take(g.Limits.Requests, limitRequests, tooManyRequests, session)
}

// Login counts a login that an agent begins, or says how long to wait.
func (g *Guard) Login(session zendesk.Session) error {
	return g.take(g.Limits.Logins, limitLogins, tooManyLogins, session)
}

// Code counts a code that an agent brings, or says how long to wait.
func (g *Guard) Code(session zendesk.Session) error {
	return g.take(g.Limits.Codes, limitCodes, TooManyCodes, session)
}

// take counts an agent's event, or says how long to wait.
func (g *Guard) take(l *ratelimit.Limit, name string, code problem.Code, session zendesk.Session) error {
	return g.waits(l.Take(agentKey(session)), name, code)
}

// waits is the refusal of what has to wait, if it has to.
func (g *Guard) waits(wait time.Duration, name string, code problem.Code) error {
	if wait == 0 {
		return nil
	}
	g.Limits.Refused.WithLabelValues(name).Inc()
	return problem.New(code, nil, problem.Args{"seconds": int(math.Ceil(wait.Seconds()))})
}

// LaunchRefused counts a launch that was refused, and not one that failed by us.
// Of an address that has sent too many, it answers in place of the reason. A
// launch that verifies is never refused for those: an office shares an address,
// and any page that one of its browsers has open can post bad launches.
func (g *Guard) LaunchRefused(c echo.Context, err error) error {
	if code, _, known := problem.Of(err); !known || statusFor(code) != http.StatusForbidden {
		return err
	}
	if tooMany := g.waits(g.Limits.Launches.Take(addressKey(c.RealIP())), limitLaunches, tooManyLaunches); tooMany != nil {
		return tooMany
	}
	return err
}

// addressKey is an address as limits know it: of IPv6 the /64, which is one
// customer's, who can choose among all of it.
func addressKey(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	addr = addr.Unmap()
	if addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return prefix.String()
}

// limiting are the codes of what is over in a while, such as too much at once: a
// panel waits, and goes on by itself.
var limiting = map[problem.Code]bool{
	incident.Limited:      true,
	incident.TooManyCalls: true,
	tooManyRequests:       true,
	tooManyLogins:         true,
	TooManyCodes:          true,
	tooManyLaunches:       true,
	tooManyLarge:          true,
	problem.Database:      true,
	incident.NotBegun:     true,
}
