package app

import (
	"fmt"
	"iter"
	"os"
	"reflect"
	"strings"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk/trigger"
)

// Settings is the configuration of serve. The names of the environment are a
// contract with operators' scripts. A [seal.Secret] comes from the environment, or
// from the file that NAME_FILE names, and never from a flag: every user of a machine
// can read a process's flags.
type Settings struct {
	Listen      string `env:"LISTEN" default:":8080" placeholder:"ADDRESS" help:"Address for browsers."`
	AdminListen string `env:"ADMIN_LISTEN" default:"127.0.0.1:9090" placeholder:"ADDRESS" help:"Address for metrics, live and ready. Never public."`
	PublicURL   string `name:"public-url" env:"PUBLIC_URL" placeholder:"URL" help:"The https address that browsers use (http on loopback)."`
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" default:"sqlite:zendesk-pagerduty.db" placeholder:"URL" help:"sqlite:PATH or postgres://…"`

	SecretKeys   seal.Secret `kong:"-" env:"SECRET_KEYS" help:"Seals cookies and tokens: comma-separated id:base64(32 bytes). The first seals, all open."`
	ClientSecret seal.Secret `kong:"-" env:"PAGERDUTY_CLIENT_SECRET" help:"Client secret of the app registered in PagerDuty."`

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
	// its order.
	DefaultEventsURLs = trigger.EventsUS + "," + trigger.EventsEU
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
	for name, field := range secrets(reflect.ValueOf(s).Elem()) {
		value, err := Secret(name)
		if err != nil {
			return err
		}
		field.Set(reflect.ValueOf(value))
	}
	return s.ReadDatabase()
}

// secrets are the fields of settings that are secret, by their names in the
// environment.
func secrets(settings reflect.Value) iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) {
		for field, value := range settings.Fields() {
			if field.Type == reflect.TypeFor[seal.Secret]() && !yield(field.Tag.Get("env"), value) {
				return
			}
		}
	}
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

func actionNames() string {
	names := make([]string, len(incident.Actions))
	for i, a := range incident.Actions {
		names[i] = string(a)
	}
	return strings.Join(names, ", ")
}
