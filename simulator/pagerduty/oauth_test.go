package pagerduty_test

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zendesk-pagerduty/simulator/pagerduty"
)

const (
	callback = "http://localhost:1/login/callback"
	verifier = "a-verifier-of-forty-three-characters-at-least-0"
)

func challenge(of string) string {
	sum := sha256.Sum256([]byte(of))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// browser keeps cookies and follows redirects, except to the app.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

func authorization(sim *pagerduty.Simulator, scope string) url.Values {
	return url.Values{"client_id": {sim.ClientID}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {scope},
		"state": {"the state"}, "nonce": {"the nonce"}, "code_challenge": {challenge(verifier)}, "code_challenge_method": {"S256"}}
}

// visit makes a request and gives back where it ended: the query that went to
// the app, or the page.
func visit(t *testing.T, c *http.Client, method, address string, form url.Values) (toApp url.Values, page string, header http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if to := res.Header.Get("Location"); strings.HasPrefix(to, callback) {
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query(), "", res.Header
	}
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return nil, string(raw), res.Header
}

// login goes the whole way as a person with a new browser and gives the code.
func login(t *testing.T, sim *pagerduty.Simulator, c *http.Client, who string, q url.Values, answer url.Values) url.Values {
	t.Helper()
	next := "/oauth/authorize?" + q.Encode()
	visit(t, c, http.MethodPost, sim.URL+"/login", url.Values{"person": {who}, "next": {next}})
	toApp, _, _ := visit(t, c, http.MethodPost, sim.URL+"/oauth/consent?"+q.Encode(), answer)
	return toApp
}

func newLogin(t *testing.T) (*pagerduty.Simulator, *http.Client) {
	sim := pagerduty.RunT(t)
	sim.AllowRedirect(callback)
	return sim, browser(t)
}

type tokens struct {
	status  int
	Error   string `json:"error"`
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	IDToken string `json:"id_token"`
	Scope   string `json:"scope"`
	Expires int    `json:"expires_in"`
}

func exchange(t *testing.T, sim *pagerduty.Simulator, code string, change func(url.Values, *http.Request)) tokens {
	t.Helper()
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {verifier},
		"client_id": {sim.ClientID}, "client_secret": {sim.ClientSecret}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, sim.TokenURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(form, req)
	}
	req.Body = io.NopCloser(strings.NewReader(form.Encode()))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got := tokens{status: res.StatusCode}
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

var allow = url.Values{"decision": {"allow"}}

func TestLogin(t *testing.T) {
	sim, c := newLogin(t)
	q := authorization(sim, "incidents.read incidents.write")
	_, page, header := visit(t, c, http.MethodGet, sim.AuthorizeURL+"?"+q.Encode(), nil)
	if !strings.Contains(page, "Jane Miller") || header.Get("X-Frame-Options") != "DENY" || header.Get("Cross-Origin-Opener-Policy") != "" {
		t.Errorf("login page: %v", header)
	}
	toApp := login(t, sim, c, "jane", q, allow)
	if toApp.Get("state") != "the state" || toApp.Get("code") == "" {
		t.Fatalf("to the app went %v", toApp)
	}
	got := exchange(t, sim, toApp.Get("code"), nil)
	if got.status != 200 || got.Scope != "openid incidents.read incidents.write" || got.Expires != 24*3600 || !strings.Contains(got.Access, "+") {
		t.Errorf("%+v", got)
	}
	if r := ask(t, got.Access, "GET", sim.URL+"/incidents", nil); r.status != 200 {
		t.Errorf("REST with it: %d", r.status)
	}
}

func TestAuthorizeRefusals(t *testing.T) {
	sim, c := newLogin(t)
	for name, tt := range map[string]struct {
		change func(url.Values)
		told   string // the error told to the app; none where it is a page
	}{
		"another client":       {change: func(q url.Values) { q.Set("client_id", "x") }},
		"another redirect":     {change: func(q url.Values) { q.Set("redirect_uri", callback+"/more") }},
		"no scope":             {func(q url.Values) { q.Del("scope") }, "invalid_scope"},
		"another type":         {func(q url.Values) { q.Set("response_type", "token") }, "unsupported_response_type"},
		"no PKCE":              {func(q url.Values) { q.Del("code_challenge") }, "invalid_request"},
		"PKCE without hashing": {func(q url.Values) { q.Set("code_challenge_method", "plain") }, "invalid_request"},
	} {
		q := authorization(sim, "incidents.read")
		tt.change(q)
		toApp, page, _ := visit(t, c, http.MethodGet, sim.AuthorizeURL+"?"+q.Encode(), nil)
		if toApp.Get("error") != tt.told || tt.told == "" && !strings.Contains(page, "wrong") {
			t.Errorf("%s: %v %s", name, toApp, page)
		}
		if tt.told != "" && toApp.Get("state") != "the state" {
			t.Errorf("%s: the state is not echoed", name)
		}
	}
	if got := login(t, sim, c, "jane", authorization(sim, "incidents.read"), url.Values{"decision": {"deny"}}); got.Get("error") != "access_denied" {
		t.Errorf("denied: %v", got)
	}
}

// The attack that an app must withstand: once consent is remembered, a bare
// visit to the authorize address gives a code.
func TestRememberedConsentGoesStraightThrough(t *testing.T) {
	sim, c := newLogin(t)
	q := authorization(sim, "incidents.read")
	login(t, sim, c, "jane", q, url.Values{"decision": {"allow"}, "remember": {"on"}})
	toApp, _, _ := visit(t, c, http.MethodGet, sim.AuthorizeURL+"?"+q.Encode(), nil)
	if toApp.Get("code") == "" {
		t.Errorf("the same scopes: %v", toApp)
	}
	toApp, page, _ := visit(t, c, http.MethodGet, sim.AuthorizeURL+"?"+authorization(sim, "incidents.read incidents.write").Encode(), nil)
	if toApp != nil || !strings.Contains(page, "incidents.write") {
		t.Errorf("more scopes than remembered: %v", toApp)
	}
}

func TestCodes(t *testing.T) {
	sim, c := newLogin(t)
	code := func() string {
		return login(t, sim, c, "jane", authorization(sim, "incidents.read"), allow).Get("code")
	}
	once := code()
	got := exchange(t, sim, once, nil)
	if again := exchange(t, sim, once, nil); again.status != 400 || again.Error != "invalid_grant" {
		t.Errorf("a code used twice: %+v", again)
	}
	if r := ask(t, got.Access, "GET", sim.URL+"/incidents", nil); r.status != 401 {
		t.Errorf("what the code gave the first time: %d; want it revoked", r.status)
	}

	late := code()
	if err := sim.Clock.Forward(30 * time.Second); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		code   string
		change func(url.Values, *http.Request)
		status int
		told   string
	}{
		"after 30 seconds": {late, nil, 400, "invalid_grant"},
		"unknown":          {"x", nil, 400, "invalid_grant"},
		"another verifier": {code(), func(f url.Values, _ *http.Request) { f.Set("code_verifier", "other") }, 400, "invalid_grant"},
		"another redirect": {code(), func(f url.Values, _ *http.Request) { f.Set("redirect_uri", callback+"/") }, 400, "invalid_grant"},
		"another secret":   {code(), func(f url.Values, _ *http.Request) { f.Set("client_secret", "x") }, 401, "invalid_client"},
		"unknown grant":    {code(), func(f url.Values, _ *http.Request) { f.Set("grant_type", "password") }, 400, "unsupported_grant_type"},
		"secret not encoded": {code(), func(f url.Values, _ *http.Request) {
			f.Set("client_secret", strings.ReplaceAll(sim.ClientSecret, "+", " "))
		}, 401, "invalid_client"},
		"secret in the header": {code(), func(f url.Values, r *http.Request) {
			f.Del("client_secret")
			r.SetBasicAuth(sim.ClientID, sim.ClientSecret)
		}, 401, "invalid_client"},
		"secret in the query": {code(), func(f url.Values, r *http.Request) { r.URL.RawQuery = f.Encode(); clear(f) }, 401, "invalid_client"},
	} {
		if got := exchange(t, sim, tt.code, tt.change); got.status != tt.status || got.Error != tt.told || got.Access != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestUnknownScopesVanish(t *testing.T) {
	sim, c := newLogin(t)
	for setting, want := range map[string]string{"all": "openid", "each": "openid incidents.read"} {
		sim.Set(func(s *pagerduty.Settings) { s.UnknownScope = setting })
		toApp := login(t, sim, c, "jane", authorization(sim, "incidents.read nonsense.write"), allow)
		if got := exchange(t, sim, toApp.Get("code"), nil); got.Scope != want {
			t.Errorf("%s: %q; want %q", setting, got.Scope, want)
		}
	}
}

func TestClassic(t *testing.T) {
	sim, c := newLogin(t)
	sim.Set(func(s *pagerduty.Settings) { s.OAuth = "classic" })
	q := authorization(sim, "write")
	q.Del("code_challenge")
	q.Del("code_challenge_method")
	got := exchange(t, sim, login(t, sim, c, "jane", q, allow).Get("code"), nil)
	if got.Scope != "openid write" || got.Expires != 30*24*3600 {
		t.Errorf("%+v", got)
	}
	if r := ask(t, got.Access, "GET", sim.URL+"/services", nil); r.status != 200 {
		t.Errorf("write covers reading: %d", r.status)
	}
}

func TestIdentityProviderOnAnotherHost(t *testing.T) {
	sim, c := newLogin(t)
	sim.Set(func(s *pagerduty.Settings) { s.SSOHost, s.COOP = "localhost", true })
	q := authorization(sim, "incidents.read")
	_, page, header := visit(t, c, http.MethodPost, sim.URL+"/login", url.Values{"person": {"jane"}, "next": {"/oauth/authorize?" + q.Encode()}})
	if !strings.Contains(page, "sso-continue") || header.Get("Cross-Origin-Opener-Policy") != "same-origin" {
		t.Fatalf("%v %s", header, page)
	}
	_, ticket, _ := strings.Cut(page, `name="ticket" value="`)
	ticket, _, _ = strings.Cut(ticket, `"`)
	sso := strings.Replace(sim.URL, "127.0.0.1", "localhost", 1)
	if _, page, _ = visit(t, c, http.MethodPost, sso+"/sso", url.Values{"ticket": {ticket}}); !strings.Contains(page, `id="allow"`) {
		t.Errorf("the chain ends with %s", page)
	}
}

// keyfunc reads the JWKS as a client would.
func keyfunc(t *testing.T, sim *pagerduty.Simulator) jwt.Keyfunc {
	return func(token *jwt.Token) (any, error) {
		res, err := http.Get(sim.JWKSURL)
		if err != nil {
			return nil, err
		}
		defer res.Body.Close()
		var set struct {
			Keys []struct{ Kid, N, E string } `json:"keys"`
		}
		if err := json.NewDecoder(res.Body).Decode(&set); err != nil {
			return nil, err
		}
		for _, k := range set.Keys {
			if k.Kid == token.Header["kid"] {
				n, err := base64.RawURLEncoding.DecodeString(k.N)
				if err != nil {
					return nil, err
				}
				return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}, nil
			}
		}
		return nil, jwt.ErrTokenUnverifiable
	}
}

func TestIDToken(t *testing.T) {
	sim, c := newLogin(t)
	get := func(who string) (jwt.MapClaims, error) {
		t.Helper()
		got := exchange(t, sim, login(t, sim, c, who, authorization(sim, "incidents.read"), allow).Get("code"), nil)
		claims := jwt.MapClaims{}
		_, err := jwt.ParseWithClaims(got.IDToken, claims, keyfunc(t, sim), jwt.WithValidMethods([]string{"RS256"}), jwt.WithTimeFunc(sim.Clock.Now))
		return claims, err
	}
	first, err := get("jane")
	if err != nil {
		t.Fatal(err)
	}
	second, err := get("jane")
	if err != nil {
		t.Fatal(err)
	}
	if first["azp"] != sim.ClientID || first["user_id"] != "PJANE01" || first["subdomain"] != "acme" || first["delegation_id"] != second["delegation_id"] {
		t.Errorf("%v", first)
	}
	if aud, _ := first.GetAudience(); !slices.Equal(aud, []string{sim.ClientID, sim.URL}) {
		t.Errorf("aud is %v", aud)
	}
	if _, is := first["nonce"]; is || first["iss"] == second["iss"] || !slices.Contains(sim.Issuers, first["iss"].(string)) {
		t.Errorf("nonce %v; issuers %v and %v", first["nonce"], first["iss"], second["iss"])
	}
	eva, err := get("eva")
	if aud, _ := eva.GetAudience(); err != nil || !slices.Contains(aud, sim.EUURL) {
		t.Errorf("EU: %v %v", aud, err)
	}
	for name, tt := range map[string]struct {
		set  func(*pagerduty.Settings)
		good func(jwt.MapClaims, error) bool
	}{
		"nonce echoed":   {func(s *pagerduty.Settings) { s.Nonce = "echo" }, func(c jwt.MapClaims, _ error) bool { return c["nonce"] == "the nonce" }},
		"nonce wrong":    {func(s *pagerduty.Settings) { s.Nonce = "wrong" }, func(c jwt.MapClaims, _ error) bool { return c["nonce"] != "the nonce" && c["nonce"] != nil }},
		"audience wrong": {func(s *pagerduty.Settings) { s.Audience = "wrong" }, func(c jwt.MapClaims, _ error) bool { return c["azp"] != sim.ClientID }},
		"issuer unknown": {func(s *pagerduty.Settings) { s.Issuer = "unknown" }, func(c jwt.MapClaims, _ error) bool { return !slices.Contains(sim.Issuers, c["iss"].(string)) }},
		"key unknown":    {func(s *pagerduty.Settings) { s.IDTokenKey = "unknown" }, func(_ jwt.MapClaims, err error) bool { return err != nil }},
	} {
		before := sim.Settings()
		sim.Set(tt.set)
		if claims, err := get("jane"); !tt.good(claims, err) {
			t.Errorf("%s: %v %v", name, claims, err)
		}
		sim.Set(func(s *pagerduty.Settings) { *s = before })
	}
	old := exchange(t, sim, login(t, sim, c, "jane", authorization(sim, "incidents.read"), allow).Get("code"), nil).IDToken
	modulus := func() string {
		_, jwks, _ := visit(t, c, http.MethodGet, sim.JWKSURL, nil)
		_, n, _ := strings.Cut(jwks, `"n":"`)
		n, _, _ = strings.Cut(n, `"`)
		return n
	}
	before := modulus()
	sim.RotateKeys()
	if after := modulus(); after == before || after == "" {
		t.Error("the key is the same after the rotation")
	}
	if _, err := jwt.Parse(old, keyfunc(t, sim)); err == nil {
		t.Error("a token of the old key verifies after the rotation")
	}
	if _, err := get("jane"); err != nil {
		t.Errorf("a token of the new key: %v", err)
	}
}

func TestAtHash(t *testing.T) {
	sim, c := newLogin(t)
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return base64.RawURLEncoding.EncodeToString(sum[:16])
	}
	for form, good := range map[string]func(got any, right string) bool{
		"right":  func(got any, right string) bool { return got == right },
		"wrong":  func(got any, right string) bool { return got != nil && len(got.(string)) != len(right) },
		"sample": func(got any, right string) bool { return got != right && len(got.(string)) == len(right) },
		"absent": func(got any, _ string) bool { return got == nil },
	} {
		sim.Set(func(s *pagerduty.Settings) { s.AtHash = form })
		got := exchange(t, sim, login(t, sim, c, "jane", authorization(sim, "incidents.read"), allow).Get("code"), nil)
		claims := jwt.MapClaims{}
		if _, err := jwt.ParseWithClaims(got.IDToken, claims, keyfunc(t, sim), jwt.WithTimeFunc(sim.Clock.Now)); err != nil {
			t.Fatal(err)
		}
		if !good(claims["at_hash"], hash(got.Access)) {
			t.Errorf("%s: at_hash %v; the token's is %s", form, claims["at_hash"], hash(got.Access))
		}
	}
}

