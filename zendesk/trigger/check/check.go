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
	"zendesk-pagerduty/zendesk"
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
	calls     []*call
	crowded   map[int]bool // triggers that call PagerDuty so often that not all calls were looked at
	bases     []base
	region    base                // of EventsURL
	addresses []address           // of the webhooks
	brands    map[string]bool     // in lower case
	marks     []string            // of the triggers
	rules     []*rule.Rule        // of the triggers, as far as they were asked for
	does      []*rule.Effects     // of the triggers, as far as they were asked for
	compares  int                 // how often conditions were read to compare them
	key       string              // the routing key for fixes, or ""
	usable    int                 // the position of a webhook that is as it should be; -1 where there is none
	others    map[trigger.ID]bool // webhooks that send other things than events
	cut       bool                // not all of the account was read
	left      problem.Args        // what else was left out: arguments of [NotAll]
	cuts      map[string]bool     // tags that some trigger takes away by name
	kept      map[string]int      // how many of the triggers that set all tags keep one
	sets      int                 // triggers that set all tags
	found     map[problem.Code][]fault
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

// newChecker takes as much of an account as is read, and reads once what is asked
// for again and again.
func newChecker(a Account, f trigger.Found) *checker {
	c := &checker{Account: a, Found: f, usable: -1, left: problem.Args{}, found: map[problem.Code][]fault{}}
	if c.cut = len(f.Triggers) > mostTriggers || len(f.Webhooks) > mostWebhooks || len(f.Targets) > mostWebhooks; c.cut {
		c.left["account"], c.left["webhooks"] = strconv.Itoa(mostTriggers), strconv.Itoa(mostWebhooks)
	}
	c.Triggers = f.Triggers[:min(len(f.Triggers), mostTriggers)]
	c.Webhooks = f.Webhooks[:min(len(f.Webhooks), mostWebhooks)]
	c.Targets = f.Targets[:min(len(f.Targets), mostWebhooks)]
	if len(c.EventsURLs) == 0 {
		c.EventsURLs = []string{trigger.EventsUS, trigger.EventsEU}
	}
	for _, b := range c.EventsURLs {
		c.bases = append(c.bases, baseOf(b))
	}
	c.region = baseOf(c.EventsURL)
	for _, h := range c.Webhooks {
		c.addresses = append(c.addresses, c.read(h.Endpoint))
	}
	c.brands = map[string]bool{}
	for _, b := range c.Brands {
		c.brands[strings.ToLower(b)] = true
	}
	for _, t := range c.Triggers {
		c.marks = append(c.marks, t.Marked())
		c.does = append(c.does, rule.EffectsOf(t.Actions))
	}
	c.rules = make([]*rule.Rule, len(c.Triggers))
	return c
}

func (c *checker) check() []Finding {
	c.findCalls()
	c.sandbox()
	c.chooseKey()
	c.chooseWebhook()
	for _, k := range c.calls {
		if c.live(k) {
			for _, w := range c.wrong(k) {
				c.say(k, w)
			}
		}
	}
	c.webhooks()
	if !c.cut { // what seems to be missing may be in the rest
		c.inactive()
		c.relations()
	}
	return c.findings()
}

func (c *checker) at(k *call) trigger.Trigger { return c.Triggers[k.trigger] }

// live says that a call is made, and by no copy of a production account.
func (c *checker) live(k *call) bool { return c.at(k).Active && !k.copied }

func (c *checker) mark(k *call) string { return c.marks[k.trigger] }

// chooseKey takes the one that is in use: a fix never invents a key.
func (c *checker) chooseKey() {
	if trigger.IsKey(c.RoutingKey) {
		c.key = c.RoutingKey
		return
	}
	for _, kind := range []string{"trigger", "resolve", "acknowledge"} {
		for _, k := range c.active(kind) {
			if trigger.IsKey(k.key) {
				c.key = k.key
				return
			}
		}
	}
	for _, k := range c.calls {
		if key := c.address(k).key; key != "" && c.live(k) {
			c.key = key
			return
		}
	}
}

// Valid says what is wrong with what was asked for.
func (a Account) Valid() error {
	for _, s := range append([]string{a.Subdomain}, a.Brands...) {
		if !zendesk.ValidSubdomain(s) {
			return problem.New(trigger.SubdomainMalformed, nil, problem.Args{"got": s})
		}
	}
	if a.EventsURL != "" && !trigger.IsEventsURL(a.EventsURL) {
		return problem.New(trigger.EventsMalformed, nil, problem.Args{"got": a.EventsURL})
	}
	return nil
}
