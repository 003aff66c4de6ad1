package selfcheck

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"zendesk-pagerduty/server/probe"
)

const (
	// certificateAtLeast is how long a certificate should still be good.
	certificateAtLeast = 14 * 24 * time.Hour
	// maxLine bounds the first line of an answer, in bytes.
	maxLine = 4 << 10
)

// publicAddress asks for this server at the address that browsers use.
func (c *Check) publicAddress(ctx context.Context) {
	about := c.checked.PublicURL.String()
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.checked.PublicURL.JoinPath(probe.Path).String(), nil)
	if err != nil {
		c.fail(about, err.Error(), "correct PUBLIC_URL")
		return
	}
	req.Header.Set(probe.Header, probe.Token(c.checked.Ring, c.Now()))
	req.Header.Set("X-Forwarded-For", probe.Claimed)
	res, err := c.outside.Do(req)
	if err != nil {
		c.unreached(about, err)
		return
	}
	defer res.Body.Close()
	seen, gap, err := c.readAnswer(res)
	if err != nil {
		c.fail(about, fmt.Sprintf("it answers (%d), and not as this program with these SECRET_KEYS", res.StatusCode),
			"is serve running with the same settings, and does the proxy pass /check on to it? The clocks of the two machines must be within 15 minutes")
		return
	}
	c.ok(about, "this program answers, version "+seen.Version)
	c.transport(about, res)
	if gap < probe.Pause/2 {
		c.ok("buffering", "a proxy collects answers before it passes them on; this server sends none in parts, so that is fine")
	} else {
		c.ok("buffering", "none: answers arrive as they are written")
	}
	c.forwarded(seen)
}

// unreached tells causes that have their own remedy.
func (c *Check) unreached(about string, err error) {
	do := "is the proxy running, and does it listen there?"
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		do = "correct PUBLIC_URL, or the name's record in DNS"
	case errors.As(err, new(x509.UnknownAuthorityError)):
		do = "browsers do not trust the certificate either: want one of a public authority, with its intermediates"
	case errors.As(err, new(x509.CertificateInvalidError)):
		do = "renew the certificate"
	case errors.As(err, new(x509.HostnameError)):
		do = "want a certificate for the name in PUBLIC_URL"
	}
	c.fail(about, err.Error(), do)
}

// readAnswer gives the first line, and how much later the second one came.
func (c *Check) readAnswer(res *http.Response) (seen probe.Seen, gap time.Duration, err error) {
	if res.StatusCode != http.StatusOK {
		return seen, 0, fmt.Errorf("status %d", res.StatusCode)
	}
	lines := bufio.NewReaderSize(res.Body, maxLine)
	first, err := lines.ReadSlice('\n')
	if err != nil {
		return seen, 0, err
	}
	began := time.Now() // by the monotonic clock
	if err := json.Unmarshal(first, &seen); err != nil {
		return seen, 0, err
	}
	if _, err := lines.ReadSlice('\n'); err != nil {
		return seen, 0, err
	}
	return seen, time.Since(began), nil
}

func (c *Check) transport(about string, res *http.Response) {
	if res.TLS == nil {
		c.ok("TLS", "none on loopback")
		return
	}
	ends := res.TLS.PeerCertificates[0].NotAfter
	if found := "the certificate is good until " + ends.UTC().Format(time.DateOnly); ends.Sub(c.Now()) < certificateAtLeast {
		c.warn("TLS", found, "renew it")
	} else {
		c.ok("TLS", found)
	}
	if res.ProtoMajor < 2 {
		c.warn("HTTP/2", "not offered", "turn it on in the proxy: a panel's files then come over one connection")
		return
	}
	c.ok("HTTP/2", "yes")
}

// forwarded looks at whom the server takes the check for. An agent's address
// limits refused launches, and stands in the log.
func (c *Check) forwarded(seen probe.Seen) {
	host, _, _ := net.SplitHostPort(seen.Peer)
	peer, _ := netip.ParseAddr(host)
	inside := peer.IsPrivate() || peer.IsLoopback()
	switch {
	case seen.Address == probe.Claimed && strings.Contains(seen.Forwarded, ","):
		c.warn("forwarded address", "this check comes from a network in TRUSTED_PROXIES, so it cannot tell whether a client's claim is believed",
			"run it from elsewhere too")
	case seen.Address == probe.Claimed:
		c.fail("forwarded address", "the server believes whatever address a client claims",
			"let the proxy replace or append X-Forwarded-For, and name only its own network in TRUSTED_PROXIES")
	case !inside || seen.Address != host || c.checked.PublicURL.Scheme != "https":
		c.ok("forwarded address", "this check comes from "+seen.Address)
	case seen.Forwarded == "" || seen.Forwarded == probe.Claimed:
		c.warn("forwarded address",
			"the proxy at "+host+" does not say whom it forwards: all agents count as one address",
			"let it send X-Forwarded-For, and name its network in TRUSTED_PROXIES")
	case client(seen.Forwarded) == host:
		c.ok("forwarded address", "this check comes from the proxy's machine; run it from elsewhere to see whom the server takes it for")
	default:
		c.warn("forwarded address", "TRUSTED_PROXIES lacks the proxy at "+host+": all agents count as one address",
			"add its network")
	}
}

// client is the address that the last proxy wrote.
func client(forwarded string) string {
	return strings.TrimSpace(forwarded[strings.LastIndex(forwarded, ",")+1:])
}
