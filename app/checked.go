package app

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/views/text"
)

// Checked is what settings that are right come to.
type Checked struct {
	PublicURL *url.URL
	Ring      *seal.Ring
	Scopes    []string // that a login asks PagerDuty for
	Allowed   incident.Allowed
	Presets   []incident.Preset
	Texts     *text.Catalog
	Written   *text.Texts    // the language of what is written to PagerDuty and to tickets
	Proxies   []netip.Prefix // whose word on an agent's address is taken
	Level     slog.Level
}

// Provider is the client of PagerDuty's OAuth endpoints that checked settings ask for.
func (s *Settings) Provider(checked Checked, transport http.RoundTripper, log *slog.Logger, now func() time.Time) *oauth.Provider {
	return &oauth.Provider{
		ClientID:     s.ClientID,
		ClientSecret: s.ClientSecret,
		RedirectURL:  checked.PublicURL.JoinPath("login", "callback").String(),
		AuthorizeURL: s.AuthorizeURL,
		TokenURL:     s.TokenURL,
		RevokeURL:    s.RevokeURL,
		JWKSURL:      s.JWKSURL,
		Issuers:      s.Issuers,
		Scopes:       checked.Scopes,
		APIURLs:      s.APIURLs,
		Accounts:     s.Subdomains,
		Transport:    transport,
		Log:          log,
		Now:          now,
	}
}

// EffectiveSetting is a setting as it holds.
type EffectiveSetting struct {
	Name    string
	Value   string // of a secret, what may be shown of it
	Default bool   // it has its default
}

// Effective lists the settings without secrets: of the key ring the keys' ids, of
// the database's address no password.
func (s *Settings) Effective() []EffectiveSetting {
	values := map[string]string{}
	fill(reflect.ValueOf(*s), values)
	values["DATABASE_URL"] = store.Name(s.DatabaseURL)
	if ring, err := seal.ParseRing(s.SecretKeys.Reveal()); err == nil {
		values["SECRET_KEYS"] = "(ids: " + strings.Join(ring.IDs(), ", ") + ")"
	}
	if s.ClientSecret != "" {
		values["PAGERDUTY_CLIENT_SECRET"] = "(set)"
	}
	var list []EffectiveSetting
	for _, known := range AllSettings() {
		value := values[known.Name]
		list = append(list, EffectiveSetting{known.Name, value, value == usual(known)})
	}
	return list
}

// usual is a setting's default in the form that [plain] gives values.
func usual(s Setting) string {
	if s.Name == "DATABASE_URL" {
		return store.Name(s.Default)
	}
	if d, err := time.ParseDuration(s.Default); err == nil && s.Default != "0" {
		return d.String()
	}
	return s.Default
}

// fill reads settings by their names in the environment.
func fill(settings reflect.Value, values map[string]string) {
	for i := range settings.NumField() {
		field := settings.Field(i)
		if name := settings.Type().Field(i).Tag.Get("env"); name != "" {
			values[name] = plain(field)
		} else if field.Kind() == reflect.Struct {
			fill(field, values)
		}
	}
}

// plain is a setting as an operator writes it.
func plain(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case []string:
		return strings.Join(value, ",")
	case time.Duration:
		return value.String()
	default:
		return fmt.Sprint(value)
	}
}
