package app

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zendesk-pagerduty/ratelimit"
	"zendesk-pagerduty/server/web"
)

// Limits bound what this replica does for one agent or one address, and at once.
// 0 is no limit. Those of a minute are counted in the replica's memory: an agent
// whose panels reach several replicas has that many times as much.
type Limits struct {
	Connections int `name:"max-connections" env:"MAX_CONNECTIONS" default:"2000" placeholder:"N" help:"Connections of browsers at once; further ones wait. 0: no bound."`
	LargeBodies int `name:"large-bodies" env:"LARGE_BODIES" default:"8" placeholder:"N" help:"Requests above 16 KB, and checks of the set-up, that are worked on at once. 0: no bound."`
	Sessions    int `name:"limit-sessions" env:"LIMIT_SESSIONS" default:"300" placeholder:"N" help:"Open panels of one agent; those used least recently end. 0: no bound."`
	Requests    int `name:"limit-requests" env:"LIMIT_REQUESTS" default:"600" placeholder:"N" help:"Requests of one agent in any minute. 0: no limit."`
	Calls       int `name:"limit-pagerduty-calls" env:"LIMIT_PAGERDUTY_CALLS" default:"300" placeholder:"N" help:"Calls to PagerDuty for one of its users in any minute, of this replica. PagerDuty takes 960 of all replicas. 0: no limit."`
	Logins      int `name:"limit-logins" env:"LIMIT_LOGINS" default:"20" placeholder:"N" help:"Logins that one agent begins in any minute. 0: no limit."`
	Codes       int `name:"limit-codes" env:"LIMIT_CODES" default:"20" placeholder:"N" help:"Codes that one agent brings or types in any minute. 0: no limit."`
	Launches    int `name:"limit-failed-launches" env:"LIMIT_FAILED_LAUNCHES" default:"300" placeholder:"N" help:"Refused launches of one address in any minute; an office shares one. 0: no limit."`
}

// maxLimit is far above what one replica can do: more is a slip of the key.
const maxLimit = 1_000_000

func (l Limits) check() error {
	for _, c := range []struct {
		name string
		got  int
		min  int // besides 0
	}{
		{"MAX_CONNECTIONS", l.Connections, 1},
		{"LARGE_BODIES", l.LargeBodies, 1},
		{"LIMIT_SESSIONS", l.Sessions, 1},
		{"LIMIT_REQUESTS", l.Requests, 2},
		{"LIMIT_PAGERDUTY_CALLS", l.Calls, 2},
		{"LIMIT_LOGINS", l.Logins, 2},
		{"LIMIT_CODES", l.Codes, 2},
		{"LIMIT_FAILED_LAUNCHES", l.Launches, 2},
	} {
		if c.got != 0 && (c.got < c.min || c.got > maxLimit) {
			return &SettingError{
				Name: c.name,
				Got:  strconv.Itoa(c.got),
				Want: "a number from " + strconv.Itoa(c.min) + " to " + strconv.Itoa(maxLimit) + ", or 0 for none",
			}
		}
	}
	return nil
}

// limits are the settings at work.
type limits struct {
	web.Limits
	calls *ratelimit.Limit
}

func (l Limits) open(metrics prometheus.Registerer, now func() time.Time) *limits {
	return &limits{
		Limits: web.Limits{
			Requests: ratelimit.New(l.Requests, now),
			Logins:   ratelimit.New(l.Logins, now),
			Codes:    ratelimit.New(l.Codes, now),
			Launches: ratelimit.New(l.Launches, now),
			Large:    l.LargeBodies,
			Refused:  web.CountRefused(metrics),
		},
		calls: ratelimit.New(l.Calls, now),
	}
}

// call counts one to PagerDuty, or says how long to wait.
func (l *limits) call(person string) time.Duration {
	wait := l.calls.Take(person)
	if wait > 0 {
		web.CallRefused(l.Refused)
	}
	return wait
}
