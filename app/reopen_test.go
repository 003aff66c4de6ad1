package app_test

import (
	"testing"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// A ticket loses its mark of an open incident once all are over: whoever reopens one
// that was made from the sidebar brings it back. Without it a trigger that heeds the
// mark would page a second time.
func TestReopenMarksTheTicket(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	for key, tag := range map[string]string{"Zendesk_acme_101": "pagerduty_open", "": ""} {
		id := s.PD.AddIncident("lee", "Payments API", "Over too early", key).ID
		s.PD.SetStatus("lee", id, "resolved")
		got := p.Post(cardOf(id)+"/reopen", nil)
		core := got.Find("[data-core=triggered]")
		if core.AttrOr("data-tag", "") != tag || core.AttrOr("data-note", "") == "" {
			t.Errorf("of key %q: %s", key, got.HTML)
		}
		late := p.Post(cardOf(id)+"/reopen", nil) // it is open already
		if core := late.Find("[data-core]"); late.Status != 409 || core.AttrOr("data-tag", "")+core.AttrOr("data-note", "") != "" {
			t.Errorf("late: %d %s", late.Status, late.HTML)
		}
	}
}

// PagerDuty may leave an incident as it is, and say that it is resolved.
func TestReopenIsRefused(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	id := s.PD.AddIncident("lee", "Payments API", "Over", "Zendesk_acme_101").ID
	s.PD.SetStatus("lee", id, "resolved")
	s.PD.Fault(pagerduty.Fault{Method: "PUT", Path: "/incidents/*", Kind: pagerduty.Status, Status: 400,
		Body: `{"error":{"message":"Incident Already Resolved","code":1001}}`})
	says(t, "reopen", p.Post(cardOf(id)+"/reopen", nil), []int{409}, []string{"PagerDuty did not reopen this incident."})
}
