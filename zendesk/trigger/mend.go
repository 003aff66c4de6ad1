package trigger

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"zendesk-pagerduty/problem"
)

// What mends do.
const (
	mendKey        problem.Code = "mend.key"        // want
	mendAction     problem.Code = "mend.action"     // want
	mendRouting    problem.Code = "mend.routing"    // the key in use, which is not shown
	mendField      problem.Code = "mend.field"      // field
	mendShort      problem.Code = "mend.short"      // field
	mendQuote      problem.Code = "mend.quote"      //
	mendEvent      problem.Code = "mend.event"      // want
	mendHook       problem.Code = "mend.webhook"    // want
	mendHookUse    problem.Code = "mend.use"        // webhook
	mendHookMake   problem.Code = "mend.make"       // webhook
	mendOff        problem.Code = "mend.off"        // title
	mendOffLess    problem.Code = "mend.off.less"   // title
	mendOn         problem.Code = "mend.on"         // title
	mendTransition problem.Code = "mend.transition" // title
	mendLatch      problem.Code = "mend.latch"      // title, tag
	mendClear      problem.Code = "mend.clear"      // tag
	mendOrder      problem.Code = "mend.order"      // title, other
	mendApart      problem.Code = "mend.apart"      // title
	mendRaise      problem.Code = "mend.raise"      //
	mendCondition  problem.Code = "mend.condition"  // tag
	mendSandbox    problem.Code = "mend.sandbox"    // count
	mendOther      problem.Code = "mend.other"      // other: the trigger that is switched off
)

// Zendesk's ids, as far as they may stand in a path: what an exported file holds
// there is sent by an admin's session.
var (
	safeID    = regexp.MustCompile(`^[A-Za-z0-9]{1,31}$`)
	triggerID = regexp.MustCompile(`^[0-9]{1,20}$`)
)

// change alters a trigger; nil where its id cannot be sent.
func change(t Trigger, fields map[string]any) []Step {
	if !triggerID.MatchString(string(t.ID)) {
		return nil
	}
	return []Step{{http.MethodPut, "/api/v2/triggers/" + string(t.ID), encode(map[string]any{"trigger": fields})}}
}

func off(t Trigger) []Step { return change(t, map[string]any{"active": false}) }

// send is a trigger's call with another body. One that went to an old target
// goes to a webhook from then on, since Zendesk may refuse to save it otherwise.
func (c *checker) send(k *call, body string) []Step {
	if k.old || k.hook < 0 {
		steps, _, _ := c.repoint(k, body)
		return steps
	}
	return c.act(k, k.id, body)
}

// act replaces one action of a trigger.
func (c *checker) act(k *call, webhook ID, body string) []Step {
	actions := slices.Clone(c.at(k).Actions)
	actions[k.action] = Action{"notification_webhook", []string{string(webhook), body}}
	return change(c.at(k), map[string]any{"actions": actions})
}

// repoint sends a call to a webhook that is as it should be: one of the
// account's, or one that is made for it.
func (c *checker) repoint(k *call, body string) (steps []Step, does problem.Code, name string) {
	if c.spare != "" {
		i := slices.IndexFunc(c.Webhooks, func(h Webhook) bool { return h.ID == c.spare })
		return c.act(k, c.spare, body), mendHookUse, c.Webhooks[i].Name
	}
	put := c.act(k, WebhookID, body)
	want := c.wanted(k)
	i := slices.IndexFunc(c.Webhooks, func(h Webhook) bool {
		return h.Name == webhookName && safeID.MatchString(string(h.ID)) && slices.Contains(h.Subscriptions, ticketEvents)
	})
	if i >= 0 { // ours is there, and was changed: no second one of its name
		steps = append(steps, patch(c.Webhooks[i], map[string]string{
			"status": want.Status, "endpoint": want.Endpoint, "http_method": want.HTTPMethod, "request_format": want.RequestFormat,
		})...)
		return append(steps, c.act(k, c.Webhooks[i].ID, body)...), mendHookUse, webhookName
	}
	if put != nil {
		steps = append([]Step{{http.MethodPost, "/api/v2/webhooks", encode(map[string]any{"webhook": want})}}, put...)
	}
	return steps, mendHookMake, webhookName
}

// wanted is the webhook as it is to be for a call.
func (c *checker) wanted(k *call) Webhook {
	return Webhook{
		Name: webhookName, Status: "active", Endpoint: c.base(c.address(k)) + "/v2/enqueue",
		HTTPMethod: "POST", RequestFormat: "json", Subscriptions: []string{ticketEvents},
	}
}

func (c *checker) address(k *call) string {
	switch {
	case k.hook >= 0:
		return c.Webhooks[k.hook].Endpoint
	case k.target != nil:
		return k.target.TargetURL
	}
	return ""
}

// base is the Events API's that an address should have led to.
func (c *checker) base(address string) string {
	if c.EventsURL != "" {
		return strings.TrimSuffix(c.EventsURL, "/")
	}
	for _, b := range c.EventsURLs {
		if hostOf(b) == hostOf(address) {
			return strings.TrimSuffix(b, "/")
		}
	}
	for _, b := range c.EventsURLs {
		if strings.Contains(hostOf(address), ".eu.") && strings.Contains(hostOf(b), ".eu.") {
			return strings.TrimSuffix(b, "/")
		}
	}
	return strings.TrimSuffix(c.EventsURLs[0], "/")
}

func patch(h Webhook, fields map[string]string) []Step {
	if !safeID.MatchString(string(h.ID)) {
		return nil
	}
	return []Step{{http.MethodPatch, "/api/v2/webhooks/" + string(h.ID), encode(map[string]any{"webhook": fields})}}
}

// edited mends a body by one value. Where that does not make it right, the
// whole event is replaced by ours.
func (c *checker) edited(k *call, code problem.Code, body string, does problem.Code) (steps []Step, done problem.Code) {
	again := *k
	again.body = body
	again.examine()
	if again.root == nil || slices.ContainsFunc(c.faults(&again), func(w fault) bool { return w.code == code }) {
		return c.replaced(k)
	}
	return c.send(k, body), does
}

// replaced sends our own event in the place of one that cannot be mended. It
// needs a key; without one the trigger is switched off, which loses nothing.
func (c *checker) replaced(k *call) ([]Step, problem.Code) {
	key := k.routing()
	if !keyForm.MatchString(key) {
		if m := keyInText.FindStringSubmatch(k.body[:min(len(k.body), largest)]); m != nil {
			key = m[1]
		} else {
			key = c.key
		}
	}
	if key == "" {
		return off(c.at(k)), mendOff
	}
	severity := ""
	if n := k.root.at("payload", "severity"); n != nil {
		severity = strings.ToLower(n.text)
	}
	if !slices.Contains(Severities, severity) {
		severity = "critical"
	}
	own := Choices{Subdomain: c.Subdomain, RoutingKey: key}
	return c.send(k, own.event(c.meant(k), "", severity)), mendEvent
}

var (
	keyInText    = regexp.MustCompile(`routing_key["'“”]?\s*:\s*["'“”]?([A-Za-z0-9]{32})\b`)
	actionInText = regexp.MustCompile(`(?i)event_(?:action|type)["'“”]?\s*:\s*["'“”]?(trigger|acknowledge|resolve)\b`)
)

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
	if !t.Conditions.long() && !together(t.Conditions, Conditions{All: []Condition{is("status", "less_than", "solved")}}) {
		return "resolve"
	}
	return "trigger"
}
