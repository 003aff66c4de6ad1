package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
	simzendesk "zendesk-pagerduty/simulator/zendesk"
)

// The take-over of a login: an attacker, agent tom, brings an attempt of their
// own to an end in the browser of a victim, whose PagerDuty remembers that it
// may let this app in. e2e/takeover.test.mjs does it in a browser.

// Neither loading the confirmation nor the attacker's own state gives the
// victim's browser what the callback wants.
func TestTakeOverByTheAttackersState(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	toms := s.NewBrowser(t)
	attacker := toms.Panel(s.ZD.Account("acme"), tom)
	link := attacker.Post("/login/link", nil).Find("[data-link]").AttrOr("value", "")
	_, authorize := toms.Authorize(toms.Get(link))

	victim := s.NewBrowser(t)
	victim.Panel(s.ZD.Account("acme"), mia).Connect("jane")
	confirmation := victim.Get(link)
	if cookie := confirmation.Header.Get("Set-Cookie"); cookie != "" {
		t.Errorf("loading the confirmation set %q", cookie)
	}
	exchanged := s.PD.Calls("POST", "/oauth/token")
	page := victim.Get(authorize)
	if page.Find("#person-jane").Length() > 0 {
		page = victim.Press(page, "#person-jane")
	}
	failedWindow(t, victim.Press(page, "#allow"), "This login was started in a different window")
	// The victim presses the button as well: another window confirmed before.
	answer, address := victim.Authorize(confirmation)
	if answer.Status != http.StatusNotFound || address != "" || answer.Header.Get("Set-Cookie") != "" {
		t.Errorf("a second window confirmed: %d %q %q", answer.Status, address, answer.Header.Get("Set-Cookie"))
	}
	if n := s.PD.Calls("POST", "/oauth/token"); n != exchanged {
		t.Errorf("%d codes were exchanged", n-exchanged)
	}
	state(t, attacker, "connecting")
}

// Only the button's own request binds a window.
func TestConfirmingFromElsewhere(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	confirmation := b.Panel(s.ZD.Account("acme"), mia).Window(b)
	for name, header := range map[string][]string{
		"no origin":             {"Sec-Fetch-Site", "same-origin"},
		"no header at all":      {"X-None", "1"},
		"another site":          {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
		"an opaque origin":      {"Origin", "null", "Sec-Fetch-Site", "same-origin"},
		"Zendesk's page":        {"Origin", s.ZD.Account("acme").Origin, "Sec-Fetch-Site", "cross-site"},
		"a neighbour":           {"Origin", s.URL, "Sec-Fetch-Site", "same-site"},
		"the address bar":       {"Origin", s.URL, "Sec-Fetch-Site", "none"},
		"our host, by https":    {"Origin", strings.Replace(s.URL, "http:", "https:", 1), "Sec-Fetch-Site", "same-origin"},
		"our host, longer":      {"Origin", s.URL + "0", "Sec-Fetch-Site", "same-origin"},
		"another of our ports":  {"Origin", "http://localhost:1", "Sec-Fetch-Site", "same-origin"},
		"our origin, two times": {"Origin", s.URL + ", " + s.URL, "Sec-Fetch-Site", "same-origin"},
	} {
		answer, address := b.Authorize(confirmation, header...)
		if answer.Status != http.StatusForbidden || address != "" || answer.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %q %q", name, answer.Status, address, answer.Header.Get("Set-Cookie"))
		}
	}
	// None of it was a confirmation: the right window still can, twice.
	_, first := b.Authorize(confirmation)
	_, again := b.Authorize(confirmation)
	if first == "" || again == "" {
		t.Errorf("the window confirmed as %q, and again as %q", first, again)
	}
	// Browsers that send no Sec-Fetch-Site are served all the same.
	old := s.NewBrowser(t)
	if _, address := old.Authorize(old.Panel(s.ZD.Account("acme"), mia).Window(old), "Origin", s.URL); address == "" {
		t.Error("a browser without Sec-Fetch-Site cannot confirm")
	}
}

