// Package selfcheck finds what is wrong with a deployment: settings, database, key
// ring, clocks, the address that browsers use, PagerDuty, Zendesk's keys. Its lines
// come in the order in which things depend on each other, so the first failure is
// the cause of those below it. It writes one row into the database, asks PagerDuty
// and Zendesk for what anybody may read, and shows the client secret to PagerDuty's
// token endpoint. It holds no token of an agent.
package selfcheck

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/pagerduty"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
)

// Level is how a line turned out.
type Level string

// The levels.
const (
	OK      Level = "ok"
	Warning Level = "warning" // it works, and something is not as it should be
	Failure Level = "failure" // something does not work
)

// Line is one thing that was looked at.
type Line struct {
	Level Level
	About string // what was looked at
	Found string
	Do    string // what to do about it; empty where it is well
}

// Check looks at one deployment.
type Check struct {
	Settings app.Settings
	// Environ are the variables that the settings came from, as NAME=value: one that
	// looks like a setting and is none has no effect.
	Environ []string
	// Each gets every line as soon as it is known.
	Each func(Line)
	// TLS is for tests, whose certificates nobody has signed.
	TLS *tls.Config
	// Now is the clock of this machine; default time.Now.
	Now func() time.Time

	checked  app.Checked
	provider *oauth.Provider // as that of serve
	store    *store.Store    // nil where it cannot be used
	// outside follows no redirect: where an address leads is what is looked at.
	outside *http.Client
}

// within bounds each look at another machine.
const within = 10 * time.Second

// Run looks at everything, and says how many lines were failures and warnings.
func (c *Check) Run(ctx context.Context) (failures, warnings int) {
	each := c.Each
	c.Each = func(l Line) {
		switch l.Level {
		case Failure:
			failures++
		case Warning:
			warnings++
		}
		each(l)
	}
	defer func() { c.Each = each }()
	if !c.begin() {
		return
	}
	defer c.end()
	c.database(ctx)
	if c.store != nil {
		c.keyRing(ctx)
		c.databaseClock(ctx)
	}
	c.signingKeys(ctx)
	c.client(ctx)
	c.publicAddress(ctx)
	if c.store != nil {
		c.scopes(ctx)
		c.installations(ctx)
	}
	c.events(ctx)
	return
}

// begin reads the settings; without them there is nothing to look at.
func (c *Check) begin() bool {
	if c.Now == nil {
		c.Now = time.Now
	}
	transport := pagerduty.Transport()
	transport.TLSClientConfig = c.TLS
	c.outside = &http.Client{
		Transport:     transport,
		Timeout:       within,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	unknown, err := app.UnknownSettings(c.Environ)
	if err == nil {
		c.checked, err = c.Settings.Check()
	}
	if err != nil {
		c.fail("settings", err.Error(), "correct it, in the environment that serve has as well")
		return false
	}
	c.provider = c.Settings.Provider(c.checked, pagerduty.Transport(), slog.New(slog.DiscardHandler), time.Now)
	if len(unknown) > 0 {
		c.warn("settings", "not known, and without effect: "+strings.Join(unknown, ", "), "correct their names, or take them out")
	}
	c.settings()
	return true
}

// settings says each that differs from its default, and the others in one line.
func (c *Check) settings() {
	var defaults []string
	for _, s := range c.Settings.Effective() {
		switch {
		case !s.Default:
			c.ok("setting", s.Name+"="+s.Value)
		case s.Value != "":
			defaults = append(defaults, s.Name+"="+s.Value)
		}
	}
	c.ok("settings", "the others have their defaults: "+strings.Join(defaults, " "))
}

func (c *Check) end() {
	c.outside.CloseIdleConnections()
	if c.store != nil {
		c.store.Close()
		c.store = nil
	}
}

func (c *Check) ok(about, found string) { c.Each(Line{OK, about, found, ""}) }

func (c *Check) warn(about, found, do string) { c.Each(Line{Warning, about, found, do}) }

func (c *Check) fail(about, found, do string) { c.Each(Line{Failure, about, found, do}) }

// box opens stored tokens.
func (c *Check) box() *seal.Box { return c.checked.Ring.Box("tokens") }

// apart is how far two clocks are from each other, as people say it.
func apart(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d < -time.Second:
		return fmt.Sprintf("%v behind", -d)
	case d > time.Second: // a Date header has whole seconds
		return fmt.Sprintf("%v ahead", d)
	}
	return "the same"
}
