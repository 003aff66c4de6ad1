package app_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	simzendesk "zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

const mia, tom = int64(9001), int64(9002)

// refused checks that a launch was answered with a page that can be read in
// the frame, says a sentence, and started no session.
func refused(t *testing.T, p apptest.Page, status int, code, sentence string) {
	t.Helper()
	if p.Status != status {
		t.Errorf("%s: status %d; want %d", code, p.Status, status)
	}
	if got, _ := p.Find("[data-code]").Attr("data-code"); got != code {
		t.Errorf("code %q; want %q", got, code)
	}
	if !strings.Contains(p.Text(), sentence) {
		t.Errorf("%s: the page says %q; want it to say %q", code, p.Text(), sentence)
	}
	if strings.Contains(p.HTML, "data-session") || p.Header.Get("Set-Cookie") != "" {
		t.Errorf("%s: the refusal carries a session", code)
	}
	if csp := p.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors https://*.zendesk.com http://127.0.0.1:*") || p.Header.Get("X-Frame-Options") != "" {
		t.Errorf("%s: cannot be read in the frame: %s", code, csp)
	}
}

func TestLaunch(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	acme, globex := s.ZD.Account("acme"), s.ZD.Account("globex")
	b := s.NewBrowser(t)

	page := b.Launch(acme, acme.Token(mia))
	if page.Status != http.StatusOK {
		t.Fatalf("%d %s", page.Status, page.Text())
	}
	if csp := page.Header.Get("Content-Security-Policy"); !strings.HasSuffix(csp, "frame-ancestors "+acme.Origin) || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	cookie := page.Header.Get("Set-Cookie")
	for _, want := range []string{"__Host-agent-acme-9001=", "Path=/", "HttpOnly", "Secure", "SameSite=None", "Partitioned"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff"} {
		if got := page.Header.Get(name); got != want {
			t.Errorf("%s is %q; want %q", name, got, want)
		}
	}

	for name, c := range map[string]struct {
		token    string
		code     string
		sentence string
	}{
		"expired": {acme.Token(mia, simzendesk.Expired()), "launch.expired", "has expired"},
		"another audience": {acme.Token(mia, simzendesk.Audience("acme", acme.InstallationID+1)), "launch.unregistered",
			"zendesk-pagerduty installation add acme --app APP_ID --installation"},
		"unsigned":                {acme.Token(mia, simzendesk.Unsigned()), "launch.forged", "could not be verified"},
		"signed with the PEM":     {acme.Token(mia, simzendesk.SignedWithPublicKey()), "launch.forged", "could not be verified"},
		"signed by the neighbour": {acme.Token(mia, simzendesk.SignedBy(globex)), "launch.forged", "could not be verified"},
		"no exp":                  {acme.Token(mia, simzendesk.Without("exp")), "launch.forged", "could not be verified"},
		"no token":                {"", "launch.missing", "signedUrls"},
		"no token at all":         {"hello", "launch.malformed", "not the launch token"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, s.NewBrowser(t).Launch(acme, c.token), http.StatusForbidden, c.code, c.sentence)
		})
	}
	t.Run("foreign origin", func(t *testing.T) {
		elsewhere := *acme
		elsewhere.Origin = globex.Origin
		refused(t, s.NewBrowser(t).Launch(&elsewhere, acme.Token(mia)), http.StatusForbidden, "launch.origin", acme.Origin)
	})
	if got := b.Get(s.URL + "/sidebar"); got.Status != 200 || !strings.Contains(got.Text(), "open a ticket in Zendesk") {
		t.Errorf("GET /sidebar: %d %s", got.Status, got.Text())
	}
}

// Hostile ids in an unverified token are echoed only where they fit a pattern.
func TestUnregisteredEchoesNothingElse(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	acme := s.ZD.Account("acme")
	for _, subdomain := range []string{`"><script>alert(1)</script>`, "acme.zendesk.com/x?", "ACME", ""} {
		p := s.NewBrowser(t).Launch(acme, acme.Token(mia, simzendesk.Audience(subdomain, 77)))
		if p.Status != http.StatusForbidden || strings.Contains(p.HTML, "alert(1)") || p.Find("[data-register]").Length() != 0 {
			t.Errorf("%q: %d %s", subdomain, p.Status, p.HTML)
		}
	}
}

