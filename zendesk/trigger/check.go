package trigger

import (
	"strconv"
	"strings"

	"zendesk-pagerduty/problem"
)

// Account is what a check knows of an account beside what it found there.
type Account struct {
	Subdomain  string   // the Zendesk account's
	Brands     []string // subdomains of its other brands
	EventsURLs []string // all bases of the Events API that are fine
	EventsURL  string   // the one of the PagerDuty account's region; "" where it is not known
	RoutingKey string   // the key in use, for mends that need one; "" where it is not known
	OmitText   bool     // as in [Choices]: mends write no text of the ticket into an event
}

// checker is one check: calls are the account's calls of PagerDuty.
type checker struct {
	Account
	Found
	calls  []*call
	crowds map[int]bool // triggers that call PagerDuty so often that not all calls were looked at
	bases  []base
	region base            // of EventsURL
	places []address       // of the webhooks
	brands map[string]bool // in lower case
	marks  []string        // of the triggers
	rules  []*Rule         // of the triggers, as far as they were asked for
	does   []*Effects      // of the triggers, as far as they were asked for
	pairs  int             // comparisons of two triggers that were made
	key    string          // the routing key for mends, or ""
	spare  int             // the place of a webhook that is as it should be; -1 where there is none
	others map[ID]bool     // webhooks that send other things than events
	cut    bool            // not all of the account was read
	left   problem.Args    // what else was left out: arguments of [NotAll]
	tags   clears
	found  map[problem.Code][]found
}

// Check reports what would keep an incident from being raised by ticket events,
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
func Check(a Account, f Found) []Finding { return newChecker(a, f).check() }

func newChecker(a Account, f Found) *checker {
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
	c.does = make([]*Effects, len(c.Triggers))
	c.rules = make([]*Rule, len(c.Triggers))
}

func (c *checker) at(k *call) Trigger { return c.Triggers[k.trigger] }

func (c *checker) mark(k *call) string { return c.marks[k.trigger] }

// chooseKey takes the one that is in use: a mend never invents a key.
func (c *checker) chooseKey() {
	if keyForm.MatchString(c.RoutingKey) {
		c.key = c.RoutingKey
		return
	}
	for _, kind := range []string{"trigger", "resolve", "acknowledge"} {
		for _, k := range c.calls {
			if c.at(k).Active && !k.copied && k.kind == kind && keyForm.MatchString(k.routing()) {
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
		if !subdomainForm.MatchString(s) {
			return problem.New(SubdomainMalformed, nil, problem.Args{"got": s})
		}
	}
	if a.EventsURL != "" && !eventsForm.MatchString(a.EventsURL) {
		return problem.New(EventsMalformed, nil, problem.Args{"got": a.EventsURL})
	}
	return nil
}
