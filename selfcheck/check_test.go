package selfcheck_test

import (
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/selfcheck"
)

const mia = 9001

// run runs a check, and returns its lines.
func run(t *testing.T, c selfcheck.Check) (lines []selfcheck.Line) {
	t.Helper()
	c.Each = func(l selfcheck.Line) {
		if (l.Do == "") != (l.Level == selfcheck.OK) {
			t.Errorf("%v: what is not well says what to do about it, and nothing else does", l)
		}
		for _, secret := range []seal.Secret{c.Settings.SecretKeys, c.Settings.ClientSecret} {
			if secret != "" && strings.Contains(fmt.Sprint(l), secret.Reveal()) {
				t.Errorf("a secret in %q", l.Found)
			}
		}
		lines = append(lines, l)
	}
	failures, warnings := c.Run(t.Context())
	for _, l := range lines {
		switch l.Level {
		case selfcheck.Failure:
			failures--
		case selfcheck.Warning:
			warnings--
		}
	}
	if failures != 0 || warnings != 0 {
		t.Errorf("failures or warnings were not counted: %d, %d", failures, warnings)
	}
	return lines
}

// of are the lines of a level.
func of(lines []selfcheck.Line, level selfcheck.Level) (list []selfcheck.Line) {
	for _, l := range lines {
		if l.Level == level {
			list = append(list, l)
		}
	}
	return list
}

// sqlite changes the stand's database behind its back.
func sqlite(t *testing.T, s *apptest.Stand, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", strings.TrimPrefix(s.Settings.DatabaseURL, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func sealingKey(id, letter string) seal.Secret {
	return seal.Secret(id + ":" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat(letter, 32))))
}

func TestCheckOfAGoodSetUp(t *testing.T) {
	s := apptest.Start(t)
	s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia).Connect("jane")
	lines := run(t, selfcheck.Check{Settings: s.Settings})
	if bad := append(of(lines, selfcheck.Failure), of(lines, selfcheck.Warning)...); len(bad) > 0 {
		t.Errorf("%v", bad)
	}
	about := map[string]bool{}
	for _, l := range lines {
		about[strings.Fields(l.About)[0]] = true
	}
	for _, want := range []string{"settings", "setting", "database", "schema", "write", "key", "signing", "clock", "client", s.URL, "TLS", "buffering",
		"forwarded", "scopes", "installation", "events"} {
		if !about[want] {
			t.Errorf("no line about %s", want)
		}
	}
}

func TestBrokenSetUps(t *testing.T) {
	for _, b := range brokenSetUps {
		t.Run(b.name, func(t *testing.T) {
			var changes []apptest.Change
			if b.start != nil {
				changes = append(changes, b.start)
			}
			s := apptest.Start(t, changes...)
			s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia).Connect("jane")
			c := selfcheck.Check{Settings: s.Settings}
			if b.change != nil {
				b.change(t, s, &c)
			}
			failures := of(run(t, c), selfcheck.Failure)
			if len(failures) == 0 {
				t.Fatal("no failure")
			}
			if first := failures[0]; !strings.HasPrefix(first.About, b.about) || !strings.Contains(first.Found, b.found) {
				t.Errorf("the first failing line is %q: %q; want %q: … %q", first.About, first.Found, b.about, b.found)
			}
		})
	}
}

// another is a server that has nothing of what is asked for.
func another(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return server.URL
}

// proxy stands before a stand's server, with TLS, and returns its address and
// what a client needs to trust it.
func proxy(t *testing.T, s *apptest.Stand, http2 bool, change func(*httputil.ReverseProxy)) (string, *tls.Config) {
	t.Helper()
	to, err := url.Parse("http://" + s.Settings.Listen)
	if err != nil {
		t.Fatal(err)
	}
	p := &httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.SetXForwarded()
		},
	}
	if change != nil {
		change(p)
	}
	server := httptest.NewUnstartedServer(p)
	server.EnableHTTP2 = http2
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return server.URL, &tls.Config{RootCAs: roots}
}

// What works, and is not as it should be, is a warning.
func TestWarningsAboutTheProxy(t *testing.T) {
	for name, c := range map[string]struct {
		change       func(*httputil.ReverseProxy)
		h1           bool
		about, found string
	}{
		"it is not named": {
			change: forwards("198.51.100.9"),
			about:  "forwarded address", found: "TRUSTED_PROXIES lacks the proxy at 127.0.0.1",
		},
		"HTTP/1 alone": {h1: true, about: "HTTP/2", found: "not offered"},
		"it says no address": {
			change: forwards(""),
			about:  "forwarded address", found: "does not say whom it forwards",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := apptest.Start(t)
			check := selfcheck.Check{Settings: s.Settings}
			check.Settings.PublicURL, check.TLS = proxy(t, s, !c.h1, c.change)
			lines := run(t, check)
			if failures := of(lines, selfcheck.Failure); len(failures) > 0 {
				t.Errorf("%v", failures)
			}
			found := false
			for _, l := range of(lines, selfcheck.Warning) {
				found = found || l.About == c.about && strings.Contains(l.Found, c.found)
			}
			if !found {
				t.Errorf("no warning %q: … %q in %v", c.about, c.found, of(lines, selfcheck.Warning))
			}
		})
	}
}

// forwards lets a proxy say an address, or none.
func forwards(address string) func(*httputil.ReverseProxy) {
	return func(p *httputil.ReverseProxy) {
		usual := p.Rewrite
		p.Rewrite = func(r *httputil.ProxyRequest) {
			usual(r)
			r.Out.Header.Del("X-Forwarded-For")
			if address != "" {
				r.Out.Header.Set("X-Forwarded-For", address)
			}
		}
	}
}

// A proxy that collects answers is found, and is no fault: none is sent in parts.
func TestBuffering(t *testing.T) {
	s := apptest.Start(t)
	for want, change := range map[string]func(*httputil.ReverseProxy){
		"none": nil,
		"a proxy collects answers": func(p *httputil.ReverseProxy) {
			p.ModifyResponse = func(res *http.Response) error {
				whole, err := io.ReadAll(res.Body)
				res.Body = io.NopCloser(strings.NewReader(string(whole)))
				return err
			}
		},
	} {
		check := selfcheck.Check{Settings: s.Settings}
		check.Settings.PublicURL, check.TLS = proxy(t, s, true, change)
		lines := run(t, check)
		if !slices.ContainsFunc(lines, func(l selfcheck.Line) bool {
			return l.About == "buffering" && l.Level == selfcheck.OK && strings.HasPrefix(l.Found, want)
		}) {
			t.Errorf("%s: %v", want, lines)
		}
	}
}
