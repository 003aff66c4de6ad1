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

// Settings is the configuration of serve. The names of the environment are a
// contract with operators' scripts. Secrets come from the environment, or from
// the file that NAME_FILE names, and never from flags: every user of a machine
// can read a process's flags.
type Settings struct {
	Listen      string `env:"LISTEN" default:":8080" placeholder:"ADDRESS" help:"Address for browsers."`
	AdminListen string `env:"ADMIN_LISTEN" default:"127.0.0.1:9090" placeholder:"ADDRESS" help:"Address for metrics, live and ready. Never public."`
	PublicURL   string `name:"public-url" env:"PUBLIC_URL" placeholder:"URL" help:"The https address that browsers use (http on loopback)."`
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" default:"sqlite:zendesk-pagerduty.db" placeholder:"URL" help:"sqlite:PATH or postgres://…"`

	ClientID   string   `name:"pagerduty-client-id" env:"PAGERDUTY_CLIENT_ID" placeholder:"ID" help:"Client id of the app registered in PagerDuty."`
	OAuth      string   `name:"pagerduty-oauth" env:"PAGERDUTY_OAUTH" default:"scoped" placeholder:"KIND" help:"How it is registered: scoped or classic."`
	Scopes     []string `name:"pagerduty-scopes" env:"PAGERDUTY_SCOPES" placeholder:"SCOPES" help:"Overrides the scopes that agents are asked for."`
	Subdomains []string `name:"pagerduty-subdomains" env:"PAGERDUTY_SUBDOMAINS" placeholder:"NAMES" help:"PagerDuty accounts that may be connected. Default: any."`

	AuthorizeURL string   `name:"pagerduty-authorize-url" env:"PAGERDUTY_AUTHORIZE_URL" default:"${authorize_url}" placeholder:"URL" help:"PagerDuty's authorization endpoint."`
	TokenURL     string   `name:"pagerduty-token-url" env:"PAGERDUTY_TOKEN_URL" default:"${token_url}" placeholder:"URL" help:"PagerDuty's token endpoint."`
	RevokeURL    string   `name:"pagerduty-revoke-url" env:"PAGERDUTY_REVOKE_URL" default:"${revoke_url}" placeholder:"URL" help:"PagerDuty's revocation endpoint."`
	RevokeGrants string   `name:"revoke-grants" env:"REVOKE_GRANTS" default:"own" placeholder:"WHICH" help:"Grants to revoke at PagerDuty: own (stored here, and their delegation unused since) or never."`
	JWKSURL      string   `name:"pagerduty-jwks-url" env:"PAGERDUTY_JWKS_URL" default:"${jwks_url}" placeholder:"URL" help:"PagerDuty's signing keys."`
	Issuers      []string `name:"pagerduty-issuers" env:"PAGERDUTY_ISSUERS" default:"${issuers}" placeholder:"URLS" help:"Issuers of ID tokens."`
	APIURLs      []string `name:"pagerduty-api-urls" env:"PAGERDUTY_API_URLS" default:"${api_urls}" placeholder:"URLS" help:"REST bases that a login may name; the first is used where it names none."`
	EventsURLs   []string `name:"pagerduty-events-urls" env:"PAGERDUTY_EVENTS_URLS" default:"${events_urls}" placeholder:"URLS" help:"Bases of the Events API, one for each of PAGERDUTY_API_URLS in its order."`
	SDKURL       string   `name:"zaf-sdk-url" env:"ZAF_SDK_URL" default:"${sdk_url}" placeholder:"URL" help:"Zendesk's client script."`

	ReadOnly         bool          `env:"READ_ONLY" default:"false" help:"Refuse every write to PagerDuty, and every link."`
	AllowedActions   []string      `env:"ALLOWED_ACTIONS" placeholder:"ACTIONS" help:"What agents may do, of ${actions}. Default: all."`
	AuditDays        int           `env:"AUDIT_DAYS" default:"365" placeholder:"DAYS" help:"How long the audit trail is kept."`
	TextLanguage     string        `env:"TEXT_LANGUAGE" default:"en" placeholder:"LANGUAGE" help:"Language of what is written to PagerDuty and to tickets, such as en or de."`
	TicketNotes      bool          `env:"TICKET_NOTES" default:"true" negatable:"" help:"Leave internal notes on tickets, for agents who do not turn them off."`
	PageWithoutLogin bool          `env:"PAGE_WITHOUT_LOGIN" default:"false" help:"Let agents without a PagerDuty login page by a tag, on which a Zendesk trigger acts."`
	PresetsFile      string        `env:"PRESETS_FILE" type:"path" placeholder:"FILE" help:"JSON file of presets for new incidents. Default: none."`
	TrustedProxies   []string      `env:"TRUSTED_PROXIES" placeholder:"NETWORKS" help:"Networks whose forwarding headers are believed. Default: none."`
	DrainDelay       time.Duration `env:"DRAIN_DELAY" default:"5s" placeholder:"TIME" help:"How long a program that stops goes on answering, while /ready says no already."`
	Limits           Limits        `embed:""`
	Database         Database      `embed:""`
	LogLevel         string        `env:"LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"debug, info, warn or error."`
	LogFormat        string        `env:"LOG_FORMAT" default:"json" placeholder:"FORMAT" help:"json or text."`

	SecretKeys   seal.Secret `kong:"-"` // SECRET_KEYS
	ClientSecret seal.Secret `kong:"-"` // PAGERDUTY_CLIENT_SECRET
}

