package app

import (
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
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
