package app

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/pagerduty"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
)

// Checked is what settings that are right come to.
type Checked struct {
	PublicURL *url.URL
	Ring      *seal.Ring
	Provider  *oauth.Provider
	Events    []string // bases of the Events API
	Limits    store.Limits
}

// Check says what is wrong with the settings, as a [SettingError], or what they
// come to. Its provider speaks with PagerDuty as that of [Open] does.
func (s *Settings) Check() (Checked, error) {
	r, err := s.check()
	if err != nil {
		return Checked{}, err
	}
	return Checked{
		PublicURL: r.publicURL,
		Ring:      r.ring,
		Provider:  s.provider(r, pagerduty.Transport(), slog.New(slog.DiscardHandler), time.Now),
		Events:    s.EventsURLs,
		Limits:    s.Database.limits(),
	}, nil
}

func (s *Settings) provider(r ready, transport http.RoundTripper, log *slog.Logger, now func() time.Time) *oauth.Provider {
	return &oauth.Provider{
		ClientID:     s.ClientID,
		ClientSecret: s.ClientSecret,
		RedirectURL:  r.publicURL.JoinPath("login", "callback").String(),
		AuthorizeURL: s.AuthorizeURL,
		TokenURL:     s.TokenURL,
		RevokeURL:    s.RevokeURL,
		JWKSURL:      s.JWKSURL,
		Issuers:      s.Issuers,
		Scopes:       r.scopes,
		APIURLs:      s.APIURLs,
		Accounts:     s.Subdomains,
		Transport:    transport,
		Log:          log,
		Now:          now,
	}
}

// Effective lists the settings as NAME=value in the order of [Settings], without
// secrets: of the key ring the keys' ids, of the database's address no password.
func (s *Settings) Effective() []string {
	var list []string
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		for i := range v.NumField() {
			name := v.Type().Field(i).Tag.Get("env")
			switch f := v.Field(i); {
			case f.Kind() == reflect.Struct:
				walk(f)
			case name == "DATABASE_URL":
				list = append(list, name+"="+store.Name(s.DatabaseURL))
			case name != "":
				list = append(list, name+"="+plain(f))
			}
		}
	}
	walk(reflect.ValueOf(*s))
	keys := "not set"
	if ring, err := seal.ParseRing(s.SecretKeys.Reveal()); err == nil {
		keys = "(ids: " + strings.Join(ring.IDs(), ", ") + ")"
	}
	secret := "not set"
	if s.ClientSecret != "" {
		secret = "(set)"
	}
	return append(list, "SECRET_KEYS="+keys, "PAGERDUTY_CLIENT_SECRET="+secret)
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
