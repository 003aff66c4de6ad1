package zendesk_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

type registry struct {
	zendesk.Registry
	in map[int64]zendesk.Installation
}

func (r registry) Installation(_ context.Context, subdomain string, id int64) (zendesk.Installation, error) {
	if in, ok := r.in[id]; ok && in.Subdomain == subdomain {
		return in, nil
	}
	return zendesk.Installation{}, zendesk.NotRegistered
}

func newKey(t *testing.T) (*rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

type launchClaims map[string]any

func good() launchClaims {
	return launchClaims{
		"iss": "acme.zendesk.com", "aud": "https://acme.zendesk.com/api/v2/apps/installations/456.json",
		"sub": "https://acme.zendesk.com/api/v2/users/9001.json", "iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
		"context": map[string]any{"product": "support", "location": "ticket_sidebar"},
	}
}

func (c launchClaims) with(name string, value any) launchClaims {
	if value == nil {
		delete(c, name)
	} else {
		c[name] = value
	}
	return c
}

func TestVerify(t *testing.T) {
	key, public := newKey(t)
	other, otherPublic := newKey(t)
	in := zendesk.Installation{Subdomain: "acme", AppID: 123, InstallationID: 456, PublicKeyPEM: public, Origin: "https://acme.zendesk.com"}
	v := &zendesk.Verifier{
		Registry: registry{in: map[int64]zendesk.Installation{456: in,
			789: {Subdomain: "globex", AppID: 124, InstallationID: 789, PublicKeyPEM: otherPublic, Origin: "https://globex.zendesk.com"}}},
		Now: func() time.Time { return now },
	}
	sign := func(c launchClaims) string {
		s, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(c)).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	part := func(v any) string {
		raw, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	signedBy := func(method jwt.SigningMethod, key any) string {
		s, err := jwt.NewWithClaims(method, jwt.MapClaims(good())).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	whole := sign(good())
	parts := strings.Split(whole, ".")

	for _, c := range []struct {
		name  string
		token string
	}{
		{"as Zendesk makes it", whole},
		{"issuer with scheme", sign(good().with("iss", "https://acme.zendesk.com"))},
		{"no issuer", sign(good().with("iss", nil))},
		{"no nbf", sign(good().with("nbf", nil))},
		{"no context", sign(good().with("context", nil))},
		{"subject without .json", sign(good().with("sub", "https://acme.zendesk.com/users/9001"))},
		{"just expired, within the leeway", sign(good().with("exp", now.Add(-zendesk.Leeway+time.Second).Unix()))},
		{"issued in the future, within the leeway", sign(good().with("iat", now.Add(zendesk.Leeway-time.Second).Unix()))},
	} {
		l, err := v.Verify(t.Context(), c.token, in.Origin)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if l.Agent != (zendesk.Agent{Subdomain: "acme", UserID: "9001"}) {
			t.Errorf("%s: agent %v", c.name, l.Agent)
		}
	}

	for _, c := range []struct {
		name   string
		token  string
		origin string
		want   error
	}{
		{"nothing", "", in.Origin, zendesk.LaunchMissing},
		{"not a token", "hello", in.Origin, zendesk.LaunchMalformed},
		{"two dots", "..", in.Origin, zendesk.LaunchMalformed},
		{"huge", strings.Repeat("a", 9000), in.Origin, zendesk.LaunchMalformed},
		{"another key", signedBy(jwt.SigningMethodRS256, other), in.Origin, zendesk.LaunchForged},
		{"another key, globex's own", func() string {
			s, _ := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(good())).SignedString(other)
			return s
		}(), in.Origin, zendesk.LaunchForged},
		{"HS256 with the public key as the secret", signedBy(jwt.SigningMethodHS256, []byte(public)), in.Origin, zendesk.LaunchForged},
		{"RS512", signedBy(jwt.SigningMethodRS512, key), in.Origin, zendesk.LaunchForged},
		{"PS256", signedBy(jwt.SigningMethodPS256, key), in.Origin, zendesk.LaunchForged},
		{"alg none", part(map[string]any{"alg": "none", "typ": "JWT"}) + "." + part(good()) + ".", in.Origin, zendesk.LaunchForged},
		{"alg None, with the good signature", part(map[string]any{"alg": "None"}) + "." + parts[1] + "." + parts[2], in.Origin, zendesk.LaunchMalformed},
		{"no signature", parts[0] + "." + parts[1] + ".", in.Origin, zendesk.LaunchForged},
		{"changed claims", parts[0] + "." + part(good().with("sub", "https://acme.zendesk.com/users/1")) + "." + parts[2], in.Origin, zendesk.LaunchForged},
		{"expired", sign(good().with("exp", now.Add(-time.Hour).Unix())), in.Origin, zendesk.LaunchExpired},
		{"expired beyond the leeway", sign(good().with("exp", now.Add(-zendesk.Leeway-time.Second).Unix())), in.Origin, zendesk.LaunchExpired},
		{"no exp", sign(good().with("exp", nil)), in.Origin, zendesk.LaunchForged},
		{"no iat", sign(good().with("iat", nil)), in.Origin, zendesk.LaunchForged},
		{"issued in the future", sign(good().with("iat", now.Add(time.Hour).Unix())), in.Origin, zendesk.LaunchClock},
		{"not before later", sign(good().with("nbf", now.Add(time.Hour).Unix())), in.Origin, zendesk.LaunchForged},
		{"no aud", sign(good().with("aud", nil)), in.Origin, zendesk.LaunchMalformed},
		{"two audiences", sign(good().with("aud", []string{"https://acme.zendesk.com/api/v2/apps/installations/456.json", "https://evil.example"})), in.Origin, zendesk.LaunchMalformed},
		{"aud of another site", sign(good().with("aud", "https://acme.zendesk.com.evil.example/api/v2/apps/installations/456.json")), in.Origin, zendesk.LaunchMalformed},
		{"aud with http", sign(good().with("aud", "http://acme.zendesk.com/api/v2/apps/installations/456.json")), in.Origin, zendesk.LaunchMalformed},
		{"aud in capitals", sign(good().with("aud", "https://ACME.zendesk.com/api/v2/apps/installations/456.json")), in.Origin, zendesk.LaunchMalformed},
		{"aud with a query", sign(good().with("aud", "https://acme.zendesk.com/api/v2/apps/installations/456.json?x=1")), in.Origin, zendesk.LaunchMalformed},
		{"aud with leading zeros", sign(good().with("aud", "https://acme.zendesk.com/api/v2/apps/installations/0456.json")), in.Origin, zendesk.LaunchForged},
		{"installation of another account", sign(good().with("aud", "https://acme.zendesk.com/api/v2/apps/installations/789.json")), in.Origin, zendesk.NotRegistered},
		{"account of another installation", sign(good().with("aud", "https://globex.zendesk.com/api/v2/apps/installations/456.json")), in.Origin, zendesk.NotRegistered},
		{"globex's installation with acme's key", sign(good().with("aud", "https://globex.zendesk.com/api/v2/apps/installations/789.json")),
			"https://globex.zendesk.com", zendesk.LaunchForged},
		{"another issuer", sign(good().with("iss", "globex.zendesk.com")), in.Origin, zendesk.LaunchForged},
		{"no subject", sign(good().with("sub", nil)), in.Origin, zendesk.LaunchForged},
		{"subject that names no user", sign(good().with("sub", "https://acme.zendesk.com/users/9001/../2")), in.Origin, zendesk.LaunchForged},
		{"subject with letters", sign(good().with("sub", "https://acme.zendesk.com/users/me.json")), in.Origin, zendesk.LaunchForged},
		{"no origin", whole, "", zendesk.LaunchOrigin},
		{"origin of a neighbour", whole, "https://globex.zendesk.com", zendesk.LaunchOrigin},
		{"origin with a path", whole, "https://acme.zendesk.com/", zendesk.LaunchOrigin},
		{"origin that begins alike", whole, "https://acme.zendesk.com.evil.example", zendesk.LaunchOrigin},
		{"origin that would widen the policy", whole, "https://acme.zendesk.com *", zendesk.LaunchOrigin},
	} {
		if _, err := v.Verify(t.Context(), c.token, c.origin); !errors.Is(err, c.want) {
			t.Errorf("%s: %v; want %v", c.name, err, c.want)
		}
	}
}

// A clock that is wrong reads as that, and not as a forged token or an old one. A
// forged one never does: its signature is looked at first.
func TestWrongClock(t *testing.T) {
	key, public := newKey(t)
	stranger, _ := newKey(t)
	in := zendesk.Installation{Subdomain: "acme", AppID: 123, InstallationID: 456, PublicKeyPEM: public, Origin: "https://acme.zendesk.com"}
	for name, c := range map[string]struct {
		by     any
		ahead  time.Duration // of this machine's clock
		known  time.Duration // as far as its answers from elsewhere tell
		want   error
		offset any
	}{
		"right":                        {key, 0, 0, nil, nil},
		"an hour behind":               {key, -time.Hour, 0, zendesk.LaunchClock, "1h0m0s"},
		"an hour ahead":                {key, time.Hour, time.Hour, zendesk.LaunchClock, "1h0m0s"},
		"an hour ahead, as it seems":   {key, time.Hour, 0, zendesk.LaunchExpired, nil},
		"an old token, and all right":  {key, time.Hour, zendesk.Leeway, zendesk.LaunchExpired, nil},
		"a forged one, an hour behind": {stranger, -time.Hour, 0, zendesk.LaunchForged, nil},
		"a forged one, an hour ahead":  {stranger, time.Hour, time.Hour, zendesk.LaunchForged, nil},
	} {
		token, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(good())).SignedString(c.by)
		if err != nil {
			t.Fatal(err)
		}
		v := &zendesk.Verifier{
			Registry:    registry{in: map[int64]zendesk.Installation{456: in}},
			Now:         func() time.Time { return now.Add(c.ahead) },
			ClockOffset: func() time.Duration { return c.known },
		}
		_, err = v.Verify(t.Context(), token, in.Origin)
		_, args, _ := problem.Of(err)
		if !errors.Is(err, c.want) || args["offset"] != c.offset {
			t.Errorf("%s: %v; want %v by %v", name, err, c.want, c.offset)
		}
	}
}

// One token has one text: whatever a decoder would pass over, anywhere in it, is
// refused, or the same launch could be used again by another text.
func TestOneTextForAToken(t *testing.T) {
	key, public := newKey(t)
	in := zendesk.Installation{Subdomain: "acme", AppID: 123, InstallationID: 456, PublicKeyPEM: public, Origin: "https://acme.zendesk.com"}
	v := &zendesk.Verifier{Registry: registry{in: map[int64]zendesk.Installation{456: in}}, Now: func() time.Time { return now }}
	token, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(good())).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := v.Verify(t.Context(), token, in.Origin)
	if err != nil {
		t.Fatal(err)
	}
	corpus, err := os.ReadFile("testdata/token.txt")
	if err != nil {
		t.Fatal(err)
	}
	first, last := strings.Index(token, "."), strings.LastIndex(token, ".")
	for line := range strings.Lines(string(corpus)) {
		hostile, err := strconv.Unquote(`"` + strings.TrimSuffix(line, "\n") + `"`)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		for _, at := range []int{0, 4, first, first + 1, first + 9, last, last + 1, last + 9, len(token)} {
			got, err := v.Verify(t.Context(), token[:at]+hostile+token[at:], in.Origin)
			if !errors.Is(err, zendesk.LaunchMalformed) && !errors.Is(err, zendesk.LaunchForged) {
				t.Errorf("%q at %d: %v, and another mark: %v", hostile, at, err, got.TokenHash != whole.TokenHash)
			}
		}
	}
	// A last character may hold bits that a lenient decoder drops.
	for _, end := range []int{first, last, len(token)} {
		for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
			other := token[:end-1] + string(c) + token[end:]
			if _, err := v.Verify(t.Context(), other, in.Origin); other != token && err == nil {
				t.Errorf("%c at %d: the same token by another text", c, end-1)
			}
		}
	}
}

