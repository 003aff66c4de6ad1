package trigger

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
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
}

// Finding is one thing that keeps incidents from being raised or shown, or
// raises too many.
type Finding struct {
	ID      string       // the same when the account is read again; it holds no key
	Code    problem.Code // "check.…": the id of its sentence
	Args    problem.Args // the sentence's arguments; no key is ever among them
	Trigger ID           // or ""
	Webhook ID           // or ""
	Title   string       // of the object, as the account shows it
	Mend    []Step       // what the admin's own session would send to Zendesk
	Does    problem.Code // "mend.…": the sentence that says what Mend does, with Args
}

// ranks are the codes in the order of their findings: what wakes the wrong
// people, what raises nothing, what the sidebar cannot show, what raises too
// often, and the rest.
var ranks = []problem.Code{
	sandboxCopy,
	raiseMissing, triggerInactive, targetDead, callMalformed, hookMissing, hookInactive, hookSubscriptions, hookEndpoint, hookHost, hookRegion,
	hookPath, hookMethod, hookFormat, hookHTTP,
	bodyNone, bodyForm, bodyLarge, bodyNested, bodyBare, bodyQuotes, bodyJSON, bodyOld, actionMissing, actionCase, actionUnknown,
	routingMissing, routingExample, routingForm, payloadMissing, summaryMissing, summaryLong, sourceMissing, severityMissing, severityUnknown,
	keyMissing, keyExample, keySpaces, keyCase, keyPrefix, keyUnderscore, keyHost, keyBrand, keySubCase, keySubdomain, keyID, keyIDLiteral, keyIDMissing, keyOther,
	loopTag, loopOpen, repeats, twice, orderWrong, ackTogether, routingOther, once, twiceSame,
}

// checker is one check: calls are the account's calls of PagerDuty.
type checker struct {
	Account
	Found
	calls   []*call
	key     string          // the routing key for mends, or ""
	spare   ID              // a webhook of the account that is as it should be, or ""
	foreign map[ID]bool     // webhooks that send other things than events
	budget  int             // comparisons of two triggers that are left
	cuts    map[string]bool // tags that some trigger takes away
	sets    []effects       // of triggers that set all tags
	list    []Finding
}

// Check reports what would keep an incident from being raised by ticket events,
// or from being shown in the sidebar. The worst comes first. Triggers that are
// switched off are left alone, except where nothing pages for it.
//
// Raw placeholders inside a JSON text, as in PagerDuty's own guide, are no
// finding: whether Zendesk escapes them is not documented, and its own articles
// write them so.
func Check(a Account, f Found) []Finding {
	c := &checker{Account: a, Found: f, budget: 200_000}
	if len(c.EventsURLs) == 0 {
		c.EventsURLs = []string{"https://events.pagerduty.com", "https://events.eu.pagerduty.com"}
	}
	c.calls = f.calls(c.EventsURLs)
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
	c.inactive()
	c.webhooks()
	c.relations()
	slices.SortStableFunc(c.list, func(a, b Finding) int {
		return cmp.Compare(slices.Index(ranks, a.Code), slices.Index(ranks, b.Code))
	})
	return c.list
}

func (c *checker) at(k *call) Trigger { return c.Triggers[k.trigger] }

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
		if key := pathKey(c.address(k)); key != "" && c.at(k).Active && !k.copied {
			c.key = key
			return
		}
	}
}

// fault is something wrong with one call, trigger or webhook, and its mend.
type fault struct {
	code problem.Code
	args problem.Args
	does problem.Code
	mend []Step
}

// say reports a fault of a trigger's call.
func (c *checker) say(k *call, w fault) {
	c.report(w, k.trigger, -1, fmt.Sprint(k.action))
}

// report adds a finding about a trigger or a webhook, by its place; part tells
// apart what is said twice of one object.
func (c *checker) report(w fault, trigger, hook int, part string) {
	f := Finding{Code: w.code, Args: problem.Args{}, Mend: w.mend, Does: w.does}
	id := ID("")
	switch {
	case trigger >= 0:
		t := c.Triggers[trigger]
		f.Trigger, f.Title, id = t.ID, t.Title, named(t.ID, trigger)
	case hook >= 0:
		h := c.Webhooks[hook]
		f.Webhook, f.Title, id = h.ID, h.Name, named(h.ID, hook)
	}
	f.ID = strings.Trim(string(w.code)+"."+string(id)+"."+part, ".")
	f.Args["title"] = said(f.Title)
	for name, v := range w.args {
		if s, ok := v.(string); ok {
			v = said(s)
		}
		f.Args[name] = v
	}
	c.list = append(c.list, f)
}

// named is an id as a finding's id may hold it.
func named(id ID, place int) ID {
	switch {
	case id == "":
		return ID(fmt.Sprint("#", place+1)) // a definition that is not made yet
	case safeID.MatchString(string(id)):
		return id
	}
	h := fnv.New64a()
	h.Write([]byte(id))
	return ID(fmt.Sprintf("~%x", h.Sum64()))
}

var keyLike = regexp.MustCompile(`[A-Za-z0-9]{32,}`)

// said is somebody's text as a sentence may repeat it: short, and without
// anything that could be a key.
func said(s string) string {
	const most = 100
	if len(s) > 40*most {
		s = s[:40*most]
	}
	s = keyLike.ReplaceAllString(strings.ToValidUTF8(s, "\uFFFD"), "…")
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return s
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
