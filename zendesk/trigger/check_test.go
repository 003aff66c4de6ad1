package trigger_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk/trigger"
)

const (
	theKey   = "0123456789abcdef0123456789abcdef"
	otherKey = "fedcba9876543210fedcba9876543210"
	hookID   = "01HZX3T8Q9V2K4M6N8P0R2S4T6"
)

// guide is the body of PagerDuty's Zendesk v2 integration guide, filled in.
const guide = `{
  "dedup_key": "Zendesk_acme_{{ticket.id}}",
  "routing_key": "` + theKey + `",
  "event_action": "trigger",
  "payload": {
    "summary": "{{ticket.title}}",
    "source": "{{ticket.via}}",
    "severity": "critical",
    "custom_details": {
      "priority": "{{ticket.priority}}",
      "requester_name": "{{ticket.requester.name}}",
      "status": "{{ticket.status}}",
      "description": "{{ticket.description}}"
    }
  },
  "client_url": "{{ticket.link}}",
  "client": "Zendesk"
}`

// account is one made by hand, by the guide: its triggers are a raise, an
// acknowledge and a resolve, in this order.
type account struct {
	trigger.Account
	trigger.Found
}

func byHand() *account {
	small := func(action string) string {
		return `{"dedup_key":"Zendesk_acme_{{ticket.id}}","routing_key":"` + theKey + `","event_action":"` + action + `"}`
	}
	return &account{
		trigger.Account{Subdomain: "acme", Brands: []string{"acme-shop"}, EventsURLs: []string{us, eu}},
		trigger.Found{
			Webhooks: []trigger.Webhook{{
				ID: hookID, Name: "PagerDuty", Status: "active", Endpoint: us + "/v2/enqueue", HTTPMethod: "POST", RequestFormat: "json",
				Subscriptions: []string{"conditional_ticket_events"},
			}},
			Triggers: []trigger.Trigger{
				byWebhook("11", "Page on urgent", guide, all("priority value urgent", "status less_than solved")),
				byWebhook("12", "Taken", small("acknowledge"), all("update_type is Change", "assignee_id changed", "priority not_changed", "status less_than solved")),
				byWebhook("13", "Solved", small("resolve"), all("status value solved")),
			},
			Targets: []trigger.Target{{ID: "7", Title: "PagerDuty", Type: "http_target", TargetURL: us + "/v2/enqueue", Active: true}},
		},
	}
}

const us, eu = "https://events.pagerduty.com", "https://events.eu.pagerduty.com"

func byWebhook(id trigger.ID, title, body string, when trigger.Conditions) trigger.Trigger {
	return trigger.Trigger{ID: id, Title: title, Active: true, Conditions: when, Actions: []trigger.Action{{Field: "notification_webhook", Value: []any{hookID, body}}}}
}

// all are conditions as "field operator value".
func all(lines ...string) trigger.Conditions {
	c := trigger.Conditions{All: []trigger.Condition{}, Any: []trigger.Condition{}}
	for _, line := range lines {
		part := strings.SplitN(line, " ", 3)
		d := trigger.Condition{Field: part[0], Operator: part[1]}
		if len(part) == 3 {
			d.Value = &part[2]
		}
		c.All = append(c.All, d)
	}
	return c
}

func orAny(c trigger.Conditions, lines ...string) trigger.Conditions {
	c.Any = all(lines...).All
	return c
}

type tweak func(a *account)

// says changes the body of the raise.
func says(old, to string) tweak {
	return body(0, func(s string) string { return strings.Replace(s, old, to, 1) })
}

func key(to string) tweak { return says("Zendesk_acme_{{ticket.id}}", to) }

func whole(i int, to string) tweak { return body(i, func(string) string { return to }) }

func body(i int, change func(string) string) tweak {
	return func(a *account) {
		pair := a.Triggers[i].Actions[0].Value.([]any)
		was := pair[1].(string)
		now := change(was)
		if was == now {
			panic("nothing was changed in " + was)
		}
		a.Triggers[i].Actions[0].Value = []any{pair[0], now}
	}
}

func hook(change func(h *trigger.Webhook)) tweak {
	return func(a *account) { change(&a.Webhooks[0]) }
}

func rule(i int, change func(t *trigger.Trigger)) tweak {
	return func(a *account) { change(&a.Triggers[i]) }
}

func when(i int, c trigger.Conditions) tweak {
	return rule(i, func(t *trigger.Trigger) { t.Conditions = c })
}

func does(i int, lines ...string) tweak {
	return rule(i, func(t *trigger.Trigger) {
		for _, line := range lines {
			field, value, _ := strings.Cut(line, " ")
			t.Actions = append(t.Actions, trigger.Action{Field: field, Value: value})
		}
	})
}

