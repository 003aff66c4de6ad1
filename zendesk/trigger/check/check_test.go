package check_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

func codes(list []check.Finding) string {
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
		if got := codes(check.Run(a.Account, a.Found)); got != c.want {
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
		if got := codes(check.Run(a.Account, a.Found)); got != "" {
			t.Errorf("%s: %q; want nothing", c.name, got)
		}
	}
	if len(rightAccounts) < 12 {
		t.Error("too few")
	}
}

// Each fix takes its finding away and brings none that is worse; one after the
// other, whichever comes first, they leave nothing; and made twice, they change
// nothing the second time.
func TestFixes(t *testing.T) {
	worst := map[problem.Code]int{}
	for i, code := range check.Ranks() {
		worst[code] = i
	}
	for _, c := range wrongAccounts {
		for _, from := range []string{"first", "last"} {
			a := byHand()
			c.make(a)
			list := check.Run(a.Account, a.Found)
			for round := 0; len(list) > 0; round++ {
				f := list[0]
				if from == "last" {
					f = list[len(list)-1]
				}
				if round > 20 || f.Fix == nil || f.Does == "" {
					t.Errorf("%s: after %d fixes still %s, %v", c.name, round, codes(list), f.Fix == nil)
					break
				}
				before := copied(a.Found)
				fix := f.Fix()
				a.apply(t, fix)
				after := check.Run(a.Account, a.Found)
				for _, now := range after {
					if now.ID == f.ID || now.Code == f.Code && now.Trigger == f.Trigger && now.Webhook == f.Webhook {
						t.Errorf("%s: %s stays after its fix %s", c.name, f.ID, fix)
					}
					known := slices.ContainsFunc(list, func(was check.Finding) bool { return was.Code == now.Code })
					if !known && worst[now.Code] < worst[f.Code] {
						t.Errorf("%s: the fix of %s brings %s", c.name, f.ID, now.ID)
					}
				}
				if asJSON(before) == asJSON(a.Found) {
					t.Errorf("%s: the fix of %s changes nothing: %s", c.name, f.ID, fix)
				}
				if fix[0].Method != http.MethodPost && !slices.ContainsFunc(fix, func(s trigger.Step) bool { return s.Method == http.MethodPost }) {
					once := asJSON(a.Found)
					a.apply(t, fix)
					if asJSON(a.Found) != once {
						t.Errorf("%s: the fix of %s made twice differs", c.name, f.ID)
					}
				}
				// a raise that is made new may meet an acknowledge that was there
				if round == 0 && len(list) == 1 && len(after) > 0 && f.Code != "check.raise.missing" {
					t.Errorf("%s: one fix is not enough: %s", c.name, codes(after))
				}
				list = after
			}
		}
	}
}

// A fix changes the wrong bytes of a body, and no others.
func TestFixesKeepTheLayout(t *testing.T) {
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
		list := check.Run(a.Account, a.Found)
		if len(list) != 1 {
			t.Fatal(codes(list))
		}
		a.apply(t, list[0].Fix())
		want := guide
		if c.want != nil {
			want = c.want(guide)
		}
		if got := a.Triggers[0].Actions[0].Value.([]any)[1]; got != want {
			t.Errorf("%s: %s", list[0].Code, got)
		}
	}
}