// The window whose cookie is gone, spoiled or another attempt's is no window.
func TestWindowsThatDoNotMatch(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	for name, change := range map[string]func(b *apptest.Browser, mine, others *http.Cookie){
		"no cookie":              func(b *apptest.Browser, mine, _ *http.Cookie) { b.SetCookie(t, mine.Name, "") },
		"an empty text":          func(b *apptest.Browser, mine, _ *http.Cookie) { b.SetCookie(t, mine.Name, "x") },
		"another attempt's text": func(b *apptest.Browser, mine, others *http.Cookie) { b.SetCookie(t, mine.Name, others.Value) },
	} {
		b := s.NewBrowser(t)
		p := b.Panel(s.ZD.Account("acme"), mia)
		other, _ := b.Authorize(p.Window(b))
		confirmed, authorize := b.Authorize(p.Window(b))
		change(b, windowCookie(t, confirmed), windowCookie(t, other))
		page := b.Get(authorize)
		failedWindow(t, b.Consent(page, "jane"), "This login was started in a different window")
		if t.Failed() {
			t.Fatalf("with %s", name)
		}
	}
	if n := s.PD.Calls("POST", "/oauth/token"); n != 0 {
		t.Errorf("%d codes were exchanged", n)
	}
}

func windowCookie(t *testing.T, p apptest.Page) *http.Cookie {
	t.Helper()
	cookies := (&http.Response{Header: p.Header}).Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies %v", cookies)
	}
	return cookies[0]
}

// A sidebar at top level could be its owner's in somebody else's browser.
func TestLaunchesOutsideOfAFrame(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	account := s.ZD.Account("acme")
	for _, page := range []string{"/sidebar", "/setup"} {
		token := account.Token(mia)
		if page == "/setup" {
			token = account.Token(mia, simzendesk.AtLocation("nav_bar"))
		}
		post := func(dest, token string) apptest.Page {
			header := []string{"Origin", account.Origin, "Sec-Fetch-Site", "cross-site"}
			if dest != "" {
				header = append(header, "Sec-Fetch-Dest", dest)
			}
			return s.NewBrowser(t).Post(s.URL+page+"?"+url.Values{"origin": {account.Origin}}.Encode(), url.Values{"token": {token}}, header...)
		}
		for _, dest := range []string{"document", "frame", "object", "embed", "empty", "iframe, document", "IFRAME"} {
			got := post(dest, token)
			if got.Status != http.StatusForbidden || strings.Contains(got.HTML, "data-session") || !strings.Contains(got.Text(), "only works inside Zendesk") {
				t.Errorf("%s as %q: %d %s", page, dest, got.Status, got.Text())
			}
		}
		// The token was not looked at: a bad one is answered in the same way, and
		// the good one still works once, in a frame.
		if got := post("document", "not.a.token"); !strings.Contains(got.Text(), "only works inside Zendesk") {
			t.Errorf("%s, a bad token: %s", page, got.Text())
		}
		if got := post("iframe", token); got.Status != http.StatusOK || !strings.Contains(got.HTML, "data-session") {
			t.Errorf("%s in a frame: %d %s", page, got.Status, got.Text())
		}
		if got := post("", token); got.Status != http.StatusOK {
			t.Errorf("%s in a browser that does not say: %d %s", page, got.Status, got.Text())
		}
	}
}

// A code that a window posted serves the panel that opened the window.
func TestPostedCodesServeOneSession(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	began := b.Panel(s.ZD.Account("acme"), mia)
	other := b.Panel(s.ZD.Account("acme"), mia)
	window := s.NewBrowser(t)
	attempt, code := apptest.Granted(t, window.AtPagerDuty(began.Window(window), "jane"))
	if got := other.Claim(attempt, code); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("posted to another panel: %d", got.Status)
	}
	if got := began.Get("/connection"); got.State() == "new-ticket" {
		t.Error("connected by the code of another panel")
	}
	// Typed, it serves any panel of the agent: a frame that was reloaded has
	// a session of its own.
	if got := other.Claim("", code); got.Status != http.StatusNoContent {
		t.Errorf("typed in another panel: %d %s", got.Status, got.Text())
	}
}
