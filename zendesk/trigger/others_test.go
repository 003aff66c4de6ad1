package trigger_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
)

// hook is a webhook of the admin's own, and calling a trigger that calls it.
func (d paging) hook(name, endpoint string) trigger.ID {
	d.T.Helper()
	var made struct{ Webhook trigger.Webhook }
	d.Call(admin, http.MethodPost, "/api/v2/webhooks", map[string]any{"webhook": map[string]any{
		"name": name, "status": "active", "endpoint": endpoint, "http_method": "POST", "request_format": "json", "subscriptions": []string{"conditional_ticket_events"},
	}}, &made)
	return made.Webhook.ID
}

func (d paging) calling(title, description string, hook trigger.ID, body string) trigger.ID {
	d.T.Helper()
	var made struct{ Trigger trigger.Trigger }
	d.Call(admin, http.MethodPost, "/api/v2/triggers", map[string]any{"trigger": map[string]any{
		"title": title, "description": description, "conditions": map[string]any{"all": []any{map[string]any{"field": "current_tags", "operator": "includes", "value": "vip"}}},
		"actions": []any{map[string]any{"field": "notification_webhook", "value": []string{string(hook), body}}},
	}}, &made)
	return made.Trigger.ID
}

// A trigger with another team's paging stays as it is, whoever marked it, and
// gets our action beside that; the other team's webhook is not ours.
func TestAnotherTeamsPaging(t *testing.T) {
	d := bare(t, "json")
	theirs := `{"routing_key":"` + d.PagerDuty.Service(
		"Card processor",
	).Key + `","event_action":"trigger","dedup_key":"team-b-{{ticket.id}}","payload":{"summary":"x","source":"x","severity":"info"}}`
	hook := d.hook("Team B", d.PagerDuty.EUURL+"/v2/enqueue")
	vip := d.calling("VIP", "Ours "+trigger.Mark("added"), hook, theirs)
	d.calling("Also team B", "", hook, theirs)
	for name, c := range map[string]trigger.Choices{
		"chosen": d.choices(func(c *trigger.Choices) { c.Also = []trigger.ID{vip} }), "again": d.choices(func(c *trigger.Choices) { c.Also, c.Acknowledge = []trigger.ID{vip}, true }),
		"not chosen": d.choices(nil),
	} {
		p := d.plan(c)
		d.Apply(p.Steps, len(p.Steps))
		if again := d.plan(c); !again.Done() && name != "not chosen" {
			t.Errorf("%s: not done: %+v", name, again.Changes)
		}
		for _, w := range d.Found().Webhooks {
			if w.ID == hook && (w.Endpoint != d.PagerDuty.EUURL+"/v2/enqueue" || w.Name != "Team B") {
				t.Errorf("%s: %+v", name, w)
			}
		}
		for _, tr := range d.Found().Triggers {
			if tr.ID == vip && !strings.Contains(fmt.Sprint(tr.Actions), "team-b-") {
				t.Errorf("%s: %+v", name, tr)
			}
		}
	}
	removal := trigger.Removal(d.Found())
	d.Apply(removal.Steps, len(removal.Steps))
	if f := d.Found(); len(f.Webhooks) != 1 || !strings.Contains(fmt.Sprint(f.Triggers), "team-b-") {
		t.Errorf("removed: %+v", f)
	}
}

// Our webhook, once triggers of the admin's own call it too, is not sent to
// another region under them.
func TestSharedWebhookStaysWhereItIs(t *testing.T) {
	d := bare(t, "json")
	p := d.plan(d.choices(nil))
	d.Apply(p.Steps, len(p.Steps))
	shared := d.Found().Webhooks[0]
	d.calling("By hand", "", shared.ID, `{"routing_key":"x"}`)
	p = d.plan(d.choices(func(c *trigger.Choices) { c.EventsURL = d.PagerDuty.EUURL }))
	d.Apply(p.Steps, len(p.Steps))
	f := d.Found()
	if len(f.Webhooks) != 2 || f.Webhooks[0].ID != shared.ID || f.Webhooks[0].Endpoint != shared.Endpoint {
		t.Errorf("%+v", f.Webhooks)
	}
	if p.Tidies() {
		t.Error("that goes without being seen")
	}
}

