package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// A typed code: a slip costs nothing, wrong ones are counted.
func TestSetupCodes(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	service := s.PD.Service(supportDesk).ID
	link := p.Post("/setup/link", nil).Find("[data-link]").AttrOr("value", "")
	if !strings.HasPrefix(link, s.URL+"/login/") {
		t.Fatalf("link %q", link)
	}
	window := s.NewBrowser(t)
	confirm := window.Get(link)
	if _, address := window.Authorize(confirm); !strings.Contains(address, "scope=services.write&") {
		t.Errorf("the link's login: %s", address)
	}
	_, code := apptest.Granted(t, window.AtPagerDuty(confirm, "lee"))
	for _, slip := range []string{"", code[:7], "?"} {
		refusedSetup(t, "a slip", p.integrate(service, "", slip), http.StatusUnprocessableEntity, noCode)
	}
	for _, left := range []string{"4 attempts left", "3 attempts left", "2 attempts left", "1 attempt left"} {
		refusedSetup(t, "a wrong code", p.integrate(service, "", "0000-0000"), http.StatusUnprocessableEntity, left)
	}
	integrated(t, p.integrate(service, "", " "+strings.ToLower(code)+" "))

	mail := s.PD.Service("Mail intake").ID
	attempt, code := p.stepUp("lee")
	for range 4 {
		p.integrate(mail, "", "0000-0000")
	}
	refusedSetup(t, "the fifth", p.integrate(mail, attempt, "0000-0000"), http.StatusUnprocessableEntity, "Too many wrong codes")
	refusedSetup(t, "the right code after that", p.integrate(mail, attempt, code), http.StatusUnprocessableEntity, noCode)
	equal(t, "made", integrationsOf(s, "Mail intake"), []string{"Email"})
	// Late, and cancelled.
	attempt, code = p.stepUp("lee")
	s.Forward(t, 11*time.Minute)
	refusedSetup(t, "late", p.integrate(mail, attempt, code), http.StatusUnprocessableEntity, noCode)
	confirm = p.stepUpWindow(window)
	denied := window.Press(window.Confirm(confirm), "#deny")
	failedWindow(t, denied, "Login cancelled")
	equal(t, "audit", integrationEntries(t, s), []string{"PLEE001 " + service + " done"})
	s.App.Close()
	if n := s.PD.LiveGrants("lee"); n == 0 {
		t.Error("the agent's own login was ended")
	}
}

// Somebody else's right is not used: what is made is made by who is connected.
// Their grant is given back.
func TestSetupSomebodyElsesRight(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "jane")
	service := s.PD.Service(supportDesk).ID
	for _, other := range []string{"lee", "eva"} {
		attempt, code := p.stepUp(other)
		refusedSetup(t, other, p.integrate(service, attempt, code), http.StatusUnprocessableEntity, "a different PagerDuty user")
		refusedSetup(t, other+", again", p.integrate(service, attempt, code), http.StatusUnprocessableEntity, noCode)
	}
	equal(t, "made", integrationsOf(s, supportDesk), nil)
	equal(t, "audit", integrationEntries(t, s), nil)
	if got := p.Get("/setup/connection"); !strings.Contains(got.Text(), "Jane Miller") {
		t.Errorf("the page is connected as %s", got.Text())
	}
	s.App.Close()
	for who, want := range map[string]int{"lee": 0, "eva": 0, "jane": 1} {
		if n := s.PD.LiveGrants(who); n != want {
			t.Errorf("%s has %d live grants; want %d", who, n, want)
		}
	}
}

// The same, where that somebody is connected elsewhere: their login goes on.
func TestSetupSomebodyElsesRightKeepsTheirLogin(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "jane")
	lees := connected(t, s, tom, "lee")
	attempt, code := p.stepUp("lee")
	refusedSetup(t, "lee's", p.integrate(s.PD.Service(supportDesk).ID, attempt, code), http.StatusUnprocessableEntity, "a different PagerDuty user")
	if got := lees.Get(apptest.Incidents(102)); got.State() != "one" {
		t.Errorf("lee's panel: %d %s", got.Status, got.State())
	}
	s.App.Close()
	if n := s.PD.Calls("POST", "/oauth/revoke"); n != 0 {
		t.Errorf("%d revocations", n)
	}
}