// The values of REVOKE_GRANTS. Empty is own.
const (
	revokeOwn   = "own"
	revokeNever = "never"
)

// DefaultDatabaseURL is the database of a program that nobody told of another.
const DefaultDatabaseURL = "sqlite:zendesk-pagerduty.db"

// The defaults that are long. The program's flags take them from here.
const (
	DefaultSDKURL  = "https://static.zdassets.com/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"
	DefaultAPIURLs = "https://api.pagerduty.com,https://api.eu.pagerduty.com"
	// DefaultEventsURLs are the Events API's bases for DefaultAPIURLs, one for each in
	// its order (PagerDuty's Knowledge Base, "Service regions").
	DefaultEventsURLs = "https://events.pagerduty.com,https://events.eu.pagerduty.com"
)

// Defaults fills the placeholders in the tags of [Settings].
func Defaults() map[string]string {
	return map[string]string{
		"authorize_url": oauth.AuthorizeURL, "token_url": oauth.TokenURL, "revoke_url": oauth.RevokeURL,
		"jwks_url": oauth.JWKSURL, "issuers": strings.Join(oauth.Issuers, ","), "api_urls": DefaultAPIURLs, "events_urls": DefaultEventsURLs,
		"sdk_url": DefaultSDKURL, "actions": actionNames(),
	}
}

// SettingError is a setting that does not do: one line for the operator.
type SettingError struct {
	Name, Got, Want string
	Err             error // in place of Got and Want, which could repeat a secret
}

// Error implements error.
func (e *SettingError) Error() string {
	if e.Err != nil {
		return e.Name + ": " + e.Err.Error()
	}
	if e.Got == "" {
		return fmt.Sprintf("%s is not set: want %s", e.Name, e.Want)
	}
	return fmt.Sprintf("%s: got %.200q, want %s", e.Name, e.Got, e.Want)
}

// Secret reads a secret setting from NAME or from the file that NAME_FILE names.
func Secret(name string) (seal.Secret, error) {
	value, file := os.Getenv(name), os.Getenv(name+"_FILE")
	switch {
	case value != "" && file != "":
		return "", &SettingError{Name: name + " and " + name + "_FILE", Got: "both", Want: "one of them"}
	case file != "":
		raw, err := os.ReadFile(file)
		if err != nil {
			return "", &SettingError{Name: name + "_FILE", Got: file, Want: "a file that can be read: " + err.Error()}
		}
		return seal.Secret(strings.TrimSpace(string(raw))), nil
	}
	return seal.Secret(value), nil
}

// ReadSecrets fills in what comes from the environment alone, and a database
// address from DATABASE_URL_FILE, since it can hold a password.
func (s *Settings) ReadSecrets() error {
	var err error
	if s.SecretKeys, err = Secret("SECRET_KEYS"); err != nil {
		return err
	}
	if s.ClientSecret, err = Secret("PAGERDUTY_CLIENT_SECRET"); err != nil {
		return err
	}
	return s.ReadDatabase()
}

// ReadDatabase takes the database's address from DATABASE_URL_FILE where that is set.
func (s *Settings) ReadDatabase() error {
	if os.Getenv("DATABASE_URL_FILE") == "" {
		return nil
	}
	database, err := Secret("DATABASE_URL")
	if err == nil {
		s.DatabaseURL = database.Reveal()
	}
	return err
}

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

func actionNames() string {
	names := make([]string, len(incident.Actions))
	for i, a := range incident.Actions {
		names[i] = string(a)
	}
	return strings.Join(names, ", ")
}

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
