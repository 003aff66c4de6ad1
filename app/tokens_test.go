package app_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/zendesk"
)

// refreshes counts what the token endpoint was asked besides code exchanges.
func refreshes(s *apptest.Stand) (n int) {
	for _, e := range s.PD.History() {
		if e.Path == "/oauth/token" && strings.Contains(e.Body, "grant_type=refresh_token") {
			n++
		}
	}
	return n
}

// expiring is a panel that was launched while the token was fresh, and has seen
// it expire since: a launch after that would renew it.
func expiring(t *testing.T, s *apptest.Stand) *apptest.Panel {
	t.Helper()
	s.Forward(t, 22*time.Hour) // sessions from before have ended
	p := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	s.App.Tokens.Wait() // the launch looks whether the token is due: it is not, yet
	s.Forward(t, 3*time.Hour)
	return p
}

// The launch renews a token that is due while Zendesk's handshake runs: the
// panel, which comes after it, waits for nothing.
func TestLaunchRenewsADueToken(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	connected(t, s, mia, "jane")
	s.Forward(t, 25*time.Hour)
	p := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	s.App.Tokens.Wait()
	if n := refreshes(s); n != 1 {
		t.Errorf("%d refreshes after the launch; want 1", n)
	}
	if got := p.Get(apptest.Incidents(102)); got.State() != "one" || refreshes(s) != 1 {
		t.Errorf("%s, %d refreshes", got.Text(), refreshes(s))
	}
}

func fifty(t *testing.T, p *apptest.Panel) {
	t.Helper()
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if got := p.Get(apptest.Incidents(102)); got.State() != "one" {
				t.Errorf("%d %s: %s", got.Status, got.State(), got.Text())
			}
		})
	}
	group.Wait()
}

func TestFiftyPanelsRefreshOnce(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	connected(t, s, mia, "jane")
	p := expiring(t, s)
	fifty(t, p)
	if n := refreshes(s); n != 1 {
		t.Errorf("%d refreshes; want 1", n)
	}
	fifty(t, p)
	if n := refreshes(s); n != 1 {
		t.Errorf("%d refreshes after the second round; want 1", n)
	}
}

// Two replicas share a database: still one refresh.
func TestReplicasRefreshOnce(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	connected(t, s, mia, "jane")
	second := s.Replica(t)
	s.Forward(t, 22*time.Hour)
	here, there := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia), second.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	s.Forward(t, 3*time.Hour)
	var group sync.WaitGroup
	group.Go(func() { fifty(t, here) })
	group.Go(func() { fifty(t, there) })
	group.Wait()
	if n := refreshes(s); n != 1 {
		t.Errorf("%d refreshes; want 1", n)
	}
}

// A token that is due, and still good, is refreshed behind the request.
func TestRefreshEarlyKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	connected(t, s, mia, "jane")
	s.Forward(t, 22*time.Hour)
	p := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	s.Forward(t, time.Hour+50*time.Minute)
	s.PD.Fault(pagerduty.Fault{Path: "/oauth/token", Kind: pagerduty.Hang})
	if got := p.Get(apptest.Incidents(102)); got.State() != "one" {
		t.Errorf("while the refresh hangs: %s", got.Text())
	}
	s.PD.ClearFaults()
	s.App.Tokens.Wait()
	if n := refreshes(s); n != 1 {
		t.Errorf("%d refreshes", n)
	}
	s.Forward(t, time.Hour)
	if got := p.Get(apptest.Incidents(102)); got.State() != "one" || refreshes(s) != 1 {
		t.Errorf("afterwards: %s, %d refreshes", got.State(), refreshes(s))
	}
}

func TestClientGoneInTheMiddleOfARefresh(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	connected(t, s, mia, "jane")
	p := expiring(t, s)
	s.PD.Fault(pagerduty.Fault{Path: "/oauth/token", Kind: pagerduty.Hang})
	ctx, leave := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+apptest.Incidents(102), nil)
	req.Header.Set("Sidebar-Session", p.Session)
	left := make(chan error, 1)
	go func() { _, err := http.DefaultTransport.RoundTrip(req); left <- err }()
	eventually(t, "the refresh is under way", func() bool { return refreshes(s) == 1 })
	leave()
	if err := <-left; err == nil {
		t.Fatal("it was answered")
	}
	s.PD.ClearFaults()
	s.App.Tokens.Wait()
	if got := p.Get(apptest.Incidents(102)); got.State() != "one" || refreshes(s) != 1 {
		t.Errorf("afterwards: %s, %d refreshes", got.Text(), refreshes(s))
	}
}