// Who logs out while it is being made leaves no right behind.
func TestSetupLogOutMeanwhile(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	s.PD.Set(func(set *pagerduty.Settings) { set.RevokeEnds = "family" })
	attempt, code := p.stepUp("lee")
	s.PD.Fault(pagerduty.Fault{Method: "POST", Path: madePath, Kind: pagerduty.Hang})
	done := make(chan apptest.Page)
	go func() { done <- p.integrate(s.PD.Service(supportDesk).ID, attempt, code) }()
	for len(authorizations(s, "POST", "/integrations")) == 0 {
	}
	if got := p.Post("/logout", nil); got.Status != http.StatusNoContent {
		t.Errorf("log out: %d", got.Status)
	}
	s.PD.ClearFaults()
	<-done
	equal(t, "made", integrationsOf(s, supportDesk), []string{"Zendesk acme"})
	equal(t, "audit", integrationEntries(t, s), []string{"PLEE001 " + s.PD.Service(supportDesk).ID + " done"})
	s.App.Close()
	if n := s.PD.LiveGrants("lee"); n != 0 {
		t.Errorf("%d live grants", n)
	}
}

// A code that was seen on another's screen, or whose attempt is known, is worth
// nothing in another agent's session; nor is one for the other purpose.
func TestSetupGrantsOfOthers(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	service := s.PD.Service(supportDesk).ID
	attempt, code := p.stepUp("lee")
	toms := setupOf(t, s, "acme", tom)
	toms.Connect("lee") // the same person of PagerDuty
	for _, id := range []string{attempt, ""} {
		for range 6 {
			refusedSetup(t, "tom's session", toms.integrate(service, id, code), http.StatusUnprocessableEntity, noCode)
		}
	}
	// It is no login for the sidebar, …
	for _, id := range []string{attempt, ""} {
		if got := p.Claim(id, code); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Text(), noCode) {
			t.Errorf("claimed as a login: %d %s", got.Status, got.Text())
		}
	}
	// … and the sidebar's is none for this.
	window := s.NewBrowser(t)
	login, loginCode := apptest.Granted(t, window.AtPagerDuty(p.Window(window), "lee"))
	for _, id := range []string{login, attempt} {
		for range 2 {
			if got := p.integrate(service, id, loginCode); got.Status != http.StatusUnprocessableEntity {
				t.Errorf("the sidebar's code: %d %s", got.Status, got.Text())
			}
		}
	}
	equal(t, "made", integrationsOf(s, supportDesk), nil)
	if got := p.Claim(login, loginCode); got.Status != http.StatusNoContent {
		t.Errorf("the login: %d %s", got.Status, got.Text())
	}
	integrated(t, p.integrate(service, attempt, code))
	// What a window asks for that names another purpose is the sidebar's login.
	_, address := window.Authorize(window.Post(s.URL+"/login", url.Values{"session": {p.Session}, "for": {"services.write everything"}}))
	if strings.Contains(address, "services.write") || !strings.Contains(address, "incidents.read") {
		t.Errorf("%s", address)
	}
}

// The app that is registered in PagerDuty may lack the right, and PagerDuty's
// login may tell of somebody who is not on the list.
func TestSetupStepUpRefused(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	window := s.NewBrowser(t)
	scopes := s.PD.Settings().Scopes
	s.PD.Set(func(set *pagerduty.Settings) {
		set.Scopes = slices.DeleteFunc(slices.Clone(set.Scopes), func(name string) bool { return name == "services.write" })
	})
	failedWindow(t, window.AtPagerDuty(p.stepUpWindow(window), "lee"), "is missing permissions: services.write.")
	s.PD.Set(func(set *pagerduty.Settings) { set.Scopes, set.IDTokenKey = scopes, "unknown" })
	failedWindow(t, window.AtPagerDuty(p.stepUpWindow(window), "lee"), "could not be verified")
	if got := p.Get("/setup/connection?login=1"); got.State() != "connected" {
		t.Errorf("the agent's login: %s", got.State())
	}
}
