package check

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
)

// base is one of the Events API, read.
type base struct{ text, origin, host string }

func baseOf(s string) base {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return base{text: s}
	}
	return base{strings.TrimSuffix(s, "/"), origin(u), strings.ToLower(u.Hostname())}
}

// longestAddress is more than Zendesk takes for one.
const longestAddress = 2 << 10

// address is where a webhook or a target leads, judged once: thousands of calls
// may share it.
type address struct {
	host  string
	leads bool         // to PagerDuty, or to one of our bases
	wrong problem.Code // "" where it is one of the Events API's
	got   string       // of wrong
	key   string       // the integration key that an old address of PagerDuty's holds, or ""
	// secret says that it holds something that may be a key: it is not
	// overwritten before that is known to be elsewhere.
	secret bool
}

// leaksKey says that what is sent to an address does not go to the Events API,
// or can be read on its way: no key may be put into it. Who may edit triggers
// could else point one to a host of their own, leave its key out, and wait for
// an admin's fix to put it in.
func (a address) leaksKey() bool {
	return a.wrong == hookHost || a.wrong == hookHTTP || a.wrong == hookEndpoint
}

var (
	keyInPath    = regexp.MustCompile(`^/(?:integration|x-ere)/([A-Za-z0-9]{32})(?:/|$)`)
	keyInAddress = regexp.MustCompile(`\b[A-Za-z0-9]{32}\b`)
)

// read judges an address. Old ones hold a key in their path, so that the path
// is not repeated.
func (c *checker) read(text string) address {
	if len(text) > longestAddress {
		return address{wrong: hookEndpoint, secret: true}
	}
	a := address{secret: trigger.Masked(text) != text}
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" {
		a.wrong = hookEndpoint
		return a
	}
	a.host = strings.ToLower(u.Hostname())
	from := origin(u)
	rest := strings.HasPrefix(a.host, "api.") // incidents may well be made by the REST API
	a.leads = !rest && (a.host == "pagerduty.com" || strings.HasSuffix(a.host, ".pagerduty.com")) ||
		slices.ContainsFunc(c.bases, func(b base) bool { return b.origin == from })
	if a.leads {
		if m := keyInPath.FindStringSubmatch(u.Path); m != nil {
			a.key = m[1]
		} else {
			a.key = keyInAddress.FindString(text)
		}
	}
	if a.wrong, a.got = c.addressWrong(u, a.host, from); text != strings.TrimSpace(text) {
		a.wrong, a.got = hookEndpoint, ""
	}
	return a
}

func (c *checker) addressWrong(u *url.URL, host, from string) (code problem.Code, got string) {
	region := c.region
	known := func(b base) bool { return b.origin == from }
	sameHost := func(b base) bool { return b.host == host }
	switch {
	case !slices.ContainsFunc(c.bases, sameHost) && !(c.EventsURL != "" && sameHost(region)):
		return hookHost, host
	case c.EventsURL != "" && !sameHost(region):
		return hookRegion, host
	case c.EventsURL != "" && !known(region) || c.EventsURL == "" && !slices.ContainsFunc(c.bases, known):
		if strings.EqualFold(u.Scheme, "http") {
			return hookHTTP, host
		}
		return hookHost, u.Host
	case u.Path != "/v2/enqueue":
		return hookPath, ""
	}
	return "", ""
}

// origin is an address without its path, as it is compared.
func origin(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host
}

// address is where a call goes.
func (c *checker) address(k *call) address {
	switch {
	case k.hook >= 0:
		return c.addresses[k.hook]
	case k.target != nil:
		return k.target.address
	}
	return address{}
}

// base is the Events API's that an address should have led to.
func (c *checker) base(a address) string {
	if c.EventsURL != "" {
		return strings.TrimSuffix(c.EventsURL, "/")
	}
	for _, b := range c.bases {
		if b.host == a.host {
			return b.text
		}
	}
	for _, b := range c.bases {
		if strings.Contains(a.host, ".eu.") && strings.Contains(b.host, ".eu.") {
			return b.text
		}
	}
	return c.bases[0].text
}
