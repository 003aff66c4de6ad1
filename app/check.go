package app

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// Check says what is wrong with the settings, as a [SettingError], or what they
// come to.
func (s *Settings) Check() (Checked, error) {
	var r Checked
	var err error
	if r.PublicURL, err = ParsePublicURL(s.PublicURL); err != nil {
		return r, err
	}
	if r.Ring, err = ParseKeys(s.SecretKeys); err != nil {
		return r, err
	}
	if s.ClientID == "" {
		return r, &SettingError{
			Name: "PAGERDUTY_CLIENT_ID",
			Want: "the client id of the app that you registered in PagerDuty",
		}
	}
	if s.ClientSecret == "" {
		return r, &SettingError{
			Name: "PAGERDUTY_CLIENT_SECRET",
			Want: "the secret that PagerDuty showed once when you registered the app",
		}
	}
	switch kind := oauth.Kind(s.OAuth); kind {
	case oauth.Scoped, oauth.Classic:
		r.Scopes = oauth.DefaultScopes(kind)
	default:
		return r, &SettingError{Name: "PAGERDUTY_OAUTH", Got: s.OAuth, Want: "scoped or classic"}
	}
	if scopes := words(s.Scopes); len(scopes) > 0 {
		r.Scopes = scopes
	}
	for _, name := range s.Subdomains {
		if !zendesk.ValidSubdomain(name) {
			return r, &SettingError{
				Name: "PAGERDUTY_SUBDOMAINS",
				Got:  name,
				Want: "the part before .pagerduty.com of each account, comma-separated",
			}
		}
	}
	switch s.RevokeGrants {
	case "", revokeOwn, revokeNever:
	default:
		return r, &SettingError{Name: "REVOKE_GRANTS", Got: s.RevokeGrants, Want: "own or never"}
	}
	for name, value := range map[string]string{
		"PAGERDUTY_AUTHORIZE_URL": s.AuthorizeURL, "PAGERDUTY_TOKEN_URL": s.TokenURL, "PAGERDUTY_REVOKE_URL": s.RevokeURL,
		"PAGERDUTY_JWKS_URL": s.JWKSURL, "ZAF_SDK_URL": s.SDKURL,
	} {
		if err := secureURL(name, value); err != nil {
			return r, err
		}
	}
	for name, list := range map[string][]string{"PAGERDUTY_API_URLS": s.APIURLs, "PAGERDUTY_EVENTS_URLS": s.EventsURLs, "PAGERDUTY_ISSUERS": s.Issuers} {
		if len(list) == 0 {
			return r, &SettingError{Name: name, Want: "at least one https address"}
		}
		for i, value := range list {
			if err := secureURL(name, value); err != nil {
				return r, err
			}
			list[i] = strings.TrimSuffix(value, "/")
		}
	}
	if len(s.EventsURLs) != len(s.APIURLs) {
		return r, &SettingError{
			Name: "PAGERDUTY_EVENTS_URLS",
			Got:  strings.Join(s.EventsURLs, ","),
			Want: fmt.Sprintf("as many addresses as PAGERDUTY_API_URLS has, which is %d", len(s.APIURLs)),
		}
	}
	for _, network := range s.TrustedProxies {
		prefix, err := netip.ParsePrefix(network)
		if addr, e := netip.ParseAddr(network); err != nil && e == nil {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return r, &SettingError{
				Name: "TRUSTED_PROXIES",
				Got:  network,
				Want: "networks such as 10.0.0.0/8, comma-separated",
			}
		}
		r.Proxies = append(r.Proxies, prefix)
	}
	if r.Allowed, err = allowed(s.AllowedActions); err != nil {
		return r, err
	}
	if r.Presets, err = presets(s.PresetsFile); err != nil {
		return r, err
	}
	if r.Texts, err = text.Load(); err != nil {
		return r, err
	}
	var ok bool
	if r.Written, ok = r.Texts.Language(cmp.Or(s.TextLanguage, "en")); !ok {
		return r, &SettingError{
			Name: "TEXT_LANGUAGE",
			Got:  s.TextLanguage,
			Want: "one of " + strings.Join(r.Texts.Languages(), ", "),
		}
	}
	if s.AuditDays < 1 || s.AuditDays > maxAuditDays {
		return r, &SettingError{
			Name: "AUDIT_DAYS",
			Got:  strconv.Itoa(s.AuditDays),
			Want: "days, from 1 to " + strconv.Itoa(maxAuditDays),
		}
	}
	if s.DrainDelay < 0 || s.DrainDelay > maxDrainDelay {
		return r, &SettingError{Name: "DRAIN_DELAY", Got: s.DrainDelay.String(), Want: "a time from 0s to " + maxDrainDelay.String()}
	}
	if err := s.Limits.check(); err != nil {
		return r, err
	}
	if err := s.Database.check(); err != nil {
		return r, err
	}
	if err := r.Level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		return r, &SettingError{Name: "LOG_LEVEL", Got: s.LogLevel, Want: "debug, info, warn or error"}
	}
	if s.LogFormat != "json" && s.LogFormat != "text" {
		return r, &SettingError{Name: "LOG_FORMAT", Got: s.LogFormat, Want: "json or text"}
	}
	for name, address := range map[string]string{"LISTEN": s.Listen, "ADMIN_LISTEN": s.AdminListen} {
		if _, _, err := net.SplitHostPort(address); err != nil {
			return r, &SettingError{Name: name, Got: address, Want: "host:port or :port"}
		}
	}
	return r, nil
}

