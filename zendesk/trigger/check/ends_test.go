package check_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

// fixesAll fixes all that is shown, round by round as an admin does with one button, and
// by itself what is left to be read; it gives what is still found after the rounds.
func (a *account) fixesAll(t *testing.T, rounds int) (left string) {
	t.Helper()
	for range rounds {
		list := check.Run(a.Account, a.Found)
		if len(list) == 0 {
			return ""
		}
		if left = codes(list); len(a.fixed(t, ids(list))) == 0 {
			i := slices.IndexFunc(list, func(f check.Finding) bool { return f.Fix != nil })
			if i < 0 {
				return left
			}
			a.apply(t, list[i].Fix())
		}
	}
	return left
}

// fixesEach fixes one finding after the other, the worst first or the least.
func (a *account) fixesEach(t *testing.T, least bool, most int) (left string) {
	t.Helper()
	for range most {
		list := slices.DeleteFunc(check.Run(a.Account, a.Found), func(f check.Finding) bool { return f.Fix == nil })
		if len(list) == 0 {
			break
		}
		f := list[0]
		if least {
			f = list[len(list)-1]
		}
		a.apply(t, f.Fix())
	}
	return codes(check.Run(a.Account, a.Found))
}

// joined is an account that has what two have, the second's triggers below.
func joined(a, b *account) *account {
	raw := strings.ReplaceAll(asJSON(b.Found), hookID, "01OTHER")
	var other trigger.Found
	if err := json.Unmarshal([]byte(raw), &other); err != nil {
		panic(err)
	}
	c := &account{a.Account, copied(a.Found)}
	for i, n := range other.Triggers {
		other.Triggers[i].ID = "5" + n.ID
	}
	c.Triggers = append(c.Triggers, other.Triggers...)
	c.Webhooks = append(c.Webhooks, other.Webhooks...)
	c.Targets = append(c.Targets, other.Targets...)
	return c
}

// Whatever is wrong, fixing all that is shown comes to an end.
func TestFixingAllEnds(t *testing.T) {
	for _, c := range wrongAccounts {
		a := byHand()
		c.make(a)
		if left := a.fixesAll(t, 4); left != "" {
			t.Errorf("%s: still %s", c.name, left)
		}
	}
}

// So it does where two things are wrong with triggers beside each other, in whichever
// order they are fixed: no fix brings back what another one takes away. One account of
// each kind, and each whose order is wrong, is joined with one of each kind.
func TestFixingTwoEnds(t *testing.T) {
	relations := strings.Fields("inactive raise repeats loop once order twice together routing.other sandbox")
	seen := map[string]bool{}
	var kinds, list []wrongAccount
	for _, c := range wrongAccounts {
		related := func(kind string) bool { return strings.Contains(c.want, "check."+kind) }
		if slices.ContainsFunc(relations, related) && (!seen[c.want] || related("order")) {
			list = append(list, c)
			if !seen[c.want] {
				kinds = append(kinds, c)
			}
		}
		seen[c.want] = true
	}
	for _, c := range list {
		for _, d := range kinds {
			for _, least := range []bool{false, true} {
				a, b := byHand(), byHand()
				c.make(a)
				d.make(b)
				if left := joined(a, b).fixesEach(t, least, 40); left != "" {
					t.Errorf("%s, and %s (the least first: %v): still %s", c.name, d.name, least, left)
				}
			}
		}
	}
}