// What a fix leaves behind, beside nothing to find.
func TestFixed(t *testing.T) {
	for _, c := range []struct {
		change tweak
		want   string // the last trigger that was there: its conditions, and whether it is on; and the webhooks
	}{
		{both(only(1), when(0, all("priority is urgent"))),
			"priority is urgent, status less_than solved; update_type is Create, priority changed, status value_previous solved; true; PagerDuty"},
		{both(only(1), when(0, all("priority is urgent", "status is open"))),
			"priority is urgent, status is open; update_type is Create, priority changed, status value_previous solved; true; PagerDuty"},
		{both(only(1), when(0, all("current_tags includes vip"))), "current_tags includes vip, current_tags not_includes pagerduty_sent_11; ; true; PagerDuty"},
		{ours(nil, beside(plain("900", "Tag the urgent", all("priority is urgent"), "current_tags "+trigger.PageTag))),
			"priority is urgent, status less_than solved; update_type is Create, priority changed, status value_previous solved; true; PagerDuty events (zendesk-pagerduty)"},
		{both(only(2), when(1, all("assignee_id changed"))), "assignee_id changed, priority not_value urgent; ; true; PagerDuty"},
		{both(only(1), byTarget(0), func(a *account) { a.Webhooks = nil }), "priority value urgent, status less_than solved; ; true; PagerDuty events (zendesk-pagerduty)"},
		{both(only(1), byTarget(0), hook(func(h *trigger.Webhook) { h.Name, h.Status = "PagerDuty events (zendesk-pagerduty)", "inactive" })),
			"priority value urgent, status less_than solved; ; true; PagerDuty events (zendesk-pagerduty)"},
		{both(only(1), says(theKey, "[your_integration_key]")), "priority value urgent, status less_than solved; ; false; PagerDuty"},
		{both(only(1), says(`"routing_key": "`+theKey+`",`, ""),
			hook(func(h *trigger.Webhook) { h.Endpoint = us + "/integration/" + theKey + "/enqueue" })), "priority value urgent, status less_than solved; ; true; PagerDuty"},
	} {
		a := byHand()
		c.change(a)
		last := len(a.Triggers) - 1
		for list := check.Run(a.Account, a.Found); len(list) > 0; list = check.Run(a.Account, a.Found) {
			a.apply(t, list[0].Fix())
		}
		var hooks []string
		for _, h := range a.Webhooks {
			hooks = append(hooks, h.Name)
		}
		n := a.Triggers[last]
		if got := fmt.Sprint(lines(n.Conditions.All), "; ", lines(n.Conditions.Any), "; ", n.Active, "; ", strings.Join(hooks, ",")); got != c.want {
			t.Errorf("%s; want %s", got, c.want)
		}
	}
}

func lines(list []trigger.Condition) string {
	var all []string
	for _, c := range list {
		s := c.Field + " " + c.Operator
		if c.Value != nil {
			s += " " + *c.Value
		}
		all = append(all, s)
	}
	return strings.Join(all, ", ")
}

// Every finding and fix has a sentence, with all of its arguments and without
// a key.
func TestSentences(t *testing.T) {
	catalog, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	tx := catalog.For("en")
	seen := map[problem.Code]bool{}
	for _, c := range append(wrongAccounts, crowded) {
		a := byHand()
		c.make(a)
		for _, f := range check.Run(a.Account, a.Found) {
			seen[f.Code], seen[f.Does] = true, true
			for _, code := range []problem.Code{f.Code, f.Does} {
				if code == "" {
					continue
				}
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
	for _, code := range check.Ranks() {
		if !seen[code] {
			t.Errorf("no wrong account has %s", code)
		}
	}
}

// An account with thousands of triggers is checked to its end, whether they have
// to do with paging or not: the work grows with their number, and not faster.
func TestManyTriggers(t *testing.T) {
	for name, more := range map[string]func(i int) trigger.Trigger{
		"others": func(i int) trigger.Trigger {
			return plain(trigger.ID(fmt.Sprint(1000+i)), "Sort", all("priority value urgent", fmt.Sprintf("group_id is %d", i)), fmt.Sprintf("current_tags tag%d", i))
		},
		"raises that exclude each other": func(i int) trigger.Trigger {
			return byWebhook(trigger.ID(fmt.Sprint(1000+i)), "Page", strings.ReplaceAll(guide, theKey, fmt.Sprintf("%032d", i)),
				all("priority value urgent", fmt.Sprintf("group_id is %d", i)))
		},
		"raises that change tickets": func(i int) trigger.Trigger {
			n := byWebhook(trigger.ID(fmt.Sprint(1000+i)), "Page", guide,
				all("priority value urgent", fmt.Sprintf("group_id is %d", i), "current_tags not_includes x", "current_tags includes pagerduty_page"))
			n.Actions = append(n.Actions, trigger.Action{Field: "current_tags", Value: "x pagerduty_page"})
			return n
		},
		"acknowledges": func(i int) trigger.Trigger {
			return byWebhook(trigger.ID(fmt.Sprint(1000+i)), "Take", strings.Replace(guide, "trigger", "acknowledge", 1),
				orAny(all("assignee_id changed"), "status is open", "status is new"))
		},
	} {
		pairs := map[int]int{}
		for _, n := range []int{750, 3000} {
			a := byHand()
			for i := range n {
				a.Triggers = append(a.Triggers, more(i))
			}
			_, pairs[n] = check.Counted(a.Account, a.Found)
		}
		if pairs[3000] > 5*pairs[750] {
			t.Errorf("%s: %d comparisons for 750 triggers, %d for 3000", name, pairs[750], pairs[3000])
		}
	}
}
