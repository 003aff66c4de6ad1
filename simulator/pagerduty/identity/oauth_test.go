package identity_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func TestLogin(t *testing.T) {
	sim, c := pagerdutytest.NewLogin(t)
	q := pagerdutytest.Authorization(sim, "incidents.read incidents.write")
	_, page, header := pagerdutytest.Visit(t, c, http.MethodGet, sim.AuthorizeURL+"?"+q.Encode(), nil)
	if !strings.Contains(page, "Jane Miller") || header.Get("X-Frame-Options") != "DENY" ||
		header.Get("Cross-Origin-Opener-Policy") != "" {
		t.Errorf("login page: %v", header)
	}
	toApp := pagerdutytest.Login(t, sim, c, "jane", q, pagerdutytest.Allow)
	if toApp.Get("state") != "the state" || toApp.Get("code") == "" {
		t.Fatalf("to the app went %v", toApp)
	}
	got := pagerdutytest.Exchange(t, sim, toApp.Get("code"), nil)
	if got.Status != 200 || got.Scope != "openid incidents.read incidents.write" || got.Expires != 24*3600 ||
		!strings.Contains(got.Access, "+") {
		t.Errorf("%+v", got)
	}
	if r := pagerdutytest.Ask(t, got.Access, "GET", sim.URL+"/incidents", nil); r.Status != 200 {
		t.Errorf("REST with it: %d", r.Status)
	}
}

func TestAuthorizeRefusals(t *testing.T) {
	sim, c := pagerdutytest.NewLogin(t)
	for name, tt := range map[string]struct {
		change func(url.Values)
		failed string // the error that the app gets; none where it is a page
	}{
		"another client":       {change: func(q url.Values) { q.Set("client_id", "x") }},
		"another redirect":     {change: func(q url.Values) { q.Set("redirect_uri", pagerdutytest.Callback+"/more") }},
		"no scope":             {func(q url.Values) { q.Del("scope") }, "invalid_scope"},
		"another type":         {func(q url.Values) { q.Set("response_type", "token") }, "unsupported_response_type"},
		"no PKCE":              {func(q url.Values) { q.Del("code_challenge") }, "invalid_request"},
		"PKCE without hashing": {func(q url.Values) { q.Set("code_challenge_method", "plain") }, "invalid_request"},
	} {
		q := pagerdutytest.Authorization(sim, "incidents.read")
		tt.change(q)
		toApp, page, _ := pagerdutytest.Visit(t, c, http.MethodGet, sim.AuthorizeURL+"?"+q.Encode(), nil)
		if toApp.Get("error") != tt.failed || tt.failed == "" && !strings.Contains(page, "wrong") {
			t.Errorf("%s: %v %s", name, toApp, page)
		}
		if tt.failed != "" && toApp.Get("state") != "the state" {
			t.Errorf("%s: the state is not echoed", name)
		}
	}
	if got := pagerdutytest.Login(t, sim, c, "jane", pagerdutytest.Authorization(sim, "incidents.read"), url.Values{
		"decision": {"deny"},
	}); got.Get("error") != "access_denied" {
		t.Errorf("denied: %v", got)
	}
}

// The attack that an app must withstand: once consent is remembered, a bare
// visit to the authorize address gives a code.
func TestRememberedConsentGoesStraightThrough(t *testing.T) {
	sim, c := pagerdutytest.NewLogin(t)
	q := pagerdutytest.Authorization(sim, "incidents.read")
	pagerdutytest.Login(t, sim, c, "jane", q, url.Values{"decision": {"allow"}, "remember": {"on"}})
	toApp, _, _ := pagerdutytest.Visit(t, c, http.MethodGet, sim.AuthorizeURL+"?"+q.Encode(), nil)
	if toApp.Get("code") == "" {
		t.Errorf("the same scopes: %v", toApp)
	}
	toApp, page, _ := pagerdutytest.Visit(t, c, http.MethodGet,
		sim.AuthorizeURL+"?"+pagerdutytest.Authorization(sim, "incidents.read incidents.write").Encode(), nil)
	if toApp != nil || !strings.Contains(page, "incidents.write") {
		t.Errorf("more scopes than remembered: %v", toApp)
	}
}

