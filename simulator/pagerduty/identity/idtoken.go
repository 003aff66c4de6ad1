package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zendesk-pagerduty/simulator/pagerduty/account"
)

// idToken is what comes with a login (developer docs, "PagerDuty OpenID
// token"). sub is an e-mail address in one published sample and a user id in
// the other, so here it is each in turn.
func (s *Server) idToken(f *family, access, nonce string) (string, error) {
	n := s.grants.idTokens
	s.grants.idTokens++
	p, now := f.person, s.Clock.Now()
	claims := jwt.MapClaims{
		"iss": s.issuer(n), "aud": []string{s.clientID, p.Account.Region.APIBase}, "azp": s.clientID,
		"sub": []string{p.Email, p.ID}[n%2], "user_id": p.ID, "account_id": p.Account.ID,
		"subdomain": p.Account.Subdomain, "region": p.Account.Region.Claim,
		"delegation_id": f.delegation.id, "purpose": "id",
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
	if hash := s.atHash(access); hash != "" {
		claims["at_hash"] = hash
	}
	switch s.Settings.Audience {
	case "client":
		claims["aud"] = []string{s.clientID}
	case "wrong":
		claims["aud"], claims["azp"] = []string{"another-client", p.Account.Region.APIBase}, "another-client"
	}
	switch {
	case s.Settings.Nonce == "wrong":
		claims["nonce"] = account.UUID()
	case s.Settings.Nonce == "echo" && nonce != "":
		claims["nonce"] = nonce
	}
	sign := s.keys.current
	if s.Settings.IDTokenKey == "unknown" {
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
func (s *Server) atHash(access string) string {
	switch s.Settings.AtHash {
	case "absent":
		return ""
	case "wrong":
		return "not-a-hash"
	case "sample":
		access = account.UUID() // in the published sample it is that of no token printed there
	}
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

func (s *Server) issuer(n int) string {
	switch s.Settings.Issuer {
	case "identity":
		return s.issuers[0]
	case "app":
		return s.issuers[1]
	case "unknown":
		return s.URL + "/somebody/else"
	}
	return s.issuers[n%2]
}
