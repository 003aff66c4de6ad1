package selfcheck

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/zendesk"
)

// clockAtMost is how far this machine's clock may be off before launches are
// refused: Zendesk's tokens live minutes, and have that leeway.
const (
	clockAtMost = zendesk.Leeway
	clockShould = 5 * time.Second
)

// signingKeys also compares the clocks.
func (c *Check) signingKeys(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	n, date, err := c.provider.SigningKeys(ctx)
	now := c.Now()
	switch {
	case err != nil:
		c.fail("signing keys", fmt.Sprintf("%s: %v", c.Settings.JWKSURL, err),
			"logins fail without them: is the way out to PagerDuty open? Correct PAGERDUTY_JWKS_URL where it is set")
	case n == 0:
		c.fail("signing keys", c.Settings.JWKSURL+" has no RSA key", "correct PAGERDUTY_JWKS_URL")
	default:
		c.ok("signing keys", fmt.Sprintf("%d at %s", n, c.Settings.JWKSURL))
	}
	if date.IsZero() {
		return
	}
	ahead := now.Sub(date)
	found := "against PagerDuty: " + apart(ahead)
	switch {
	case ahead.Abs() > clockAtMost:
		c.fail("clock", found, "let NTP set this machine's clock: launches are refused as expired or not valid yet")
	case ahead.Abs() > clockShould:
		c.warn("clock", found, "let NTP set this machine's clock")
	default:
		c.ok("clock", found)
	}
}

// client shows the client secret to the token endpoint.
func (c *Check) client(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	switch err := c.provider.TryClient(ctx); {
	case err == nil:
		c.ok("client secret", "PagerDuty knows the registered app")
	case errors.Is(err, oauth.ErrClientRefused):
		c.fail(
			"client secret",
			err.Error(),
			"copy both from Integrations → App Registration, or make a new secret there and set PAGERDUTY_CLIENT_SECRET; agents stay connected",
		)
	default:
		c.warn("client secret", fmt.Sprintf("%s: %v", c.Settings.TokenURL, err),
			"its answer tells nothing; a first login will")
	}
}

// scopes are those of the newest login.
func (c *Check) scopes(ctx context.Context) {
	const do = "tick them in the registered app, or set PAGERDUTY_OAUTH or PAGERDUTY_SCOPES to what it has; then agents log in again"
	want := strings.Join(c.provider.Scopes, " ")
	last, err := c.store.LastLogin(ctx)
	switch {
	case errors.Is(err, oauth.NotConnected):
		c.warn("scopes", "no one has logged in yet", "log in from a ticket, then look again; the app must have: "+want)
	case err != nil:
		c.fail("scopes", err.Error(), "look at the database")
	case last.Refused:
		c.fail(
			"scopes",
			fmt.Sprintf("the newest login, at %s, was granted too few; the app must have: %s",
				last.At.UTC().Format(time.RFC3339), want),
			do,
		)
	default:
		if lacks := c.provider.Lacks(last.Scopes); len(lacks) > 0 {
			c.fail(
				"scopes",
				fmt.Sprintf("the newest login, at %s, lacks %s", last.At.UTC().Format(time.RFC3339), strings.Join(lacks, " ")),
				do,
			)
			return
		}
		c.ok("scopes", fmt.Sprintf("the newest login, at %s, has all", last.At.UTC().Format(time.RFC3339)))
	}
}

// events asks the hosts to which Zendesk sends ticket events. Nothing is sent:
// any answer shows that the host is there.
func (c *Check) events(ctx context.Context) {
	for _, base := range c.Settings.EventsURLs {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base, nil)
		if err != nil {
			c.fail("events host", err.Error(), "correct PAGERDUTY_EVENTS_URLS")
			continue
		}
		res, err := c.outside.Do(req)
		if err != nil {
			c.fail(
				"events host",
				err.Error(),
				"correct PAGERDUTY_EVENTS_URLS; Zendesk calls it by itself, and this machine for a test of ticket events",
			)
			continue
		}
		io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
		res.Body.Close()
		if res.StatusCode >= http.StatusInternalServerError {
			c.warn("events host", fmt.Sprintf("%s answered %d", base, res.StatusCode), "see status.pagerduty.com")
			continue
		}
		c.ok("events host", base)
	}
}