func TestRevocation(t *testing.T) {
	for ends, want := range map[string][3]int{ // token itself, its kin, another login of the person
		"delegation": {401, 401, 401}, "family": {401, 401, 200}, "token": {401, 200, 200},
	} {
		sim := pagerduty.RunT(t)
		sim.Set(func(s *pagerduty.Settings) { s.RevokeEnds = ends })
		access, second := sim.MintToken("jane", "incidents.read")
		other, _ := sim.MintToken("jane", "incidents.read")
		form := url.Values{"token": {access}, "client_id": {sim.ClientID}, "client_secret": {sim.ClientSecret}}
		for _, secret := range []string{"wrong", sim.ClientSecret} {
			form.Set("client_secret", secret)
			res, err := http.PostForm(sim.RevokeURL, form)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if want := map[bool]int{true: 200, false: 401}[secret == sim.ClientSecret]; res.StatusCode != want {
				t.Errorf("%s: %d; want %d", ends, res.StatusCode, want)
			}
		}
		status := func(token string) int { return ask(t, token, "GET", sim.URL+"/incidents", nil).status }
		got := [3]int{status(access), 200, status(other)}
		if s, _ := refresh(t, sim, second); s != 200 {
			got[1] = 401
		}
		if got != want {
			t.Errorf("%s: %v; want %v", ends, got, want)
		}
	}
}
