package app_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
)

// Strangers' bodies are not kept: 300 connections that each send one of 2 MB, and
// keep it open, cost less than 20 MB. What earlier tests left and what is garbage
// already is not counted.
func TestNothingLargeOfStrangers(t *testing.T) {
	s := apptest.Start(t)
	const connections, length, most = 300, 2 << 20, 20 << 20
	chunk := bytes.Repeat([]byte("x"), 64<<10)
	var answered atomic.Int64
	var group sync.WaitGroup
	address := strings.TrimPrefix(s.URL, "http://")
	before := memory()
	for i := range connections {
		path := []string{"/setup/look", apptest.Incidents(101), "/login", "/sidebar", "/tickets/101/incidents/Q1/note"}[i%5]
		group.Go(func() {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			group.Go(func() {
				fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", path, address, length)
				for sent := 0; sent+len(chunk) < length; sent += len(chunk) { // never the last byte
					if _, err := conn.Write(chunk); err != nil {
						return // it has answered and gone
					}
				}
			})
			if answer, err := http.ReadResponse(bufio.NewReaderSize(conn, 512), nil); err == nil {
				answer.Body.Close()
				if answer.StatusCode/100 != 4 {
					t.Errorf("%s: %d", path, answer.StatusCode)
				}
			}
			answered.Add(1)
		})
	}
	peak := uint64(0)
	for answered.Load() < connections && peak < before+most {
		peak = max(peak, memory())
	}
	t.Logf("%d MB at most above %d MB", (max(peak, before)-before)>>20, before>>20)
	if peak >= before+most {
		t.Errorf("more than %d MB while %d of %d were answered", most>>20, answered.Load(), connections)
	}
	http.DefaultClient.CloseIdleConnections()
	if t.Failed() {
		s.App.Close() // else the test waits for what the server waits for
	}
	group.Wait()
}

// memory is the heap and the stacks in use after a collection, in bytes.
func memory() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// Every route that takes a body names how much of one.
func TestRoutesNameTheirBodies(t *testing.T) {
	source, err := os.ReadFile("../server/routes.go")
	if err != nil {
		t.Fatal(err)
	}
	routes := regexp.MustCompile(`e\.(POST|PUT|DELETE|PATCH|Any|Match|Add)\(.*`).FindAllString(string(source), -1)
	if len(routes) < 15 {
		t.Fatalf("%d routes", len(routes))
	}
	for _, route := range routes {
		if !regexp.MustCompile(`g\.(Anybody|WithLarge)\(|g\.WithForm\(web\.(Small|Create)Body, `).MatchString(route) {
			t.Errorf("%s", route)
		}
	}
}

// Who asks is looked at first: of a session that ended, no body is read.
func TestTooLargeBodies(t *testing.T) {
	s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.Limits.LargeBodies = 2 })
	p := connected(t, s, mia, "jane")
	in := s.PD.AddIncident("lee", "Payments API", "Known trouble", "Zendesk_acme_101")
	note := func(n int) apptest.Page {
		return p.Post(cardOf(in.ID)+"/note", url.Values{"text": {strings.Repeat("x", n)}})
	}
	for _, c := range []struct{ length, status int }{{100, 200}, {40_000, 422}, {300_000, 413}} {
		if got := note(c.length); got.Status != c.status {
			t.Errorf("a note of %d: %d %s", c.length, got.Status, got.Text())
		}
	}
	if got := p.Post("/login/claim", url.Values{"code": {strings.Repeat("x", 20_000)}}); got.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a code: %d", got.Status)
	}
	p.Session = "nobody's"
	if got := note(300_000); got.Status != http.StatusUnauthorized {
		t.Errorf("without a session: %d", got.Status)
	}
}

// slowly begins a large body of a session's, and returns once it has its slot: a
// server says "100 Continue" when it begins to read.
func slowly(t *testing.T, s *apptest.Stand, session string) {
	t.Helper()
	host := strings.TrimPrefix(s.URL, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "POST /setup/look HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"+
		"Expect: 100-continue\r\nSidebar-Session: %s\r\n\r\n", host, session)
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q %v", line, err)
	}
}

// One agent that sends slowly takes two slots, and not those of others.
func TestLargeBodiesAtOnce(t *testing.T) {
	s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.Limits.LargeBodies = 3 })
	jane, lee := setupOf(t, s, "acme", mia), setupOf(t, s, "acme", tom)
	slowly(t, s, jane.Session)
	slowly(t, s, jane.Session)
	refused := jane.ask("/setup/look", setupBody{"denied": true})
	if wait, err := strconv.Atoi(refused.Header.Get("Retry-After")); refused.Status != http.StatusServiceUnavailable || err != nil || wait < 1 ||
		!strings.Contains(refused.Text(), "busy with other large requests") {
		t.Errorf("%d, Retry-After %q: %s", refused.Status, refused.Header.Get("Retry-After"), refused.Text())
	}
	if got := lee.ask("/setup/look", setupBody{"denied": true}); got.Status != http.StatusOK {
		t.Errorf("somebody else: %d %s", got.Status, got.Text())
	}
	if n := counted(t, s, `rate_limited_total{limit="large"}`); n < 1 {
		t.Errorf("counted %v", n)
	}
}

