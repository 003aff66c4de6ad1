package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// offers are the buttons of a panel, and of its cards.
func offers(p *apptest.Panel) (list []string) {
	got := p.Get(apptest.Incidents(testTicket))
	for _, name := range []string{"act", "open", "press"} {
		for _, node := range got.Find("[data-" + name + "]").Nodes {
			for _, a := range node.Attr {
				if a.Key == "data-"+name && a.Val != "" {
					list = append(list, a.Val)
				}
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

const viewsOnly = "lets you view incidents, but not change them"

// A stakeholder is offered nothing that PagerDuty refuses them everywhere, and reads
// why. It costs no call. All others are offered everything: a team's role may allow it.
func TestStakeholderIsOfferedWhatTheyMay(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	id := s.PD.AddIncident("lee", "Payments API", "Checkout fails", "Zendesk_acme_101").ID
	s.PD.RequestResponder("lee", id, "omar")
	stan := connected(t, s, mia, "stan")
	s.PD.ClearHistory()
	if got, want := offers(stan), []string{"details", "login", "refresh", "subscribe"}; !slices.Equal(got, want) {
		t.Errorf("offered: %v", got)
	}
	if calls := s.PD.Paths(); len(calls) != 1 {
		t.Errorf("the panel asked %v", calls)
	}
	panel := stan.Get(apptest.Incidents(testTicket))
	if !strings.Contains(panel.Text(), "Your PagerDuty role (Full Stakeholder) "+viewsOnly) || panel.Find("[data-onsolve]").Length() != 0 ||
		!strings.Contains(panel.Text(), "Link existing incident") {
		t.Errorf("it says %s", panel.Text())
	}
	if details := stan.Get(cardOf(id) + "/details"); details.Status != 200 || details.Find("form").Length() != 0 {
		t.Errorf("the details have forms: %s", details.HTML)
	}
	form := stan.Get(cardOf(id) + "/subscribe")
	if form.Find("textarea").Length() != 0 || form.Find("[data-act=subscribe]").Length() != 1 {
		t.Errorf("the form of the subscription: %s", form.HTML)
	}
	for _, login := range []string{"jane", "olga", "rita"} {
		p := connected(t, s, tom, login)
		if got := p.Get(apptest.Incidents(testTicket)); strings.Contains(got.Text(), viewsOnly) || got.Find("[data-press=create]").Length() != 1 {
			t.Errorf("%s: %s", login, got.Text())
		}
	}
}

// roleOf is the role as it is stored.
func roleOf(t *testing.T, s *apptest.Stand) (role string) {
	t.Helper()
	if err := database(t, s).QueryRow(`SELECT role FROM connections WHERE user_id = '9001'`).Scan(&role); err != nil {
		t.Fatal(err)
	}
	return role
}

// A login from before roles were stored is offered everything until a refusal.
func TestUnknownRole(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	id := s.PD.AddIncident("lee", "Payments API", "Checkout fails", "Zendesk_acme_101").ID
	stan := connected(t, s, mia, "stan")
	if _, err := database(t, s).Exec(`UPDATE connections SET role = ''`); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(offers(stan), "acknowledge") {
		t.Error("an unknown role is offered less")
	}
	says(t, "acknowledge", stan.Post(cardOf(id)+"/acknowledge", nil), []int{403}, []string{"your role or team"})
	if slices.Contains(offers(stan), "acknowledge") || roleOf(t, s) != "read_only_user" {
		t.Errorf("the refusal taught nothing: %q", roleOf(t, s))
	}
}

// The role is read again where a refusal, or a success, contradicts it, and when a
// stakeholder asks.
func TestRoleIsReadAgain(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	id := s.PD.AddIncident("lee", "Payments API", "Checkout fails", "Zendesk_acme_101").ID
	jane := connected(t, s, mia, "jane")
	showsRole := func() bool { return strings.Contains(jane.Get(apptest.Incidents(testTicket)).Text(), viewsOnly) }
	reads := func() int { return s.PD.Calls(http.MethodGet, "/users/me") }
	before := reads()

	// She became less: the refusal says so, and from the next look on nothing is offered.
	s.PD.SetRole("jane", "read_only_user")
	if showsRole() {
		t.Error("known without a call")
	}
	says(t, "acknowledge", jane.Post(cardOf(id)+"/acknowledge", nil), []int{403}, []string{"your role or team"})
	if !showsRole() || reads() != before+1 {
		t.Errorf("the role was read %d times", reads()-before)
	}
	jane.Post(cardOf(id)+"/acknowledge", nil) // an older page: no contradiction
	if reads() != before+1 {
		t.Errorf("the role was read %d times", reads()-before)
	}

	// She became more: a page from before does what is no longer offered.
	s.PD.SetRole("jane", "limited_user")
	says(t, "note", jane.Post(cardOf(id)+"/note", url.Values{"text": {"I may again"}}), []int{200}, []string{"Note added."})
	if showsRole() {
		t.Error("a success did not contradict it")
	}

	// Or she says so.
	s.PD.SetRole("jane", "read_only_user")
	jane.Post(cardOf(id)+"/acknowledge", nil)
	s.PD.SetRole("jane", "observer")
	if !showsRole() {
		t.Error("known without a call")
	}
	if got := jane.Post("/role", nil); got.Status != http.StatusNoContent || got.Header.Get("Sidebar-Then") != "reload" || showsRole() {
		t.Errorf("asked to look again: %d %s", got.Status, got.Text())
	}

	// A refused creation contradicts it as well. What cannot be read stays.
	s.PD.SetRole("jane", "read_only_limited_user")
	s.PD.Fault(pagerduty.Fault{Method: "GET", Path: "/users/me", Kind: pagerduty.Status, Status: 403})
	for _, want := range []bool{false, true} {
		if got := jane.Post(apptest.Incidents(110), s.NewIncident("Checkout web")); got.Status != 403 {
			t.Errorf("create: %d %s", got.Status, got.Text())
		}
		if role := roleOf(t, s); (role == "read_only_limited_user") != want {
			t.Errorf("the role is %q", role)
		}
	}
}
