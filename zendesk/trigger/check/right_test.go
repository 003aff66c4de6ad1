package check_test

import (
	"strings"

	"zendesk-pagerduty/zendesk/trigger"
)

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
				{
					ID:         "1",
					Title:      "Chat",
					Active:     true,
					Conditions: all("priority is urgent"),
					Actions:    []trigger.Action{{Field: "notification_webhook", Value: []any{"01CHAT", "hello"}}},
				},
				{
					ID:         "2",
					Title:      "Mail",
					Active:     true,
					Conditions: all("update_type is Create"),
					Actions:    []trigger.Action{{Field: "notification_user", Value: []any{"requester_id", "Hello", "{{ticket.title}}"}}},
				},
				{
					ID:         "3",
					Title:      "Wallboard",
					Active:     true,
					Conditions: all("update_type is Create"),
					Actions:    []trigger.Action{{Field: "notification_target", Value: []any{"8", "x"}}},
				},
			},
			Targets: []trigger.Target{{ID: "8", Type: "url_target_v2", TargetURL: "https://wallboard.example"}},
		}
	}},
	{"blanks in the braces", key("Zendesk_acme_{{ ticket.id }}")},
	{"in one line", body(0, func(s string) string { return strings.Join(strings.Fields(s), "") })},
	{
		"a number without quotation marks, and filters",
		says(`"priority": "{{ticket.priority}}"`, `"number": {{ticket.id}}, "mail": "{{ticket.requester.email | replace: "@", " at " | truncate: 60}}"`),
	},
	{"Liquid's tags", says(`"critical"`, `"{% if ticket.priority == "Urgent" %}critical{% else %}error{% endif %}"`)},
	{"in the EU", both(inRegion(eu), hook(func(h *trigger.Webhook) { h.Endpoint = eu + "/v2/enqueue" }))},
	{"in the EU, nobody said", hook(func(h *trigger.Webhook) { h.Endpoint = "https://Events.EU.PagerDuty.com:443/v2/enqueue" })},
	{"a test's own address", func(a *account) {
		a.EventsURLs, a.EventsURL = []string{"http://127.0.0.1:8082"}, "http://127.0.0.1:8082"
		a.Webhooks[0].Endpoint = "http://127.0.0.1:8082/v2/enqueue"
	}},
	{"one raise by priority", beside(byWebhook("14", "Page on high", strings.Replace(guide, "critical", "error", 1), all("priority value high", "status less_than solved")))},
	{
		"a raise for VIPs beside the urgent ones",
		beside(byWebhook("14", "Page for VIPs", guide, orAny(all("current_tags includes vip", "status less_than solved"), "update_type is Create", "priority changed"))),
	},
	{"the severity from a field", says(`"critical"`, `"{{ticket.ticket_field_option_title_360100}}"`)},
	{"the severity by a filter", says(`"critical"`, `"{{ticket.priority | downcase | replace: "urgent", "critical"}}"`)},
	{
		"by who writes",
		both(when(0, all("priority value urgent", "role is agent")), beside(byWebhook("14", "Page for customers", guide, all("priority value urgent", "role is end_user")))),
	},
	{"all of ours are off, and have no key", ours(withHeed, func(a *account) {
		for i := range a.Triggers {
			a.Triggers[i].Active = false
			if pair, ok := a.Triggers[i].Actions[0].Value.([]any); ok {
				pair[1] = strings.ReplaceAll(pair[1].(string), theKey, "your-key")
			}
		}
	})},
	{"ours, and one of the admin's own that was told to page", ours(nil, func(a *account) {
		n := byWebhook("900", "Escalated", guide, all("priority value urgent", "status less_than solved"))
		n.Description = "Since 2019. " + trigger.Mark("added")
		a.Triggers = append(a.Triggers, n)
	})},
	{
		"incidents by the REST API",
		both(
			beside(
				trigger.Trigger{
					ID:         "14",
					Title:      "Major",
					Active:     true,
					Conditions: all("update_type is Create"),
					Actions:    []trigger.Action{{Field: "notification_webhook", Value: []any{"01REST", `{"incident":{"title":"{{ticket.title}}"}}`}}},
				},
			),
			func(a *account) {
				a.Webhooks = append(
					a.Webhooks,
					trigger.Webhook{ID: "01REST", Status: "active", Endpoint: "https://api.pagerduty.com/incidents", HTTPMethod: "POST", RequestFormat: "json"},
				)
			},
		),
	},
	{
		"two services, by group",
		both(
			when(0, all("priority value urgent", "group_id is 5")),
			beside(byWebhook("14", "Page the others", strings.ReplaceAll(guide, theKey, otherKey), all("priority value urgent", "group_id is 6"))),
		),
	},
	{"created urgent", when(0, all("update_type is Create", "priority is urgent"))},
	{
		"stops itself by a tag, and solved clears it",
		both(only(1), when(0, all("priority is urgent", "current_tags not_includes sent")),
			does(0, "current_tags sent"), beside(plain("15", "Clear", all("status value solved"), "remove_tags sent"))),
	},
	{
		"another trigger sets the tag that stops it",
		both(
			only(1),
			when(0, all("priority is urgent", "current_tags not_includes sent")),
			beside(plain("15", "Mark", all("priority is urgent"), "current_tags sent"), plain("16", "Clear", all("status value solved"), "remove_tags sent")),
		),
	},
	{"a trigger below lowers the priority", beside(plain("15", "Calm", all("priority value urgent"), "priority high"))},
	{"a trigger above lowers some priorities", above(plain("10", "Calm", all("priority value urgent", "current_tags includes free_plan"), "priority high"))},
	{
		"a leftover that is off",
		beside(trigger.Trigger{ID: "14", Title: "Old", Conditions: all("priority is urgent"), Actions: []trigger.Action{{Field: "notification_target", Value: []any{"7", guide}}}}),
	},
	{
		"change events",
		both(
			beside(
				trigger.Trigger{
					ID:         "14",
					Title:      "Deployed",
					Active:     true,
					Conditions: all("update_type is Create"),
					Actions: []trigger.Action{
						{Field: "notification_webhook", Value: []any{"01CHANGE", `{"routing_key":"` + theKey + `","payload":{"summary":"{{ticket.title}}"}}`}},
					},
				},
			),
			func(a *account) {
				a.Webhooks = append(a.Webhooks, trigger.Webhook{ID: "01CHANGE", Status: "active", Endpoint: us + "/v2/change/enqueue", HTTPMethod: "POST", RequestFormat: "json"})
			},
		),
	},
	{
		"by e-mail",
		both(
			beside(
				trigger.Trigger{
					ID:         "14",
					Title:      "Mail",
					Active:     true,
					Conditions: all("update_type is Create"),
					Actions:    []trigger.Action{{Field: "notification_target", Value: []any{"9", guide}}},
				},
			),
			func(a *account) {
				a.Targets = append(a.Targets, trigger.Target{ID: "9", Type: "email_target"})
			},
		),
	},
	{"a Global Orchestration's key from dynamic content", says(theKey, "{{dc.pagerduty_key}}")},
	{"set up here", ours(nil)},
	{"set up here, with all", ours(func(c *trigger.Choices) {
		c.Acknowledge, c.HeedOpen, c.Severity = true, true, map[string]string{"high": "error", "normal": "warning", "low": "info"}
	})},
	{"set up here in a sandbox", both(sandbox, ours(func(c *trigger.Choices) { c.Subdomain = "acme1732441234" }))},
	{"set up here, acknowledge switched off", ours(withAck, rule(3, func(t *trigger.Trigger) { t.Active = false }))},
	{"the tag's trigger is off, and one by hand pages for it", ours(nil, rule(1, func(t *trigger.Trigger) { t.Active = false }), beside(byTag("group_id is 5")))},
	{"one for the tag of a group, by another key, above ours", ours(nil, noRaise, above(toOthers(byTag("group_id is 5"))))},
	{"the same, with no condition on the status", ours(nil, noRaise, above(toOthers(tagAlone("group_id is 5"))))},
	{"one for the tag of a group, with no condition on the status, below ours", ours(nil, beside(tagAlone("group_id is 5")))},
	{"the same, above ours, with the same key", ours(nil, above(tagAlone("group_id is 5")))},
	{"two for the tag, each of them for some tickets more", func(a *account) {
		a.Triggers = []trigger.Trigger{byTag("group_id is 5"), withID("901", toOthers(byTag("brand_id is 6")))}
	}},
	{"one that pages for closed tickets alone", func(a *account) {
		closing := byWebhook("14", "Closed", strings.ReplaceAll(guide, theKey, otherKey), all("status value closed", "current_tags includes pagerduty_page"))
		a.Triggers = []trigger.Trigger{byTag(), closing}
	}},
	{"ours are off, and one by hand is on", ours(nil, func(a *account) {
		a.Triggers[0].Active, a.Triggers[1].Active = false, false
		a.Triggers = append(a.Triggers, byWebhook("900", "By hand", guide, all("priority value urgent", "status less_than solved")))
	})},
}
