package oauth_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
)

const (
	clientID     = "our-app"
	clientSecret = "our-app's secret"
	redirect     = "https://panel.example/login/callback"
	issuer       = "https://identity.example"
	otherIssuer  = "https://app.example"
	apiUS        = "https://api.example"
	apiEU        = "https://api.eu.example"
)

// person is somebody with a PagerDuty login.
type person struct{ id, name, account, delegation string }

var (
	jane = person{id: "PJANE", name: "Jane", account: "acme", delegation: "D-jane"}
	lee  = person{id: "PLEE", name: "Lee", account: "acme", delegation: "D-lee"}
	eva  = person{id: "PEVA", name: "Eva", account: "nordwind", delegation: "D-eva"}
)

// signing is the identity service's key; it takes a while to make.
var signing = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// identity is an identity service as RFC 6749, RFC 7636 and OpenID Connect Core
// have it, as far as a login needs one. It is a transport: nothing listens.
type identity struct {
	t *testing.T

	mu       sync.Mutex
	consents map[string]consent // by code, which works once
	live     map[string]person  // by refresh token, which works once
	access   map[string]person  // by access token
	serial   int
	asked    map[string]int // requests by path
	revoked  []string       // refresh tokens

	// What a test sets, before the service is asked.
	scopes  []string                     // granted in place of what was asked for
	claims  func(jwt.MapClaims)          // changes the next ID tokens
	signed  func(jwt.MapClaims) string   // signs them in place of the service
	me      func(person) (string, error) // says whose a token is, in place of the truth
	instead func(*http.Request) *http.Response
}

type consent struct {
	who       person
	challenge string
	nonce     string
	scopes    []string
}

func newIdentity(t *testing.T) *identity {
	return &identity{t: t, consents: map[string]consent{}, live: map[string]person{}, access: map[string]person{}, asked: map[string]int{}}
}

// agree is a person who says yes at an authorize address. It returns what the
// redirect back carries.
func (i *identity) agree(address string, who person) oauth.Answer {
	i.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		i.t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"client_id":             clientID,
		"redirect_uri":          redirect,
		"response_type":         "code",
		"code_challenge_method": "S256",
	} {
		if got := q.Get(name); got != want {
			i.t.Fatalf("%s is %q; want %q", name, got, want)
		}
	}
	if q.Get("nonce") == "" || len(q.Get("code_challenge")) != 43 || q.Get("state") == "" {
		i.t.Fatalf("no nonce, challenge or state in %s", address)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	code := i.made("code")
	i.consents[code] = consent{who, q.Get("code_challenge"), q.Get("nonce"), append(strings.Fields(q.Get("scope")), "openid")}
	return oauth.Answer{State: q.Get("state"), Code: code}
}

// made is a new value that nothing else equals.
func (i *identity) made(kind string) string {
	i.serial++
	return fmt.Sprintf("%s-%d-%s", kind, i.serial, seal.Random(4))
}

func (i *identity) count(path string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked[path]
}

// ended are the people whose delegations were revoked.
func (i *identity) ended() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	names := slices.Clone(i.revoked)
	slices.Sort(names)
	return names
}

// Me implements [oauth.People].
func (i *identity) Me(_ context.Context, base string, access seal.Secret) (oauth.Person, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	who, ok := i.access[access.Reveal()]
	if !ok {
		return oauth.Person{}, fmt.Errorf("no such token at %s", base)
	}
	id := who.id
	if i.me != nil {
		var err error
		if id, err = i.me(who); err != nil {
			return oauth.Person{}, err
		}
	}
	return oauth.Person{ID: id, Name: who.name, Email: strings.ToLower(who.name) + "@example.com"}, nil
}