// ParseKeys reads SECRET_KEYS.
func ParseKeys(keys seal.Secret) (*seal.Ring, error) {
	if keys == "" {
		return nil, &SettingError{Name: "SECRET_KEYS", Want: "what “zendesk-pagerduty init” prints"}
	}
	ring, err := seal.ParseRing(keys.Reveal())
	if err != nil {
		return nil, &SettingError{Name: "SECRET_KEYS", Err: err}
	}
	return ring, nil
}

// maxAuditDays is a hundred years: more is a slip of the key.
const maxAuditDays = 36_500

// maxDrainDelay is longer than any load balancer takes to notice.
const maxDrainDelay = 5 * time.Minute

// allowed reads ALLOWED_ACTIONS; none named means all. The order is that of a
// card.
func allowed(names []string) (incident.Allowed, error) {
	if len(names) == 0 {
		return incident.Actions, nil
	}
	var list incident.Allowed
	for _, name := range names {
		action := incident.Action(strings.TrimSpace(name))
		if !slices.Contains(incident.Actions, action) {
			return nil, &SettingError{
				Name: "ALLOWED_ACTIONS",
				Got:  name,
				Want: "a comma-separated list of " + actionNames(),
			}
		}
		list = append(list, action)
	}
	slices.SortFunc(list, func(a, b incident.Action) int {
		return cmp.Compare(slices.Index(incident.Actions, a), slices.Index(incident.Actions, b))
	})
	return slices.Compact(list), nil
}

func presets(file string) ([]incident.Preset, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, &SettingError{Name: "PRESETS_FILE", Got: file, Want: "a file that can be read: " + err.Error()}
	}
	defer f.Close()
	list, err := incident.ReadPresets(io.LimitReader(f, maxPresets))
	if err != nil {
		return nil, &SettingError{Name: "PRESETS_FILE", Err: err}
	}
	return list, nil
}

// maxPresets bounds the file, in bytes.
const maxPresets = 1 << 20

// ParsePublicURL checks PUBLIC_URL: https, and http on loopback alone, where
// browsers treat it alike.
func ParsePublicURL(s string) (*url.URL, error) {
	const want = "the https address that browsers use, without a path, such as https://pagerduty.example.com (http only on loopback)"
	if s == "" {
		return nil, &SettingError{Name: "PUBLIC_URL", Want: want}
	}
	u, err := url.Parse(strings.TrimSuffix(s, "/"))
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil ||
		u.Scheme != "https" && !zendesk.LoopbackOrigin("http://"+u.Host) || u.Scheme != "https" && u.Scheme != "http" {
		return nil, &SettingError{Name: "PUBLIC_URL", Got: s, Want: want}
	}
	return u, nil
}

// secureURL wants https, since codes and tokens go there; http on loopback for
// the demo.
func secureURL(name, value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.User != nil ||
		u.Scheme != "https" && !(u.Scheme == "http" && zendesk.LoopbackOrigin("http://"+u.Host)) {
		return &SettingError{Name: name, Got: value, Want: "an https address (http only on loopback)"}
	}
	return nil
}

// words splits scopes that were given with commas or, as OAuth writes them, spaces.
func words(list []string) []string {
	return slices.DeleteFunc(strings.Fields(strings.Join(list, " ")), func(s string) bool { return s == "openid" })
}