// A holder that stops for longer than its lease: another takes over and tries
// the old token once. PagerDuty refuses the replay, which costs this agent one
// login and is counted apart.
func TestLeaseOverrun(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	connected(t, s, mia, "jane")
	p := expiring(t, s)
	agent := zendesk.Agent{Subdomain: "acme", UserID: "9001"}
	c, err := s.App.Store.Connection(t.Context(), agent)
	if err != nil {
		t.Fatal(err)
	}
	// its lease has ended already, by the database's clock
	if lease, err := s.App.Store.TakeLease(t.Context(), agent, c.Generation, "a holder that died", 0); err != nil || !lease.Taken {
		t.Fatal(lease, err)
	}
	if got := p.Get(apptest.Incidents(102)); got.State() != "one" { // it died before it asked: nothing is lost
		t.Errorf("after a dead holder: %s", got.Text())
	}
	if !strings.Contains(s.Log.String(), "refreshing after a holder that died") {
		t.Error("it is not told apart")
	}
	// the dead one comes back: its pair is fenced off
	fresh := c.Grant
	fresh.Access = "late"
	if _, err := s.App.Store.SaveRefreshed(t.Context(), agent, c.Generation, "a holder that died", fresh); err != oauth.Fenced {
		t.Errorf("the late save: %v", err)
	}
	if got := p.Get(apptest.Incidents(102)); got.State() != "one" {
		t.Errorf("after the late save: %s", got.Text())
	}
}

func TestLogOutInTheMiddleOfARefresh(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	connected(t, s, mia, "jane")
	p := expiring(t, s)
	s.PD.Fault(pagerduty.Fault{Path: "/oauth/token", Kind: pagerduty.Hang, After: true}) // rotated, and the answer held back
	answered := make(chan apptest.Page, 1)
	go func() { answered <- p.Get(apptest.Incidents(102)) }()
	eventually(t, "the refresh is under way", func() bool { return refreshes(s) == 1 })
	if got := p.Post("/logout", nil); got.Status != http.StatusNoContent {
		t.Fatalf("log out: %d", got.Status)
	}
	s.PD.ClearFaults()
	if got := <-answered; got.State() != "not-connected" {
		t.Errorf("the panel that waited: %s", got.State())
	}
	if got := p.Get(apptest.Incidents(102)); got.State() != "not-connected" {
		t.Errorf("after the log-out: %s", got.State())
	}
	s.App.Close()
	if n := s.PD.LiveGrants("jane"); n != 0 {
		t.Errorf("%d live grants: the new pair was not revoked", n)
	}
}

// SaveRefreshed fails as often as told.
func (f *failing) SaveRefreshed(ctx context.Context, agent zendesk.Agent, generation int64, owner string, g oauth.Grant) (oauth.Connection, error) {
	if f.saves.Add(-1) >= 0 {
		return oauth.Connection{}, errAway
	}
	return f.Store.SaveRefreshed(ctx, agent, generation, owner, g)
}

func TestDatabaseAwayWhileSaving(t *testing.T) {
	t.Parallel()
	f := &failing{}
	s := apptest.Start(t, withStore(f))
	connected(t, s, mia, "jane")
	p := expiring(t, s)
	f.saves.Store(4)
	if got := p.Get(apptest.Incidents(102)); got.State() != "one" || refreshes(s) != 1 {
		t.Errorf("%s, %d refreshes", got.Text(), refreshes(s))
	}
	if f.saves.Load() >= 0 {
		t.Error("the database did not fail")
	}
	s.Forward(t, time.Hour)
	if got := p.Get(apptest.Incidents(102)); got.State() != "one" || refreshes(s) != 1 {
		t.Errorf("later: %s, %d refreshes", got.Text(), refreshes(s))
	}
}