// RoundTrip implements [http.RoundTripper].
func (i *identity) RoundTrip(r *http.Request) (*http.Response, error) {
	i.mu.Lock()
	i.asked[r.URL.Path]++
	instead := i.instead
	i.mu.Unlock()
	if instead != nil {
		if res := instead(r); res != nil {
			return res, nil
		}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	switch r.Method + " " + r.URL.Path {
	case "POST /token":
		return i.token(r), nil
	case "GET /keys":
		key := signing().PublicKey
		return answered(200, map[string]any{"keys": []any{map[string]string{
			"kty": "RSA",
			"use": "sig",
			"kid": "k1",
			"n":   base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
			"e":   base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		}}}), nil
	case "POST /revoke":
		r.ParseForm()
		who, ok := i.live[r.PostForm.Get("token")]
		if !ok {
			return answered(400, map[string]string{"error": "invalid_request"}), nil
		}
		i.revoked = append(i.revoked, who.name)
		maps.DeleteFunc(i.live, func(_ string, p person) bool { return p.delegation == who.delegation })
		return answered(200, nil), nil
	}
	i.t.Errorf("asked for %s %s", r.Method, r.URL)
	return answered(404, nil), nil
}

func (i *identity) token(r *http.Request) *http.Response {
	r.ParseForm()
	form := r.PostForm
	if r.URL.RawQuery != "" || r.Header.Get("Authorization") != "" || form.Get("client_id") != clientID || form.Get("client_secret") != clientSecret {
		return answered(401, map[string]string{"error": "invalid_client"})
	}
	refused := answered(400, map[string]string{"error": "invalid_grant", "error_description": form.Get("refresh_token") + form.Get("code")})
	switch form.Get("grant_type") {
	case "authorization_code":
		c, ok := i.consents[form.Get("code")]
		delete(i.consents, form.Get("code"))
		sum := sha256.Sum256([]byte(form.Get("code_verifier")))
		if !ok || form.Get("redirect_uri") != redirect || base64.RawURLEncoding.EncodeToString(sum[:]) != c.challenge {
			return refused
		}
		if i.scopes != nil {
			c.scopes = i.scopes
		}
		pair := i.pair(c.who, c.scopes)
		pair["id_token"] = i.idToken(c)
		return answered(200, pair)
	case "refresh_token":
		who, ok := i.live[form.Get("refresh_token")]
		if !ok {
			return refused
		}
		delete(i.live, form.Get("refresh_token"))
		return answered(200, i.pair(who, i.scopes))
	}
	return answered(400, map[string]string{"error": "unsupported_grant_type"})
}

func (i *identity) pair(who person, scopes []string) map[string]any {
	access, refresh := i.made("access"), i.made("refresh")
	i.access[access], i.live[refresh] = who, who
	return map[string]any{
		"access_token":  access,
		"refresh_token": refresh,
		"token_type":    "bearer",
		"expires_in":    3600,
		"scope":         strings.Join(scopes, " "),
	}
}

func (i *identity) idToken(c consent) string {
	claims := jwt.MapClaims{
		"iss":           issuer,
		"aud":           []string{clientID, apiUS},
		"exp":           time.Now().Add(time.Hour).Unix(),
		"nonce":         c.nonce,
		"user_id":       c.who.id,
		"account_id":    "A-" + c.who.account,
		"subdomain":     c.who.account,
		"delegation_id": c.who.delegation,
	}
	if i.claims != nil {
		i.claims(claims)
	}
	if i.signed != nil {
		return i.signed(claims)
	}
	return sign(claims, "k1", signing())
}

func sign(claims jwt.MapClaims, kid string, key crypto.Signer) string {
	return signBy(jwt.SigningMethodRS256, claims, kid, key)
}

func signBy(algorithm jwt.SigningMethod, claims jwt.MapClaims, kid string, key crypto.Signer) string {
	token := jwt.NewWithClaims(algorithm, claims)
	token.Header["kid"] = kid
	text, err := token.SignedString(key)
	if err != nil {
		panic(err)
	}
	return text
}

func answered(status int, body any) *http.Response {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(bytes.NewReader(raw)),
	}
}

