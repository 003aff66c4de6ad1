package zendesk

import (
	"crypto/rsa"
	"errors"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// errExpired is a token whose only fault is its age.
var errExpired = jwt.ErrTokenExpired

// parse verifies a token as an app should: with the published key, RS256 only,
// and the exact audience.
func parse(a *Account, raw string) (jwt.MapClaims, error) {
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(raw, claims, func(*jwt.Token) (any, error) {
		return jwt.ParseRSAPublicKeyFromPEM([]byte(a.PublicKeyPEM))
	}, jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithTimeFunc(a.now),
		jwt.WithAudience("https://acme.zendesk.com/api/v2/apps/installations/2001.json",
			"https://globex.zendesk.com/api/v2/apps/installations/2002.json"))
	return claims, err
}

func TestTokenIsWhatZendeskMakes(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	raw := acme.Token(9001)
	claims, err := parse(acme, raw)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"iss": "acme.zendesk.com",
		"aud": "https://acme.zendesk.com/api/v2/apps/installations/2001.json",
		"sub": "https://acme.zendesk.com/api/v2/users/9001.json",
	} {
		if claims[name] != want {
			t.Errorf("%s is %v, want %v", name, claims[name], want)
		}
	}
	for _, name := range []string{"jti", "name", "email", "role", "ticket_id", "locale"} {
		if _, has := claims[name]; has {
			t.Errorf("token has %s, which Zendesk's has not", name)
		}
	}
	exp, _ := claims.GetExpirationTime()
	iat, _ := claims.GetIssuedAt()
	if exp.Sub(iat.Time) != 5*time.Minute {
		t.Errorf("token lives %s, want 5m", exp.Sub(iat.Time))
	}
	if location := claims["context"].(map[string]any)["location"]; location != "ticket_sidebar" {
		t.Errorf("location %v", location)
	}
}

func TestTokenFollowsTheClock(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	raw := acme.Token(9001)
	if err := sim.Clock.Forward(6 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, err := parse(acme, raw); !errors.Is(err, errExpired) {
		t.Errorf("after six minutes: %v, want expired", err)
	}
}

func TestSpoiledTokensDoNotVerify(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	stranger, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	for name, option := range map[string]TokenOption{
		"expired":        Expired(),
		"other audience": Audience("initech", 7),
		"unsigned":       Unsigned(),
		"public key":     SignedWithPublicKey(),
		"other account":  SignedBy(sim.Account("globex")),
		"stranger's key": SignedWith(stranger),
		"no exp":         Without("exp"),
		"future":         Aged(-time.Hour),
	} {
		if _, err := parse(acme, acme.Token(9001, option)); err == nil {
			t.Errorf("%s: verifies", name)
		}
	}
}

func TestOtherFormsVerify(t *testing.T) {
	acme := RunT(t).Account("acme")
	claims, err := parse(acme,
		acme.Token(9001, SubjectWithoutJSON(9002), IssuerWithScheme(), AtLocation("nav_bar"), Without("iat", "nbf")))
	if err != nil {
		t.Fatal(err)
	}
	if claims["sub"] != "https://acme.zendesk.com/users/9002" || claims["iss"] != "https://acme.zendesk.com" {
		t.Errorf("claims %v", claims)
	}
	if _, has := claims["iat"]; has {
		t.Error("iat is still there")
	}
}

func TestGivenKeysAreUsed(t *testing.T) {
	key, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	want, err := publicPEM(key)
	if err != nil {
		t.Fatal(err)
	}
	sim, err := Start(Options{Keys: map[string]*rsa.PrivateKey{"globex": key}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sim.Close() }()
	if got := sim.Account("globex").PublicKeyPEM; got != want {
		t.Errorf("globex publishes another key than the given one")
	}
	if sim.Account("acme").PublicKeyPEM == want {
		t.Errorf("acme publishes globex's key")
	}
}
