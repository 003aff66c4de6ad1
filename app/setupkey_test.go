package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/store"
)

const (
	supportDesk = "Support desk" // a service without an integration
	madePath    = "/services/*/integrations"
	noCode      = "code is not valid or has expired"
)

func classic(set *app.Settings, _ *app.Options) { set.OAuth = "classic" }

// integrationsOf are a service's integrations by name.
func integrationsOf(s *apptest.Stand, service string) (names []string) {
	for _, i := range s.PD.Service(service).Integrations {
		names = append(names, i.Name)
	}
	return names
}

// integrationEntries are the audit trail's lines of integrations.
func integrationEntries(t *testing.T, s *apptest.Stand) (list []string) {
	t.Helper()
	for _, d := range auditEntries(t, s) {
		if d.Action == "integration" {
			if d.UserID == "" || d.Subdomain != "acme" || d.AccountID != "PACME01" || d.Ticket != 0 || d.At.IsZero() {
				t.Errorf("who and where: %+v", d)
			}
			list = append(list, d.PagerDutyID+" "+d.IncidentID+" "+d.Outcome)
		}
	}
	return list
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q; want %q", what, got, want)
	}
}

// integrated checks an answer that has the new integration, chosen.
func integrated(t *testing.T, got apptest.Page) {
	t.Helper()
	chosen := got.Find("[name=integration][checked]")
	if got.Status != http.StatusOK || chosen.Length() != 1 || !strings.Contains(chosen.Parent().Text(), "Zendesk acme") || got.Find("[data-press=integrate]").Length() != 0 {
		t.Errorf("%d %s", got.Status, got.HTML)
	}
}

// authorizations are the tokens of some requests to PagerDuty, as the history
// tells them apart.
func authorizations(s *apptest.Stand, method, suffix string) (list []string) {
	for _, e := range s.PD.History() {
		if e.Method == method && strings.HasSuffix(e.Path, suffix) {
			list = append(list, e.Header.Get("Authorization"))
		}
	}
	return list
}

