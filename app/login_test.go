package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

func state(t *testing.T, p *apptest.Panel, want string) apptest.Page {
	t.Helper()
	got := p.Get("/connection?login=1")
	if got.State() != want {
		t.Fatalf("the panel is %q; want %q: %s", got.State(), want, got.Text())
	}
	return got
}

// failedWindow checks a login window that ended badly.
func failedWindow(t *testing.T, p apptest.Page, sentence string) {
	t.Helper()
	if got, _ := p.Find("body").Attr("data-state"); got != "failed" || !strings.Contains(p.Text(), sentence) {
		t.Errorf("the window is %q and says %q; want it to say %q", got, p.Text(), sentence)
	}
	if strings.Contains(p.HTML, "data-code=") {
		t.Error("a failed window holds a code")
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"scoped", "classic"} {
		t.Run(kind, func(t *testing.T) {
			s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.OAuth = kind })
			s.PD.Set(func(set *pagerduty.Settings) { set.OAuth = kind })
			b := s.NewBrowser(t)
			p := b.Panel(s.ZD.Account("acme"), mia)
			state(t, p, "not-connected")
			window := s.NewBrowser(t)
			confirm := p.Window(window)
			if confirm.Status != 200 || !strings.Contains(confirm.Text(), "acme") || !strings.Contains(confirm.Text(), "9001") {
				t.Fatalf("confirmation: %d %s", confirm.Status, confirm.Text())
			}
			if confirm.Header.Get("X-Frame-Options") != "DENY" || !strings.Contains(confirm.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") ||
				confirm.Header.Get("Cross-Origin-Opener-Policy") != "" {
				t.Errorf("the confirmation can be framed, or severs the opener: %v", confirm.Header)
			}
			if cookie := confirm.Header.Get("Set-Cookie"); cookie != "" {
				t.Errorf("loading the confirmation set the cookie %q", cookie)
			}
			state(t, p, "connecting")
			confirmed, authorize := window.Authorize(confirm)
			if cookie := confirmed.Header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "__Host-login-") || !strings.Contains(cookie, "SameSite=Lax") ||
				!strings.Contains(cookie, "HttpOnly") ||
				!strings.Contains(cookie, "Secure") {
				t.Errorf("cookie %q", cookie)
			}
			done := window.Consent(window.Get(authorize), "jane")
			if done.URL.Path != "/login/done" || strings.Contains(done.URL.RawQuery, "code") || strings.Contains(done.URL.RawQuery, "state") {
				t.Errorf("the window stands on %s", done.URL)
			}
			attempt, code := apptest.Granted(t, done)
			state(t, p, "connecting") // the window may hand the code over by itself
			s.Forward(t, 3*time.Second)
			state(t, p, "typed-code")
			// The callback and the done page, reloaded.
			callback := lastCallback(t, s)
			if again := window.Get(callback); again.URL.Path != "/login/done" {
				t.Errorf("the callback reloaded: %d %s", again.Status, again.Text())
			}
			if again := window.Get(done.URL.String()); again.Find("[data-code]").AttrOr("data-code", "") != code {
				t.Errorf("the done page reloaded: %s", again.Text())
			}
			if claimed := p.Claim(attempt, code); claimed.Status != http.StatusNoContent || claimed.Header.Get("Sidebar-Then") != "reload" {
				t.Fatalf("claim: %d %s", claimed.Status, claimed.Text())
			}
			if shown := p.Get(apptest.Incidents(101)); shown.State() != "no-incident" || !strings.Contains(shown.Text(), "Jane Miller, acme") {
				t.Errorf("connected: %s %s", shown.State(), shown.Text())
			}
			if again := p.Claim(attempt, code); again.Status != http.StatusUnprocessableEntity {
				t.Errorf("a code used twice: %d", again.Status)
			}
			if n := s.PD.Calls("POST", "/oauth/token"); n != 1 {
				t.Errorf("the code was exchanged %d times", n)
			}
			noSecrets(t, s)
		})
	}
}

// lastCallback is the address that PagerDuty sent the window to.
func lastCallback(t *testing.T, s *apptest.Stand) string {
	t.Helper()
	for _, e := range s.PD.History() {
		if to := e.ResponseHeader.Get("Location"); strings.Contains(to, "/login/callback") {
			return to
		}
	}
	t.Fatal("PagerDuty sent nobody back")
	return ""
}