func TestLapseAndReconnect(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	s.PD.RevokePerson("jane")
	got := p.Get(apptest.Incidents(102))
	if got.State() != "lapsed" || !strings.Contains(got.Text(), "Your PagerDuty login has expired") {
		t.Fatalf("%s %s", got.State(), got.Text())
	}
	asked := len(s.PD.History())
	if got := p.Get(apptest.Incidents(102)); got.State() != "lapsed" || len(s.PD.History()) != asked {
		t.Errorf("a lapsed login asks PagerDuty again: %s", got.State())
	}
	created := p.Post(apptest.Incidents(101), s.NewIncident("Payments API"))
	if created.State() != "form" || created.Find("#title").AttrOr("value", "") != "Checkout fails" || created.Find(".note [data-press=login]").Length() != 1 {
		t.Errorf("creating with a lapsed login: %s", created.HTML)
	}
	p.Connect("jane")
	if got := p.Get(apptest.Incidents(102)); got.State() != "one" {
		t.Errorf("reconnected: %s", got.Text())
	}
	// A bad network is no lapse.
	p = expiring(t, s)
	for _, f := range []pagerduty.Fault{{Kind: pagerduty.Status, Status: 503}, {Kind: pagerduty.Garbage}, {Kind: pagerduty.Status, Status: 429},
		{Kind: pagerduty.Status, Status: 400, Body: `{"error":"invalid_client"}`}} {
		f.Path = "/oauth/token"
		s.PD.Fault(f)
		if got := p.Get(apptest.Incidents(102)); got.State() != "down" {
			t.Errorf("%+v: %s", f, got.State())
		}
		asked := refreshes(s)
		if got := p.Get(apptest.Incidents(102)); got.State() != "down" || refreshes(s) != asked {
			t.Errorf("%+v, at once again: %s, asked %d times more", f, got.State(), refreshes(s)-asked)
		}
		s.Forward(t, 4*time.Minute)
	}
	if got := p.Get(apptest.Incidents(102)); got.State() != "one" {
		t.Errorf("once the network is back: %s", got.Text())
	}
}

// PagerDuty refuses a token before its time: one refresh, nobody notices.
func TestTokenRefusedEarly(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	s.PD.ExpireAccessTokens()
	fifty(t, p)
	if n := refreshes(s); n != 1 {
		t.Errorf("%d refreshes", n)
	}
	s.PD.ExpireAccessTokens()
	if got := p.Post(apptest.Incidents(101), s.NewIncident("Payments API")); got.State() != "created" || len(s.Made(101)) != 1 {
		t.Errorf("a creation: %s", got.Text())
	}
}

// What was sealed for one place does not open in another; the agent sees no
// other's incidents and learns nothing of it.
func TestSwappedRowsInTheRunningProgram(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	jane := connected(t, s, mia, "jane")
	omar := connected(t, s, tom, "omar")
	if _, err := database(t, s).Exec(`UPDATE connections SET access_token = (SELECT access_token FROM connections WHERE user_id = '9001'),
		pagerduty_user = (SELECT pagerduty_user FROM connections WHERE user_id = '9001') WHERE user_id = '9002'`); err != nil {
		t.Fatal(err)
	}
	if got := omar.Get(apptest.Incidents(105)); got.State() != "lapsed" || got.Find("[data-press=login]").Length() == 0 || strings.Contains(got.HTML, "sealed") {
		t.Errorf("%d %s", got.Status, got.Text())
	}
	if got := jane.Get(apptest.Incidents(105)); got.State() != "one" {
		t.Errorf("the owner: %s", got.State())
	}
	if !strings.Contains(s.Log.String(), "a stored connection does not open") {
		t.Error("the operator is not told")
	}
	created := omar.Post(apptest.Incidents(101), s.NewIncident("Payments API"))
	if created.State() != "form" || created.Find("#title").AttrOr("value", "") != "Checkout fails" || created.Find(".note [data-press=login]").Length() != 1 {
		t.Errorf("creating: %s", created.Text())
	}
	omar.Connect("omar")
	if got := omar.Get(apptest.Incidents(105)); got.State() != "no-incident" {
		t.Errorf("after a new login: %s", got.State())
	}
}

var _ app.Store = (*failing)(nil)