// counted reads a counter from the admin's address; -1 where it is not there.
func counted(t *testing.T, s *apptest.Stand, name string) float64 {
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
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+" "); ok {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	return -1
}

func limited(t *testing.T, what string, got apptest.Page, status int, sentence string) {
	t.Helper()
	wait, err := strconv.Atoi(got.Header.Get("Retry-After"))
	if got.Status != status || err != nil || wait < 1 || wait > 60 || !strings.Contains(got.Text(), sentence) {
		t.Errorf("%s: %d, Retry-After %q: %s", what, got.Status, got.Header.Get("Retry-After"), got.Text())
	}
}

func limits(l app.Limits) apptest.Change {
	return func(set *app.Settings, _ *app.Options) { set.Limits = l }
}

func TestLimitsAreCountedFromTheStart(t *testing.T) {
	s := apptest.Start(t)
	for _, name := range []string{"requests", "logins", "codes", "launches", "large", "pagerduty_calls"} {
		if n := counted(t, s, `rate_limited_total{limit="`+name+`"}`); n != 0 {
			t.Errorf("%s: %v", name, n)
		}
	}
}

// One agent's requests are bounded over all their panels; another's are not
// touched. The panel waits and goes on by itself.
func TestRequestsOfOneAgent(t *testing.T) {
	s := apptest.Start(t, limits(app.Limits{Requests: 20}))
	first, second := connected(t, s, mia, "jane"), s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	other := s.NewBrowser(t).Panel(s.ZD.Account("acme"), tom)
	var got apptest.Page
	for range 30 {
		first.Get("/preferences")
		got = second.Get(apptest.Incidents(testTicket))
	}
	limited(t, "a panel", got, http.StatusTooManyRequests, "Continuing in")
	if got.State() != "limited" {
		t.Errorf("its state is %q", got.State())
	}
	id := s.PD.AddIncident("lee", "Payments API", "Known trouble", "Zendesk_acme_101").ID
	limited(t, "an action", first.Post(cardOf(id)+"/acknowledge", nil), http.StatusTooManyRequests, "Nothing was changed.")
	if got := other.Get("/preferences"); got.Status != http.StatusOK {
		t.Errorf("another agent: %d", got.Status)
	}
	if n := counted(t, s, `rate_limited_total{limit="requests"}`); n < 1 {
		t.Errorf("counted %v", n)
	}
	s.Forward(t, time.Minute)
	if got := second.Get(apptest.Incidents(testTicket)); got.Status != http.StatusOK {
		t.Errorf("after a minute: %d", got.Status)
	}
}

// PagerDuty's limit is of its user: this replica stays below it, whoever of
// Zendesk is connected as that user, and writes are refused before they are sent.
func TestCallsOfOnePagerDutyUser(t *testing.T) {
	s := apptest.Start(t, limits(app.Limits{Calls: 10}))
	one, two := connected(t, s, mia, "jane"), connected(t, s, tom, "jane")
	other := connected(t, s, 9003, "lee")
	id := s.PD.AddIncident("lee", "Payments API", "Known trouble", "Zendesk_acme_101").ID
	s.PD.ClearHistory()
	var got apptest.Page
	for range 4 {
		one.Get(apptest.Incidents(testTicket))
		got = two.Get(apptest.Incidents(testTicket))
	}
	limited(t, "a panel", got, http.StatusTooManyRequests, "would soon reach your PagerDuty limit")
	limited(t, "an action", one.Post(cardOf(id)+"/acknowledge", nil), http.StatusTooManyRequests, "Nothing was changed.")
	limited(t, "a creation", one.Post(apptest.Incidents(102), s.NewIncident("Payments API")), http.StatusTooManyRequests, "No incident was created.")
	if n := len(s.PD.Paths()); n != 5 {
		t.Errorf("%d calls; want 5 at once", n)
	}
	if got := other.Get(apptest.Incidents(testTicket)); got.Status != http.StatusOK {
		t.Errorf("another PagerDuty user: %d", got.Status)
	}
	if n := counted(t, s, `rate_limited_total{limit="pagerduty_calls"}`); n < 3 {
		t.Errorf("counted %v", n)
	}
}