// beside adds triggers after the others, before their ids.
func beside(list ...trigger.Trigger) tweak {
	return func(a *account) { a.Triggers = append(a.Triggers, list...) }
}

func above(list ...trigger.Trigger) tweak {
	return func(a *account) { a.Triggers = append(list, a.Triggers...) }
}

func only(n int) tweak { return func(a *account) { a.Triggers = a.Triggers[:n] } }

func both(list ...tweak) tweak {
	return func(a *account) {
		for _, change := range list {
			change(a)
		}
	}
}

func byTarget(i int) tweak {
	return rule(i, func(t *trigger.Trigger) {
		t.Actions[0] = trigger.Action{Field: "notification_target", Value: []any{"7", t.Actions[0].Value.([]any)[1]}}
	})
}

func plain(id trigger.ID, title string, c trigger.Conditions, lines ...string) trigger.Trigger {
	a := &account{Found: trigger.Found{Triggers: []trigger.Trigger{{ID: id, Title: title, Active: true, Conditions: c}}}}
	does(0, lines...)(a)
	return a.Triggers[0]
}

// ours is an account that was set up here.
func ours(change func(*trigger.Choices), more ...tweak) tweak {
	return func(a *account) {
		c := trigger.Choices{Subdomain: "acme", EventsURL: us, RoutingKey: theKey, Resolve: true}
		if change != nil {
			change(&c)
		}
		d, err := trigger.Define(c)
		if err != nil {
			panic(err)
		}
		d.Webhook.ID = hookID
		a.Webhooks, a.Triggers, a.Targets = []trigger.Webhook{d.Webhook}, nil, nil
		for i, t := range d.Triggers {
			t.ID = trigger.ID(fmt.Sprint(100 + i))
			for j, action := range t.Actions {
				if pair, ok := action.Value.([]string); ok {
					t.Actions[j].Value = []any{hookID, pair[1]}
				}
			}
			a.Triggers = append(a.Triggers, t)
		}
		both(more...)(a)
	}
}

func withAck(c *trigger.Choices)  { c.Acknowledge = true }
func withHeed(c *trigger.Choices) { c.HeedOpen = true }

func sandbox(a *account) { a.Subdomain = "acme1732441234" }

func inRegion(url string) tweak { return func(a *account) { a.EventsURL = url } }

// curly are the quotation marks that a page shows.
func curly(s string) string { return strings.NewReplacer(`"dedup_key"`, `“dedup_key”`).Replace(s) }

