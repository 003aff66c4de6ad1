package oauth

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zendesk-pagerduty/problem"
)

// idClaims are PagerDuty's (developer docs, "PagerDuty OpenID token").
type idClaims struct {
	jwt.RegisteredClaims
	AuthorizedParty string `json:"azp"`
	Nonce           string `json:"nonce"`
	AtHash          string `json:"at_hash"`
	UserID          string `json:"user_id"`
	AccountID       string `json:"account_id"`
	Subdomain       string `json:"subdomain"`
	DelegationID    string `json:"delegation_id"`
}

// verifyIDToken checks whose the grant is. The answer came straight from the
// token endpoint, so that the checks are a second lock: against a mixed-up or
// injected answer, not against the network.
func (p *Provider) verifyIDToken(ctx context.Context, raw, nonce, access string) (*idClaims, error) {
	bad := func(err error) error { return problem.New(BadIDToken, err, nil) }
	if raw == "" {
		return nil, bad(errors.New("no id token"))
	}
	c := &idClaims{}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}),
		jwt.WithExpirationRequired(),
		jwt.WithAudience(p.ClientID),
		jwt.WithLeeway(time.Minute),
		jwt.WithTimeFunc(p.Now),
	)
	_, err := parser.ParseWithClaims(raw, c, func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string)
		return p.key(ctx, kid)
	})
	if err != nil {
		if down, _, ok := problem.Of(err); ok && down == IdentityDown {
			return nil, err
		}
		// It was made a moment ago, for this exchange, and its signature is good.
		if errors.Is(err, jwt.ErrTokenExpired) || errors.Is(err, jwt.ErrTokenNotValidYet) || errors.Is(err, jwt.ErrTokenUsedBeforeIssued) {
			return nil, problem.New(WrongClock, err, nil)
		}
		return nil, bad(err)
	}
	switch {
	case !slices.Contains(p.Issuers, c.Issuer):
		return nil, bad(fmt.Errorf("issuer %.100q", c.Issuer))
	case c.AuthorizedParty != "" && c.AuthorizedParty != p.ClientID:
		return nil, bad(errors.New("issued to another app"))
	case c.Nonce != "" && subtle.ConstantTimeCompare([]byte(c.Nonce), []byte(nonce)) != 1:
		// PagerDuty's documented claims have no nonce, so that its absence is
		// accepted; a wrong one is somebody else's login.
		return nil, bad(errors.New("wrong nonce"))
	case c.UserID == "" || c.AccountID == "" || c.Subdomain == "":
		return nil, bad(errors.New("no user_id, account_id or subdomain"))
	}
	if c.AtHash != "" && c.AtHash != atHash(access) {
		// Logged, not refused: in PagerDuty's only published sample it fits
		// neither form of the token, and both came in one answer, straight
		// from the token endpoint.
		p.Log.InfoContext(ctx, "at_hash is not the access token's",
			"pagerduty_user", c.UserID, "pagerduty_account", c.AccountID)
	}
	return c, nil
}

// atHash is OpenID Connect Core's (3.1.3.6) for RS256.
func atHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// key fetches PagerDuty's signing keys at each login: logins are rare, the keys
// may rotate at any time, and a key that was withdrawn must not go on working
// from a cache.
func (p *Provider) key(ctx context.Context, kid string) (*rsa.PublicKey, error) {
	keys, _, err := p.fetchKeys(ctx)
	if err != nil {
		return nil, problem.New(IdentityDown, err, nil)
	}
	if key := keys[kid]; key != nil {
		return key, nil
	}
	return nil, fmt.Errorf("no signing key %.60q", kid)
}

// fetchKeys also returns the answer's header, nil where there was no answer.
func (p *Provider) fetchKeys(ctx context.Context) (map[string]*rsa.PublicKey, http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.JWKSURL, nil)
	if err != nil {
		return nil, nil, err
	}
	res, err := p.client().Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, res.Header, fmt.Errorf("signing keys answered %d", res.StatusCode)
	}
	var set struct {
		Keys []struct{ Kty, Use, Kid, N, E string }
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 256<<10)).Decode(&set); err != nil {
		return nil, res.Header, fmt.Errorf("signing keys: %w", err)
	}
	keys := map[string]*rsa.PublicKey{}
	for _, k := range set.Keys {
		if k.Kty != "RSA" || k.Use != "" && k.Use != "sig" {
			continue
		}
		n, err1 := base64.RawURLEncoding.DecodeString(k.N)
		e, err2 := base64.RawURLEncoding.DecodeString(k.E)
		if err1 != nil || err2 != nil || len(n) < 256 || len(e) == 0 || len(e) > 4 {
			continue
		}
		keys[k.Kid] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	}
	return keys, res.Header, nil
}