// An admin's login for one action: asked for by that right alone, used, and kept
// nowhere.
func TestSetupIntegration(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	service := s.PD.Service(supportDesk).ID
	view := p.Get("/setup/services/" + service)
	if button := view.Find("[data-press=integrate]"); button.Length() != 1 || !button.Is("[data-stepup]") ||
		!strings.Contains(view.Text(), "will ask you to log in again") {
		t.Fatalf("%s", view.HTML)
	}
	window := s.NewBrowser(t)
	confirm := p.stepUpWindow(window)
	if !strings.Contains(confirm.Text(), "Allow one change in PagerDuty") || !strings.Contains(confirm.Text(), "acme") || !strings.Contains(confirm.Text(), "9003") ||
		confirm.Header.Get("X-Frame-Options") != "DENY" {
		t.Errorf("the confirmation: %s", confirm.Text())
	}
	_, address := window.Authorize(confirm)
	authorize, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if q := authorize.Query(); q.Get("scope") != "services.write" || q.Get("code_challenge_method") != "S256" || q.Get("state") == "" {
		t.Errorf("asked for: %s", authorize)
	}
	// The sidebar's login and its progress have nothing to do with it.
	if got := p.Get("/setup/connection?login=1"); got.State() != "connected" {
		t.Errorf("while it is under way the login is %q", got.State())
	}
	done := window.AtPagerDuty(confirm, "lee")
	if !strings.Contains(done.Text(), "Enter this code on the page “Ticket events”") || done.Find("[data-kind=integration]").Length() != 1 {
		t.Errorf("the window's end: %s", done.HTML)
	}
	attempt, code := apptest.Granted(t, done)
	for what, path := range map[string]string{"the set-up page": "/setup/connection?login=1", "the sidebar": "/connection?login=1"} {
		if got := p.Get(path); strings.Contains(got.State(), "code") || strings.Contains(got.State(), "connecting") {
			t.Errorf("%s asks for its code: %s", what, got.State())
		}
	}

	integrated(t, p.integrate(service, attempt, code))
	equal(t, "made", integrationsOf(s, supportDesk), []string{"Zendesk acme"})
	equal(t, "audit", integrationEntries(t, s), []string{"PLEE001 " + service + " done"})
	if made := s.PD.Service(supportDesk).Integrations[0]; made.Type != "events_api_v2_inbound_integration" {
		t.Errorf("%+v", made)
	}
	// It alone was made with that right.
	made, read := authorizations(s, "POST", "/integrations"), authorizations(s, "GET", "/services/"+service)
	if len(made) != 1 || slices.Contains(read, made[0]) || len(slices.Compact(slices.Sorted(slices.Values(read)))) != 1 {
		t.Errorf("made with %v, read with %v", made, read)
	}
	var grants, connections int
	db := database(t, s)
	if err := db.QueryRow(`SELECT count(*) FROM attempts WHERE grant_blob <> '' OR code_hash <> '' OR delegation_id <> ''`).Scan(&grants); err != nil || grants != 0 {
		t.Errorf("%d attempts still hold a grant, %v", grants, err)
	}
	if err := db.QueryRow(`SELECT count(*) FROM connections`).Scan(&connections); err != nil || connections != 1 {
		t.Errorf("%d connections, %v", connections, err)
	}

	// A second click, a reload, another admin: there is one already.
	integrated(t, p.integrate(service, "", ""))
	second := setupOf(t, s, "acme", sara)
	integrated(t, second.Get("/setup/services/"+service))
	again, code2 := p.stepUp("lee")
	integrated(t, p.integrate(service, again, code2))
	equal(t, "made", integrationsOf(s, supportDesk), []string{"Zendesk acme"})
	// A code works once.
	mail := s.PD.Service("Mail intake").ID
	refusedSetup(t, "used twice", p.integrate(mail, attempt, code), http.StatusUnprocessableEntity, noCode)
	equal(t, "mail", integrationsOf(s, "Mail intake"), []string{"Email"})

	// The agent's own login goes on: to give the right back would end both.
	sidebar := s.NewBrowser(t).Panel(s.ZD.Account("acme"), sara)
	if got := sidebar.Post(apptest.Incidents(108), s.NewIncident("Payments API")); got.State() != "created" {
		t.Errorf("afterwards: %d %s", got.Status, got.Text())
	}
	s.Forward(t, 25*time.Hour)
	sidebar = s.NewBrowser(t).Panel(s.ZD.Account("acme"), sara)
	if got := sidebar.Get(apptest.Incidents(108)); got.State() != "one" {
		t.Errorf("after a renewal: %d %s", got.Status, got.Text())
	}
	s.App.Close()
	if n := s.PD.Calls("POST", "/oauth/revoke"); n != 0 {
		t.Errorf("%d revocations, which end the agent's login too", n)
	}
	noSecrets(t, s)
}

// Classic OAuth's login can do it by itself.
func TestSetupIntegrationClassic(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, classic)
	s.PD.Set(func(set *pagerduty.Settings) { set.OAuth = "classic" })
	p := setupOf(t, s, "acme", sara)
	p.Connect("lee")
	service := s.PD.Service(supportDesk).ID
	if view := p.Get("/setup/services/" + service); view.Find("[data-press=integrate]").Length() != 1 || view.Find("[data-stepup]").Length() != 0 {
		t.Errorf("%s", view.HTML)
	}
	integrated(t, p.integrate(service, "", ""))
	integrated(t, p.integrate(service, "", ""))
	equal(t, "made", integrationsOf(s, supportDesk), []string{"Zendesk acme"})
	equal(t, "audit", integrationEntries(t, s), []string{"PLEE001 " + service + " done"})
	jane := setupOf(t, s, "acme", sara)
	jane.Connect("jane")
	status := s.PD.Service("Mail intake").ID
	refusedSetup(t, "a responder", jane.integrate(status, "", ""), http.StatusForbidden, "requires a Manager")
	equal(t, "audit", integrationEntries(t, s), []string{"PLEE001 " + service + " done", "PJANE01 " + status + " pagerduty.forbidden"})
}

// Two clicks that are under way at once, as a double click is: one is made.
func TestSetupTwoClicksAtOnce(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, classic)
	s.PD.Set(func(set *pagerduty.Settings) { set.OAuth = "classic" })
	p := setupOf(t, s, "acme", sara)
	p.Connect("lee")
	service := s.PD.Service(supportDesk).ID
	s.PD.Fault(pagerduty.Fault{Method: "POST", Path: madePath, Kind: pagerduty.Delay, Delay: pagerduty.Duration(200 * time.Millisecond)})
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() { integrated(t, p.integrate(service, "", "")) })
	}
	group.Wait()
	equal(t, "made", integrationsOf(s, supportDesk), []string{"Zendesk acme"})
	if n := s.PD.Calls("POST", "/services/"+service+"/integrations"); n != 1 {
		t.Errorf("PagerDuty was asked %d times", n)
	}
}

