package app_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// away is a database that fails, once it is switched off.
type away struct {
	app.Store
	reads, writes atomic.Bool
}

var databaseAway = problem.New(problem.Database, errors.New("sqlite:/x.db: the disk is full"), problem.Args{"seconds": 5})

func (a *away) Panel(ctx context.Context, id string, ticket int64) (zendesk.StoredSession, oauth.Lookup, incident.Stored, error) {
	if a.reads.Load() {
		return zendesk.StoredSession{}, oauth.Lookup{}, incident.Stored{}, databaseAway
	}
	return a.Store.Panel(ctx, id, ticket)
}

func (a *away) StartSession(ctx context.Context, start zendesk.SessionStart) error {
	if a.writes.Load() {
		return databaseAway
	}
	return a.Store.StartSession(ctx, start)
}

func (a *away) Begin(ctx context.Context, d incident.AuditEntry) (int64, error) {
	if a.writes.Load() {
		return 0, databaseAway
	}
	return a.Store.Begin(ctx, d)
}

// A database that fails is said to fail: what was asked for was not begun, and may be
// asked for again in a moment. Panels do that by themselves.
func TestDatabaseFails(t *testing.T) {
	t.Parallel()
	var db *away
	s := apptest.Start(t, func(_ *app.Settings, opt *app.Options) {
		opt.Store = func(real *store.Store) app.Store {
			db = &away{Store: real}
			return db
		}
	})
	p := connected(t, s, mia, "jane")
	id := s.PD.AddIncident("lee", "Payments API", "Known trouble", "Zendesk_acme_101").ID
	s.PD.ClearHistory()
	db.reads.Store(true)
	db.writes.Store(true)
	fails := func(what string, got apptest.Page, words string) {
		t.Helper()
		if got.Status != http.StatusServiceUnavailable || got.Header.Get("Retry-After") != "5" || !strings.Contains(got.Text(), words) {
			t.Errorf("%s: %d, Retry-After %q: %s", what, got.Status, got.Header.Get("Retry-After"), got.Text())
		}
	}
	got := p.Get(apptest.Incidents(testTicket))
	fails("a panel", got, "This app's database is not responding. Trying again in 5 s.")
	if got.State() != "down" {
		t.Errorf("the panel's state is %q", got.State())
	}
	fails("an action", p.Post(cardOf(id)+"/acknowledge", nil), "Nothing was changed.")
	got = p.Post(apptest.Incidents(102), s.NewIncident("Payments API"))
	fails("a creation", got, "No incident was created.")
	if got.Find("#title").AttrOr("value", "") != "Checkout fails" {
		t.Errorf("what was typed is lost: %s", got.HTML)
	}
	account := s.ZD.Account("acme")
	fails("a launch", s.NewBrowser(t).Launch(account, account.Token(mia)), "Nothing was changed.")
	for _, e := range s.PD.History() {
		if e.Method != http.MethodGet {
			t.Errorf("sent to PagerDuty: %s %s", e.Method, e.Path)
		}
	}
	for name, want := range map[string]float64{
		`actions_total{action="create",outcome="not_begun"}`:      1,
		`actions_total{action="acknowledge",outcome="not_begun"}`: 1,
		`launches_total{outcome="database"}`:                      1,
	} {
		if n := counted(t, s, name); n != want {
			t.Errorf("%s is %v, want %v", name, n, want)
		}
	}
	if !strings.Contains(s.Log.String(), "sqlite:/x.db: the disk is full") {
		t.Error("the log does not say why")
	}
	db.reads.Store(false)
	db.writes.Store(false)
	if got := p.Post(apptest.Incidents(102), s.NewIncident("Payments API")); got.State() != "created" {
		t.Errorf("afterwards: %d %s", got.Status, got.Text())
	}
}

// What is refused is counted as what it is: with 401, 403 and 413 as errors of the
// server, anybody could set off its alert.
func TestTrueStatusesAreCounted(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	p.Post("/login/claim", url.Values{"code": {strings.Repeat("x", 20_000)}})
	b := s.NewBrowser(t)
	b.Post(s.URL+"/logout", nil, "Origin", "https://attacker.example", "Sec-Fetch-Site", "cross-site")
	b.Get(s.URL + "/no/such/page")
	b.Post(s.URL+"/assets/x", nil)
	account := s.ZD.Account("acme")
	b.Launch(account, "not.a.token")
	b.PanelOf("nobody's").Get(apptest.Incidents(101))
	host := strings.TrimPrefix(s.URL, "http://")
	for series, want := range map[string]float64{
		`code="413",host="` + host + `",method="POST",url="/login/claim"`:          1,
		`code="403",host="` + host + `",method="POST",url="/logout"`:               1,
		`code="404",host="` + host + `",method="GET",url=""`:                       1,
		`code="405",host="` + host + `",method="POST",url=""`:                      1,
		`code="403",host="` + host + `",method="POST",url="/sidebar"`:              1,
		`code="401",host="` + host + `",method="GET",url="/tickets/:id/incidents"`: 1,
		`code="500",host="` + host + `",method="GET",url="/tickets/:id/incidents"`: 0,
		`code="204",host="` + host + `",method="POST",url="/login/claim"`:          1, // the agent's own
		`code="500",host="` + host + `",method="POST",url="/login/claim"`:          0,
		`code="500",host="` + host + `",method="POST",url="/sidebar"`:              0,
	} {
		if n := counted(t, s, "http_requests_total{"+series+"}"); n != want {
			t.Errorf("%s is counted %v times; want %v", series, n, want)
		}
	}
	_, all := admin(t, s, "/metrics")
	if strings.Contains(all, "_size_bytes_bucket") {
		t.Error("sizes are counted, which nobody needs")
	}
}
