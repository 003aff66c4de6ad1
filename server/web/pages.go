package web

import (
	"log/slog"
	"net/http"
	"net/url"

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
