package app_test

import (
	"net/url"
	"slices"
	"testing"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// Who is paged does not depend on what PagerDuty does with a service alone.
func TestMoveBringsThePolicy(t *testing.T) {
	t.Parallel()
	for _, assigns := range []string{"keeps", "service"} {
		s := apptest.Start(t)
		s.PD.Set(func(set *pagerduty.Settings) { set.MoveAssigns = assigns })
		p := connected(t, s, mia, "jane")
		id := s.PD.AddIncident("lee", "Payments API", "Wrong team", "Zendesk_acme_101").ID
		s.PD.SetStatus("jane", id, "acknowledged")
		got := p.Post(cardOf(id)+"/move", url.Values{"service": {s.PD.Service("Card processor").ID}})
		says(t, assigns, got, []int{200}, []string{"Moved to another service."})
		in := s.PD.Incident(id)
		if in.Service != "Card processor" || in.Policy != "Card operations on call" || in.Level != 1 || !slices.Equal(in.Assignees, []string{"lee"}) {
			t.Errorf("%s: %s by %s at level %d for %v", assigns, in.Service, in.Policy, in.Level, in.Assignees)
		}
		if in.Key != "Zendesk_acme_101" {
			t.Errorf("it has lost its ticket: %q", in.Key)
		}
	}
}

func TestMoveRefusals(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	jane, omar := connected(t, s, mia, "jane"), connected(t, s, tom, "omar")
	id := s.PD.AddIncident("lee", "Payments API", "Wrong team", "Zendesk_acme_101").ID
	s.PD.AddIncident("lee", "Checkout web", "The same ticket's", "Zendesk_acme_101")
	before := s.PD.Incident(id)
	move := func(p *apptest.Panel, service string) apptest.Page {
		return p.Post(cardOf(id)+"/move", url.Values{"service": {service}})
	}
	for _, hidden := range []string{"403", "404"} {
		s.PD.Set(func(set *pagerduty.Settings) { set.Hidden = hidden })
		says(t, "a private team's "+hidden, move(omar, s.PD.Service("Card processor").ID), []int{422}, []string{"don't have access to it. Nothing was changed"})
	}
	says(t, "none", move(jane, ""), []int{422}, []string{"Select a service"})
	says(t, "a path", move(jane, "../PX"), []int{422}, []string{"Select a service"})
	says(t, "unknown", move(jane, "PNONE"), []int{422}, []string{"doesn't exist"})
	says(t, "the key is open there", move(jane, s.PD.Service("Checkout web").ID), []int{409}, []string{"with the same key", "merge the two"})
	s.PD.ClearHistory()
	says(t, "the same", move(jane, s.PD.Service("Payments API").ID), []int{409}, []string{"on that service already"})
	if calls := s.PD.Paths(); len(calls) != 1 {
		t.Errorf("asked %v", calls)
	}
	if diff := unchanged(before, s.PD.Incident(id)); diff != "" {
		t.Errorf("it has changed:\n%s", diff)
	}
	s.PD.Set(func(set *pagerduty.Settings) { set.MoveDuplicate = "moves" })
	says(t, "twice", move(jane, s.PD.Service("Checkout web").ID), []int{200}, []string{"Moved"})
}
