package app

import (
	"strconv"
	"time"

	"zendesk-pagerduty/store"
)

// Database bounds the use of the database. A field that is 0 has its default.
type Database struct {
	MaxConns int           `name:"database-max-conns" env:"DATABASE_MAX_CONNS" default:"16" placeholder:"N" help:"Connections to the database at once, of this replica."`
	Timeout  time.Duration `name:"database-timeout" env:"DATABASE_TIMEOUT" default:"10s" placeholder:"TIME" help:"Of each statement or transaction, with its wait."`
	Connect  time.Duration `name:"database-connect-timeout" env:"DATABASE_CONNECT_TIMEOUT" default:"5s" placeholder:"TIME" help:"Of making a connection to PostgreSQL, unless its address has connect_timeout."`
	Idle     time.Duration `name:"database-idle-timeout" env:"DATABASE_IDLE_TIMEOUT" default:"5m" placeholder:"TIME" help:"After which an idle connection to PostgreSQL is closed."`
}

// Bounds of the settings.
const (
	minConns = 2 // some calls look something up in the middle of a transaction
	maxConns = 1000
	// maxTimeout is what everything that waits for the database allows for.
	maxTimeout = 10 * time.Second
	maxIdle    = 24 * time.Hour
)

func (d Database) check() error {
	if d.MaxConns != 0 && (d.MaxConns < minConns || d.MaxConns > maxConns) {
		return &SettingError{
			Name: "DATABASE_MAX_CONNS",
			Got:  strconv.Itoa(d.MaxConns),
			Want: "a number from " + strconv.Itoa(minConns) + " to " + strconv.Itoa(maxConns),
		}
	}
	for _, c := range []struct {
		name     string
		got, max time.Duration
	}{
		{"DATABASE_TIMEOUT", d.Timeout, maxTimeout},
		{"DATABASE_CONNECT_TIMEOUT", d.Connect, maxTimeout},
		{"DATABASE_IDLE_TIMEOUT", d.Idle, maxIdle},
	} {
		if c.got != 0 && (c.got < time.Second || c.got > c.max) {
			return &SettingError{Name: c.name, Got: c.got.String(), Want: "a time from 1s to " + c.max.String()}
		}
	}
	return nil
}

// StoreLimits are these settings for [store.OpenWithin].
func (d Database) StoreLimits() store.Limits {
	return store.Limits{MaxConns: d.MaxConns, Timeout: d.Timeout, Connect: d.Connect, Idle: d.Idle}
}
