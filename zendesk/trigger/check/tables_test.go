package check_test

import (
	"strings"

	"zendesk-pagerduty/zendesk/trigger"
)

// Each wrong configuration, what is said of it, and nothing else.
var wrongAccounts = []wrongAccount{
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
	{
		"an event of the old kind",
		whole(0, `{"service_key":"`+theKey+`","incident_key":"Zendesk_acme_{{ticket.id}}","event_type":"trigger","description":"{{ticket.title}}"}`),
		"check.body.v1",
	},
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
	{
		"a text for a payload",
		whole(0, `{"dedup_key":"Zendesk_acme_{{ticket.id}}","routing_key":"`+theKey+`","event_action":"trigger","payload":"{{ticket.title}}"}`),
		"check.payload.missing",
	},
	{"no summary", says(`"summary"`, `"title"`), "check.summary.missing"},
	{"the whole text for a summary", says(`"{{ticket.title}}"`, `"{{ticket.title}}: {{ticket.description}}"`), "check.summary.long"},
	{"a long summary", says(`"{{ticket.title}}"`, `"`+strings.Repeat("x", 1100)+`"`), "check.summary.long"},
	{"no source", says(`"source"`, `"from"`), "check.source.missing"},
	{"no severity", says(`    "severity": "critical",`+"\n", ""), "check.severity.missing"},
	{"a severity in capitals", says(`"critical"`, `"Critical"`), "check.severity.unknown"},
	{"the priority for a severity", says(`"critical"`, `"{{ticket.priority}}"`), "check.severity.unknown"},
	{
		"several at once",
		both(key("zendesk_acme_{{ticket.id}}"), says(`"source"`, `"from"`), hook(func(h *trigger.Webhook) { h.HTTPMethod = "PUT" })),
		"check.webhook.method check.source.missing check.key.case",
	},

	// where it goes
	{"an HTTP target", byTarget(0), "check.target"},
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
	{
		"an integration's own address",
		both(hook(func(h *trigger.Webhook) { h.Endpoint = us + "/integration/" + theKey + "/enqueue" }), says(`"routing_key": "`+theKey+`",`, "")),
		"check.webhook.path check.routing.missing",
	},
	{"without encryption", hook(func(h *trigger.Webhook) { h.Endpoint = "http://events.pagerduty.com/v2/enqueue" }), "check.webhook.http"},
	{"a host misspelt", hook(func(h *trigger.Webhook) { h.Endpoint = "https://event.pagerduty.com/v2/enqueue" }), "check.webhook.host"},
	{"the REST API's host", hook(func(h *trigger.Webhook) { h.Endpoint = "https://api.pagerduty.com/v2/enqueue" }), "check.webhook.host"},
	{"no address", hook(func(h *trigger.Webhook) { h.Endpoint = "events.pagerduty.com/v2/enqueue" }), "check.webhook.address"},
	{
		"an event to a webhook for others",
		both(beside(byWebhook("14", "Chat", `{"text":"{{ticket.title}}"}`, all("status value solved"))),
			hook(func(h *trigger.Webhook) { h.Endpoint = "https://chat.example/hook" })),
		"check.webhook.host check.webhook.host check.webhook.host",
	},
	{
		"a webhook for events",
		hook(func(h *trigger.Webhook) { h.Subscriptions = []string{"zen:event-type:ticket.created"} }),
		"check.webhook.events check.webhook.events check.webhook.events",
	},

	// when it fires
	{"the only raise is off", rule(0, func(t *trigger.Trigger) { t.Active = false }), "check.inactive"},
	{"one of ours is off", ours(nil, rule(0, func(t *trigger.Trigger) { t.Active = false })), "check.inactive"},
	{"all of ours are off", ours(withHeed, func(a *account) {
		for i := range a.Triggers {
			a.Triggers[i].Active = false
		}
	}), "check.inactive check.inactive check.inactive check.inactive check.inactive"},
	{"the tag's trigger is off, and one by hand pages for something else", ours(nil, rule(1, func(t *trigger.Trigger) { t.Active = false }),
		beside(byWebhook("900", "VIPs", guide, all("priority value high", "current_tags includes vip")))), "check.inactive"},
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
	{"an order: ours pages for the tag before one of a group", ours(nil, noRaise, beside(toOthers(byTag("group_id is 5")))), "check.order.first"},
	{"an order: the same, with no condition on the status", ours(nil, noRaise, beside(toOthers(tagAlone("group_id is 5")))), "check.order.first"},
	{"an order: the same, by a key from dynamic content", ours(nil, beside(withKey(byTag("group_id is 5"), "{{dc.pagerduty_key}}"))), "check.order.first"},
	{"an order: the same, in categories", ours(nil, noRaise, beside(toOthers(byTag("group_id is 5"))), func(a *account) {
		a.Categories = []trigger.Category{{ID: "1", Name: "A"}, {ID: "2", Name: "B"}}
	}), "check.order.first"},
	{"an order: two for the tag, ours first", ours(nil, noRaise, beside(toOthers(tagAlone()))), "check.order.first"},
	{"an order: two for the tag, ours last", ours(nil, noRaise, above(toOthers(tagAlone()))), "check.order.first"},
	{"an order: pages and lowers the priority before one of VIPs", both(only(1), does(0, "priority high"),
		beside(toOthers(byWebhook("14", "Page for VIPs", guide, all("priority value urgent", "status less_than solved", "current_tags includes vip"))))), "check.order.first"},
	{"an order: three for the tag, the narrowest last", ours(nil, noRaise, beside(
		toOthers(byTag("group_id is 5")), withID("901", withKey(byTag("group_id is 5", "brand_id is 6"), thirdKey)))), "check.order.first check.order.first"},
	{"ours for the tag, and one of a group with the same key", ours(nil, beside(byTag("group_id is 5"))), "check.twice.same"},
	{"the same, above ours", ours(nil, above(byTag("group_id is 5"))), "check.twice.same"},
	{"made by two admins, for the tag", ours(nil, func(a *account) { a.Triggers = append(a.Triggers, withID("900", a.Triggers[1])) }), "check.twice.same"},
	{"made by two admins, for the tag, with two keys", ours(nil, noRaise, func(a *account) {
		a.Triggers = append(a.Triggers, toOthers(withID("900", a.Triggers[0])))
	}), "check.order.first"},
	{
		"two for the same ticket, by two keys",
		beside(byWebhook("14", "Page the others", strings.ReplaceAll(guide, theKey, otherKey), all("priority value urgent", "status less_than solved"))),
		"check.twice",
	},
	{
		"two for the same ticket, by overlap",
		beside(byWebhook("14", "Page for VIPs", strings.ReplaceAll(guide, theKey, otherKey), all("priority value urgent", "current_tags includes vip"))),
		"check.twice",
	},
	{"two of a kind", beside(byWebhook("14", "Page again", guide, all("priority value urgent", "status less_than solved", "brand_id is 5"))), "check.twice.same"},
	{"ours, and one by hand", ours(nil, beside(byWebhook("900", "By hand", strings.ReplaceAll(guide, theKey, otherKey), all("priority value urgent")))), "check.twice"},
	{"ours, and the same by hand", ours(nil, beside(byWebhook("900", "By hand", guide, all("priority value urgent", "status less_than pending")))), "check.twice.same"},
	{
		"one within another, in other words",
		beside(byWebhook("14", "Page on creation", guide, all("update_type is Create", "priority value urgent", "status is_not solved", "status is_not closed"))),
		"check.twice.same",
	},
	{
		"two keys, for some tickets more",
		beside(byWebhook("14", "Page on both", strings.ReplaceAll(guide, theKey, otherKey), orAny(all("status is open"), "priority value urgent", "priority value high"))),
		"check.twice",
	},
	{"made by two admins", ours(nil, func(a *account) {
		twin := a.Triggers[0]
		twin.ID = "900"
		a.Triggers = append(a.Triggers, twin)
	}), "check.twice.same"},
	{"ours with two keys", ours(nil, body(1, func(s string) string { return strings.Replace(s, theKey, otherKey, 1) })), "check.twice"},
	{"taken and paged in one save", when(1, all("update_type is Change", "assignee_id changed", "assignee_id is_not ")), "check.together"},
	{
		"taken and created urgent",
		both(
			when(0, orAny(all("priority is urgent", "status less_than solved"), "update_type is Create", "priority changed")),
			when(1, all("assignee_id changed", "priority not_value normal")),
		),
		"check.together",
	},
	{"ours, taken and paged by tag", ours(withAck, rule(3, func(t *trigger.Trigger) { t.Conditions.All = t.Conditions.All[:4] })), "check.together"},
	{"the reference's own bridge: taken in the save that tags", both(
		when(0, all("priority is urgent", "status less_than solved", "current_tags not_includes sent")), does(0, "current_tags sent"),
		when(1, all("assignee_id changed", "current_tags includes sent")), does(2, "remove_tags sent")), "check.together"},
	{"resolved through another key", body(2, func(s string) string { return strings.Replace(s, theKey, otherKey, 1) }), "check.routing.other"},
	{"acknowledged through another key", body(1, func(s string) string { return strings.Replace(s, theKey, otherKey, 1) }), "check.routing.other"},
	{
		"acknowledges for the tag that pages",
		ours(
			nil,
			beside(
				byWebhook(
					"900",
					"Taken",
					strings.Replace(guide, `"trigger"`, `"acknowledge"`, 1),
					all("update_type is Change", "assignee_id changed", "priority not_changed", "status not_value_previous solved", "current_tags includes pagerduty_page"),
				),
			),
		),
		"check.together",
	},
	{"acknowledges where all tags are set anew", both(
		when(0, all("current_tags includes pagerduty_page", "status less_than solved")), does(0, "set_tags done"),
		when(1, all("assignee_id changed", "current_tags not_includes pagerduty_page"))), "check.together"},
	{"a sandbox with a key written by hand", both(only(1), sandbox), "check.key.subdomain"},
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
