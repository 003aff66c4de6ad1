package app_test

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/incident"
)

// metric is the line of a metric without labels.
func metric(t *testing.T, s *apptest.Stand, name string) string {
	t.Helper()
	res, err := http.Get("http://" + s.App.AdminAddr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return "missing"
}

// A login that is taken over connects one person of PagerDuty to another Zendesk
// user. The earlier one reads so in every panel until they dismiss it, and the
// operator in the audit trail and the metrics.
func TestSharedLogin(t *testing.T) {
	s := apptest.Start(t)
	acme, globex := s.ZD.Account("acme"), s.ZD.Account("globex")
	if got := metric(t, s, "shared_logins_total"); got != "0" {
		t.Errorf("before the first: %s", got)
	}
	b := s.NewBrowser(t)
	first := b.Panel(acme, mia)
	first.Connect("jane")
	second := b.Panel(acme, tom)
	second.Connect("omar") // another person of PagerDuty
	first.Connect("jane")  // the same again
	if got := first.Get(apptest.Incidents(testTicket)); got.Find("[data-shared]").Length() != 0 {
		t.Errorf("told of nothing: %s", got.Text())
	}
	later := s.NewBrowser(t).Panel(globex, 7001)
	later.Connect("jane")
	// The later one may be the owner, who logged out and in again.
	if got := later.Get(apptest.Incidents(testTicket)); !strings.Contains(got.Find("[data-shared]").Text(), "acme, user 9001") {
		t.Errorf("the later one is not told: %s", got.Text())
	}
	if got := second.Get(apptest.Incidents(testTicket)); got.Find("[data-shared]").Length() != 0 {
		t.Errorf("another person is told: %s", got.Text())
	}
	shown := first.Get(apptest.Incidents(testTicket))
	for _, words := range []string{"Another Zendesk user (globex, user 7001) also uses your PagerDuty login. They logged in ", "change your password in PagerDuty"} {
		if !strings.Contains(shown.Find("[data-shared]").Text(), words) {
			t.Errorf("the notice lacks %q: %s", words, shown.Text())
		}
	}
	if got := first.Get("/connection"); got.Find("[data-shared]").Length() != 1 {
		t.Errorf("at a new ticket: %s", got.Text())
	}
	if got := metric(t, s, "shared_logins_total"); got != "1" {
		t.Errorf("counted: %s", got)
	}
	until := shown.Find("[data-shared] [name=until]").AttrOr("value", "")
	for _, wrong := range []url.Values{nil, {"until": {"now"}}} {
		if got := first.Post("/login/shared", wrong); got.Status != http.StatusBadRequest {
			t.Errorf("%v: %d", wrong, got.Status)
		}
	}
	if got := later.Post("/login/shared", url.Values{"until": {until}}); got.Status != http.StatusNoContent {
		t.Errorf("%d %s", got.Status, got.Text())
	}
	if got := first.Get(apptest.Incidents(testTicket)); got.Find("[data-shared]").Length() != 1 {
		t.Error("another agent dismissed it")
	}
	if got := first.Post("/login/shared", url.Values{"until": {until}}); got.Status != http.StatusNoContent || got.Header.Get("Sidebar-Then") != "reload" {
		t.Errorf("%d %s", got.Status, got.Text())
	}
	if got := b.Panel(acme, mia).Get(apptest.Incidents(testTicket)); got.Status != 200 || got.Find("[data-shared]").Length() != 0 {
		t.Errorf("dismissed, and shown: %s", got.Text())
	}
	first.Post("/logout", nil)
	var got []string
	for _, d := range entries(t, s) {
		got = append(got, string(d.Action)+" "+d.Subdomain+"/"+d.UserID+" "+d.PagerDutyID+" "+d.About)
	}
	want := []string{"login acme/9001 PJANE01 ", "login acme/9002 POMAR01 ", "login acme/9001 PJANE01 ",
		"login.shared globex/7001 PJANE01 acme/9001", "login globex/7001 PJANE01 ", "logout acme/9001 PJANE01 "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !slices.ContainsFunc(entries(t, s), func(d incident.AuditEntry) bool {
		return d.Action == incident.LoginShared && d.Outcome == "done" && d.IncidentID == ""
	}) {
		t.Error("the entry has an incident")
	}
	if log := s.Log.String(); !strings.Contains(log, "shared login") {
		t.Error("it is not in the log")
	}
}