func TestInstallationCheck(t *testing.T) {
	_, public := newKey(t)
	fine := zendesk.Installation{Subdomain: "acme", AppID: 1, InstallationID: 2, PublicKeyPEM: public, Origin: "https://acme.zendesk.com"}
	if err := fine.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want   string
		change func(*zendesk.Installation)
	}{
		{"subdomain", func(in *zendesk.Installation) { in.Subdomain = "Acme" }},
		{"subdomain", func(in *zendesk.Installation) { in.Subdomain = "acme.zendesk.com" }},
		{"subdomain", func(in *zendesk.Installation) { in.Subdomain = "-acme" }},
		{"app id", func(in *zendesk.Installation) { in.AppID = 0 }},
		{"installation id", func(in *zendesk.Installation) { in.InstallationID = -5 }},
		{"public key", func(in *zendesk.Installation) { in.PublicKeyPEM = "hello" }},
		{"origin", func(in *zendesk.Installation) { in.Origin = "https://evil.example" }},
		{"origin", func(in *zendesk.Installation) { in.Origin = "http://127.0.0.1.evil.example" }},
		{"origin", func(in *zendesk.Installation) { in.Origin = "http://127.0.0.1:80/x" }},
		{"origin", func(in *zendesk.Installation) { in.Origin = "http://127.0.0.1 https://evil.example" }},
	} {
		in := fine
		c.change(&in)
		if err := in.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v; want a sentence about %s", in, err, c.want)
		}
	}
}
