package check_test

import (
	"fmt"
	"slices"
	"strings"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

const (
	theKey   = "0123456789abcdef0123456789abcdef"
	otherKey = "fedcba9876543210fedcba9876543210"
	thirdKey = "00112233445566778899aabbccddeeff"
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
	check.Account
	trigger.Found
}

func byHand() *account {
	small := func(action string) string {
		return `{"dedup_key":"Zendesk_acme_{{ticket.id}}","routing_key":"` + theKey + `","event_action":"` + action + `"}`
	}
	return &account{
		check.Account{Subdomain: "acme", Brands: []string{"acme-shop"}, EventsURLs: []string{us, eu}},
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

// byTag pages by hand for the tag, and takes it away, where more holds as well.
func byTag(more ...string) trigger.Trigger {
	t := byWebhook("900", "By hand", guide, all(append([]string{"status less_than solved", "current_tags includes pagerduty_page"}, more...)...))
	t.Actions = append(t.Actions, trigger.Action{Field: "remove_tags", Value: trigger.PageTag})
	return t
}

// tagAlone is [byTag] with no condition on the status.
func tagAlone(more ...string) trigger.Trigger {
	t := byTag(more...)
	t.Conditions.All = t.Conditions.All[1:]
	return t
}

func withID(id trigger.ID, t trigger.Trigger) trigger.Trigger {
	t.ID = id
	return t
}

// withKey is a trigger with another integration key.
func withKey(t trigger.Trigger, key string) trigger.Trigger {
	pair := t.Actions[0].Value.([]any)
	t.Actions = slices.Clone(t.Actions)
	t.Actions[0].Value = []any{pair[0], strings.ReplaceAll(pair[1].(string), theKey, key)}
	return t
}

func toOthers(t trigger.Trigger) trigger.Trigger { return withKey(t, otherKey) }

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

// noRaise leaves of what was set up here what pages for the tag alone.
func noRaise(a *account) { a.Triggers = a.Triggers[1:] }

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
