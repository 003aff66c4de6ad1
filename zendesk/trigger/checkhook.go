package trigger

import (
	"net/url"
	"slices"
	"strings"

	"zendesk-pagerduty/problem"
)

// What can be wrong with where a call goes.
const (
	targetDead        problem.Code = "check.target"
	hookMissing       problem.Code = "check.webhook.missing"
	hookInactive      problem.Code = "check.webhook.inactive"
	hookSubscriptions problem.Code = "check.webhook.events"
	hookEndpoint      problem.Code = "check.webhook.address" // got
	hookHost          problem.Code = "check.webhook.host"    // got
	hookRegion        problem.Code = "check.webhook.region"  // got, base
	hookPath          problem.Code = "check.webhook.path"
	hookMethod        problem.Code = "check.webhook.method" // got
	hookFormat        problem.Code = "check.webhook.format" // got
	hookHTTP          problem.Code = "check.webhook.http"
)

// ticketEvents is the subscription of webhooks that triggers can call.
const ticketEvents = "conditional_ticket_events"

// destination reports a call whose target is dead or whose webhook is not there
// or can never be called by a trigger.
func (c *checker) destination(k *call) (fault, bool) {
	w := fault{args: problem.Args{}}
	switch {
	case k.malformed:
		return w, false // its mend chooses a webhook as well
	case k.old:
		w.code = targetDead
	case k.hook < 0:
		w.code = hookMissing
	default:
		h := c.Webhooks[k.hook]
		code, got := c.addressWrong(h)
		switch {
		case h.Subscriptions != nil && !slices.Contains(h.Subscriptions, ticketEvents):
			w.code = hookSubscriptions
		case code == hookHost && c.shared(k.hook):
			w.code, w.args["got"] = hookHost, got
		default:
			return w, false
		}
	}
	var name string
	w.mend, w.does, name = c.repoint(k, k.body)
	w.args["webhook"] = name
	return w, true
}

// webhooks checks each one that an active trigger calls PagerDuty by.
func (c *checker) webhooks() {
	used := make([]bool, len(c.Webhooks))
	for _, k := range c.calls {
		if k.hook >= 0 && c.at(k).Active && !k.copied {
			used[k.hook] = true
		}
	}
	for i, h := range c.Webhooks {
		if !used[i] {
			continue
		}
		if h.Subscriptions != nil && !slices.Contains(h.Subscriptions, ticketEvents) {
			continue // reported with the calls: it cannot become another one
		}
		for _, w := range c.hookWrong(h) {
			if w.code == hookPath && w.mend != nil {
				w.mend = append(w.mend, c.keepPathKey(i)...)
			}
			if w.code == hookHost && c.shared(i) {
				continue // its own business: reported with the call that went astray
			}
			c.report(w, -1, i, "")
		}
	}
}

// keepPathKey moves a key from a webhook's old address into the events that have
// none: it would be lost with the address.
func (c *checker) keepPathKey(hook int) (steps []Step) {
	key := pathKey(c.Webhooks[hook].Endpoint)
	for _, k := range c.calls {
		if key == "" || k.hook != hook || !c.at(k).Active || k.root == nil || k.root.kind != '{' || keyForm.MatchString(k.routing()) {
			continue
		}
		steps = append(steps, c.act(k, k.id, with(k.body, k.root, "routing_key", quoted(key)))...)
	}
	return steps
}

// shared says that a webhook also sends what is no event.
func (c *checker) shared(hook int) bool {
	if c.foreign == nil {
		c.foreign = map[ID]bool{}
		ours := map[[2]int]bool{}
		for _, k := range c.calls {
			ours[[2]int{k.trigger, k.action}] = true
		}
		for i, t := range c.Triggers {
			for j, a := range t.Actions {
				if id, _, ok := a.call(); ok && !ours[[2]int{i, j}] {
					c.foreign[id] = true
				}
			}
		}
	}
	return c.foreign[c.Webhooks[hook].ID]
}

// hookWrong are the faults of a webhook. What a file does not say is not held
// against it.
func (c *checker) hookWrong(h Webhook) []fault {
	var list []fault
	add := func(code problem.Code, got, field, want string) {
		list = append(list, fault{
			code: code, args: problem.Args{"got": got, "want": want, "base": c.base(h.Endpoint)},
			does: mendHook, mend: patch(h, map[string]string{field: want}),
		})
	}
	if h.Status == "inactive" {
		add(hookInactive, h.Status, "status", "active")
	}
	if code, got := c.addressWrong(h); code != "" {
		add(code, got, "endpoint", c.base(h.Endpoint)+"/v2/enqueue")
	}
	if h.HTTPMethod != "" && !strings.EqualFold(h.HTTPMethod, "POST") {
		add(hookMethod, h.HTTPMethod, "http_method", "POST")
	}
	if h.RequestFormat != "" && h.RequestFormat != "json" {
		add(hookFormat, h.RequestFormat, "request_format", "json")
	}
	return list
}

func hostOf(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// addressWrong looks at a webhook's address. Old addresses hold a key in their
// path, so that the path is not repeated.
func (c *checker) addressWrong(h Webhook) (code problem.Code, got string) {
	u, err := url.Parse(h.Endpoint)
	if err != nil || u.Host == "" {
		return hookEndpoint, ""
	}
	known := func(b string) bool { return origin(b) == origin(h.Endpoint) }
	host := hostOf(h.Endpoint)
	sameHost := func(b string) bool { return hostOf(b) == host }
	switch {
	case !slices.ContainsFunc(c.EventsURLs, sameHost) && !sameHost(c.EventsURL):
		return hookHost, host
	case c.EventsURL != "" && !sameHost(c.EventsURL):
		return hookRegion, host
	case !known(c.EventsURL) && (c.EventsURL != "" || !slices.ContainsFunc(c.EventsURLs, known)):
		if strings.EqualFold(u.Scheme, "http") {
			return hookHTTP, host
		}
		return hookHost, u.Host
	case u.Path != "/v2/enqueue":
		return hookPath, ""
	}
	return "", ""
}

// chooseWebhook finds one that is as it should be; ours before others.
func (c *checker) chooseWebhook() {
	for _, h := range c.Webhooks {
		good := len(c.hookWrong(h)) == 0 && h.Status == "active" && slices.Contains(h.Subscriptions, ticketEvents) && safeID.MatchString(string(h.ID))
		if good && (c.spare == "" || h.Name == webhookName) {
			c.spare = h.ID
			if h.Name == webhookName {
				return
			}
		}
	}
}
