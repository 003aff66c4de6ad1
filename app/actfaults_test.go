package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

func TestPlanLacksIt(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	for _, x := range acts {
		if x.plan == nil {
			continue
		}
		a := x.prepared(s, "Payments API")
		s.PD.Set(x.plan)
		before := s.PD.Incident(a.id)
		says(t, x.name, x.run(p, a), []int{http.StatusPaymentRequired}, []string{"plan does not include this"})
		if diff := unchanged(before, s.PD.Incident(a.id)); diff != "" {
			t.Errorf("%s has changed it:\n%s", x.name, diff)
		}
	}
	// An account without priorities is not offered any, and what it is asked
	// for all the same PagerDuty refuses.
	for _, how := range []string{"402", "empty"} {
		s.PD.Set(func(set *pagerduty.Settings) { set.Priorities = how })
		a := acts[0].prepared(s, "Payments API")
		got := p.Get(cardOf(a.id) + "/edit")
		if got.Status != 200 || got.Find("[name=priority]").Length() != 0 || !strings.Contains(got.Text(), "no priorities") {
			t.Errorf("%s: %d %s", how, got.Status, got.Text())
		}
		got = p.Post(cardOf(a.id)+"/edit", url.Values{"priority": {"PWHATEVER"}, "priority_was": {""}})
		says(t, "edit", got, []int{422}, []string{"did not accept that priority"})
	}
	a := acts[0].prepared(s, "Payments API")
	if got := p.Get(cardOf(a.id) + "/workflow"); got.Status != http.StatusPaymentRequired || !strings.Contains(got.Text(), "plan does not include this (Run workflow)") {
		t.Errorf("the form: %d %s", got.Status, got.Text())
	}
}

// Somebody else ended it while the panel showed it open.
func TestLate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(*apptest.Stand, asked)
		says string
	}{
		"resolved": {func(s *apptest.Stand, a asked) { s.PD.SetStatus("lee", a.id, "resolved") }, "This incident was already resolved. Nothing was changed."},
		"merged": {func(s *apptest.Stand, a asked) {
			s.PD.Merge("lee", s.PD.AddIncident("lee", "Payments API", "The bigger one", "").ID, a.id)
		}, "This incident was already merged into another one. Nothing was changed."},
	} {
		t.Run(name, func(t *testing.T) {
			s := apptest.Start(t)
			p := connected(t, s, mia, "jane")
			for _, x := range acts {
				if !x.late {
					continue
				}
				a := x.prepared(s, "Payments API")
				c.end(s, a)
				before := s.PD.Incident(a.id)
				got := x.run(p, a)
				says(t, x.name, got, []int{http.StatusConflict}, []string{c.says})
				if got.Find("[data-core=resolved]").Length() != 1 {
					t.Errorf("%s: the card is not put right: %s", x.name, got.HTML)
				}
				if diff := unchanged(before, s.PD.Incident(a.id)); diff != "" {
					t.Errorf("%s has changed it:\n%s", x.name, diff)
				}
			}
		})
	}
}

// PagerDuty fails before, in and after the write of each action.
func TestFaultsOfActions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault pagerduty.Fault
		// done says whether the work was done; then says what is answered where
		// the incident tells, and else where it does not.
		done        bool
		then, else_ outcome
	}{
		"rate-limited": {fault: pagerduty.Fault{Kind: pagerduty.Status, Status: 429, Header: map[string]string{"ratelimit-reset": "17"}},
			then: outcome{429, "Nothing was changed. Try again in 17 s"}, else_: outcome{429, "Try again in 17 s"}},
		"down before": {fault: pagerduty.Fault{Kind: pagerduty.Status, Status: 503}, then: outcome{502, "most likely not "}, else_: outcome{502, "can't tell whether this was done"}},
		"answer lost": {fault: pagerduty.Fault{Kind: pagerduty.Lost}, done: true, then: outcome{200, "but we checked: your change was made"},
			else_: outcome{502, "can't tell whether this was done"}},
		"answer cut": {fault: pagerduty.Fault{Kind: pagerduty.Cut}, done: true, then: outcome{200, "but we checked: your change was made"},
			else_: outcome{502, "can't tell whether this was done"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := apptest.Start(t)
			p := connected(t, s, mia, "jane")
			for _, x := range acts {
				a := x.prepared(s, "Payments API")
				before := s.PD.Incident(a.id)
				fault := c.fault
				fault.Method, fault.Path = x.method, x.path
				s.PD.Fault(fault)
				got := x.run(p, a)
				s.PD.ClearFaults()
				want := c.then
				if !x.tells {
					want = c.else_
				}
				says(t, x.name, got, []int{want.status}, []string{want.says})
				now := s.PD.Incident(a.id)
				if c.done != x.done(a, now) && x.name != "unsubscribe" {
					t.Errorf("%s: done is %v", x.name, !c.done)
				}
				if diff := unchanged(before, now); !c.done && diff != "" {
					t.Errorf("%s has changed it:\n%s", x.name, diff)
				}
				// Sent once, whatever happened.
				sent := 0
				for _, e := range s.PD.History() {
					if e.Method == x.method && strings.HasPrefix(e.Path, "/incidents/"+a.id) {
						sent++
					}
				}
				if x.name != "merge" && x.name != "workflow" && sent != 1 {
					t.Errorf("%s was sent %d times", x.name, sent)
				}
			}
		})
	}
}

// The answer to a write is lost, and the token is refused at the look that
// follows: a new token must not send the write again.
func TestLostBeforeTheTokenEnds(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	s.PD.Fault(pagerduty.Fault{Method: "POST", Path: "/incidents/*/notes", Kind: pagerduty.Lost, Times: 1})
	s.PD.Fault(pagerduty.Fault{Method: "GET", Path: "/incidents/*/notes", Kind: pagerduty.Status, Status: 401, Times: 1})
	got := p.Post(cardOf(a.id)+"/note", url.Values{"text": {"Said once"}})
	says(t, "note", got, []int{http.StatusBadGateway}, []string{"can't tell whether this was done"})
	if notes := s.PD.Incident(a.id).Notes; len(notes) != 1 {
		t.Errorf("%d notes: %+v", len(notes), notes)
	}
}

type outcome = struct {
	status int
	says   string
}
