package check_test

import (
	"fmt"
	"strings"
	"testing"

	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

// group is a trigger that pages for one of many groups, each with its own key.
func group(i int) trigger.Trigger {
	when := all("priority value urgent", "status less_than solved", "group_id is "+fmt.Sprint(i))
	return byWebhook(trigger.ID(fmt.Sprint(1000+i)), "Page a group", strings.ReplaceAll(guide, theKey, fmt.Sprintf("%032d", i)), when)
}

func groups(n int) tweak {
	return func(a *account) {
		a.Triggers = nil
		for i := range n {
			a.Triggers = append(a.Triggers, group(i))
		}
	}
}

// takers are triggers that acknowledge, each in a group of its own.
func takers(n int) tweak {
	return func(a *account) {
		for i := range n {
			taken := a.Triggers[1]
			taken.ID, taken.Title = trigger.ID(fmt.Sprint(2000+i)), "Take"
			taken.Conditions = all("update_type is Change", "assignee_id changed", "priority not_changed", "status less_than solved", fmt.Sprint("group_id is ", i))
			a.Triggers = append(a.Triggers, taken)
		}
		a.Triggers = append(a.Triggers[:1], a.Triggers[3:]...)
	}
}

// many are n conditions, each of which holds beside the others.
func many(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprint("brand_id is_not ", i))
	}
	return list
}

func tagged(n int) string {
	return strings.TrimSpace(strings.Repeat("tag ", n))
}

// At each bound nothing is left out; beyond it the last finding is a sentence
// that says what was, and it is the only one here.
func TestBounds(t *testing.T) {
	catalog, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	conditions := func(n int) tweak {
		return rule(0, func(t *trigger.Trigger) { t.Conditions.All = append(t.Conditions.All, all(many(n-2)...).All...) })
	}
	for _, c := range []struct {
		name       string
		at, beyond tweak
		want       string
	}{
		{"triggers", others(20_000 - 3), others(20_000 - 2), "Triggers after the first 20000 and webhooks and targets after the first 5000 were not read."},
		{"raises", groups(100), groups(101), "Only the first 100 calls that create incidents and the first 100 that acknowledge them were compared with other triggers."},
		{"acknowledges", takers(100), takers(101), "Only the first 100 calls that create incidents and the first 100 that acknowledge them were compared with other triggers."},
		{"conditions", conditions(60), conditions(61), "“Page on urgent” has more than 60 conditions, tags or changes, and was not compared with other triggers."},
		{"tags of conditions", when(0, all("priority value urgent", "current_tags not_includes "+tagged(59))),
			when(0, all("priority value urgent", "current_tags not_includes "+tagged(60))),
			"“Page on urgent” has more than 60 conditions, tags or changes, and was not compared with other triggers."},
		{"conditions of which one must hold", when(0, orAny(all("priority value urgent"), many(20)...)), when(0, orAny(all("priority value urgent"), many(21)...)),
			"“Page on urgent” has more than 60 conditions, tags or changes, and was not compared with other triggers."},
		{"changes", beside(sorter(60)), beside(sorter(61)), "“Sort” has more than 60 conditions, tags or changes, and was not compared with other triggers."},
	} {
		a := byHand()
		c.at(a)
		if list := check.Run(a.Account, a.Found); len(list) > 0 {
			t.Errorf("%s, at the bound: %s", c.name, codes(list))
		}
		a = byHand()
		c.beyond(a)
		list := check.Run(a.Account, a.Found)
		if codes(list) != "check.more" || list[0].Fix != nil {
			t.Errorf("%s, beyond the bound: %s", c.name, codes(list))
			continue
		}
		want := "Not all of this account was checked. " + c.want + " There may be more problems: fix the ones listed, then check again."
		if got := catalog.For("en").F(string(list[0].Code), text.Args(list[0].Args)); got != want {
			t.Errorf("%s: %q; want %q", c.name, got, want)
		}
	}
}

func others(n int) tweak {
	return func(a *account) {
		for i := range n {
			a.Triggers = append(a.Triggers, plain(trigger.ID(fmt.Sprint(1000+i)), "Sort", all("update_type is Create"), "group_id 5"))
		}
	}
}

// sorter sets a number of fields.
func sorter(n int) trigger.Trigger {
	t := plain("900", "Sort", all("update_type is Create"))
	for i := range n {
		t.Actions = append(t.Actions, trigger.Action{Field: fmt.Sprint("custom_fields_", i), Value: "x"})
	}
	return t
}
