package web

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"zendesk-pagerduty/views/text"
)

// Assets are the built files.
type Assets interface {
	http.Handler
	// Path is the address of a file by its name, such as "sidebar.css".
	Path(name string) string
	// Integrity is its hash, as a page's integrity attribute takes it.
	Integrity(name string) string
}

// Pages renders what people see, and turns errors into answers.
type Pages struct {
	Catalog   *text.Catalog
	Assets    Assets
	PublicURL *url.URL // where browsers reach this server; no path
	SDKURL    string   // of Zendesk's client script
	// PageWithoutLogin says that the panel offers paging by tag while PagerDuty
	// does not answer.
	PageWithoutLogin bool
	Log              *slog.Logger
}

// Origin is this server's as browsers write it (WHATWG URL, "origin"): in lower
// case and without the scheme's own port, however the operator wrote PUBLIC_URL.
func (p *Pages) Origin() string {
	own := map[string]string{"https": ":443", "http": ":80"}[p.PublicURL.Scheme]
	return p.PublicURL.Scheme + "://" + strings.TrimSuffix(strings.ToLower(p.PublicURL.Host), own)
}
