package zendesk

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
)

// Leeway for the clocks of Zendesk and of this machine. Zendesk documents none.
const Leeway = 30 * time.Second

// Launch is a verified launch token.
type Launch struct {
	Agent        Agent
	Installation Installation
	TokenHash    string    // marks the token as used; the token itself is not kept
	Expires      time.Time // when the token ends, leeway included
}

// Verifier checks launch tokens against the registry.
type Verifier struct {
	Registry Registry
	Now      func() time.Time
	// ClockOffset is how far this machine's clock is known to be ahead of others;
	// 0 where that is not known. It may be nil.
	ClockOffset func() time.Duration
}

type claims struct {
	jwt.RegisteredClaims
}

// The audience that Zendesk writes (Zendesk tutorial "Building a server-side
// app, part 5: secure the app").
var audienceForm = regexp.MustCompile(
	`^https://([a-z0-9-]{1,63})\.zendesk\.com/api/v2/apps/installations/([0-9]{1,18})\.json$`)

// The subject's full form is documented nowhere; public verifiers agree on its end.
var subjectForm = regexp.MustCompile(`/users/([0-9]{1,18})(?:\.json)?$`)

// tokenForm is the alphabet of a token (RFC 7515 §3.1: base64url without
// padding). Go's base64 decoder skips line ends, so that a token with one in it
// would be another text by the same signature, and would miss its mark of use.
var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$`)

// maxToken is more than any launch token that was seen (about 1 KB).
const maxToken = 8 << 10

// Verify checks a launch token and the origin in its address. Its errors are
// the Launch… codes and [NotRegistered].
func (v *Verifier) Verify(ctx context.Context, token, origin string) (Launch, error) {
	if token == "" {
		return Launch{}, LaunchMissing
	}
	if len(token) > maxToken || !tokenForm.MatchString(token) {
		return Launch{}, LaunchMalformed
	}
	subdomain, installationID, err := named(token)
	if err != nil {
		return Launch{}, err
	}
	// Anybody can own a Zendesk account and an app with a valid key, so the
	// key comes from our registry and never from an address in the token.
	in, err := v.Registry.Installation(ctx, subdomain, installationID)
	if err != nil {
		return Launch{}, err
	}
	args := problem.Args{"subdomain": in.Subdomain}
	c, err := v.verify(token, in)
	switch offset, wrong := v.clockOf(c, err); {
	case wrong:
		args["offset"] = offset.Abs().Round(time.Second).String()
		return Launch{}, problem.New(LaunchClock, err, args)
	case errors.Is(err, jwt.ErrTokenExpired):
		return Launch{}, problem.New(LaunchExpired, err, args)
	case err != nil:
		return Launch{}, problem.New(LaunchForged, err, args)
	}
	if origin != in.Origin {
		return Launch{}, problem.New(LaunchOrigin, fmt.Errorf("origin %.200q", origin),
			problem.Args{"subdomain": in.Subdomain, "want": in.Origin})
	}
	user := subjectForm.FindStringSubmatch(c.Subject)
	if user == nil {
		return Launch{}, problem.New(LaunchForged, errors.New("subject names no user"), args)
	}
	mark, err := canonical(token)
	if err != nil {
		return Launch{}, problem.New(LaunchForged, err, args)
	}
	launch := Launch{
		Agent:        Agent{Subdomain: in.Subdomain, UserID: user[1]},
		Installation: in,
		TokenHash:    seal.Hash(mark),
		Expires:      c.ExpiresAt.Add(Leeway),
	}
	return launch, nil
}

// clockOf says whether a token whose signature is good was refused because of this
// machine's clock, and how wrong that is, at least. Zendesk signs a token at the
// moment of the launch: one from the future means that this clock is behind.
func (v *Verifier) clockOf(c *claims, err error) (offset time.Duration, wrong bool) {
	switch {
	case errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return v.Now().Sub(c.IssuedAt.Time), true
	case errors.Is(err, jwt.ErrTokenExpired) && v.ClockOffset != nil:
		// It may be an old one that was posted again.
		offset = v.ClockOffset()
		return offset, offset > Leeway
	}
	return 0, false
}

func (v *Verifier) verify(token string, in Installation) (*claims, error) {
	key, err := in.publicKey()
	if err != nil {
		return nil, err
	}
	c := &claims{}
	parser := jwt.NewParser(
		// One algorithm. A verifier that also takes HS256 lets an attacker
		// sign with the public key as the secret.
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(Leeway),
		jwt.WithTimeFunc(v.Now),
		jwt.WithStrictDecoding(),
	)
	if _, err := parser.ParseWithClaims(token, c, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
		return c, err // the signature is checked before the times are
	}
	// The audience names exactly one installation: a token for two, one of
	// them ours, is none that Zendesk makes.
	if len(c.Audience) != 1 || c.Audience[0] != audience(in) {
		return nil, jwt.ErrTokenInvalidAudience
	}
	if c.IssuedAt == nil {
		return nil, errors.New("no iat")
	}
	host := in.Subdomain + ".zendesk.com"
	if issuer := strings.TrimPrefix(c.Issuer, "https://"); issuer != "" && issuer != host {
		return nil, jwt.ErrTokenInvalidIssuer
	}
	return c, nil
}

// canonical is a token as its verified parts encode: every text by which the
// same parts could be written has the same mark of use.
func canonical(token string) (string, error) {
	parts := strings.Split(token, ".")
	for i, part := range parts {
		raw, err := base64.RawURLEncoding.Strict().DecodeString(part)
		if err != nil {
			return "", err
		}
		parts[i] = base64.RawURLEncoding.EncodeToString(raw)
	}
	return strings.Join(parts, "."), nil
}

func audience(in Installation) string {
	return fmt.Sprintf("%s/api/v2/apps/installations/%d.json", ZendeskOrigin(in.Subdomain), in.InstallationID)
}

// named reads, unverified, which installation a token is for: only to look it
// up in our registry.
func named(token string) (subdomain string, installationID int64, err error) {
	c := &claims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, c); err != nil {
		return "", 0, problem.New(LaunchMalformed, err, nil)
	}
	if len(c.Audience) != 1 {
		return "", 0, problem.New(LaunchMalformed, errors.New("not exactly one audience"), nil)
	}
	m := audienceForm.FindStringSubmatch(c.Audience[0])
	if m == nil {
		return "", 0, problem.New(LaunchMalformed, errors.New("audience names no installation"), nil)
	}
	id, err := strconv.ParseInt(m[2], 10, 64)
	if err != nil || !ValidSubdomain(m[1]) {
		return "", 0, problem.New(LaunchMalformed, errors.New("audience names no installation"), nil)
	}
	return m[1], id, nil
}

// PublicKeyURL is where an account publishes its app's key, for everybody
// (Zendesk API reference, "Apps", public key).
func PublicKeyURL(origin string, appID int64) string {
	return origin + "/api/v2/apps/" + url.PathEscape(strconv.FormatInt(appID, 10)) + "/public_key.pem"
}
