package zendeskapp

import (
	"encoding/json"
	"net/url"
)

// manifest is what Zendesk reads first (developer docs, "Manifest reference").
type manifest struct {
	Name             string                         `json:"name"`
	Author           author                         `json:"author"`
	DefaultLocale    string                         `json:"defaultLocale"`
	Private          bool                           `json:"private"`
	SingleInstall    bool                           `json:"singleInstall"`
	SignedURLs       bool                           `json:"signedUrls"` // the launch token is all that tells who is asking
	Location         map[string]map[string]location `json:"location"`
	Version          string                         `json:"version"` // the program's: what admins see
	FrameworkVersion string                         `json:"frameworkVersion"`
}

type author struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	URL   string `json:"url"`
}

type location struct {
	URL      string `json:"url"`
	Flexible bool   `json:"flexible,omitempty"`
}

func manifestFor(public *url.URL, version string) ([]byte, error) {
	sidebar := location{URL: public.JoinPath("sidebar").String(), Flexible: true}
	setup := location{URL: public.JoinPath("setup").String()}
	return json.MarshalIndent(manifest{
		Name: "PagerDuty on tickets",
		// The operator's own server is whom an admin has to ask.
		Author: author{
			Name:  "zendesk-pagerduty at " + public.Hostname(),
			Email: "postmaster@" + public.Hostname(),
			URL:   public.String(),
		},
		DefaultLocale:    "en",
		Private:          true,
		SingleInstall:    true,
		SignedURLs:       true,
		Version:          version,
		FrameworkVersion: "2.0",
		Location: map[string]map[string]location{
			"support": {"ticket_sidebar": sidebar, "new_ticket_sidebar": sidebar, "nav_bar": setup},
		},
	}, "", "  ")
}