// What an admin put into our triggers stays, a call of another webhook too.
func TestAdditionsStay(t *testing.T) {
	d := bare(t, "json")
	p := d.plan(d.choices(nil))
	d.Apply(p.Steps, len(p.Steps))
	chat := d.hook("Chat", d.PagerDuty.URL+"/web")
	for _, tr := range d.Found().Triggers {
		if tr.Marked() == "raise-urgent" {
			d.Call(admin, http.MethodPut, "/api/v2/triggers/"+string(tr.ID), map[string]any{"trigger": map[string]any{
				"conditions": tr.Conditions, "actions": append(tr.Actions,
					trigger.Action{Field: "notification_webhook", Value: []string{string(chat), `{"text":"paged"}`}}, trigger.Action{Field: "type", Value: "incident"}),
			}}, nil)
		}
	}
	p = d.plan(d.choices(func(c *trigger.Choices) { c.Severity = map[string]string{"urgent": "error"} }))
	d.Apply(p.Steps, len(p.Steps))
	for _, tr := range d.Found().Triggers {
		if lines := fmt.Sprint(tr.Actions); tr.Marked() == "raise-urgent" &&
			(!strings.Contains(lines, "paged") || !strings.Contains(lines, "incident") || !strings.Contains(lines, `"severity": "error"`)) {
			t.Errorf("%+v", tr.Actions)
		}
	}
}

// A service has the same ids here as everywhere, and is found again by each.
func TestChosenService(t *testing.T) {
	for _, id := range []string{"P1ABCDE", "Q0", "pabc1de", "0q", strings.Repeat("P", 32)} {
		c := trigger.Choices{
			Subdomain: "acme", EventsURL: "https://events.pagerduty.com", RoutingKey: strings.Repeat("k", 32), Service: id,
		}
		d, err := trigger.Define(c)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		f := trigger.Found{Triggers: []trigger.Trigger{d.Triggers[0].Calling("01OURS")}}
		f.Triggers[0].ID = "1"
		if got, _ := trigger.Chosen("acme", f); got.Service != id {
			t.Errorf("%s: %+v", id, got)
		}
	}
}

// What was chosen is read also where the admin put another call before ours.
func TestChosenBehindAnotherCall(t *testing.T) {
	d := bare(t, "json")
	p := d.plan(d.choices(func(c *trigger.Choices) { c.Severity = map[string]string{"urgent": "error"} }))
	d.Apply(p.Steps, len(p.Steps))
	chat := trigger.Action{Field: "notification_webhook", Value: []string{"01CHAT", `{"text":"paged"}`}}
	f := d.Found()
	for i := range f.Triggers {
		f.Triggers[i].Actions = append([]trigger.Action{chat}, f.Triggers[i].Actions...)
	}
	if got, _ := trigger.Chosen("acme", f); got.Severity["urgent"] != "error" || got.RoutingKey == "" {
		t.Errorf("%+v", got)
	}
}