// PagerDuty decides who may: by base role, or by the role in the service's team.
func TestSetupWhoIntegrates(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	for _, c := range []struct {
		who, service string
		status       int
		says         string
	}{
		{"jane", supportDesk, http.StatusForbidden, "creating an integration requires a Manager"},
		{"omar", "Mail intake", http.StatusOK, "Integration created"}, // a responder, and that team's manager
		{"omar", supportDesk, http.StatusForbidden, "creating an integration requires a Manager"},
		{"stan", supportDesk, http.StatusForbidden, "You don't have permission"},
	} {
		p := setupOf(t, s, "acme", sara)
		p.Connect(c.who)
		attempt, code := p.stepUp(c.who)
		before := len(integrationsOf(s, c.service))
		got := p.integrate(s.PD.Service(c.service).ID, attempt, code)
		if made := len(integrationsOf(s, c.service)) - before; got.Status != c.status || !strings.Contains(got.Find(".note").Text(), c.says) ||
			made != 0 && c.status != http.StatusOK {
			t.Errorf("%s on %s: %d %s, and %d made", c.who, c.service, got.Status, got.Text(), made)
		}
	}
	equal(t, "audit", integrationEntries(t, s), []string{
		"PJANE01 " + s.PD.Service(supportDesk).ID + " pagerduty.forbidden", "POMAR01 " + s.PD.Service("Mail intake").ID + " done",
		"POMAR01 " + s.PD.Service(supportDesk).ID + " pagerduty.forbidden", "PSTAN01 " + s.PD.Service(supportDesk).ID + " pagerduty.forbidden",
	})
	// A private team's service: nothing of it is told.
	p := setupOf(t, s, "acme", sara)
	p.Connect("omar")
	attempt, code := p.stepUp("omar")
	refusedSetup(t, "hidden", p.integrate(s.PD.Service("Card processor").ID, attempt, code), http.StatusForbidden, "You don't have permission")
}

func TestSetupReadOnly(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee", func(set *app.Settings, _ *app.Options) { set.ReadOnly = true })
	service := s.PD.Service(supportDesk).ID
	if view := p.Get("/setup/services/" + service); view.Status != http.StatusOK || view.Find("[data-press=integrate]").Length() != 0 {
		t.Errorf("it is offered: %s", view.HTML)
	}
	attempt, code := p.stepUp("lee")
	refusedSetup(t, "read-only", p.integrate(service, attempt, code), http.StatusForbidden, "is read-only")
	equal(t, "made", integrationsOf(s, supportDesk), nil)
	if n := len(authorizations(s, "POST", "/integrations")); n != 0 {
		t.Errorf("PagerDuty was asked %d times", n)
	}
	if all := auditEntries(t, s); len(all) != 1 || string(all[0].Action) != "integration" || all[0].IncidentID != service || all[0].Outcome != "readonly" {
		t.Errorf("the audit trail: %+v", all)
	}
}

// It is one of the actions that the operator allows.
func TestSetupAllowedActions(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee", func(set *app.Settings, _ *app.Options) { set.AllowedActions = []string{"acknowledge"} })
	service := s.PD.Service(supportDesk).ID
	if view := p.Get("/setup/services/" + service); view.Status != http.StatusOK || view.Find("[data-press=integrate]").Length() != 0 {
		t.Errorf("it is offered: %s", view.HTML)
	}
	attempt, code := p.stepUp("lee")
	refusedSetup(t, "not allowed", p.integrate(service, attempt, code), http.StatusForbidden, "is turned off in this app")
	equal(t, "made", integrationsOf(s, supportDesk), nil)
}

