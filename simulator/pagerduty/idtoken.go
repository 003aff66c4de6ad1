package pagerduty

import (
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// idToken is what comes with a login (developer docs, "PagerDuty OpenID
// token"). sub is an e-mail address in one published sample and a user id in
// the other, so here it is each in turn.
func (s *identityServer) idToken(f *family, access, nonce string) (string, error) {
	n := s.grants.idTokens
	s.grants.idTokens++
	p, now := f.person, s.Clock.Now()
	claims := jwt.MapClaims{
		"iss": s.issuer(n), "aud": []string{s.clientID, p.account.region.base}, "azp": s.clientID,
		"sub": []string{p.email, p.id}[n%2], "user_id": p.id, "account_id": p.account.id,
		"subdomain": p.account.subdomain, "region": p.account.region.claim,
		"delegation_id": f.delegation.id, "purpose": "id",
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
	if hash := s.atHash(access); hash != "" {
		claims["at_hash"] = hash
	}
	switch s.settings.Audience {
	case "client":
		claims["aud"] = []string{s.clientID}
	case "wrong":
		claims["aud"], claims["azp"] = []string{"another-client", p.account.region.base}, "another-client"
	}
	switch {
	case s.settings.Nonce == "wrong":
		claims["nonce"] = uuid()
	case s.settings.Nonce == "echo" && nonce != "":
		claims["nonce"] = nonce
	}
	sign := s.keys.current
	if s.settings.IDTokenKey == "unknown" {
		sign = s.keys.stranger
	}
	key, err := sign()
	if err != nil {
		return "", err
	}
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	t.Header["kid"] = s.keys.kid()
	return t.SignedString(key)
}

// atHash is the claim at_hash (OpenID Connect Core, 3.1.3.6), or "" for none.
func (s *identityServer) atHash(access string) string {
	switch s.settings.AtHash {
	case "absent":
		return ""
	case "wrong":
		return "not-a-hash"
	case "sample":
		access = uuid() // in the published sample it is that of no token printed there
	}
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

func (s *identityServer) issuer(n int) string {
	switch s.settings.Issuer {
	case "identity":
		return s.issuers[0]
	case "app":
		return s.issuers[1]
	case "unknown":
		return s.URL + "/somebody/else"
	}
	return s.issuers[n%2]
}