func TestLaunchTwice(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	acme := s.ZD.Account("acme")
	token := acme.Token(mia)

	// byte-identical, at once: each starts a session of its own
	var group sync.WaitGroup
	sessions := make([]string, 2)
	for i := range sessions {
		b := s.NewBrowser(t)
		group.Go(func() { sessions[i] = b.Launch(acme, token).Find("#panel").AttrOr("data-session", "") })
	}
	group.Wait()
	if sessions[0] == "" || sessions[1] == "" || sessions[0] == sessions[1] {
		t.Fatalf("two launches at once: %q", sessions)
	}

	known := s.NewBrowser(t)
	known.Panel(acme, mia)
	s.Forward(t, 61*time.Second)
	refused(t, s.NewBrowser(t).Launch(acme, token), http.StatusForbidden, "launch.repeated", "Reload all apps")
	other := s.NewBrowser(t)
	other.Panel(acme, tom)
	refused(t, other.Launch(acme, token), http.StatusForbidden, "launch.repeated", "Reload all apps")
	if p := known.Launch(acme, token); p.Status != http.StatusOK {
		t.Errorf("a browser that launched as this agent before: %d %s", p.Status, p.Text())
	}
	s.Forward(t, 10*time.Minute)
	refused(t, known.Launch(acme, token), http.StatusForbidden, "launch.expired", "has expired")
}

// failing lets single steps of the store fail.
type failing struct {
	app.Store
	start error        // of StartSession
	saves atomic.Int64 // so many SaveRefreshed fail
}

var errAway = errors.New("the database is away")

func (f *failing) StartSession(ctx context.Context, start zendesk.SessionStart) error {
	if f.start != nil {
		return f.start
	}
	return f.Store.StartSession(ctx, start)
}

func withStore(f *failing) apptest.Change {
	return func(_ *app.Settings, o *app.Options) {
		o.Store = func(s *store.Store) app.Store { f.Store = s; return f }
	}
}

func TestLaunchWhileTheDatabaseFails(t *testing.T) {
	t.Parallel()
	f := &failing{start: errAway}
	s := apptest.Start(t, withStore(f))
	acme := s.ZD.Account("acme")
	token := acme.Token(mia)
	b := s.NewBrowser(t)
	p := b.Launch(acme, token)
	if p.Status != http.StatusInternalServerError || !strings.Contains(p.Text(), "Something went wrong") || strings.Contains(p.HTML, "away") {
		t.Errorf("%d %s", p.Status, p.Text())
	}
	f.start = nil
	s.Forward(t, 2*time.Minute)
	if p := b.Launch(acme, token); p.Status != http.StatusOK {
		t.Errorf("afterwards the token was used up: %d %s", p.Status, p.Text())
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	acme := s.ZD.Account("acme")
	alive := func(p *apptest.Panel, want int) {
		t.Helper()
		got := p.Get("/connection")
		if got.Status != want {
			t.Errorf("status %d; want %d: %s", got.Status, want, got.Text())
		}
		if want == http.StatusUnauthorized && (got.State() != "session-ended" || !strings.Contains(got.Text(), "Reload all apps")) {
			t.Errorf("ended, and shown as %s: %s", got.State(), got.Text())
		}
	}
	b := s.NewBrowser(t)
	idle := b.Panel(acme, mia)
	used := b.Panel(acme, mia)
	alive(idle, 200)
	for range 3 {
		s.Forward(t, 7*time.Hour)
		alive(used, 200)
	}
	alive(idle, 401)
	s.Forward(t, 3*time.Hour)
	alive(used, 401) // 24 hours at most, however busy
}

func TestSessionValues(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	good := b.Panel(s.ZD.Account("acme"), mia)
	for _, value := range []string{"", "x", good.Session + "x", good.Session[:len(good.Session)-1], "test." + strings.Repeat("A", 60), strings.Repeat("A", 30000)} {
		req, _ := http.NewRequest(http.MethodGet, s.URL+"/connection", nil)
		req.Header.Set("Sidebar-Session", value)
		if p := b.Do(req); p.Status != http.StatusUnauthorized && p.Status != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%.20q: %d", value, p.Status)
		}
	}
	// The cookie alone opens nothing: neighbours can overwrite it, and a
	// cross-site request would carry it.
	req, _ := http.NewRequest(http.MethodGet, s.URL+"/connection", nil)
	if p := b.Do(req); p.Status != http.StatusUnauthorized {
		t.Errorf("the cookie alone: %d", p.Status)
	}
	// and one that was overwritten changes nothing
	u, _ := url.Parse(s.URL)
	b.Client.Jar.SetCookies(u, []*http.Cookie{{Name: "__Host-agent-acme-9001", Value: "overwritten", Path: "/", Secure: true}})
	if p := good.Get("/connection"); p.Status != 200 {
		t.Errorf("with an overwritten cookie: %d", p.Status)
	}
	s.Unregister(t, s.ZD.Account("acme"))
	if p := good.Get("/connection"); p.Status != http.StatusUnauthorized {
		t.Errorf("after the installation was removed: %d", p.Status)
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	b := s.NewBrowser(t)
	p := b.Panel(s.ZD.Account("acme"), mia)
	for _, id := range []string{"abc", "0", "-1", "1.5", "99999999999999999999", "1%2F..", "%00", "101x"} {
		for _, got := range []apptest.Page{p.Get("/tickets/" + id + "/incidents"), p.Post("/tickets/"+id+"/incidents", url.Values{"title": {"x"}}),
			p.Get("/tickets/" + id + "/services")} {
			if got.Status != http.StatusBadRequest {
				t.Errorf("ticket %q: %d", id, got.Status)
			}
		}
	}
	for path, size := range map[string]int{"/tickets/101/incidents": 300 << 10, "/login": 20 << 10, "/login/claim": 20 << 10, "/logout": 20 << 10, "/sidebar": 20 << 10} {
		if got := p.Post(path, url.Values{"token": {strings.Repeat("x", size)}}); got.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("%d bytes to %s: %d", size, path, got.Status)
		}
		// the same without a length
		req, _ := http.NewRequest(http.MethodPost, s.URL+path, struct{ *strings.Reader }{strings.NewReader("token=" + strings.Repeat("x", size))})
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sidebar-Session", p.Session)
		req.ContentLength = -1
		if got := b.Do(req); got.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("%d bytes to %s, chunked: %d", size, path, got.Status)
		}
	}
	for _, header := range [][]string{{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "null"}} {
		if got := b.Post(s.URL+"/logout", nil, append(header, "Sidebar-Session", p.Session)...); got.Status != http.StatusForbidden {
			t.Errorf("cross-site %v: %d", header, got.Status)
		}
	}
	if got := p.Get("/tickets/101/nothing"); got.Status != http.StatusNotFound {
		t.Errorf("no such route: %d", got.Status)
	}
	if got := p.Get("/connection"); got.Status != http.StatusOK {
		t.Errorf("after all that the panel is gone: %d", got.Status)
	}
}

