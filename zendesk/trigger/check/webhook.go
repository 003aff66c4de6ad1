package check

import (
	"slices"
	"strings"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/event"
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

// destination reports a call whose target is dead or whose webhook is not there
// or can never be called by a trigger.
func (c *checker) destination(k *call) (fault, bool) {
	w := fault{args: problem.Args{}}
	switch {
	case k.malformed:
		return w, false // its fix chooses a webhook as well
	case k.hook < 0 && c.cut:
		return w, false // it may be among those that were not read
	case k.old:
		w.code = targetDead
	case k.hook < 0:
		w.code = hookMissing
	default:
		to := c.addresses[k.hook]
		switch {
		case elsewhere(c.Webhooks[k.hook]):
			w.code = hookSubscriptions
		case to.wrong == hookHost && c.shared(k.hook):
			w.code, w.args["got"] = hookHost, to.got
		default:
			return w, false
		}
	}
	w.fix = func(args problem.Args) ([]request, problem.Code) {
		requests, does, name := c.repoint(becomes{k: k, body: func() string { return k.body }})
		args["webhook"] = name
		return requests, does
	}
	return w, true
}

// elsewhere says that a webhook is for Zendesk's own events. It cannot become
// another one.
func elsewhere(h trigger.Webhook) bool {
	return h.Subscriptions != nil && !slices.Contains(h.Subscriptions, trigger.TicketEvents)
}

// webhooks checks each one that an active trigger calls PagerDuty by.
func (c *checker) webhooks() {
	by := map[int][]*call{}
	for _, k := range c.calls {
		if k.hook >= 0 {
			by[k.hook] = append(by[k.hook], k)
		}
	}
	for i, h := range c.Webhooks {
		if !slices.ContainsFunc(by[i], c.live) || elsewhere(h) {
			continue // the latter is reported with the calls
		}
		for _, w := range c.hookWrong(i, by[i]) {
			if w.code == hookHost && c.shared(i) {
				continue // its own business: reported with the call that went astray
			}
			c.report(w, -1, i)
		}
	}
}

// shared says that a webhook also sends what is no event.
func (c *checker) shared(hook int) bool { return c.others[c.Webhooks[hook].ID] }

// hookWrong are the faults of a webhook. What a file does not say is not held
// against it.
func (c *checker) hookWrong(i int, calls []*call) []fault {
	h, to := c.Webhooks[i], c.addresses[i]
	var list []fault
	add := func(code problem.Code, got, field, want string) {
		list = append(list, fault{
			code: code, args: problem.Args{"got": got},
			fix: func(args problem.Args) ([]request, problem.Code) {
				args["base"], args["want"] = c.base(to), want
				if field == "endpoint" {
					args["want"] = c.base(to) + "/v2/enqueue"
					return c.readdress(i, calls, args)
				}
				return patch(h, map[string]string{field: want}), fixHook
			},
		})
	}
	if h.Status == "inactive" {
		add(hookInactive, h.Status, "status", "active")
	}
	if to.wrong != "" {
		add(to.wrong, to.got, "endpoint", "")
	}
	if h.HTTPMethod != "" && !strings.EqualFold(h.HTTPMethod, "POST") {
		add(hookMethod, h.HTTPMethod, "http_method", "POST")
	}
	if h.RequestFormat != "" && h.RequestFormat != "json" {
		add(hookFormat, h.RequestFormat, "request_format", "json")
	}
	return list
}

// readdress gives a webhook the Events API's address. A key in the old address
// would be lost with it: it is put into the events first, so that Zendesk may
// refuse any of the requests. Where it cannot be, or where the address holds a
// secret of somebody else's, or where calls of it may be there that were not
// looked at, the calls leave for another webhook instead.
func (c *checker) readdress(i int, calls []*call, args problem.Args) ([]request, problem.Code) {
	h, to := c.Webhooks[i], c.addresses[i]
	fix := patch(h, map[string]string{"endpoint": c.base(to) + "/v2/enqueue"})
	if c.cut || slices.ContainsFunc(calls, func(k *call) bool { return c.crowded[k.trigger] }) {
		return c.leave(calls, args)
	}
	if !to.secret {
		return fix, fixHook
	}
	if to.leaksKey() || to.key == "" {
		return c.leave(calls, args)
	}
	var moved []becomes
	kept := false
	for _, k := range calls {
		if trigger.IsKey(k.key) {
			kept = kept || k.key == to.key
			continue
		}
		if k.unclear() {
			return nil, ""
		}
		kept = true
		moved = append(moved, becomes{k, k.id, c.keyed(k, to.key)})
	}
	if !kept {
		return c.leave(calls, args)
	}
	put := c.act(nil, moved...)
	if len(moved) > 0 && put == nil || fix == nil {
		return nil, ""
	}
	return append(put, fix...), fixHook
}

// unclear says that it is not known what a call sends, nor whether it needs the
// key in its address.
func (k *call) unclear() bool { return k.opaque() || k.malformed || k.form }

// keyed is a call's body with a key that was in its address.
func (c *checker) keyed(k *call, key string) func() string {
	if k.root == nil || k.root.Kind != '{' {
		return func() string { return c.own(k, key) }
	}
	return func() string { return event.With(k.body, k.root, "routing_key", event.JSON(key)) }
}

// leave lets active triggers call another webhook, and this one as it is.
func (c *checker) leave(calls []*call, args problem.Args) ([]request, problem.Code) {
	var list []becomes
	for _, k := range calls {
		if c.live(k) {
			body := func() string { return k.body }
			key := c.address(k).key
			switch {
			case k.malformed || k.form:
				continue // its own fix takes it along
			case key == "" || k.keyed:
			case k.unclear():
				return nil, ""
			default:
				body = c.keyed(k, key)
			}
			list = append(list, becomes{k: k, body: body})
		}
	}
	requests, does, name := c.repoint(list...)
	args["webhook"] = name
	return requests, does
}

// chooseWebhook finds one that is as it should be; ours before others.
func (c *checker) chooseWebhook() {
	for i, h := range c.Webhooks {
		good := h.Status == "active" && slices.Contains(h.Subscriptions, trigger.TicketEvents) &&
			h.ID.Safe() && len(c.hookWrong(i, nil)) == 0
		if good && (c.usable < 0 || h.Name == trigger.WebhookName) {
			c.usable = i
			if h.Name == trigger.WebhookName {
				return
			}
		}
	}
}
