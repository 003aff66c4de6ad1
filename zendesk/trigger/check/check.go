// Package check reads what an account has, made here or by hand, and says what
// keeps incidents from being raised or shown: it finds the calls of PagerDuty
// among all triggers' actions, looks at what each sends and where to, and then at
// the triggers beside each other.
//
// It sends nothing: a finding makes the requests that fix it when it is asked for
// them, for the admin's own session. Zendesk may refuse any of these: their order
// is such that nothing is lost then, and the next check leads on. A fix never
// gives a key to a webhook that leads elsewhere than to PagerDuty. What is checked
// may be as hostile as it likes: see [Run] for what is read of it.
package check

import (
	"strconv"
	"strings"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/rule"
)

// Account is what a check knows of an account beside what it found there.
type Account struct {
	Subdomain  string   // the Zendesk account's
	Brands     []string // subdomains of its other brands
	EventsURLs []string // all bases of the Events API that are fine
	EventsURL  string   // the one of the PagerDuty account's region; "" where it is not known
	RoutingKey string   // the key in use, for fixes that need one; "" where it is not known
	OmitText   bool     // as in [trigger.Choices]: fixes write no text of the ticket into an event
}

// checker is one check: calls are the account's calls of PagerDuty.
type checker struct {
	Account
	trigger.Found
	calls  []*call
	crowds map[int]bool // triggers that call PagerDuty so often that not all calls were looked at
	bases  []base
	region base                // of EventsURL
	places []address           // of the webhooks
	brands map[string]bool     // in lower case
	marks  []string            // of the triggers
	rules  []*rule.Rule        // of the triggers, as far as they were asked for
	does   []*rule.Effects     // of the triggers, as far as they were asked for
	pairs  int                 // comparisons of two triggers that were made
	key    string              // the routing key for fixes, or ""
	spare  int                 // the place of a webhook that is as it should be; -1 where there is none
	others map[trigger.ID]bool // webhooks that send other things than events
	cut    bool                // not all of the account was read
	left   problem.Args        // what else was left out: arguments of [NotAll]
	tags   clears
	found  map[problem.Code][]found
}

// Run reports what would keep an incident from being raised by ticket events,
// or from being shown in the sidebar. The worst comes first, and of very many
// only the worst. Triggers that are switched off are left alone, except where
// nothing pages for it.
//
// The account may be anybody's file, as large as the server takes: whatever it
// holds, a check ends within seconds, by the bounds in bounds.go. A last finding,
// [NotAll], says what they left out.
//
// Raw placeholders inside a JSON text, as in PagerDuty's own guide, are no
// finding: whether Zendesk escapes them is not documented, and its own articles
// write them so.
func Run(a Account, f trigger.Found) []Finding { return newChecker(a, f).check() }

func newChecker(a Account, f trigger.Found) *checker {
	c := &checker{Account: a, Found: f, spare: -1, left: problem.Args{}, found: map[problem.Code][]found{}}
	if len(c.EventsURLs) == 0 {
		c.EventsURLs = []string{"https://events.pagerduty.com", "https://events.eu.pagerduty.com"}
	}
	return c
}

func (c *checker) check() []Finding {
	c.bound()
	c.prepare()
	c.findCalls()
	c.sandbox()
	c.chooseKey()
	c.chooseWebhook()
	for _, k := range c.calls {
		if !c.at(k).Active || k.copied {
			continue
		}
		for _, w := range c.wrong(k) {
			c.say(k, w)
		}
	}
	c.crowded()
	c.webhooks()
	if !c.cut { // what seems to be missing may be in the rest
		c.inactive()
		c.relations()
	}
	return c.findings()
}

// bound cuts what is too much to read.
func (c *checker) bound() {
	if c.cut = len(c.Triggers) > mostTriggers || len(c.Webhooks) > mostWebhooks || len(c.Targets) > mostWebhooks; c.cut {
		c.left["account"], c.left["webhooks"] = strconv.Itoa(mostTriggers), strconv.Itoa(mostWebhooks)
	}
	c.Triggers = c.Triggers[:min(len(c.Triggers), mostTriggers)]
	c.Webhooks = c.Webhooks[:min(len(c.Webhooks), mostWebhooks)]
	c.Targets = c.Targets[:min(len(c.Targets), mostWebhooks)]
}

// prepare reads once what is asked for again and again.
func (c *checker) prepare() {
	for _, b := range c.EventsURLs {
		c.bases = append(c.bases, baseOf(b))
	}
	c.region = baseOf(c.EventsURL)
	for _, h := range c.Webhooks {
		c.places = append(c.places, c.read(h.Endpoint))
	}
	c.brands = map[string]bool{}
	for _, b := range c.Brands {
		c.brands[strings.ToLower(b)] = true
	}
	for _, t := range c.Triggers {
		c.marks = append(c.marks, t.Marked())
	}
	c.does = make([]*rule.Effects, len(c.Triggers))
	c.rules = make([]*rule.Rule, len(c.Triggers))
}

func (c *checker) at(k *call) trigger.Trigger { return c.Triggers[k.trigger] }

func (c *checker) mark(k *call) string { return c.marks[k.trigger] }

// chooseKey takes the one that is in use: a fix never invents a key.
func (c *checker) chooseKey() {
	if trigger.IsKey(c.RoutingKey) {
		c.key = c.RoutingKey
		return
	}
	for _, kind := range []string{"trigger", "resolve", "acknowledge"} {
		for _, k := range c.calls {
			if c.at(k).Active && !k.copied && k.kind == kind && trigger.IsKey(k.routing()) {
				c.key = k.routing()
				return
			}
		}
	}
	for _, k := range c.calls {
		if key := c.address(k).key; key != "" && c.at(k).Active && !k.copied {
			c.key = key
			return
		}
	}
}

// Valid says what is wrong with what was asked for.
func (a Account) Valid() error {
	for _, s := range append([]string{a.Subdomain}, a.Brands...) {
		if !trigger.IsSubdomain(s) {
			return problem.New(trigger.SubdomainMalformed, nil, problem.Args{"got": s})
		}
	}
	if a.EventsURL != "" && !trigger.IsEventsURL(a.EventsURL) {
		return problem.New(trigger.EventsMalformed, nil, problem.Args{"got": a.EventsURL})
	}
	return nil
}