// Each wrong configuration, what is said of it, and nothing else.
var wrongAccounts = []struct {
	name string
	make tweak
	want string // codes, the worst first
}{
	// the key
	{"the guide's example with a wrong subdomain", key("Zendesk_acme2_{{ticket.id}}"), "check.key.subdomain"},
	{"the guide's example in the wrong case", key("zendesk_acme_{{ticket.id}}"), "check.key.case"},
	{"all in capitals", key("ZENDESK_ACME_{{ticket.id}}"), "check.key.case"},
	{"the guide's example with a missing underscore", key("Zendesk_acme{{ticket.id}}"), "check.key.underscore"},
	{"the first underscore is missing", key("Zendeskacme_{{ticket.id}}"), "check.key.underscore"},
	{"hyphens", key("Zendesk-acme-{{ticket.id}}"), "check.key.underscore"},
	{"two underscores", key("Zendesk__acme_{{ticket.id}}"), "check.key.underscore"},
	{"the title in the key", key("Zendesk_acme_{{ticket.title}}"), "check.key.id"},
	{"the external id in the key", key("Zendesk_acme_{{ticket.external_id}}"), "check.key.id"},
	{"the placeholder in capitals", key("Zendesk_acme_{{Ticket.ID}}"), "check.key.id"},
	{"single braces", key("Zendesk_acme_{ticket.id}"), "check.key.id"},
	{"a ticket's own number", key("Zendesk_acme_4711"), "check.key.id.literal"},
	{"no number", key("Zendesk_acme_"), "check.key.id.missing"},
	{"nor an underscore for it", key("Zendesk_acme"), "check.key.id.missing"},
	{"the guide's words left in", key("Zendesk_[your_zendesk_subdomain]_{{ticket.id}}"), "check.key.example"},
	{"brackets left in", key("Zendesk_[acme]_{{ticket.id}}"), "check.key.example"},
	{"another name in front", key("Support_acme_{{ticket.id}}"), "check.key.prefix"},
	{"the number alone", key("{{ticket.id}}"), "check.key.prefix"},
	{"a brand's subdomain", key("Zendesk_acme-shop_{{ticket.id}}"), "check.key.brand"},
	{"the brand's placeholder", key("Zendesk_{{ticket.brand.subdomain}}_{{ticket.id}}"), "check.key.subdomain"},
	{"the subdomain in capitals", key("Zendesk_Acme_{{ticket.id}}"), "check.key.subdomain.case"},
	{"the whole host", key("Zendesk_acme.zendesk.com_{{ticket.id}}"), "check.key.host"},
	{"blanks in the key", key("Zendesk_acme_ {{ticket.id}}"), "check.key.spaces"},
	{"a blank after the key", key("Zendesk_acme_{{ticket.id}} "), "check.key.spaces"},
	{"an empty key", key(""), "check.key.missing"},
	{"no key", says(`  "dedup_key": "Zendesk_acme_{{ticket.id}}",`+"\n", ""), "check.key.missing"},
	{"a number for a key", says(`"Zendesk_acme_{{ticket.id}}"`, "7"), "check.key.other"},
	{"the key of the resolve", body(2, func(s string) string { return strings.Replace(s, "acme", "acne", 1) }), "check.key.subdomain"},

	// the event
	{"an event of the old kind", whole(0, `{"service_key":"`+theKey+`","incident_key":"Zendesk_acme_{{ticket.id}}","event_type":"trigger","description":"{{ticket.title}}"}`), "check.body.v1"},
	{"a comma too many", says(`"client": "Zendesk"`, `"client": "Zendesk",`), "check.body.json"},
	{"a comma is missing", says(`"trigger",`, `"trigger"`), "check.body.json"},
	{"no body", whole(0, " "), "check.body.none"},
	{"only words", whole(0, "urgent: {{ticket.title}}"), "check.body.json"},
	{"typographic quotation marks", body(0, curly), "check.body.quotes"},
	{"a placeholder without quotation marks", says(`"{{ticket.title}}"`, `{{ticket.title}}`), "check.body.bare check.summary.missing"},
	{"bare among the details", says(`"{{ticket.priority}}"`, `{{ticket.priority}}`), "check.body.bare"},
	{"wrapped once more", body(0, func(s string) string { return `{"event":` + s + `}` }), "check.body.nested"},
	{"a list", body(0, func(s string) string { return `[` + s + `]` }), "check.body.nested"},
	{"a form", rule(0, func(t *trigger.Trigger) {
		t.Actions[0].Value = []any{hookID, []any{[]any{"dedup_key", "Zendesk_acme_{{ticket.id}}"}}}
	}), "check.body.form"},
	{"an id alone", rule(0, func(t *trigger.Trigger) { t.Actions[0].Value = guide }), "check.call"},
	{"too long", says("Zendesk\"\n", "Zendesk\", \"x\": \""+strings.Repeat("x", 256<<10)+"\"\n"), "check.body.large"},
	{"event_action in capitals", says(`"trigger"`, `"Trigger"`), "check.action.case"},
	{"an unknown event_action", says(`"trigger"`, `"create"`), "check.action.unknown"},
	{"no event_action", says(`"event_action": "trigger",`, ""), "check.action.missing"},
	{"no routing_key", says(`"routing_key": "`+theKey+`",`, ""), "check.routing.missing"},
	{"the guide's key left in", says(theKey, "[your_integration_key]"), "check.routing.example"},
	{"half a key", says(theKey, theKey[:16]), "check.routing.form"},
	{"a blank after the key of the service", says(theKey, theKey+" "), "check.routing.form"},
	{"no payload", says(`"payload"`, `"details"`), "check.payload.missing"},
	{"a text for a payload", whole(0, `{"dedup_key":"Zendesk_acme_{{ticket.id}}","routing_key":"`+theKey+`","event_action":"trigger","payload":"{{ticket.title}}"}`), "check.payload.missing"},
	{"no summary", says(`"summary"`, `"title"`), "check.summary.missing"},
	{"the whole text for a summary", says(`"{{ticket.title}}"`, `"{{ticket.title}}: {{ticket.description}}"`), "check.summary.long"},
	{"a long summary", says(`"{{ticket.title}}"`, `"`+strings.Repeat("x", 1100)+`"`), "check.summary.long"},
	{"no source", says(`"source"`, `"from"`), "check.source.missing"},
	{"no severity", says(`    "severity": "critical",`+"\n", ""), "check.severity.missing"},
	{"a severity in capitals", says(`"critical"`, `"Critical"`), "check.severity.unknown"},
	{"the priority for a severity", says(`"critical"`, `"{{ticket.priority}}"`), "check.severity.unknown"},
	{"several at once", both(key("zendesk_acme_{{ticket.id}}"), says(`"source"`, `"from"`), hook(func(h *trigger.Webhook) { h.HTTPMethod = "PUT" })), "check.webhook.method check.source.missing check.key.case"},

	// where it goes
	{"a target of the old kind", byTarget(0), "check.target"},
	{"all targets, and no webhook", both(byTarget(0), byTarget(1), byTarget(2), func(a *account) { a.Webhooks = nil }), "check.target check.target check.target"},
	{"a dead target, and a wrong key", both(byTarget(0), key("Zendesk_Acme_{{ticket.id}}")), "check.target check.key.subdomain.case"},
	{"a target that is gone", both(byTarget(0), func(a *account) { a.Targets = nil }), "check.target"},
	{"a webhook that is gone", rule(0, func(t *trigger.Trigger) { t.Actions[0].Value = []any{"01GONE", guide} }), "check.webhook.missing"},
	{"an inactive webhook", hook(func(h *trigger.Webhook) { h.Status = "inactive" }), "check.webhook.inactive"},
	{"GET", hook(func(h *trigger.Webhook) { h.HTTPMethod = "GET" }), "check.webhook.method"},
	{"a form's content type", hook(func(h *trigger.Webhook) { h.RequestFormat = "form_encoded" }), "check.webhook.format"},
	{"XML", hook(func(h *trigger.Webhook) { h.RequestFormat = "xml" }), "check.webhook.format"},
	{"the wrong region", inRegion(eu), "check.webhook.region"},
	{"EU where it is US", both(inRegion(us), hook(func(h *trigger.Webhook) { h.Endpoint = eu + "/v2/enqueue" })), "check.webhook.region"},
	{"the address of version 1", hook(func(h *trigger.Webhook) { h.Endpoint = us + "/generic/2010-04-15/create_event.json" }), "check.webhook.path"},
	{"no path", hook(func(h *trigger.Webhook) { h.Endpoint = us }), "check.webhook.path"},
	{"a slash too many", hook(func(h *trigger.Webhook) { h.Endpoint += "/" }), "check.webhook.path"},
	{"an integration's own address", both(hook(func(h *trigger.Webhook) { h.Endpoint = us + "/integration/" + theKey + "/enqueue" }), says(`"routing_key": "`+theKey+`",`, "")), "check.webhook.path check.routing.missing"},
	{"without encryption", hook(func(h *trigger.Webhook) { h.Endpoint = "http://events.pagerduty.com/v2/enqueue" }), "check.webhook.http"},
	{"a host misspelt", hook(func(h *trigger.Webhook) { h.Endpoint = "https://event.pagerduty.com/v2/enqueue" }), "check.webhook.host"},
	{"the REST API's host", hook(func(h *trigger.Webhook) { h.Endpoint = "https://api.pagerduty.com/v2/enqueue" }), "check.webhook.host"},
	{"no address", hook(func(h *trigger.Webhook) { h.Endpoint = "events.pagerduty.com/v2/enqueue" }), "check.webhook.address"},
	{"an event to a webhook for others", both(beside(byWebhook("14", "Chat", `{"text":"{{ticket.title}}"}`, all("status value solved"))), hook(func(h *trigger.Webhook) { h.Endpoint = "https://chat.example/hook" })), "check.webhook.host check.webhook.host check.webhook.host"},
	{"a webhook for events", hook(func(h *trigger.Webhook) { h.Subscriptions = []string{"zen:event-type:ticket.created"} }), "check.webhook.events check.webhook.events check.webhook.events"},

	// when it fires
	{"the only raise is off", rule(0, func(t *trigger.Trigger) { t.Active = false }), "check.inactive"},
	{"one of ours is off", ours(nil, rule(0, func(t *trigger.Trigger) { t.Active = false })), "check.inactive"},
	{"all of ours are off", ours(withHeed, func(a *account) {
		for i := range a.Triggers {
			a.Triggers[i].Active = false
		}
	}), "check.inactive check.inactive check.inactive check.inactive check.inactive"},
	{"nothing raises", func(a *account) { a.Triggers = a.Triggers[1:] }, "check.raise.missing"},
	{"a loop: on every update", when(0, all("priority is urgent", "status less_than solved")), "check.repeats check.together"},
	{"a loop: on every update, even solved", both(only(1), when(0, all("priority is urgent"))), "check.repeats"},
	{"a loop: for a tag", both(only(1), when(0, all("current_tags includes vip"))), "check.repeats"},
	{"a loop: for either priority", both(only(1), when(0, orAny(all("status less_than solved"), "priority is high", "priority is urgent"))), "check.repeats"},
	{"a loop: one way of several", both(only(1), when(0, orAny(all("priority is urgent"), "priority changed", "status is open"))), "check.repeats"},
	{"a loop: the tag comes back", ours(nil, beside(plain("900", "Tag the urgent", all("priority is urgent"), "current_tags "+trigger.PageTag))), "check.loop.tag"},
	{"a loop: the tag comes back, by form", ours(nil, beside(plain("900", "Tag the VIPs", all("current_tags includes vip"), "current_tags "+trigger.PageTag))), "check.loop.tag"},
	{"a loop: pages for the sidebar's tag", when(0, all("current_tags includes pagerduty_open", "priority value urgent", "status less_than solved")), "check.loop.open"},
	{"a tag that stays", both(only(1), when(0, all("priority is urgent", "current_tags not_includes paged")), does(0, "current_tags paged")), "check.once"},
	{"heeds a tag that nothing clears", when(0, all("priority value urgent", "status less_than solved", "current_tags not_includes pagerduty_open")), "check.once"},
	{"an order: the tag is gone before", ours(nil, above(plain("900", "Tidy", all("status less_than closed"), "remove_tags x pagerduty_page"))), "check.order"},
	{"an order: all tags are gone before", ours(nil, above(plain("900", "Tidy", all("current_tags includes tidy"), "set_tags tidied"))), "check.order"},
	{"an order: solved before", above(plain("10", "Solve all", all("priority value urgent"), "status solved")), "check.order"},
	{"an order, in categories", both(above(plain("10", "Solve all", all("priority value urgent"), "status solved")), func(a *account) {
		a.Categories = []trigger.Category{{ID: "1", Name: "A"}, {ID: "2", Name: "B"}}
	}), "check.order"},
	{"two for the same ticket, by two keys", beside(byWebhook("14", "Page the others", strings.ReplaceAll(guide, theKey, otherKey), all("priority value urgent", "status less_than solved"))), "check.twice"},
	{"two for the same ticket, by overlap", beside(byWebhook("14", "Page for VIPs", strings.ReplaceAll(guide, theKey, otherKey), all("priority value urgent", "current_tags includes vip"))), "check.twice"},
	{"two of a kind", beside(byWebhook("14", "Page again", guide, all("priority value urgent", "status less_than solved", "brand_id is 5"))), "check.twice.same"},
	{"ours, and one by hand", ours(nil, beside(byWebhook("900", "By hand", strings.ReplaceAll(guide, theKey, otherKey), all("priority value urgent")))), "check.twice"},
	{"ours, and the same by hand", ours(nil, beside(byWebhook("900", "By hand", guide, all("priority value urgent", "status less_than pending")))), "check.twice.same"},
	{"one within another, in other words", beside(byWebhook("14", "Page on creation", guide, all("update_type is Create", "priority value urgent", "status is_not solved", "status is_not closed"))), "check.twice.same"},
	{"two keys, for some tickets more", beside(byWebhook("14", "Page on both", strings.ReplaceAll(guide, theKey, otherKey), orAny(all("status is open"), "priority value urgent", "priority value high"))), "check.twice"},
	{"made by two admins", ours(nil, func(a *account) {
		twin := a.Triggers[0]
		twin.ID = "900"
		a.Triggers = append(a.Triggers, twin)
	}), "check.twice.same"},
	{"ours with two keys", ours(nil, body(1, func(s string) string { return strings.Replace(s, theKey, otherKey, 1) })), "check.twice"},
	{"taken and paged in one save", when(1, all("update_type is Change", "assignee_id changed", "assignee_id is_not ")), "check.together"},
	{"taken and created urgent", both(when(0, orAny(all("priority is urgent", "status less_than solved"), "update_type is Create", "priority changed")), when(1, all("assignee_id changed", "priority not_value normal"))), "check.together"},
	{"ours, taken and paged by tag", ours(withAck, rule(3, func(t *trigger.Trigger) { t.Conditions.All = t.Conditions.All[:4] })), "check.together"},
	{"the reference's own bridge: taken in the save that tags", both(
		when(0, all("priority is urgent", "status less_than solved", "current_tags not_includes sent")), does(0, "current_tags sent"),
		when(1, all("assignee_id changed", "current_tags includes sent")), does(2, "remove_tags sent")), "check.together"},
	{"resolved through another key", body(2, func(s string) string { return strings.Replace(s, theKey, otherKey, 1) }), "check.routing.other"},
	{"acknowledged through another key", body(1, func(s string) string { return strings.Replace(s, theKey, otherKey, 1) }), "check.routing.other"},
	{"a sandbox with production's triggers", both(ours(withAck), sandbox), "check.sandbox"},

	// a key that nobody knows
	{"no key anywhere", both(only(1), says(theKey, "[your_integration_key]")), "check.routing.example"},
	{"no key, and no JSON", whole(0, `{"event_action":"trigger", "dedup_key" "routing_key"`), "check.body.json"},
	{"no key in any of ours", ours(withAck, func(a *account) {
		for i := range a.Triggers {
			for _, action := range a.Triggers[i].Actions {
				if pair, ok := action.Value.([]any); ok {
					pair[1] = strings.ReplaceAll(pair[1].(string), theKey, "your-key")
				}
			}
		}
	}), "check.routing.form check.routing.form check.routing.form check.routing.form"},
}

