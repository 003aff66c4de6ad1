package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

type wrongAccount = struct {
	name string
	make tweak
	want string
}

// crowded has no fix: which of the calls are meant, nobody can tell.
var crowded = wrongAccount{"more calls than are looked at", rule(0, func(t *trigger.Trigger) {
	for range 20 {
		t.Actions = append(t.Actions, t.Actions[0])
	}
}), "check.call.many"}

func TestCrowdedTrigger(t *testing.T) {
	a := byHand()
	crowded.make(a)
	list := check.Run(a.Account, a.Found)
	if codes(list) != crowded.want || list[0].Fix != nil {
		t.Error(codes(list))
	}
	a.Triggers[0].Actions = a.Triggers[0].Actions[:20]
	if list := check.Run(a.Account, a.Found); len(list) > 0 {
		t.Errorf("with 20 calls: %s", codes(list))
	}
}

// Of very many findings the worst are given, and that there are more.
func TestMostFindings(t *testing.T) {
	a := byHand()
	for i := range 300 {
		a.Triggers = append(
			a.Triggers,
			byWebhook(trigger.ID(fmt.Sprint(100+i)), "Page", strings.Replace(guide, `"source"`, `"from"`, 1), all("status value solved", fmt.Sprint("brand_id is ", i))),
		)
	}
	key("zendesk_acme_{{ticket.id}}")(a)
	a.Webhooks[0].Status = "inactive"
	list := check.Run(a.Account, a.Found)
	if len(list) != 201 || list[0].Code != "check.webhook.inactive" || list[199].Code != "check.source.missing" || list[200].Code != check.NotAll || list[200].Fix != nil {
		t.Errorf("%d: %s", len(list), codes(list))
	}
}

// More triggers than are read: nothing is said of what may be in the rest.
func TestCutAccount(t *testing.T) {
	a := byHand()
	when(0, all("priority is urgent", "current_tags not_includes sent"))(a)
	does(0, "current_tags sent")(a)
	a.Triggers[0].Active, a.Triggers[1].Active = false, false
	for i := range 20_000 {
		a.Triggers = append(a.Triggers, trigger.Trigger{ID: trigger.ID(fmt.Sprint(1000 + i))})
	}
	if got := codes(check.Run(a.Account, a.Found)); got != "check.more" {
		t.Error(got)
	}
	a = byHand()
	a.Webhooks = slices.Insert(a.Webhooks, 0, make([]trigger.Webhook, 5000)...)
	if got := codes(check.Run(a.Account, a.Found)); got != "check.more" {
		t.Errorf("webhooks: %s", got)
	}
	a = byHand()
	byTarget(0)(a)
	a.Targets[0].Type = "email_target"
	a.Targets = slices.Insert(a.Targets, 0, make([]trigger.Target, 5000)...)
	if got := codes(check.Run(a.Account, a.Found)); got != "check.more" {
		t.Errorf("targets: %s", got)
	}
}

// Between the look and the click a finding may not become another one: its id
// names all that its fix changes.
func TestFindingsNameWhatTheyChange(t *testing.T) {
	ids := func(list []check.Finding) (all []string) {
		for _, f := range list {
			all = append(all, f.ID)
		}
		return all
	}
	for _, c := range wrongAccounts {
		a := byHand()
		c.make(a)
		first := ids(check.Run(a.Account, a.Found))
		if again := ids(check.Run(a.Account, copied(a.Found))); !slices.Equal(first, again) {
			t.Errorf("%s: %v, then %v", c.name, first, again)
		}
		if sorted := slices.Sorted(slices.Values(first)); len(slices.Compact(sorted)) != len(first) {
			t.Errorf("%s: twice the same of %v", c.name, first)
		}
	}
	solver := func(id trigger.ID) trigger.Trigger {
		return plain(id, "Solve all", all("priority value urgent"), "status solved")
	}
	for _, c := range []struct {
		name          string
		before, after tweak
	}{
		{"the trigger above", above(solver("10")), above(solver("9"))},
		{"what it is moved above, in categories", both(above(solver("10")), categories), above(solver("10"))},
		{"the trigger that it doubles", beside(byWebhook("14", "Page again", guide, all("priority value urgent", "status less_than solved", "brand_id is 5"))),
			both(beside(byWebhook("14", "Page again", guide, all("priority value urgent", "status less_than solved", "brand_id is 5"))), rule(0, func(t *trigger.Trigger) { t.ID = "99" }))},
		{"the raise that is meant", both(when(1, all("update_type is Change", "assignee_id changed", "assignee_id is_not "))),
			both(when(1, all("update_type is Change", "assignee_id changed", "assignee_id is_not ")), rule(0, func(t *trigger.Trigger) { t.ID = "99" }))},
		{"the copies of production", both(ours(withAck), sandbox), both(ours(withAck, only(2)), sandbox)},
		{"the webhook that is called from then on", byTarget(0), both(byTarget(0), body(1, func(s string) string { return s + " " }), func(a *account) {
			a.Webhooks[0].ID = "01OTHER"
			for i := 1; i < 3; i++ {
				a.Triggers[i].Actions[0].Value.([]any)[0] = "01OTHER"
			}
		})},
		{"one value, or the whole event", key(""), both(key(""), says(`"Zendesk"`, `Zendesk`))},
	} {
		a, b := byHand(), byHand()
		c.before(a)
		c.after(b)
		for _, f := range check.Run(a.Account, a.Found) {
			if slices.Contains(ids(check.Run(b.Account, b.Found)), f.ID) {
				t.Errorf("%s: %s is still there", c.name, f.ID)
			}
		}
	}
}

func categories(a *account) {
	a.Categories = []trigger.Category{{ID: "1", Name: "A"}, {ID: "2", Name: "B"}}
}

// What an account calls its objects may be a key that was pasted into the wrong
// field.
func TestTitlesHoldNoKey(t *testing.T) {
	a := byHand()
	key("zendesk_acme_{{ticket.id}}")(a)
	a.Triggers[0].Title = "Key " + theKey + " of us"
	a.Webhooks[0].Name, a.Webhooks[0].Status = theKey, "inactive"
	for _, f := range check.Run(a.Account, a.Found) {
		if strings.Contains(f.Title, theKey) || !strings.Contains(f.Title, "…") {
			t.Errorf("%s: %q", f.ID, f.Title)
		}
	}
}
