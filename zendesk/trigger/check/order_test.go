package check_test

import (
	"fmt"
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
	"zendesk-pagerduty/zendesk/trigger/triggertest"
)

// What the fix of a raise that never fires leaves: the raises that are on, in their
// order.
func TestOrderOfRaises(t *testing.T) {
	categories := func(a *account) { a.Categories = []trigger.Category{{ID: "1", Name: "A"}, {ID: "2", Name: "B"}} }
	for _, c := range []struct {
		name   string
		change tweak
		does   string
		want   string
	}{
		{"the narrower goes above", ours(nil, noRaise, beside(toOthers(byTag("group_id is 5")))), "fix.order", "900 101"},
		{"with no condition on the status", ours(nil, noRaise, beside(toOthers(tagAlone("group_id is 5")))), "fix.order", "900 101"},
		{"with a key that nobody knows", ours(nil, noRaise, beside(withKey(byTag("group_id is 5"), "{{dc.key}}"))), "fix.order", "900 101"},
		{"where no order can be told", ours(nil, noRaise, beside(toOthers(byTag("group_id is 5"))), categories), "fix.off", "101"},
		{"not ours, below", ours(nil, noRaise, beside(toOthers(tagAlone()))), "fix.off", "101"},
		{"not ours, above", ours(nil, noRaise, above(toOthers(tagAlone()))), "fix.other", "101"},
		{"what would page twice above", both(only(1), does(0, "priority high"), beside(toOthers(byWebhook("14", "Page for VIPs", guide,
			all("priority value urgent", "status less_than solved", "current_tags includes vip"))))), "fix.off", "11"},
	} {
		a := byHand()
		c.change(a)
		list := check.Run(a.Account, a.Found)
		if codes(list) != "check.order.first" || string(list[0].Does) != c.does {
			t.Fatalf("%s: %s, %s; want %s", c.name, codes(list), list[0].Does, c.does)
		}
		a.apply(t, list[0].Fix())
		var on []string
		for _, n := range a.Triggers {
			if body := fmt.Sprint(n.Actions); n.Active && strings.Contains(body, `"trigger"`) {
				on = append(on, string(n.ID))
			}
		}
		if got := strings.Join(on, " "); got != c.want {
			t.Errorf("%s: %s; want %s", c.name, got, c.want)
		}
		if left := codes(check.Run(a.Account, a.Found)); left != "" {
			t.Errorf("%s: left: %s", c.name, left)
		}
	}
}

// Ours takes the tag away before a trigger by hand pages another service for it: made
// over Zendesk's REST API, the fix lets each page for its own tickets, and once.
func TestOrderFixedInZendesk(t *testing.T) {
	d := paging{triggertest.New(t, "json")}
	keyOf := func(name string) string { return d.PagerDuty.Service(name).Key }
	a := byHand()
	a.EventsURLs, a.EventsURL = []string{d.PagerDuty.URL}, d.PagerDuty.URL
	a.Webhooks[0].Endpoint = d.PagerDuty.URL + "/v2/enqueue"
	narrow := withKey(byTag("type is incident"), keyOf("Checkout web"))
	wide := withKey(byTag(), keyOf("Payments API"))
	narrow.Title, wide.Title = "Narrow", "Wide"
	a.Triggers = []trigger.Trigger{wide, narrow}
	d.load(a.Found)
	paged := func(ticket int, kind, want string) {
		t.Helper()
		d.Save(ticket, map[string]any{"type": kind})
		d.Save(ticket, map[string]any{"additional_tags": []string{trigger.PageTag}})
		var services []string
		for _, i := range d.PagerDuty.Incidents(fmt.Sprintf("Zendesk_acme_%d", ticket)) {
			services = append(services, i.Service)
		}
		if got := strings.Join(services, ", "); got != want {
			t.Errorf("ticket %d, %s: %q; want %q", ticket, kind, got, want)
		}
	}
	paged(107, "incident", "Payments API")
	if got := d.check(d.Zendesk.Account("acme").Origin, triggertest.Admin, a.Account); got != "check.order.first" {
		t.Error(got)
	}
	paged(108, "incident", "Checkout web")
	paged(109, "question", "Payments API")
}
