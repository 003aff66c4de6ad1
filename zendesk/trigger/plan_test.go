package trigger_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/zendesk/trigger"
)

func (d paging) plan(c trigger.Choices) trigger.Plan {
	d.T.Helper()
	p, err := trigger.PlanFor(c, d.Found())
	if err != nil {
		d.T.Fatal(err)
	}
	return p
}

func kinds(p trigger.Plan) map[trigger.Kind]int {
	n := map[trigger.Kind]int{}
	for _, c := range p.Changes {
		n[c.Kind]++
	}
	return n
}

var everything = func(c *trigger.Choices) {
	c.Acknowledge, c.HeedOpen = true, true
	c.Severity = map[string]string{"urgent": "critical", "high": "error", "low": "info"}
	c.Only = map[string]string{"group_id": "360201"}
	c.Details = map[string]string{"organization": "ticket.organization.name"}
}

// Made once, a set-up has nothing left to do; it is read back as it was chosen.
func TestPlanIsDoneOnce(t *testing.T) {
	for _, change := range []func(*trigger.Choices){nil, everything} {
		d := bare(t, "json")
		c := d.choices(change)
		first := d.plan(c)
		d.Apply(first.Steps, len(first.Steps))
		if again := d.plan(c); !again.Done() || kinds(again)[trigger.Keep] != len(first.Changes) {
			t.Errorf("again: %+v", again.Changes)
		}
		got, made := trigger.Chosen("acme", d.Found())
		if c.Severity == nil {
			c.Severity = map[string]string{"urgent": "critical"}
		}
		for _, m := range []*map[string]string{&c.Only, &c.Details} {
			if *m == nil {
				*m = map[string]string{}
			}
		}
		if diff := cmp.Diff(c, got); !made || diff != "" {
			t.Errorf("read back (-chosen +got):\n%s", diff)
		}
	}
}

// However many of its steps were made, the next run does the rest: nothing is
// doubled.
func TestHalfASetUp(t *testing.T) {
	whole := len(bareSteps(t))
	for made := range whole + 1 {
		d := bare(t, "json")
		c := d.choices(everything)
		d.Apply(d.plan(c).Steps, made)
		rest := d.plan(c)
		d.Apply(rest.Steps, len(rest.Steps))
		if again := d.plan(c); !again.Done() || len(rest.Steps) != whole-made {
			t.Errorf("after %d of %d steps: %d more, then %+v", made, whole, len(rest.Steps), again.Changes)
		}
		removal := trigger.Removal(d.Found())
		d.Apply(removal.Steps, len(removal.Steps)/2)
		removal = trigger.Removal(d.Found())
		d.Apply(removal.Steps, len(removal.Steps))
		if f := d.Found(); len(f.Webhooks) > 0 || slices.ContainsFunc(f.Triggers, func(t trigger.Trigger) bool { return t.Marked() != "" }) {
			t.Errorf("left behind: %+v", f)
		}
	}
}

func bareSteps(t *testing.T) []trigger.Step {
	d := bare(t, "json")
	return d.plan(d.choices(everything)).Steps
}

// Two admins who planned before either had made anything: what is there twice
// goes, by whoever looks next, or by both.
func TestTwoAdmins(t *testing.T) {
	d := bare(t, "json")
	one, two := d.choices(nil), d.choices(func(c *trigger.Choices) { c.RoutingKey = d.PagerDuty.Service("Checkout web").Key })
	a, b := d.plan(one), d.plan(two)
	d.Apply(a.Steps, len(a.Steps))
	d.Apply(b.Steps, len(b.Steps))
	d.Save(110, priority("urgent"))
	d.Wants("doubled, on two services, until somebody looks", 110, "triggered triggered")
	tidy := d.plan(one)
	d.Apply(tidy.Steps, len(tidy.Steps))
	if f := d.Found(); len(f.Webhooks) != 1 || !d.plan(one).Done() {
		t.Errorf("%+v", f)
	}
	d.Save(109, priority("urgent"))
	d.Wants("once", 109, "triggered")
}