func TestCodes(t *testing.T) {
	sim, c := pagerdutytest.NewLogin(t)
	code := func() string {
		return pagerdutytest.Login(t, sim, c, "jane", pagerdutytest.Authorization(sim, "incidents.read"), pagerdutytest.Allow).Get("code")
	}
	once := code()
	got := pagerdutytest.Exchange(t, sim, once, nil)
	if again := pagerdutytest.Exchange(t, sim, once, nil); again.Status != 400 || again.Error != "invalid_grant" {
		t.Errorf("a code used twice: %+v", again)
	}
	if r := pagerdutytest.Ask(t, got.Access, "GET", sim.URL+"/incidents", nil); r.Status != 401 {
		t.Errorf("what the code gave the first time: %d; want it revoked", r.Status)
	}

	late := code()
	if err := sim.Clock.Forward(30 * time.Second); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		code   string
		change func(url.Values, *http.Request)
		status int
		failed string
	}{
		"after 30 seconds": {late, nil, 400, "invalid_grant"},
		"unknown":          {"x", nil, 400, "invalid_grant"},
		"another verifier": {code(), func(f url.Values, _ *http.Request) {
			f.Set("code_verifier", "other")
		}, 400, "invalid_grant"},
		"another redirect": {code(), func(f url.Values, _ *http.Request) {
			f.Set("redirect_uri", pagerdutytest.Callback+"/")
		}, 400, "invalid_grant"},
		"another secret": {code(), func(f url.Values, _ *http.Request) {
			f.Set("client_secret", "x")
		}, 401, "invalid_client"},
		"unknown grant": {code(), func(f url.Values, _ *http.Request) {
			f.Set("grant_type", "password")
		}, 400, "unsupported_grant_type"},
		"secret not encoded": {code(), func(f url.Values, _ *http.Request) {
			f.Set("client_secret", strings.ReplaceAll(sim.ClientSecret, "+", " "))
		}, 401, "invalid_client"},
		"secret in the header": {code(), func(f url.Values, r *http.Request) {
			f.Del("client_secret")
			r.SetBasicAuth(sim.ClientID, sim.ClientSecret)
		}, 401, "invalid_client"},
		"secret in the query": {code(), func(f url.Values, r *http.Request) {
			r.URL.RawQuery = f.Encode()
			clear(f)
		}, 401, "invalid_client"},
	} {
		if got := pagerdutytest.Exchange(t, sim, tt.code, tt.change); got.Status != tt.status || got.Error != tt.failed ||
			got.Access != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestUnknownScopesVanish(t *testing.T) {
	sim, c := pagerdutytest.NewLogin(t)
	for setting, want := range map[string]string{"all": "openid", "each": "openid incidents.read"} {
		sim.Set(func(s *pagerduty.Settings) { s.UnknownScope = setting })
		toApp := pagerdutytest.Login(t, sim, c, "jane", pagerdutytest.Authorization(sim, "incidents.read nonsense.write"),
			pagerdutytest.Allow)
		if got := pagerdutytest.Exchange(t, sim, toApp.Get("code"), nil); got.Scope != want {
			t.Errorf("%s: %q; want %q", setting, got.Scope, want)
		}
	}
}

func TestClassic(t *testing.T) {
	sim, c := pagerdutytest.NewLogin(t)
	sim.Set(func(s *pagerduty.Settings) { s.OAuth = "classic" })
	q := pagerdutytest.Authorization(sim, "write")
	q.Del("code_challenge")
	q.Del("code_challenge_method")
	got := pagerdutytest.Exchange(t, sim, pagerdutytest.Login(t, sim, c, "jane", q, pagerdutytest.Allow).Get("code"), nil)
	if got.Scope != "openid write" || got.Expires != 30*24*3600 {
		t.Errorf("%+v", got)
	}
	if r := pagerdutytest.Ask(t, got.Access, "GET", sim.URL+"/services", nil); r.Status != 200 {
		t.Errorf("write covers reading: %d", r.Status)
	}
}

func TestIdentityProviderOnAnotherHost(t *testing.T) {
	sim, c := pagerdutytest.NewLogin(t)
	sim.Set(func(s *pagerduty.Settings) { s.SSOHost, s.COOP = "localhost", true })
	q := pagerdutytest.Authorization(sim, "incidents.read")
	_, page, header := pagerdutytest.Visit(t, c, http.MethodPost, sim.URL+"/login", url.Values{
		"person": {"jane"},
		"next":   {"/oauth/authorize?" + q.Encode()},
	})
	if !strings.Contains(page, "sso-continue") || header.Get("Cross-Origin-Opener-Policy") != "same-origin" {
		t.Fatalf("%v %s", header, page)
	}
	_, ticket, _ := strings.Cut(page, `name="ticket" value="`)
	ticket, _, _ = strings.Cut(ticket, `"`)
	sso := strings.Replace(sim.URL, "127.0.0.1", "localhost", 1)
	if _, page, _ = pagerdutytest.Visit(t, c, http.MethodPost, sso+"/sso", url.Values{
		"ticket": {ticket},
	}); !strings.Contains(page, `id="allow"`) {
		t.Errorf("the chain ends with %s", page)
	}
}
