package identity_test

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

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
	sim, c := pagerdutytest.NewLogin(t)
	get := func(who string) (jwt.MapClaims, error) {
		t.Helper()
		got := pagerdutytest.Exchange(t, sim,
			pagerdutytest.Login(t, sim, c, who, pagerdutytest.Authorization(sim, "incidents.read"), pagerdutytest.Allow).Get("code"), nil)
		claims := jwt.MapClaims{}
		_, err := jwt.ParseWithClaims(got.IDToken, claims, keyfunc(t, sim), jwt.WithValidMethods([]string{"RS256"}),
			jwt.WithTimeFunc(sim.Clock.Now))
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
	if first["azp"] != sim.ClientID || first["user_id"] != "PJANE01" || first["subdomain"] != "acme" ||
		first["delegation_id"] != second["delegation_id"] {
		t.Errorf("%v", first)
	}
	if aud, _ := first.GetAudience(); !slices.Equal(aud, []string{sim.ClientID, sim.URL}) {
		t.Errorf("aud is %v", aud)
	}
	if _, is := first["nonce"]; is || first["iss"] == second["iss"] ||
		!slices.Contains(sim.Issuers, first["iss"].(string)) {
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
		"nonce echoed": {func(s *pagerduty.Settings) {
			s.Nonce = "echo"
		}, func(c jwt.MapClaims, _ error) bool { return c["nonce"] == "the nonce" }},
		"nonce wrong": {func(s *pagerduty.Settings) {
			s.Nonce = "wrong"
		}, func(c jwt.MapClaims, _ error) bool { return c["nonce"] != "the nonce" && c["nonce"] != nil }},
		"audience wrong": {func(s *pagerduty.Settings) {
			s.Audience = "wrong"
		}, func(c jwt.MapClaims, _ error) bool { return c["azp"] != sim.ClientID }},
		"issuer unknown": {func(s *pagerduty.Settings) {
			s.Issuer = "unknown"
		}, func(c jwt.MapClaims, _ error) bool { return !slices.Contains(sim.Issuers, c["iss"].(string)) }},
		"key unknown": {func(s *pagerduty.Settings) {
			s.IDTokenKey = "unknown"
		}, func(_ jwt.MapClaims, err error) bool { return err != nil }},
	} {
		before := sim.Settings()
		sim.Set(tt.set)
		if claims, err := get("jane"); !tt.good(claims, err) {
			t.Errorf("%s: %v %v", name, claims, err)
		}
		sim.Set(func(s *pagerduty.Settings) { *s = before })
	}
	old := pagerdutytest.Exchange(t, sim,
		pagerdutytest.Login(t, sim, c, "jane", pagerdutytest.Authorization(sim, "incidents.read"), pagerdutytest.Allow).Get("code"), nil).IDToken
	modulus := func() string {
		_, jwks, _ := pagerdutytest.Visit(t, c, http.MethodGet, sim.JWKSURL, nil)
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
	sim, c := pagerdutytest.NewLogin(t)
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
		got := pagerdutytest.Exchange(t, sim,
			pagerdutytest.Login(t, sim, c, "jane", pagerdutytest.Authorization(sim, "incidents.read"), pagerdutytest.Allow).Get("code"), nil)
		claims := jwt.MapClaims{}
		if _, err := jwt.ParseWithClaims(got.IDToken, claims, keyfunc(t, sim), jwt.WithTimeFunc(sim.Clock.Now)); err != nil {
			t.Fatal(err)
		}
		if !good(claims["at_hash"], hash(got.Access)) {
			t.Errorf("%s: at_hash %v; the token's is %s", form, claims["at_hash"], hash(got.Access))
		}
	}
}
