package zendesk

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"zendesk-pagerduty/problem"
)

// Installation is the app in one Zendesk account, as the operator registered it.
type Installation struct {
	Subdomain      string // of the account, lower case
	AppID          int64
	InstallationID int64
	PublicKeyPEM   string // the app's RS256 key, from /api/v2/apps/{id}/public_key.pem
	Origin         string // of the agent workspace, e.g. https://acme.zendesk.com
}

// Registry is where installations are kept.
type Registry interface {
	// Installation finds one by what a launch token names. It returns
	// [NotRegistered] where there is none.
	Installation(ctx context.Context, subdomain string, installationID int64) (Installation, error)
	// AddInstallation stores one, replacing that of the same subdomain and
	// installation id. Where its public key is another now, the sessions that
	// began with the former one end.
	AddInstallation(ctx context.Context, in Installation) error
	// Installations lists all, by subdomain and installation id.
	Installations(ctx context.Context) ([]Installation, error)
}

// Codes of this package, with the arguments of each.
const (
	NotRegistered   problem.Code = "launch.unregistered" // subdomain, installation
	LaunchMissing   problem.Code = "launch.missing"
	LaunchMalformed problem.Code = "launch.malformed"
	LaunchForged    problem.Code = "launch.forged"   // subdomain
	LaunchExpired   problem.Code = "launch.expired"  // subdomain
	LaunchClock     problem.Code = "launch.clock"    // subdomain, offset: this server's clock is wrong
	LaunchOrigin    problem.Code = "launch.origin"   // subdomain, want
	LaunchRepeated  problem.Code = "launch.repeated" // subdomain
	SessionEnded    problem.Code = "session.ended"
)

var subdomainForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)

// ValidSubdomain says whether s can be the subdomain of an account of Zendesk's, or
// of PagerDuty's: one label of a host name.
func ValidSubdomain(s string) bool { return subdomainForm.MatchString(s) }

// ZendeskOrigin is the origin of an account's agent workspace. It is the same
// for host-mapped accounts (Zendesk help, "Host mapping").
func ZendeskOrigin(subdomain string) string { return "https://" + subdomain + ".zendesk.com" }

// Check says in one sentence what is wrong with a registration.
func (in Installation) Check() error {
	if !ValidSubdomain(in.Subdomain) {
		return fmt.Errorf("subdomain %q: want the part before .zendesk.com: lower-case letters, digits and hyphens",
			in.Subdomain)
	}
	if in.AppID <= 0 {
		return fmt.Errorf("app id %d: want the positive number that Zendesk shows for the app", in.AppID)
	}
	if in.InstallationID <= 0 {
		return fmt.Errorf("installation id %d: want the positive number that Zendesk shows for the installation",
			in.InstallationID)
	}
	if _, err := in.publicKey(); err != nil {
		return fmt.Errorf("public key: %w; want the PEM text of an RSA public key of 2048 bits or more", err)
	}
	if in.Origin != ZendeskOrigin(in.Subdomain) && !LoopbackOrigin(in.Origin) {
		return fmt.Errorf("origin %q: want %s (or, for a demo, an http origin on loopback)", in.Origin,
			ZendeskOrigin(in.Subdomain))
	}
	return nil
}

func (in Installation) publicKey() (*rsa.PublicKey, error) {
	key, err := jwt.ParseRSAPublicKeyFromPEM([]byte(in.PublicKeyPEM))
	if err != nil {
		return nil, err
	}
	if key.N.BitLen() < 2048 {
		return nil, fmt.Errorf("%d bits", key.N.BitLen())
	}
	return key, nil
}

// Fingerprint names the public key: SHA256: and the hex of the SHA-256 of its
// SubjectPublicKeyInfo (RFC 5280 §4.1), as openssl pkey -pubin -outform DER gives
// it. It is "" for a text that is no key.
func (in Installation) Fingerprint() string {
	key, err := in.publicKey()
	if err != nil {
		return ""
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return "SHA256:" + hex.EncodeToString(sum[:])
}

// SameKey says whether two have the same public key, however it is written.
func (in Installation) SameKey(other Installation) bool {
	if print := in.Fingerprint(); print != "" {
		return print == other.Fingerprint()
	}
	return in.PublicKeyPEM == other.PublicKeyPEM
}

// LoopbackOrigin says whether s is an http origin on this machine, which
// browsers treat as trustworthy: good for demo and tests, impossible for
// anybody who is elsewhere.
func LoopbackOrigin(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" || u.Host == "" || s != "http://"+u.Host {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