// What was chosen for triggers of the admin's own is read from the call that was added,
// beside those that were there before, and also once the webhook is gone.
func TestChosenBesideOtherCalls(t *testing.T) {
	d := bare(t, "json")
	hook := d.hook("Team B", d.PagerDuty.URL+"/v2/enqueue")
	theirs := `{"routing_key":"x","event_action":"trigger","dedup_key":"x","payload":{"summary":"x","source":"x","severity":"info"}}`
	vip := d.calling("VIP", "", hook, theirs)
	c := d.choices(func(c *trigger.Choices) {
		c.Also, c.AlsoSeverity, c.Details = []trigger.ID{vip}, "warning", map[string]string{"team": "ticket.group.name"}
	})
	p := d.plan(c)
	d.Apply(p.Steps, len(p.Steps))
	all := d.Found()
	added := trigger.Found{Webhooks: all.Webhooks}
	for _, tr := range all.Triggers {
		if tr.Marked() == trigger.Added {
			added.Triggers = append(added.Triggers, tr)
		}
	}
	for name, f := range map[string]trigger.Found{
		"all": all, "that trigger alone": added, "without a webhook": {Triggers: added.Triggers},
	} {
		got, _ := trigger.Chosen("acme", f)
		if !slices.Equal(got.Also, c.Also) || got.AlsoSeverity != "warning" || got.RoutingKey != c.RoutingKey || !maps.Equal(got.Details, c.Details) {
			t.Errorf("%s: %+v; want %+v", name, got, c)
		}
		if again, err := trigger.PlanFor(got, all); err == nil && !again.Done() && name == "all" {
			t.Errorf("%s: %+v", name, again.Changes)
		}
	}
}

// A description may speak of marks in words of its own.
func TestWhatIsNoMark(t *testing.T) {
	for _, description := range []string{"do not touch triggers with [zendesk-pagerduty x] in them", "[zendesk-pagerduty raise-]",
		"[zendesk-pagerduty RAISE-URGENT]", "zendesk-pagerduty raise-urgent"} {
		if mark := (trigger.Trigger{Description: description}).Marked(); mark != "" {
			t.Errorf("%q is taken as %q", description, mark)
		}
	}
}

// What two admins made at once is put in order without being asked; nothing
// else is.
func TestTidies(t *testing.T) {
	d := bare(t, "json")
	first := d.plan(d.choices(nil))
	d.Apply(first.Steps, len(first.Steps))
	if first.Tidies() {
		t.Error("the first plan")
	}
	if change := d.plan(d.choices(everything)); change.Tidies() {
		t.Error("a change")
	}
	d.Apply(first.Steps, len(first.Steps))
	tidy := d.plan(d.choices(nil))
	if !tidy.Tidies() || tidy.Done() {
		t.Errorf("two of each: %+v", tidy.Changes)
	}
	d.Apply(tidy.Steps, len(tidy.Steps))
	if last := d.plan(d.choices(nil)); !last.Done() || !last.Tidies() {
		t.Errorf("tidied: %+v", last.Changes)
	}
	if removal := trigger.Removal(d.Found()); removal.Tidies() {
		t.Error("a removal")
	}
}

// An id that is none leads no request of the admin's anywhere.
func TestForgedIDs(t *testing.T) {
	for _, id := range []trigger.ID{"../users/9003", "1?x=", "1/2", "", "1%2f", "one", "1 "} {
		f := trigger.Found{
			Webhooks: []trigger.Webhook{{ID: id, Name: "PagerDuty events (zendesk-pagerduty)", Endpoint: "https://events.pagerduty.com/v2/enqueue"}},
			Triggers: []trigger.Trigger{
				{ID: id, Description: trigger.Mark("raise-urgent"), Actions: []trigger.Action{{Field: "priority", Value: "high"}}},
				{ID: id, Description: trigger.Mark("added")}, {ID: id},
			},
		}
		p, err := trigger.PlanFor(trigger.Choices{Subdomain: "acme", EventsURL: "https://events.pagerduty.com", RoutingKey: strings.Repeat("k", 32), Also: []trigger.ID{id}}, f)
		if err != nil {
			t.Fatal(err)
		}
		steps := append(p.Steps, trigger.Removal(f).Steps...)
		for _, step := range steps {
			if step.Method != http.MethodPost || step.Path != "/api/v2/webhooks" && step.Path != "/api/v2/triggers" {
				if id != "one" || strings.HasPrefix(step.Path, "/api/v2/triggers") { // a webhook may be called so
					t.Errorf("%q: %s %s", id, step.Method, step.Path)
				}
			}
		}
	}
}