// A base64 decoder skips line ends. A token with one in it, long after its use,
// is no token that was not used.
func TestTokenWithLineEnds(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	acme := s.ZD.Account("acme")
	token := acme.Token(mia)
	if p := s.NewBrowser(t).Launch(acme, token); p.Status != http.StatusOK {
		t.Fatalf("%d %s", p.Status, p.Text())
	}
	s.Forward(t, zendesk.RepeatWindow+time.Second)
	for _, other := range []string{token, token + "\n", "\r" + token, strings.Replace(token, ".", "\n.", 1), token + "="} {
		if p := s.NewBrowser(t).Launch(acme, other); p.Status != http.StatusForbidden {
			t.Errorf("%q…: %d %s", other[len(other)-3:], p.Status, p.Text())
		}
	}
}

// Who launched, and what another site sent, is in the log: by ids, and without
// what could be used.
func TestLaunchesAndRefusalsAreLogged(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	acme := s.ZD.Account("acme")
	token := acme.Token(mia)
	b := s.NewBrowser(t)
	b.Launch(acme, token)
	b.Post(s.URL+"/tickets/4711/incidents?secret=hunter2", nil, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	lines := map[string]string{}
	for line := range strings.Lines(s.Log.String()) {
		for _, what := range []string{`"msg":"launched"`, `"msg":"cross-site request refused"`} {
			if strings.Contains(line, what) {
				lines[what] = line
			}
		}
	}
	for what, want := range map[string][]string{
		`"msg":"launched"`:                   {`"level":"INFO"`, `"subdomain":"acme"`, `"user":"9001"`, `"request":`},
		`"msg":"cross-site request refused"`: {`"level":"INFO"`, `"route":"/tickets/:id/incidents"`, `"ip":"127.0.0.1"`, `"request":`},
	} {
		for _, part := range want {
			if !strings.Contains(lines[what], part) {
				t.Errorf("%s lacks %s: %q", what, part, lines[what])
			}
		}
	}
	for _, secret := range []string{token, token[:40], token[len(token)-40:], "hunter2", "4711"} {
		if strings.Contains(s.Log.String(), secret) {
			t.Errorf("the log holds %.20q", secret)
		}
	}
}