// Right configurations, of which nothing is said.
var rightAccounts = []struct {
	name string
	make tweak
}{
	{"the guide's example", both()},
	{"an account with nothing", func(a *account) { a.Found = trigger.Found{} }},
	{"other people's webhooks and triggers", func(a *account) {
		a.Found = trigger.Found{
			Webhooks: []trigger.Webhook{{ID: "01CHAT", Name: "Chat", Status: "inactive", Endpoint: "https://chat.example", HTTPMethod: "GET", RequestFormat: "xml"}},
			Triggers: []trigger.Trigger{
				{ID: "1", Title: "Chat", Active: true, Conditions: all("priority is urgent"), Actions: []trigger.Action{{Field: "notification_webhook", Value: []any{"01CHAT", "hello"}}}},
				{ID: "2", Title: "Mail", Active: true, Conditions: all("update_type is Create"), Actions: []trigger.Action{{Field: "notification_user", Value: []any{"requester_id", "Hello", "{{ticket.title}}"}}}},
				{ID: "3", Title: "Wallboard", Active: true, Conditions: all("update_type is Create"), Actions: []trigger.Action{{Field: "notification_target", Value: []any{"8", "x"}}}},
			},
			Targets: []trigger.Target{{ID: "8", Type: "url_target_v2", TargetURL: "https://wallboard.example"}},
		}
	}},
	{"blanks in the braces", key("Zendesk_acme_{{ ticket.id }}")},
	{"in one line", body(0, func(s string) string { return strings.Join(strings.Fields(s), "") })},
	{"a number without quotation marks, and filters", says(`"priority": "{{ticket.priority}}"`, `"number": {{ticket.id}}, "mail": "{{ticket.requester.email | replace: "@", " at " | truncate: 60}}"`)},
	{"Liquid's tags", says(`"critical"`, `"{% if ticket.priority == "Urgent" %}critical{% else %}error{% endif %}"`)},
	{"in the EU", both(inRegion(eu), hook(func(h *trigger.Webhook) { h.Endpoint = eu + "/v2/enqueue" }))},
	{"in the EU, nobody said", hook(func(h *trigger.Webhook) { h.Endpoint = "https://Events.EU.PagerDuty.com:443/v2/enqueue" })},
	{"a test's own address", func(a *account) {
		a.EventsURLs, a.EventsURL = []string{"http://127.0.0.1:8082"}, "http://127.0.0.1:8082"
		a.Webhooks[0].Endpoint = "http://127.0.0.1:8082/v2/enqueue"
	}},
	{"one raise by priority", beside(byWebhook("14", "Page on high", strings.Replace(guide, "critical", "error", 1), all("priority value high", "status less_than solved")))},
	{"a raise for VIPs beside the urgent ones", beside(byWebhook("14", "Page for VIPs", guide, orAny(all("current_tags includes vip", "status less_than solved"), "update_type is Create", "priority changed")))},
	{"the severity from a field", says(`"critical"`, `"{{ticket.ticket_field_option_title_360100}}"`)},
	{"the severity by a filter", says(`"critical"`, `"{{ticket.priority | downcase | replace: "urgent", "critical"}}"`)},
	{"two services, by group", both(when(0, all("priority value urgent", "group_id is 5")), beside(byWebhook("14", "Page the others", strings.ReplaceAll(guide, theKey, otherKey), all("priority value urgent", "group_id is 6"))))},
	{"created urgent", when(0, all("update_type is Create", "priority is urgent"))},
	{"stops itself by a tag, and solved clears it", both(only(1), when(0, all("priority is urgent", "current_tags not_includes sent")), does(0, "current_tags sent"), beside(plain("15", "Clear", all("status value solved"), "remove_tags sent")))},
	{"another trigger sets the tag that stops it", both(only(1), when(0, all("priority is urgent", "current_tags not_includes sent")), beside(plain("15", "Mark", all("priority is urgent"), "current_tags sent"), plain("16", "Clear", all("status value solved"), "remove_tags sent")))},
	{"a trigger below lowers the priority", beside(plain("15", "Calm", all("priority value urgent"), "priority high"))},
	{"a trigger above lowers some priorities", above(plain("10", "Calm", all("priority value urgent", "current_tags includes free_plan"), "priority high"))},
	{"a leftover that is off", beside(trigger.Trigger{ID: "14", Title: "Old", Conditions: all("priority is urgent"), Actions: []trigger.Action{{Field: "notification_target", Value: []any{"7", guide}}}})},
	{"change events", both(beside(trigger.Trigger{ID: "14", Title: "Deployed", Active: true, Conditions: all("update_type is Create"), Actions: []trigger.Action{{Field: "notification_webhook", Value: []any{"01CHANGE", `{"routing_key":"` + theKey + `","payload":{"summary":"{{ticket.title}}"}}`}}}}), func(a *account) {
		a.Webhooks = append(a.Webhooks, trigger.Webhook{ID: "01CHANGE", Status: "active", Endpoint: us + "/v2/change/enqueue", HTTPMethod: "POST", RequestFormat: "json"})
	})},
	{"by e-mail", both(beside(trigger.Trigger{ID: "14", Title: "Mail", Active: true, Conditions: all("update_type is Create"), Actions: []trigger.Action{{Field: "notification_target", Value: []any{"9", "{{ticket.title}}"}}}}), func(a *account) {
		a.Targets = append(a.Targets, trigger.Target{ID: "9", Type: "email_target"})
	})},
	{"a Global Orchestration's key from dynamic content", says(theKey, "{{dc.pagerduty_key}}")},
	{"set up here", ours(nil)},
	{"set up here, with all", ours(func(c *trigger.Choices) {
		c.Acknowledge, c.HeedOpen, c.Severity = true, true, map[string]string{"high": "error", "normal": "warning", "low": "info"}
	})},
	{"set up here in a sandbox", both(sandbox, ours(func(c *trigger.Choices) { c.Subdomain = "acme1732441234" }))},
	{"set up here, acknowledge switched off", ours(withAck, rule(3, func(t *trigger.Trigger) { t.Active = false }))},
	{"ours are off, and one by hand is on", ours(nil, func(a *account) {
		a.Triggers[0].Active, a.Triggers[1].Active = false, false
		a.Triggers = append(a.Triggers, byWebhook("900", "By hand", guide, all("priority value urgent", "status less_than solved")))
	})},
}