// A changed choice is a difference in words, and no second set.
func TestChangedChoices(t *testing.T) {
	d := bare(t, "json")
	first := d.plan(d.choices(nil))
	d.Apply(first.Steps, len(first.Steps))
	other := d.choices(func(c *trigger.Choices) {
		c.RoutingKey, c.Acknowledge, c.Resolve = d.PagerDuty.Service("Checkout web").Key, true, false
	})
	p := d.plan(other)
	var lines []string
	for _, c := range p.Changes {
		lines = append(lines, strings.Join(append([]string{string(c.Kind), c.Mark}, c.Differs...), " "))
	}
	want := []string{"keep ", "update raise-urgent key description", "update page key actions", "make paged", "make acknowledge", "remove resolve"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	d.Apply(p.Steps, len(p.Steps))
	if !d.plan(other).Done() {
		t.Errorf("%+v", d.plan(other).Changes)
	}
	d.Save(109, priority("urgent"))
	if made := d.PagerDuty.Incidents("Zendesk_acme_109"); len(made) != 1 || made[0].Service != "Checkout web" {
		t.Errorf("%+v", made)
	}
}

// What an admin did to a trigger by hand: a title stays, an action beside ours
// stays, conditions and a switch are put right.
func TestChangedByHand(t *testing.T) {
	d := bare(t, "json")
	c := d.choices(nil)
	first := d.plan(c)
	d.Apply(first.Steps, len(first.Steps))
	f := d.Found()
	i := slices.IndexFunc(f.Triggers, func(t trigger.Trigger) bool { return t.Marked() == "raise-urgent" })
	urgent := f.Triggers[i]
	path := "/api/v2/triggers/" + string(urgent.ID)
	d.Call(admin, http.MethodPut, path, map[string]any{"trigger": map[string]any{
		"title": "Wake us", "conditions": urgent.Conditions, "actions": append(urgent.Actions, trigger.Action{Field: "priority", Value: "urgent"}),
	}}, nil)
	if p := d.plan(c); !p.Done() {
		t.Errorf("a title and a further action: %+v", p.Changes)
	}
	d.Call(admin, http.MethodPut, path, map[string]any{"trigger": map[string]any{
		"active": false, "conditions": map[string]any{"all": []any{map[string]any{"field": "status", "operator": "is", "value": "open"}}},
		"actions": append(urgent.Actions, trigger.Action{Field: "priority", Value: "urgent"}),
	}}, nil)
	p := d.plan(c)
	if j := slices.IndexFunc(p.Changes, func(c trigger.Change) bool { return c.Mark == "raise-urgent" }); j < 0 ||
		!slices.Equal(p.Changes[j].Differs, []string{"inactive", "conditions"}) {
		t.Fatalf("%+v", p.Changes)
	}
	d.Apply(p.Steps, len(p.Steps))
	f = d.Found()
	if got := f.Triggers[i]; got.Title != "Wake us" || len(got.Actions) != 2 || !got.Active {
		t.Errorf("%+v", got)
	}
	d.Save(109, priority("urgent"))
	d.Wants("urgent", 109, "triggered")
}

// The action can go into a trigger that exists, and out again.
func TestAddToATrigger(t *testing.T) {
	d := bare(t, "json")
	var made struct{ Trigger trigger.Trigger }
	d.Call(admin, http.MethodPost, "/api/v2/triggers", map[string]any{"trigger": map[string]any{
		"title": "VIP", "description": "Ours since 2019.",
		"conditions": map[string]any{"all": []any{map[string]any{"field": "current_tags", "operator": "includes", "value": "vip"}}},
		"actions":    []any{map[string]any{"field": "priority", "value": "high"}},
	}}, &made)
	c := d.choices(func(c *trigger.Choices) { c.Also, c.AlsoSeverity = []trigger.ID{made.Trigger.ID}, "warning" })
	p := d.plan(c)
	d.Apply(p.Steps, len(p.Steps))
	if again := d.plan(c); !again.Done() {
		t.Errorf("%+v", again.Changes)
	}
	got, _ := trigger.Chosen("acme", d.Found())
	if !slices.Equal(got.Also, c.Also) || got.AlsoSeverity != "warning" {
		t.Errorf("%+v", got)
	}
	d.Call(mia, http.MethodPut, "/api/v2/tickets/109/tags.json", map[string]any{"tags": []string{"vip"}}, nil)
	d.Settle()
	d.Wants("VIP", 109, "triggered")
	p = d.plan(d.choices(nil))
	d.Apply(p.Steps, len(p.Steps))
	for _, now := range d.Found().Triggers {
		if now.ID == made.Trigger.ID && (now.Description != "Ours since 2019." || len(now.Actions) != 1 || len(now.Conditions.All) != 1 || !now.Active) {
			t.Errorf("%+v", now)
		}
	}
}

// Removal leaves a webhook that a trigger made by hand still calls, and says so.
func TestSharedWebhook(t *testing.T) {
	d := bare(t, "json")
	p := d.plan(d.choices(nil))
	d.Apply(p.Steps, len(p.Steps))
	hook := d.Found().Webhooks[0].ID
	d.Call(admin, http.MethodPost, "/api/v2/triggers", map[string]any{"trigger": map[string]any{
		"title": "By hand", "conditions": map[string]any{"all": []any{map[string]any{"field": "status", "operator": "is", "value": "open"}}},
		"actions": []any{map[string]any{"field": "notification_webhook", "value": []string{string(hook), "{}"}}},
	}}, nil)
	removal := trigger.Removal(d.Found())
	d.Apply(removal.Steps, len(removal.Steps))
	if n := kinds(removal); n[trigger.Leave] != 1 || len(d.Found().Webhooks) != 1 {
		t.Errorf("%+v", removal.Changes)
	}
}

// A plan holds no key where people read it.
func TestPlanForPeople(t *testing.T) {
	d := bare(t, "json")
	if lines := fmt.Sprintf("%+v", d.plan(d.choices(everything)).Changes); strings.Contains(lines, d.PagerDuty.Service("Payments API").Key) {
		t.Error(lines)
	}
}

// Taken in the save that pages, by priority or by tag: somebody is woken, and
// the tags are gone after the next save.
func TestTakenAndPagedInOneSave(t *testing.T) {
	d := open(t, func(c *trigger.Choices) { c.Acknowledge = true }, "json")
	taken := map[string]any{"assignee_id": 9002, "additional_tags": []string{trigger.PageTag}}
	d.Save(109, map[string]any{"assignee_id": 9001})
	d.Save(109, taken)
	d.Wants("tagged and taken", 109, "triggered")
	d.Save(109, map[string]any{"comment": map[string]any{"body": "on it"}})
	d.Wants("the next save", 109, "triggered")
	var tags struct{ Tags []string }
	d.Call(mia, http.MethodGet, "/api/v2/tickets/109/tags.json", nil, &tags)
	if lines := strings.Join(tags.Tags, " "); strings.Contains(lines, "pagerduty_page") || strings.Contains(lines, "pagerduty_paged") {
		t.Errorf("the tags stay: %v", tags.Tags)
	}
	d.Save(109, map[string]any{"assignee_id": 9001})
	d.Wants("taken later", 109, "acknowledged")
	d.Call(mia, http.MethodPut, "/api/v2/tickets/110/tags.json", map[string]any{"tags": []string{trigger.PageTag}}, nil)
	d.Settle()
	d.Wants("by tag alone", 110, "triggered")
	d.Call(mia, http.MethodGet, "/api/v2/tickets/110/tags.json", nil, &tags)
	if strings.Contains(strings.Join(tags.Tags, " "), "pagerduty_page") {
		t.Errorf("the tags stay: %v", tags.Tags)
	}
}

// The tag of the save that paged keeps no later one from paging.
func TestTaggedAgainInTheNextSave(t *testing.T) {
	d := open(t, func(c *trigger.Choices) { c.Acknowledge, c.Resolve = true, false }, "json")
	d.Save(109, map[string]any{"assignee_id": 9001})
	for n := range 3 {
		d.Save(109, map[string]any{"assignee_id": 9002 - n%2, "additional_tags": []string{trigger.PageTag}})
		d.Wants("tagged", 109, strings.Repeat("resolved ", n)+"triggered")
		for _, i := range d.PagerDuty.Incidents("Zendesk_acme_109") {
			d.PagerDuty.SetStatus("lee", i.ID, "resolved")
		}
	}
	if made := d.PagerDuty.Incidents("Zendesk_acme_109"); len(made) != 3 {
		t.Errorf("%d incidents", len(made))
	}
}

// A trigger of the admin's own pages in the save in which the ticket is taken.
func TestTakenWhereAnAddedTriggerPages(t *testing.T) {
	d := bare(t, "json")
	var made struct{ Trigger trigger.Trigger }
	d.Call(admin, http.MethodPost, "/api/v2/triggers", map[string]any{"trigger": map[string]any{
		"title": "VIP", "conditions": map[string]any{"all": []any{map[string]any{"field": "current_tags", "operator": "includes", "value": "vip"},
			map[string]any{"field": "status", "operator": "is", "value": "open"}}},
		"actions": []any{map[string]any{"field": "type", "value": "problem"}},
	}}, &made)
	with := d.choices(func(c *trigger.Choices) { c.Acknowledge, c.Also = true, []trigger.ID{made.Trigger.ID} })
	p := d.plan(with)
	d.Apply(p.Steps, len(p.Steps))
	if again := d.plan(with); !again.Done() {
		t.Errorf("%+v", again.Changes)
	}
	d.Save(109, map[string]any{"assignee_id": 9001})
	d.Save(109, map[string]any{"assignee_id": 9002, "status": "open", "additional_tags": []string{"vip"}})
	d.Wants("VIP and taken in one save", 109, "triggered")
	p = d.plan(d.choices(nil))
	d.Apply(p.Steps, len(p.Steps))
	for _, now := range d.Found().Triggers {
		if now.ID == made.Trigger.ID && len(now.Actions) != 1 {
			t.Errorf("%+v", now)
		}
	}
}

// Only the chosen group pages by priority; the tag pages for any ticket.
func TestOnly(t *testing.T) {
	d := bare(t, "json")
	c := d.choices(func(c *trigger.Choices) { c.Only = map[string]string{"current_tags": "vip"} })
	p := d.plan(c)
	d.Apply(p.Steps, len(p.Steps))
	d.Save(109, priority("urgent"))
	d.Wants("no VIP", 109, "")
	d.Save(110, map[string]any{"priority": "urgent", "additional_tags": []string{"vip"}})
	d.Wants("VIP", 110, "triggered")
}

// One that was deactivated in place of losing its only action is taken out: the next
// plan has nothing to do, and a removal leaves nothing that counts as made. Switched on
// again, it is one that pages as well.
func TestTakenOutIsDone(t *testing.T) {
	d := bare(t, "json")
	none := d.choices(nil)
	chat := d.hook("Chat", d.PagerDuty.URL+"/web")
	vip := d.calling("VIP", "", chat, `{"text":"paged"}`)
	c := d.choices(func(c *trigger.Choices) { c.Acknowledge, c.Also = true, []trigger.ID{vip} })
	p := d.plan(c)
	d.Apply(p.Steps, len(p.Steps))
	change := func(fields func(trigger.Trigger) map[string]any) {
		t.Helper()
		for _, tr := range d.Found().Triggers {
			if tr.ID == vip {
				d.Call(admin, http.MethodPut, "/api/v2/triggers/"+string(vip), map[string]any{"trigger": fields(tr)}, nil)
			}
		}
	}
	change(func(tr trigger.Trigger) map[string]any {
		return map[string]any{"conditions": tr.Conditions, "actions": tr.Actions[1:]}
	})
	p = d.plan(none)
	d.Apply(p.Steps, len(p.Steps))
	if again := d.plan(none); !again.Done() {
		t.Errorf("not done: %+v", again.Changes)
	}
	change(func(trigger.Trigger) map[string]any { return map[string]any{"active": true} })
	if got, _ := trigger.Chosen("acme", d.Found()); !slices.Equal(got.Also, c.Also) {
		t.Errorf("switched on again: %v", got.Also)
	}
	p = trigger.Removal(d.Found())
	d.Apply(p.Steps, len(p.Steps))
	if again := trigger.Removal(d.Found()); !again.Done() {
		t.Errorf("not removed: %+v", again.Changes)
	}
	if _, made := trigger.Chosen("acme", d.Found()); made {
		t.Error("after the removal it counts as made")
	}
}

// A trigger of the admin's own whose only action is ours is deactivated: the plan
// says so, and does not call that a removal of the trigger.
func TestRemovalOfTheOnlyAction(t *testing.T) {
	const mark = " [zendesk-pagerduty added]"
	call := trigger.Action{Field: "notification_webhook", Value: []any{"01HOOK", `{"routing_key":"k"}`}}
	f := trigger.Found{
		Webhooks: []trigger.Webhook{{ID: "01HOOK", Name: trigger.WebhookName}},
		Triggers: []trigger.Trigger{
			{ID: "1", Title: "Ours alone", Description: mark, Active: true, Actions: []trigger.Action{call}},
			{ID: "2", Title: "With a note", Description: mark, Active: true,
				Actions: []trigger.Action{{Field: "priority", Value: "high"}, call}},
		},
	}
	idle := map[string]bool{}
	for _, c := range trigger.Removal(f).Changes {
		idle[c.Title] = c.Idle
	}
	if !idle["Ours alone"] || idle["With a note"] {
		t.Errorf("%v", idle)
	}
}
