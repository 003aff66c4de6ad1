package server

import (
	"context"
	"log/slog"
	"net/netip"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/server/connect"
	"zendesk-pagerduty/server/launch"
	"zendesk-pagerduty/server/panel"
	"zendesk-pagerduty/server/probe"
	"zendesk-pagerduty/server/search"
	"zendesk-pagerduty/server/setup"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/server/window"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// Server holds what the pages are built from. All fields are set once.
type Server struct {
	Verifier    *zendesk.Verifier
	Sessions    *zendesk.Sessions
	Logins      *oauth.Logins
	Tokens      *oauth.Tokens
	Connections oauth.ConnectionStore
	Links       incident.Links
	Audit       incident.Audit
	LastUsed    incident.LastUsedServices
	Presets     []incident.Preset
	Preferences incident.Preferences
	Panels      panel.Store
	// As makes the client of one connection's token.
	As    func(oauth.Connection) (web.PagerDuty, error)
	Texts *text.Catalog
	// Written is the language of what is written to PagerDuty and to tickets: many people
	// read it, whatever the language of the agent who caused it.
	Written *text.Texts
	Assets  web.Assets
	Ring    *seal.Ring

	// EventsURL gives the base of the Events API for a REST base; EventsURLs
	// are all of them.
	EventsURL        func(apiBase string) string
	EventsURLs       []string
	Version          string   // of this program
	PublicURL        *url.URL // where browsers reach this server; no path
	SDKURL           string
	ReadOnly         bool
	Allowed          incident.Allowed
	TicketNotes      bool // the operator lets agents' actions leave notes on tickets
	PageWithoutLogin bool
	TrustedProxies   []netip.Prefix
	Log              *slog.Logger
	Now              func() time.Time

	Ready    func(context.Context) error // says why this replica should get no requests
	Stopping func() bool                 // the program is about to stop; nil for never
	Metrics  *prometheus.Registry
	Limits   web.Limits
	// What is counted; both may be nil.
	CountAction func(action incident.Action, outcome string)
	CountLaunch func(error)
}

// parts are the handlers, each with the few things that it uses.
type parts struct {
	pages   *web.Pages
	guard   *web.Guard
	launch  *launch.Handlers
	window  *window.Handlers
	connect *connect.Handlers
	panel   *panel.Handlers
	search  *search.Handlers
	setup   *setup.Handlers
	probe   *probe.Handler
}

// parts builds every handler once.
func (s *Server) parts() parts {
	var p parts
	rules := incident.Rules{ReadOnly: s.ReadOnly, Allowed: s.Allowed}
	agents := &web.Agents{Tokens: s.Tokens, As: s.As, SetRole: s.Connections.SetRole}
	executor := &incident.Executor{
		Audit:       s.Audit,
		Links:       s.Links,
		LastUsed:    s.LastUsed,
		Preferences: s.Preferences,
		Rules:       rules,
		TicketNotes: s.TicketNotes,
		Log:         s.Log,
		Now:         s.Now,
		Count:       s.CountAction,
	}
	p.pages = &web.Pages{
		Catalog:          s.Texts,
		Assets:           s.Assets,
		PublicURL:        s.PublicURL,
		SDKURL:           s.SDKURL,
		PageWithoutLogin: s.PageWithoutLogin,
		Log:              s.Log,
	}
	p.guard = web.NewGuard(p.pages, s.Sessions, s.Limits, web.NewRequests(s.Metrics, s.PublicURL.Host))
	p.guard.Stopping = s.Stopping
	p.launch = launch.New(p.pages, p.guard, s.Verifier, s.Sessions, s.Tokens, s.Ring)
	p.launch.Count = s.CountLaunch
	p.window = &window.Handlers{Pages: p.pages, Guard: p.guard, Sessions: s.Sessions, Logins: s.Logins}
	p.connect = &connect.Handlers{
		Pages:       p.pages,
		Guard:       p.guard,
		Logins:      s.Logins,
		Connections: s.Connections,
		Now:         s.Now,
	}
	p.search = &search.Handlers{Pages: p.pages, Agents: agents}
	p.panel = &panel.Handlers{
		Pages:       p.pages,
		Guard:       p.guard,
		Agents:      agents,
		Connect:     p.connect,
		Executor:    executor,
		Rules:       rules,
		Store:       s.Panels,
		Links:       s.Links,
		LastUsed:    s.LastUsed,
		Presets:     s.Presets,
		Preferences: s.Preferences,
		TicketNotes: s.TicketNotes,
		Written:     s.Written,
	}
	p.setup = &setup.Handlers{
		Pages:      p.pages,
		Guard:      p.guard,
		Agents:     agents,
		Launches:   p.launch,
		Connect:    p.connect,
		Logins:     s.Logins,
		Executor:   executor,
		Rules:      rules,
		Now:        s.Now,
		EventsURL:  s.EventsURL,
		EventsURLs: s.EventsURLs,
	}
	p.probe = &probe.Handler{
		Ring:    s.Ring,
		Version: s.Version,
		Address: web.IPExtractor(s.TrustedProxies),
		Now:     s.Now,
		Wait:    probe.WaitFor,
	}
	return p
}
