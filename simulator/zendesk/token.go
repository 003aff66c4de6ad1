package zendesk

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// tokenLife is how long a launch token lives.
const tokenLife = 5 * time.Minute

// token is a launch token before it is signed.
type token struct {
	claims jwt.MapClaims
	method jwt.SigningMethod
	key    any
}

// TokenOption spoils a launch token, or gives it another of the forms that
// verifiers have met.
type TokenOption func(*Account, *token)

// Token signs a launch token for an agent as Zendesk does: RS256 with the
// app's key, five minutes of life by the simulator's clock, no name, e-mail,
// role or ticket in it. Two tokens of the same second are byte-identical, as
// Zendesk's have no id.
//
// The user need not exist. It panics when signing fails, which no option does.
func (a *Account) Token(userID int64, options ...TokenOption) string {
	now := a.now().Truncate(time.Second)
	host := a.Subdomain + ".zendesk.com"
	t := &token{
		method: jwt.SigningMethodRS256,
		key:    a.key,
		claims: jwt.MapClaims{
			"iss":     host,
			"aud":     fmt.Sprintf("https://%s/api/v2/apps/installations/%d.json", host, a.InstallationID),
			"sub":     fmt.Sprintf("https://%s/api/v2/users/%d.json", host, userID),
			"iat":     now.Unix(),
			"nbf":     now.Unix(),
			"exp":     now.Add(tokenLife).Unix(),
			"cnf":     map[string]any{"jku": fmt.Sprintf("https://%s/api/v2/apps/%d/public_key.pem", host, a.AppID)},
			"qsh":     queryHash(a.Origin),
			"context": map[string]any{"product": "support", "location": "ticket_sidebar"},
		},
	}
	for _, option := range options {
		option(a, t)
	}
	signed, err := jwt.NewWithClaims(t.method, t.claims).SignedString(t.key)
	if err != nil {
		panic("zendesk simulator: sign a launch token: " + err.Error())
	}
	return signed
}

// queryHash stands in for the claim qsh, whose recipe Zendesk does not publish.
func queryHash(origin string) string {
	sum := sha256.Sum256([]byte("origin=" + origin))
	return hex.EncodeToString(sum[:])
}

// AtLocation is the place in Zendesk where the app is loaded:
// "ticket_sidebar" (the default), "new_ticket_sidebar" or "nav_bar".
func AtLocation(location string) TokenOption {
	return Claim("context", map[string]any{"product": "support", "location": location})
}

// Claim sets one claim to any value.
func Claim(name string, value any) TokenOption {
	return func(_ *Account, t *token) { t.claims[name] = value }
}

// Without leaves claims out: Without("exp"), Without("iat").
func Without(names ...string) TokenOption {
	return func(_ *Account, t *token) {
		for _, name := range names {
			delete(t.claims, name)
		}
	}
}

// Aged makes a token that was issued some time ago, five minutes of life then.
func Aged(age time.Duration) TokenOption {
	return func(a *Account, t *token) {
		at := a.now().Add(-age).Truncate(time.Second)
		t.claims["iat"], t.claims["nbf"], t.claims["exp"] = at.Unix(), at.Unix(), at.Add(tokenLife).Unix()
	}
}

// Expired makes a token that ended an hour ago.
func Expired() TokenOption { return Aged(time.Hour + tokenLife) }

// Audience names another installation, by subdomain and id.
func Audience(subdomain string, installationID int64) TokenOption {
	return Claim("aud", fmt.Sprintf("https://%s.zendesk.com/api/v2/apps/installations/%d.json", subdomain, installationID))
}

// SubjectWithoutJSON is the other form of sub that verifiers have met: the
// user's address without ".json".
func SubjectWithoutJSON(userID int64) TokenOption {
	return func(a *Account, t *token) {
		t.claims["sub"] = fmt.Sprintf("https://%s.zendesk.com/users/%d", a.Subdomain, userID)
	}
}

// IssuerWithScheme is the other form of iss that verifiers accept.
func IssuerWithScheme() TokenOption {
	return func(a *Account, t *token) { t.claims["iss"] = "https://" + a.Subdomain + ".zendesk.com" }
}

// Unsigned makes the token of alg none, which a careless verifier takes.
func Unsigned() TokenOption {
	return func(_ *Account, t *token) { t.method, t.key = jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType }
}

// SignedWithPublicKey makes an HS256 token whose secret is the published PEM:
// the key confusion of verifiers that let the token choose its algorithm.
func SignedWithPublicKey() TokenOption {
	return func(a *Account, t *token) { t.method, t.key = jwt.SigningMethodHS256, []byte(a.PublicKeyPEM) }
}

// SignedWith signs with a key that is not the account's.
func SignedWith(key *rsa.PrivateKey) TokenOption {
	return func(_ *Account, t *token) { t.key = key }
}

// SignedBy signs with another account's key: the owner of one account tries
// to enter another.
func SignedBy(other *Account) TokenOption {
	return func(_ *Account, t *token) { t.key = other.key }
}