func TestLoginsOfOneAgent(t *testing.T) {
	s := apptest.Start(t, limits(app.Limits{Logins: 4, Codes: 4}))
	p := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	p.Window(s.NewBrowser(t))
	p.Post("/login/link", nil)
	limited(t, "a window", p.Window(s.NewBrowser(t)), http.StatusTooManyRequests, "Too many logins were started.")
	limited(t, "a link", p.Post("/login/link", nil), http.StatusTooManyRequests, "Too many logins were started.")
	other := s.NewBrowser(t).Panel(s.ZD.Account("acme"), tom)
	if got := other.Post("/login/link", nil); got.Status != http.StatusOK {
		t.Errorf("another agent: %d", got.Status)
	}
	for range 2 {
		p.Claim("", "BCDF-GHJK-MNPQ")
	}
	got := p.Claim("", "BCDF-GHJK-MNPQ")
	limited(t, "a code", got, http.StatusTooManyRequests, "Too many codes were entered.")
	if typed := got.Find("input[name=code]").AttrOr("value", ""); typed != "BCDF-GHJK-MNPQ" {
		t.Errorf("what was typed is gone: %q", typed)
	}
}

// Refused launches are bounded by address. Good ones are not counted: an office
// shares an address.
func TestRefusedLaunchesOfOneAddress(t *testing.T) {
	s := apptest.Start(t, limits(app.Limits{Launches: 6}), func(set *app.Settings, _ *app.Options) { set.TrustedProxies = []string{"127.0.0.0/8", "::1"} })
	account := s.ZD.Account("acme")
	launch := func(from, token string) apptest.Page {
		return s.NewBrowser(t).Post(s.URL+"/sidebar?origin="+url.QueryEscape(account.Origin), url.Values{"token": {token}},
			"Origin", account.Origin, "Sec-Fetch-Site", "cross-site", "X-Forwarded-For", from)
	}
	for range 10 {
		if got := launch("198.51.100.7", account.Token(mia)); got.Status != http.StatusOK {
			t.Fatalf("a good one: %d %s", got.Status, got.Text())
		}
	}
	for range 3 {
		launch("198.51.100.7", "not.a.token")
	}
	limited(t, "a bad one", launch("198.51.100.7", "not.a.token"), http.StatusTooManyRequests, "Opening panels failed too often from your network")
	// Whatever one browser of an office is made to send, the others' panels open.
	if got := launch("198.51.100.7", account.Token(mia)); got.Status != http.StatusOK {
		t.Errorf("a good one of the same address: %d", got.Status)
	}
	if got := launch("198.51.100.8", "not.a.token"); got.Status != http.StatusForbidden {
		t.Errorf("another address: %d", got.Status)
	}
	// Of IPv6 one customer has a whole /64.
	for i := range 3 {
		launch(fmt.Sprintf("2001:db8:1:2::%d", i), "not.a.token")
	}
	if got := launch("2001:db8:1:2:ffff::1", "not.a.token"); got.Status != http.StatusTooManyRequests {
		t.Errorf("the same network: %d", got.Status)
	}
	if got := launch("2001:db8:1:3::1", "not.a.token"); got.Status != http.StatusForbidden {
		t.Errorf("another network: %d", got.Status)
	}
	s.Forward(t, time.Minute)
	if got := launch("198.51.100.7", "not.a.token"); got.Status != http.StatusForbidden {
		t.Errorf("after a minute: %d", got.Status)
	}
}

// The agents of one account that send slowly leave slots to another's.
func TestLargeBodiesOfOneAccount(t *testing.T) {
	s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.Limits.LargeBodies = 4 })
	first, second, third := setupOf(t, s, "acme", mia), setupOf(t, s, "acme", tom), setupOf(t, s, "acme", sara)
	other := setupOf(t, s, "globex", 7003)
	slowly(t, s, first.Session)
	slowly(t, s, first.Session)
	slowly(t, s, second.Session)
	if got := third.ask("/setup/look", setupBody{"denied": true}); got.Status != http.StatusServiceUnavailable {
		t.Errorf("a third agent of the account: %d", got.Status)
	}
	if got := other.ask("/setup/look", setupBody{"denied": true}); got.Status != http.StatusOK {
		t.Errorf("another account: %d %s", got.Status, got.Text())
	}
}

func TestSessionsOfOneAgent(t *testing.T) {
	s := apptest.Start(t, limits(app.Limits{Sessions: 2}))
	var panels []*apptest.Panel
	for range 3 {
		panels = append(panels, s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia))
		s.Forward(t, time.Second)
	}
	for i, want := range []int{http.StatusUnauthorized, http.StatusOK, http.StatusOK} {
		if got := panels[i].Get("/preferences"); got.Status != want {
			t.Errorf("panel %d: %d; want %d", i, got.Status, want)
		}
	}
}
