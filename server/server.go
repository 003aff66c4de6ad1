package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/gorilla/sessions"
	"github.com/prometheus/client_golang/prometheus"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// PagerDuty is one agent's client.
type PagerDuty interface {
	incident.Maker
	incident.Searcher
	incident.Actor
	incident.Noter
	incident.Reader
	SearchTargets(ctx context.Context, words string, limit int) (people, policies []incident.Ref, more bool, err error)
	Priorities(ctx context.Context) ([]incident.Ref, error)
	Subscribed(ctx context.Context, id, user string) (bool, error)
	Workflows(ctx context.Context, id string) ([]incident.Ref, error)
	incident.Prober
	SearchServices(ctx context.Context, words string, limit int) (found []incident.Service, more bool, err error)
	Integrations(ctx context.Context, service string) ([]incident.Integration, error)
	CreateIntegration(ctx context.Context, service, name string) (incident.Integration, error)
	Role(ctx context.Context) (string, error)
}

// PanelStore finds what the panel of a ticket begins with. It is asked for all
// the time, by every open panel.
type PanelStore interface {
	// Panel finds a session, the connection of its agent, and what is stored of
	// the ticket for that connection's PagerDuty account, as they were at one
	// moment. It returns [zendesk.SessionEnded] where there is no such session;
	// without a connection nothing is stored for it.
	Panel(ctx context.Context, sessionID string, ticket int64) (zendesk.StoredSession, oauth.Found, incident.Stored, error)
}

// Assets are the built files.
type Assets interface {
	http.Handler
	Path(name string) string
	Integrity(name string) string
}

// Server holds what the handlers need. All fields are set once.
type Server struct {
	Verifier    *zendesk.Verifier
	Sessions    *zendesk.Sessions
	Logins      *oauth.Logins
	Tokens      *oauth.Tokens
	Connections oauth.ConnectionStore
	Links       incident.Links
	Audit       incident.Audit
	Habits      incident.Habits
	Presets     []incident.Preset
	Preferences incident.Preferences
	Panels      PanelStore
	// As makes the client of one connection's token.
	As     func(oauth.Connection) (PagerDuty, error)
	Texts  *text.Catalog
	Assets Assets
	Ring   *seal.Ring

	// EventsURL gives the base of the Events API for a REST base; EventsURLs
	// are all of them.
	EventsURL        func(apiBase string) string
	EventsURLs       []string
	PublicURL        *url.URL // where browsers reach this server; no path
	SDKURL           string
	ReadOnly         bool
	Allowed          incident.Allowed
	TicketNotes      bool // the operator lets agents' deeds leave notes on tickets
	PageWithoutLogin bool
	TrustedProxies   []netip.Prefix
	Log              *slog.Logger
	Now              func() time.Time

	Ready   func(context.Context) error // says why this replica should get no requests
	Metrics *prometheus.Registry
	Limits  Limits

	cookies *sessions.CookieStore
	places  *places
}
