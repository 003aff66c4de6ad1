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