func codes(list []trigger.Finding) string {
	var all []string
	for _, f := range list {
		all = append(all, string(f.Code))
	}
	return strings.Join(all, " ")
}

func TestWrongAccounts(t *testing.T) {
	for _, c := range wrongAccounts {
		a := byHand()
		c.make(a)
		if got := codes(trigger.Check(a.Account, a.Found)); got != c.want {
			t.Errorf("%s: %q; want %q", c.name, got, c.want)
		}
	}
	if len(wrongAccounts) < 30 {
		t.Error("too few")
	}
}

func TestRightAccounts(t *testing.T) {
	for _, c := range rightAccounts {
		a := byHand()
		c.make(a)
		if got := codes(trigger.Check(a.Account, a.Found)); got != "" {
			t.Errorf("%s: %q; want nothing", c.name, got)
		}
	}
	if len(rightAccounts) < 12 {
		t.Error("too few")
	}
}

// Each mend takes its finding away and brings none that is worse; one after the
// other, whichever comes first, they leave nothing; and made twice, they change
// nothing the second time.
func TestMends(t *testing.T) {
	worst := map[problem.Code]int{}
	for i, code := range trigger.Ranks {
		worst[code] = i
	}
	for _, c := range wrongAccounts {
		for _, from := range []string{"first", "last"} {
			a := byHand()
			c.make(a)
			list := trigger.Check(a.Account, a.Found)
			for round := 0; len(list) > 0; round++ {
				f := list[0]
				if from == "last" {
					f = list[len(list)-1]
				}
				if round > 20 || len(f.Mend) == 0 || f.Does == "" {
					t.Errorf("%s: after %d mends still %s, %d steps", c.name, round, codes(list), len(f.Mend))
					break
				}
				before := copied(a.Found)
				a.apply(t, f.Mend)
				after := trigger.Check(a.Account, a.Found)
				for _, now := range after {
					if now.ID == f.ID {
						t.Errorf("%s: %s stays after its mend %s", c.name, f.ID, f.Mend)
					}
					known := slices.ContainsFunc(list, func(was trigger.Finding) bool { return was.Code == now.Code })
					if !known && worst[now.Code] < worst[f.Code] {
						t.Errorf("%s: the mend of %s brings %s", c.name, f.ID, now.ID)
					}
				}
				if said(before) == said(a.Found) {
					t.Errorf("%s: the mend of %s changes nothing: %s", c.name, f.ID, f.Mend)
				}
				if f.Mend[0].Method != http.MethodPost && !slices.ContainsFunc(f.Mend, func(s trigger.Step) bool { return s.Method == http.MethodPost }) {
					once := said(a.Found)
					a.apply(t, f.Mend)
					if said(a.Found) != once {
						t.Errorf("%s: the mend of %s made twice differs", c.name, f.ID)
					}
				}
				list = after
			}
		}
	}
}