// noSecrets looks for tokens, codes and secrets in the log.
func noSecrets(t *testing.T, s *apptest.Stand) {
	t.Helper()
	log := s.Log.String()
	// A JWT begins with eyJ, and so may a random request id, which has 12
	// characters alone.
	if token := regexp.MustCompile(`eyJ[A-Za-z0-9_-]{10,}`).FindString(log); token != "" {
		t.Errorf("the log holds %.12q", token)
	}
	for _, secret := range []string{"pdus+_", "pdes+_", s.PD.ClientSecret, "code=", "state=", "calendar-secret"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// Attacks on the login. The attacker is agent tom with his own panel and
// browser; the victim is mia, or somebody with a PagerDuty account.

func TestStartLinkSentToSomebodyElse(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	attacker := s.NewBrowser(t).Panel(s.ZD.Account("acme"), tom)
	link := attacker.Post("/login/link", nil).Find("[data-link]").AttrOr("value", "")
	if !strings.HasPrefix(link, s.URL+"/login/") {
		t.Fatalf("link %q", link)
	}
	// The victim opens it, sees whose login it is, and goes on all the same.
	victim := s.NewBrowser(t)
	confirm := victim.Get(link)
	if !strings.Contains(confirm.Text(), "9002") || !strings.Contains(confirm.Text(), "If someone sent you this link, close the window") {
		t.Errorf("the confirmation does not warn: %s", confirm.Text())
	}
	done := victim.AtPagerDuty(confirm, "ana")
	attempt, code := apptest.Granted(t, done)
	s.Forward(t, 5*time.Second)
	// The attacker's panel knows that a grant waits, and has no code.
	state(t, attacker, "typed-code")
	for _, guess := range []string{"0000-0000", "ZZZZ-ZZZZ", "K7QM-2XRD", "1111-1111", "2222-2222"} {
		if guess == code {
			t.Skip("guessed one in 2^40")
		}
		attacker.Claim("", guess)
	}
	if got := attacker.Claim(attempt, code); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("after five wrong codes the right one works: %d", got.Status)
	}
	if got := attacker.Get(apptest.Incidents(101)); strings.Contains(got.Text(), "Ana") {
		t.Error("the victim's account was lent to the attacker")
	}
	s.App.Close()
	if s.PD.LiveGrants("ana") != 0 {
		t.Error("the victim's grant still works at PagerDuty")
	}
}

func TestAttackersCallbackInAVictimsBrowser(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	attacker := s.NewBrowser(t)
	tomsPanel := attacker.Panel(s.ZD.Account("acme"), tom)
	victim := s.NewBrowser(t)
	miasPanel := victim.Panel(s.ZD.Account("acme"), mia)

	// The attacker stops before the callback and takes its address along.
	confirm := tomsPanel.Window(attacker)
	page := attacker.Confirm(confirm)
	page = attacker.Press(page, "#person-omar")
	attacker.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	callback := attacker.Press(page, "#allow").Header.Get("Location")
	failedWindow(t, victim.Get(callback), "This login was started in a different window")
	if got := miasPanel.Get(apptest.Incidents(101)); got.State() != "not-connected" {
		t.Errorf("the victim's panel is %s", got.State())
	}
	if n := s.PD.Calls("POST", "/oauth/token"); n != 0 {
		t.Errorf("the code was exchanged %d times", n)
	}
	// The attempt was not used up by that: its own window can finish.
	attacker.Client.CheckRedirect = nil
	apptest.Granted(t, attacker.Get(callback))
}

// A panel that is framed and clicked by trick posts to /login; PagerDuty
// remembers the consent. Nothing connects: our own page asks in between, and
// cannot be framed.
func TestRememberedConsentAndOneClick(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	p := b.Panel(s.ZD.Account("acme"), mia)
	p.Window(b)
	if n := s.PD.Calls("GET", "/oauth/authorize"); n != 0 {
		t.Errorf("one click went to PagerDuty %d times", n)
	}
	state(t, p, "connecting")
	for _, header := range [][]string{{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}} {
		if got := b.Post(s.URL+"/login", url.Values{"session": {p.Session}}, header...); got.Status != http.StatusForbidden {
			t.Errorf("posted from another site: %d", got.Status)
		}
	}
}

func TestTwoWindowsInEitherOrder(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	for _, order := range [][2]int{{0, 1}, {1, 0}} {
		b := s.NewBrowser(t)
		p := b.Panel(s.ZD.Account("acme"), mia)
		window := s.NewBrowser(t) // one browser, two windows: one cookie jar
		confirms := []apptest.Page{p.Window(window), p.Window(window)}
		var done [2]apptest.Page
		for _, i := range order {
			page := window.Confirm(confirms[i])
			done[i] = window.Consent(page, "jane")
		}
		for _, i := range order {
			attempt, code := apptest.Granted(t, done[i])
			if got := p.Claim(attempt, code); got.Status != http.StatusNoContent {
				t.Errorf("order %v, window %d: %d %s", order, i, got.Status, got.Text())
			}
		}
		if got := p.Get(apptest.Incidents(101)); got.State() != "no-incident" {
			t.Errorf("order %v: the panel is %s: %s", order, got.State(), got.Text())
		}
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	p := b.Panel(s.ZD.Account("acme"), mia)
	confirmed, address := b.Authorize(p.Window(b))
	cookie := strings.Split(strings.Split(confirmed.Header.Get("Set-Cookie"), ";")[0], "=")
	authorize, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	good := authorize.Query().Get("state")
	if q := authorize.Query(); q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("scope") == "" {
		t.Errorf("authorize %s", authorize)
	}
	for name, query := range map[string]url.Values{
		"empty state": {"state": {""}, "code": {"x"}}, "no state": {"code": {"x"}}, "made-up state": {"state": {"test.AAAA"}, "code": {"x"}},
		"an attempt's id as the state":     {"state": {strings.TrimPrefix(cookie[0], "__Host-login-")}, "code": {"x"}},
		"the window's cookie as the state": {"state": {cookie[1]}, "code": {"x"}},
		"nothing":                          {},
	} {
		if got := b.Get(s.URL + "/login/callback?" + query.Encode()); got.Status != http.StatusNotFound {
			t.Errorf("%s: %d %s", name, got.Status, got.Text())
		}
	}
	if n := s.PD.Calls("POST", "/oauth/token"); n != 0 {
		t.Errorf("%d exchanges", n)
	}
	// a code that PagerDuty does not know, with the right state: the attempt is used up
	first := b.Get(s.URL + "/login/callback?" + url.Values{"state": {good}, "code": {"nonsense"}}.Encode())
	failedWindow(t, first, "PagerDuty rejected the login")
	reused := b.Get(s.URL + "/login/callback?" + url.Values{"state": {good}, "code": {"another"}}.Encode())
	failedWindow(t, reused, "already used or is more than 10 minutes old")
	state(t, p, "failed")

	confirm := p.Window(b)
	s.Forward(t, 11*time.Minute)
	late, _ := b.Authorize(confirm)
	failedWindow(t, late, "already used or is more than 10 minutes old")
	if got := b.Get(s.URL + "/login/" + strings.Repeat("A", 22)); got.Status != http.StatusNotFound {
		t.Errorf("a link to nothing: %d", got.Status)
	}
}

func TestTypedCodes(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	acme, globex := s.ZD.Account("acme"), s.ZD.Account("globex")
	b := s.NewBrowser(t)
	p, second := b.Panel(acme, mia), b.Panel(acme, mia)
	window := s.NewBrowser(t)
	attempt, code := apptest.Granted(t, window.AtPagerDuty(p.Window(window), "jane"))

	// Another agent's right code, the same user id in another account.
	toms := b.Panel(acme, tom)
	foreign := b.Panel(globex, 7001)
	for _, other := range []*apptest.Panel{toms, foreign} {
		for _, id := range []string{attempt, ""} {
			if got := other.Claim(id, code); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Text(), "code is not valid or has expired") {
				t.Errorf("another agent's: %d %s", got.Status, got.Text())
			}
		}
	}
	// A slip costs nothing, wrong codes are counted, and the typed text comes back.
	if got := p.Claim("", code[:7]); !strings.Contains(got.Text(), "That code is not valid") || got.Find("input[name=code]").AttrOr("value", "") != code[:7] {
		t.Errorf("a slip: %s", got.HTML)
	}
	for _, left := range []string{"4 attempts left", "3 attempts left", "2 attempts left", "1 attempt left"} {
		if got := p.Claim("", "0000-0000"); !strings.Contains(got.Text(), left) {
			t.Errorf("%s; want %s", got.Text(), left)
		}
	}
	// Any open sidebar of the same agent may claim.
	state(t, second, "typed-code")
	if got := second.Claim("", strings.ToLower(code)); got.Status != http.StatusNoContent {
		t.Fatalf("claim by another panel of the agent: %d %s", got.Status, got.Text())
	}
	if got := p.Get(apptest.Incidents(101)); got.State() != "no-incident" {
		t.Errorf("the first panel is %s", got.State())
	}

	lees := s.NewBrowser(t)
	attempt, code = apptest.Granted(t, lees.AtPagerDuty(toms.Window(lees), "lee"))
	for range 5 {
		toms.Claim("", "0000-0000")
	}
	if got := toms.Claim(attempt, code); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("the right code after five wrong ones: %d", got.Status)
	}
	if got := state(t, toms, "failed"); !strings.Contains(got.Text(), "Too many wrong codes") {
		t.Errorf("%s", got.Text())
	}
	s.App.Close()
	if s.PD.LiveGrants("lee") != 0 {
		t.Error("the spoiled grant was not revoked")
	}
	if s.PD.LiveGrants("jane") != 1 {
		t.Errorf("jane has %d live grants; want 1", s.PD.LiveGrants("jane"))
	}
}