// PagerDuty made it and its answer was lost: nobody knows, and the next look
// finds it.
func TestSetupIntegrationUnanswered(t *testing.T) {
	t.Parallel()
	for _, kind := range []struct {
		fault   pagerduty.Fault
		outcome string
		made    int
	}{
		{pagerduty.Fault{Kind: pagerduty.Lost}, "act.unconfirmed", 1},
		{pagerduty.Fault{Kind: pagerduty.Cut}, "act.unconfirmed", 1},
		{pagerduty.Fault{Kind: pagerduty.Garbage, After: true}, "act.unconfirmed", 1},
		{pagerduty.Fault{Kind: pagerduty.Status, Status: 502, After: true}, "act.unconfirmed", 1},
		{pagerduty.Fault{Kind: pagerduty.Status, Status: 429}, "pagerduty.limited", 0},
	} {
		t.Run(fmt.Sprint(kind.fault.Kind, kind.fault.Status), func(t *testing.T) {
			s, p := setUp(t, "lee")
			service := s.PD.Service(supportDesk).ID
			attempt, code := p.stepUp("lee")
			kind.fault.Method, kind.fault.Path = "POST", madePath
			s.PD.Fault(kind.fault)
			got := p.integrate(service, attempt, code)
			if got.Status < 400 || got.Find(".note.bad").Length() != 1 ||
				kind.made == 1 && !strings.Contains(got.Text(), "we can't tell whether the integration was created. Select the service again") {
				t.Errorf("%d %s", got.Status, got.Text())
			}
			if n := len(integrationsOf(s, supportDesk)); n != kind.made {
				t.Errorf("%d were made", n)
			}
			equal(t, "audit", integrationEntries(t, s), []string{"PLEE001 " + service + " " + kind.outcome})
			if kind.made == 0 {
				attempt, code = p.stepUp("lee")
				integrated(t, p.integrate(service, attempt, code))
			} else {
				integrated(t, p.integrate(service, "", ""))
			}
			equal(t, "made", integrationsOf(s, supportDesk), []string{"Zendesk acme"})
		})
	}
}

// What was made is shown beside the service's others, and chosen, also where that used
// up the request's time.
func TestSetupIntegrationMadeLate(t *testing.T) {
	t.Parallel()
	late := make(chan struct{})
	s, p := setUp(t, "lee", func(_ *app.Settings, opt *app.Options) {
		opt.Around = func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				ctx, end := context.WithCancel(r.Context())
				defer end()
				if strings.HasSuffix(r.URL.Path, "/integration") {
					go func() {
						<-late
						end()
					}()
				}
				next.ServeHTTP(w, r.WithContext(ctx))
			})
		}
	})
	const service = "Status page" // which has several
	before := integrationsOf(s, service)
	attempt, code := p.stepUp("lee")
	s.PD.Fault(pagerduty.Fault{Method: "POST", Path: madePath, Kind: pagerduty.Hang})
	answer := make(chan apptest.Page)
	go func() { answer <- p.integrate(s.PD.Service(service).ID, attempt, code) }()
	for len(authorizations(s, "POST", "/integrations")) == 0 {
	}
	close(late)
	s.PD.ClearFaults()
	got := <-answer
	integrated(t, got)
	if !strings.Contains(got.Find(".note.ok").Text(), "Integration created.") || got.Find("[name=integration]").Length() <= 2 {
		t.Errorf("%s", got.HTML)
	}
	equal(t, "made", integrationsOf(s, service), append(before, "Zendesk acme"))
}

// So it is where PagerDuty shows no list of the service's integrations afterwards.
func TestSetupIntegrationMadeAndNotListed(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	service := s.PD.Service(supportDesk).ID
	attempt, code := p.stepUp("lee")
	s.PD.Fault(pagerduty.Fault{Method: "GET", Path: "/services/" + service, Kind: pagerduty.Status, Status: 503, Skip: 2, Times: -1})
	got := p.integrate(service, attempt, code)
	integrated(t, got)
	if !strings.Contains(got.Find(".note.ok").Text(), "Integration created.") {
		t.Errorf("%s", got.HTML)
	}
	refusedSetup(t, "the list", p.Get("/setup/services/"+service), http.StatusBadGateway, "PagerDuty is not responding")
}

// An action that cannot be written down is not done.
func TestSetupNoAuditNoIntegration(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee", func(_ *app.Settings, opt *app.Options) {
		opt.Store = func(s *store.Store) app.Store { return forgetful{s} }
	})
	attempt, code := p.stepUp("lee")
	if got := p.integrate(s.PD.Service(supportDesk).ID, attempt, code); got.Status != http.StatusInternalServerError {
		t.Errorf("%d %s", got.Status, got.Text())
	}
	equal(t, "made", integrationsOf(s, supportDesk), nil)
}