// A mend changes the wrong bytes of a body, and no others.
func TestMendsKeepTheLayout(t *testing.T) {
	for _, c := range []struct {
		change tweak
		want   func(string) string // of the guide's body; nil: the body as it was
	}{
		{key("zendesk_Acme_{{ticket.title}}"), nil},
		{says(`"trigger"`, `"Trigger"`), nil},
		{says(`"critical"`, `"CRITICAL"`), nil},
		{says(theKey, theKey+" "), nil},
		{says(`"{{ticket.priority}}"`, `{{ticket.priority}}`), nil},
		{says(`    "severity": "critical",`+"\n", ""), func(s string) string {
			s = strings.Replace(s, `    "severity": "critical",`+"\n", "", 1)
			return strings.Replace(s, `    "summary"`, `    "severity": "critical",`+"\n"+`    "summary"`, 1)
		}},
		{byTarget(0), nil},
	} {
		a := byHand()
		c.change(a)
		list := trigger.Check(a.Account, a.Found)
		if len(list) != 1 {
			t.Fatal(codes(list))
		}
		a.apply(t, list[0].Mend)
		want := guide
		if c.want != nil {
			want = c.want(guide)
		}
		if got := a.Triggers[0].Actions[0].Value.([]any)[1]; got != want {
			t.Errorf("%s: %s", list[0].Code, got)
		}
	}
}

