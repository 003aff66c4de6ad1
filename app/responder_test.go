package app_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
)

// A request that was answered or cancelled meanwhile is no error: nothing is sent, or
// nothing was changed, and the card says so.
func TestCancelResponderLate(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	id := s.PD.AddIncident("lee", "Payments API", "Help is on its way", "Zendesk_acme_101").ID
	s.PD.RequestResponder("lee", id, "omar")
	if got := p.Get(cardOf(id) + "/details"); got.Find("form[data-act=cancel-responder]").Length() != 1 {
		t.Fatalf("it is not offered: %s", got.HTML)
	}
	cancel := func(target string) apptest.Page {
		return p.Post(cardOf(id)+"/cancel-responder", url.Values{"target": {target}})
	}
	s.PD.AnswerRequest("omar", id, "joined")
	s.PD.ClearHistory()
	for _, target := range []string{"user:POMAR01", "user:PANA001", "policy:PNONE"} {
		says(t, target, cancel(target), []int{409}, []string{"already answered or cancelled"})
	}
	if slices.ContainsFunc(s.PD.Paths(), func(call string) bool { return strings.HasPrefix(call, "PUT") }) {
		t.Errorf("sent: %v", s.PD.Paths())
	}
	says(t, "nobody", cancel(""), []int{422}, []string{"Select a user"})
	if got := p.Get(cardOf(id) + "/details"); got.Find("form[data-act=cancel-responder]").Length() != 0 {
		t.Errorf("it is offered to those who joined: %s", got.HTML)
	}
}

// Who was asked through an escalation policy is asked by its request: that is what is
// cancelled, for everybody whom it asked.
func TestCancelResponderOfPolicy(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	id := s.PD.AddIncident("lee", "Payments API", "Help is on its way", "Zendesk_acme_101").ID
	policy := p.Get("/tickets/101/targets?q=platform").Find("[data-id^=policy]").AttrOr("data-id", "")
	p.Post(cardOf(id)+"/responders", url.Values{"target": {policy}, "text": {"Please look"}})
	form := p.Get(cardOf(id) + "/details").Find("form[data-act=cancel-responder]")
	if form.Length() != 1 || form.Find("[name=target]").AttrOr("value", "") != policy ||
		strings.TrimSpace(form.Text()) != "Cancel request to Platform on call" {
		t.Fatalf("%d forms: %s", form.Length(), form.Text())
	}
	says(t, "cancel", p.Post(cardOf(id)+"/cancel-responder", url.Values{"target": {policy}}), []int{200}, []string{"Request cancelled."})
	if got := s.PD.Incident(id).Requested; !slices.Equal(got, []string{"user_cancelled"}) {
		t.Errorf("the responders are %v", got)
	}
}
