package check

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/event"
	"zendesk-pagerduty/zendesk/trigger/rule"
)

// What fixes do.
const (
	fixKey        problem.Code = "fix.key"        // want
	fixAction     problem.Code = "fix.action"     // want
	fixRouting    problem.Code = "fix.routing"    // the key in use, which is not shown
	fixField      problem.Code = "fix.field"      // field, to
	fixPayload    problem.Code = "fix.payload"    //
	fixShort      problem.Code = "fix.short"      // field
	fixQuote      problem.Code = "fix.quote"      //
	fixEvent      problem.Code = "fix.event"      // want
	fixHook       problem.Code = "fix.webhook"    // want
	fixHookUse    problem.Code = "fix.use"        // webhook
	fixHookMake   problem.Code = "fix.make"       // webhook
	fixOff        problem.Code = "fix.off"        // title
	fixOffLess    problem.Code = "fix.off.less"   // title
	fixOn         problem.Code = "fix.on"         // title
	fixTransition problem.Code = "fix.transition" // title
	fixLatch      problem.Code = "fix.latch"      // title, tag
	fixClear      problem.Code = "fix.clear"      // tag
	fixOrder      problem.Code = "fix.order"      // title, other
	fixApart      problem.Code = "fix.apart"      // title
	fixRaise      problem.Code = "fix.raise"      //
	fixCondition  problem.Code = "fix.condition"  // tag
	fixSandbox    problem.Code = "fix.sandbox"    // count
	fixOther      problem.Code = "fix.other"      // other: the trigger that is switched off
)

// send is a trigger's call with another body, which has a certain routing key.
// One that went to an old target goes to a webhook from then on, since Zendesk
// may refuse to save it otherwise; and so does one that is given a key and went
// to a strange host, see [address.leaksKey].
func (c *checker) send(k *call, key string, args problem.Args, body func() string) []request {
	given := trigger.IsKey(key) && key != k.key
	if k.old || k.hook < 0 || given && c.leaksKey(k) {
		requests, _, name := c.repoint(becomes{k: k, body: body})
		args["webhook"] = name
		return requests
	}
	return c.act(nil, becomes{k, k.id, body})
}

// leaksKey says so of the address of a call's webhook.
func (c *checker) leaksKey(k *call) bool { return k.hook >= 0 && c.addresses[k.hook].leaksKey() }

// route is a webhook that is as it should be, and what makes it so.
type route struct {
	webhook trigger.ID // or [trigger.WebhookID]
	before  []request
	does    problem.Code
	name    string
}

// good chooses one of the account's, or ours, put right, or one that is made.
func (c *checker) good(k *call) route {
	if c.usable >= 0 {
		h := c.Webhooks[c.usable]
		return route{h.ID, nil, fixHookUse, h.Name}
	}
	want := trigger.EventsWebhook(c.base(c.address(k)))
	for i, h := range c.Webhooks {
		ours := h.Name == trigger.WebhookName && h.ID.Safe() && slices.Contains(h.Subscriptions, trigger.TicketEvents)
		if ours && !c.addresses[i].secret {
			// ours is there, and was changed: no second one of its name
			return route{h.ID, patch(h, map[string]string{
				"status": want.Status, "endpoint": want.Endpoint,
				"http_method": want.HTTPMethod, "request_format": want.RequestFormat,
			}), fixHookUse, trigger.WebhookName}
		}
	}
	body := func() map[string]any { return map[string]any{"webhook": want} }
	post := []request{{http.MethodPost, "/api/v2/webhooks", "", body}}
	return route{trigger.WebhookID, post, fixHookMake, trigger.WebhookName}
}

// repoint sends calls to a webhook that is as it should be.
func (c *checker) repoint(list ...becomes) (requests []request, does problem.Code, name string) {
	if len(list) == 0 {
		return nil, "", ""
	}
	to := c.good(list[0].k)
	for i := range list {
		list[i].webhook = to.webhook
	}
	if put := c.act(nil, list...); put != nil {
		requests = append(to.before, put...)
	}
	return requests, to.does, to.name
}

// edited fixes a body by one value. Where that does not make it right, the
// whole event is replaced by ours.
func (c *checker) edited(
	k *call, code problem.Code, args problem.Args, does problem.Code, body func() string,
) ([]request, problem.Code) {
	again := *k
	again.body = body()
	again.examine()
	if again.root == nil || slices.ContainsFunc(c.faults(&again), func(w fault) bool { return w.code == code }) {
		return c.replaced(k, args)
	}
	return c.send(k, again.key, args, body), does
}

// replaced sends our own event in the place of one that cannot be fixed. It
// needs a key; without one the trigger is switched off, which loses nothing.
func (c *checker) replaced(k *call, args problem.Args) ([]request, problem.Code) {
	key, text := k.key, k.body
	if k.malformed || k.form {
		text = event.JSON(c.at(k).Actions[k.action].Value)
	}
	if !trigger.IsKey(key) {
		if m := keyInText.FindStringSubmatch(text); m != nil {
			key = m[1]
		} else {
			key = c.key
		}
	}
	if key == "" {
		return off(c.at(k)), fixOff
	}
	args["action"] = c.meant(k)
	return c.send(k, key, args, func() string { return c.own(k, key) }), fixEvent
}

// own is our own event for a call.
func (c *checker) own(k *call, key string) string {
	severity := strings.ToLower(k.root.Get("payload", "severity"))
	if !slices.Contains(trigger.Severities, severity) {
		severity = "critical"
	}
	return event.Source{Subdomain: c.Subdomain, RoutingKey: key, OmitText: c.OmitText}.Body(c.meant(k), "", severity)
}

var (
	keyInText    = regexp.MustCompile(`routing_key[^A-Za-z0-9]{1,20}([A-Za-z0-9]{32})\b`)
	actionInText = regexp.MustCompile(`(?i)event_(?:action|type)["'“”]?\s*:\s*["'“”]?(trigger|acknowledge|resolve)\b`)
)

var unsolved = trigger.Conditions{All: []trigger.Condition{trigger.Is("status", "less_than", "solved")}}

// meant is what a call was to do: what it says, or else what its conditions
// tell. Where nothing tells, it pages: a page too many is better than none.
func (c *checker) meant(k *call) string {
	if k.kind != "" {
		return k.kind
	}
	if m := actionInText.FindStringSubmatch(k.body[:min(len(k.body), largest)]); m != nil {
		return strings.ToLower(m[1])
	}
	t := c.at(k)
	if !rule.TooLong(t.Conditions) && !c.rule(k.trigger).Overlaps(rule.Read(unsolved)) {
		return "resolve"
	}
	return "trigger"
}