// Every finding and mend has a sentence, with all of its arguments and without
// a key.
func TestSentences(t *testing.T) {
	catalog, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	tx := catalog.For("en")
	seen := map[problem.Code]bool{}
	for _, c := range wrongAccounts {
		a := byHand()
		c.make(a)
		for _, f := range trigger.Check(a.Account, a.Found) {
			seen[f.Code], seen[f.Does] = true, true
			for _, code := range []problem.Code{f.Code, f.Does} {
				s := tx.F(string(code), text.Args(f.Args))
				if !tx.Has(string(code)) || strings.Contains(s, "no value") || strings.Contains(s, theKey) || strings.Contains(s, "“”") {
					t.Errorf("%s: %s: %q", c.name, code, s)
				}
			}
			if f.Title == "" || strings.Contains(f.ID, theKey) || f.Trigger == "" && f.Webhook == "" {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
	}
	for _, code := range trigger.Ranks {
		if !seen[code] {
			t.Errorf("no wrong account has %s", code)
		}
	}
}

// An account with thousands of triggers is checked in a moment, whether they
// have to do with paging or not.
func TestManyTriggers(t *testing.T) {
	for name, more := range map[string]func(i int) trigger.Trigger{
		"others": func(i int) trigger.Trigger {
			return plain(trigger.ID(fmt.Sprint(1000+i)), "Sort", all("priority value urgent", fmt.Sprintf("group_id is %d", i)), fmt.Sprintf("current_tags tag%d", i))
		},
		"raises that exclude each other": func(i int) trigger.Trigger {
			return byWebhook(trigger.ID(fmt.Sprint(1000+i)), "Page", strings.ReplaceAll(guide, theKey, fmt.Sprintf("%032d", i)), all("priority value urgent", fmt.Sprintf("group_id is %d", i)))
		},
		"raises that change tickets": func(i int) trigger.Trigger {
			n := byWebhook(trigger.ID(fmt.Sprint(1000+i)), "Page", guide, all("priority value urgent", fmt.Sprintf("group_id is %d", i), "current_tags not_includes x", "current_tags includes pagerduty_page"))
			n.Actions = append(n.Actions, trigger.Action{Field: "current_tags", Value: "x pagerduty_page"})
			return n
		},
		"acknowledges": func(i int) trigger.Trigger {
			return byWebhook(trigger.ID(fmt.Sprint(1000+i)), "Take", strings.Replace(guide, "trigger", "acknowledge", 1), orAny(all("assignee_id changed"), "status is open", "status is new"))
		},
	} {
		a := byHand()
		for i := range 3000 {
			a.Triggers = append(a.Triggers, more(i))
		}
		start := time.Now()
		trigger.Check(a.Account, a.Found)
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}
