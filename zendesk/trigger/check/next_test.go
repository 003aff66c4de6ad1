package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

func ids(list []check.Finding) (all []string) {
	for _, f := range list {
		all = append(all, f.ID)
	}
	return all
}

// fixed applies the fixes that are asked for, one after the other, and gives their
// codes in order.
func (a *account) fixed(t *testing.T, asked []string) (codes []string) {
	t.Helper()
	for range len(asked) + 1 {
		f, ok := check.Next(a.Account, a.Found, asked)
		if !ok {
			return codes
		}
		if !slices.Contains(asked, f.ID) {
			t.Fatalf("%s was not asked for", f.ID)
		}
		codes = append(codes, string(f.Code))
		asked = slices.DeleteFunc(slices.Clone(asked), func(id string) bool { return id == f.ID })
		a.apply(t, f.Fix())
	}
	t.Fatalf("it does not end: %v", codes)
	return nil
}

// A trigger that pages on every update behind a webhook that is off: the webhook is
// switched on when the trigger no longer does.
func TestLoopBeforeWhatActivatesIt(t *testing.T) {
	a := byHand()
	a.Webhooks[0].Status = "inactive"
	a.Triggers[0].Conditions = all("priority is urgent", "status less_than solved")
	list := check.Run(a.Account, a.Found)
	if codes(list) != "check.webhook.inactive check.repeats check.together" {
		t.Fatal(codes(list))
	}
	got := a.fixed(t, ids(list))
	if len(got) < 2 || got[0] != "check.repeats" || got[len(got)-1] != "check.webhook.inactive" {
		t.Errorf("%v", got)
	}
	// What the others' fixes made another one of is shown again before it is done.
	if left := check.Run(a.Account, a.Found); codes(left) != "check.together" {
		t.Errorf("left: %s", codes(left))
	}
}

// A trigger that is off and would page on every update stays off among others.
func TestLoopThatIsOffStaysOff(t *testing.T) {
	for _, c := range []struct {
		when trigger.Conditions
		want int
	}{
		{all("priority value urgent", "status less_than solved"), 1},
		{all("priority is urgent"), 0},
	} {
		a := byHand()
		a.Triggers[0].Active, a.Triggers[0].Conditions = false, c.when
		list := check.Run(a.Account, a.Found)
		if codes(list) != "check.inactive" {
			t.Fatal(codes(list))
		}
		if got := a.fixed(t, ids(list)); len(got) != c.want || a.Triggers[0].Active != (c.want == 1) {
			t.Errorf("%v: %v, active %v", c.when, got, a.Triggers[0].Active)
		}
	}
}

// What would start a loop is not done among others: a call whose event_action nobody
// knows pages on every update as soon as it is put right.
func TestNoLoopIsStarted(t *testing.T) {
	a := byHand()
	a.Triggers[0] = byWebhook("11", "Page on urgent", strings.Replace(guide, `"trigger"`, `"page"`, 1),
		all("priority is urgent", "status less_than solved"))
	list := check.Run(a.Account, a.Found)
	if codes(list) != "check.action.unknown" {
		t.Fatal(codes(list))
	}
	if got := a.fixed(t, ids(list)); len(got) != 0 {
		t.Errorf("%v", got)
	}
	a.apply(t, list[0].Fix())
	if left := codes(check.Run(a.Account, a.Found)); !strings.Contains(left, "check.repeats") {
		t.Errorf("its fix starts no loop, so that this tests nothing: %s", left)
	}
}

// A loop that was not asked for keeps its webhook off.
func TestLoopThatIsLeftIsNotActivated(t *testing.T) {
	a := byHand()
	a.Webhooks[0].Status = "inactive"
	a.Triggers[0].Conditions = all("priority is urgent", "status less_than solved")
	for _, f := range check.Run(a.Account, a.Found) {
		if f.Code == "check.webhook.inactive" {
			if next, ok := check.Next(a.Account, a.Found, []string{f.ID}); ok {
				t.Errorf("%s comes first", next.ID)
			}
		}
	}
}

// That not all was looked at keeps nothing off.
func TestWhatWasLeftOutIsNoLoop(t *testing.T) {
	a := byHand()
	a.Webhooks[0].Status = "inactive"
	for i := range 61 { // more conditions than are compared
		a.Triggers[0].Conditions.All = append(a.Triggers[0].Conditions.All, all(fmt.Sprint("current_tags includes t", i)).All...)
	}
	list := check.Run(a.Account, a.Found)
	if codes(list) != "check.webhook.inactive check.more" {
		t.Fatal(codes(list))
	}
	if next, ok := check.Next(a.Account, a.Found, ids(list)); !ok || next.ID != list[0].ID {
		t.Errorf("%s, %v", next.ID, ok)
	}
}

// Only what was asked for is done, the loops first and what activates last, and it
// ends, whatever is wrong.
func TestNextOfAll(t *testing.T) {
	for _, c := range wrongAccounts {
		a := byHand()
		c.make(a)
		list := check.Run(a.Account, a.Found)
		if _, ok := check.Next(a.Account, a.Found, nil); ok {
			t.Errorf("%s: something that nobody asked for", c.name)
		}
		stage := 0
		for _, code := range a.fixed(t, ids(list)) {
			if check.Stage(code) < stage {
				t.Errorf("%s: %s comes late", c.name, code)
			}
			stage = check.Stage(code)
		}
		// Each finding's fix is made among others as it is by itself.
		left := codes(check.Run(a.Account, a.Found))
		if len(list) == 1 && left != "" && codes(list) != "check.raise.missing" && codes(list) != "check.inactive" {
			t.Errorf("%s: left: %s", c.name, left)
		}
	}
}

// What stage a code has decides what is fixed first: one of each.
func TestStages(t *testing.T) {
	want := []string{"check.sandbox", "check.twice", "check.key.case", "check.webhook.inactive"}
	for i, code := range want {
		if got, stage := check.Stage(code), i+1; got != stage {
			t.Errorf("%s is fixed at %d, want %d", code, got, stage)
		}
	}
}