func TestIDTokens(t *testing.T) {
	t.Parallel()
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name string, value any) func(*identity) {
		return func(i *identity) { i.claims = func(c jwt.MapClaims) { c[name] = value } }
	}
	without := func(name string) func(*identity) {
		return func(i *identity) { i.claims = func(c jwt.MapClaims) { delete(c, name) } }
	}
	signed := func(by func(jwt.MapClaims) string) func(*identity) {
		return func(i *identity) { i.signed = by }
	}
	const good problem.Code = ""
	for name, c := range map[string]struct {
		change func(*identity)
		want   problem.Code
	}{
		"as it is":               {func(*identity) {}, good},
		"the other issuer":       {set("iss", otherIssuer), good},
		"our app alone":          {set("aud", clientID), good},
		"no nonce":               {without("nonce"), good}, // PagerDuty's documented claims have none
		"another access token's": {set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), good},
		"issued to us":           {set("azp", clientID), good},
		"ended a moment ago":     {set("exp", time.Now().Add(-30*time.Second).Unix()), good},
		"an issuer's neighbour":  {set("iss", issuer+".attacker.example"), oauth.BadIDToken},
		"no issuer":              {without("iss"), oauth.BadIDToken},
		"another login's nonce":  {set("nonce", "another's"), oauth.BadIDToken},
		"another app's":          {set("aud", []string{"another app", apiUS}), oauth.BadIDToken},
		"nobody's":               {without("aud"), oauth.BadIDToken},
		"issued to another app":  {set("azp", "another app"), oauth.BadIDToken},
		"expired":                {set("exp", time.Now().Add(-2*time.Minute).Unix()), oauth.WrongClock},
		"without an end":         {without("exp"), oauth.BadIDToken},
		"not yet":                {set("nbf", time.Now().Add(time.Hour).Unix()), oauth.WrongClock},
		"no user":                {without("user_id"), oauth.BadIDToken},
		"no account":             {without("account_id"), oauth.BadIDToken},
		"no subdomain":           {without("subdomain"), oauth.BadIDToken},
		"a region not ours":      {set("aud", []string{clientID, "https://api.attacker.example"}), oauth.WrongRegion},
		"none":                   {signed(func(jwt.MapClaims) string { return "" }), oauth.BadIDToken},
		"no token":               {signed(func(jwt.MapClaims) string { return "x.y.z" }), oauth.BadIDToken},
		"a stranger's key":       {signed(func(c jwt.MapClaims) string { return sign(c, "k1", stranger) }), oauth.BadIDToken},
		"an unknown key":         {signed(func(c jwt.MapClaims) string { return sign(c, "k2", signing()) }), oauth.BadIDToken},
		"not signed":             {signed(unsigned), oauth.BadIDToken},
		"signed by our secret":   {signed(bySecret), oauth.BadIDToken},
		"another algorithm":      {signed(func(c jwt.MapClaims) string { return signBy(jwt.SigningMethodRS512, c, "k1", signing()) }), oauth.BadIDToken},
		"keys that are away": {func(i *identity) {
			i.instead = onPath("/keys", func() *http.Response { return answered(503, nil) })
		}, oauth.IdentityDown},
		"somebody else's token": {func(i *identity) { i.me = func(person) (string, error) { return lee.id, nil } }, oauth.BadIDToken},
		"nobody says whose": {func(i *identity) {
			i.me = func(person) (string, error) { return "", errors.New("api.example is away") }
		}, oauth.IdentityDown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t)
			c.change(s.pd)
			id, w, authorize := s.confirmed(mia, oauth.ForSidebar)
			w, err := s.logins.Finish(t.Context(), s.pd.agree(authorize, jane), w)
			if c.want == good {
				if err != nil || w.Code == "" {
					t.Errorf("refused: %v", err)
				}
				return
			}
			s.refuses("the login", err, c.want)
			if stage, outcome := s.stage(id); stage != oauth.StageFailed || outcome != c.want || w.Code != "" {
				t.Errorf("it is %s, %q", stage, outcome)
			}
			// Not revoked: the delegation may be a working login's.
			s.revoker.Wait()
			if n := s.pd.count("/revoke"); n != 0 {
				t.Errorf("%d revocations", n)
			}
		})
	}
}

func unsigned(c jwt.MapClaims) string {
	text, err := jwt.NewWithClaims(jwt.SigningMethodNone, c).SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		panic(err)
	}
	return text
}

func bySecret(c jwt.MapClaims) string {
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString([]byte(clientSecret))
	if err != nil {
		panic(err)
	}
	return text
}
