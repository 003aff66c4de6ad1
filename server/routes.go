package server

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"zendesk-pagerduty/server/probe"
	"zendesk-pagerduty/server/web"
)

// Handler is everything that browsers reach.
func (s *Server) Handler() http.Handler {
	p := s.parts()
	e := echo.New()
	e.HideBanner = true
	e.IPExtractor = web.IPExtractor(s.TrustedProxies)
	e.HTTPErrorHandler = p.pages.Problem
	e.Use(p.guard.Requests.Measured, p.pages.Noted)
	p.routes(e)
	e.GET("/assets/*", echo.WrapHandler(s.Assets))
	p.guard.Requests.Expect(e.Routes())
	return p.guard.Guarded(e)
}

// routes is the routing table, in the order in which people meet the routes.
func (p parts) routes(e *echo.Echo) {
	g := p.guard

	// Zendesk opens the sidebar.
	e.POST("/sidebar", g.Anybody(p.launch.Sidebar), web.As(web.PageKind))
	e.GET("/sidebar", p.launch.Explained, web.As(web.PageKind))
	e.GET("/sidebar/texts", p.launch.Texts)

	// An agent connects PagerDuty: the window's pages …
	e.POST("/login", g.Anybody(p.window.Open), web.As(web.WindowKind))
	e.GET("/login/:attempt", p.window.Link, web.As(web.WindowKind))
	e.POST("/login/:attempt", g.Anybody(p.window.Confirm), web.As(web.WindowKind))
	e.GET("/login/callback", p.window.Callback, web.As(web.WindowKind))
	e.GET("/login/done", p.window.Done, web.As(web.WindowKind))
	e.GET("/login", p.window.Explained, web.As(web.WindowKind))
	// … and the panel's side of it.
	e.POST("/login/link", g.WithForm(web.SmallBody, p.connect.MakeLink))
	e.GET("/login/waiting", g.WithSession(p.connect.Waiting))
	e.GET("/login/code", g.WithSession(p.connect.Code))
	e.POST("/login/claim", g.WithForm(web.SmallBody, p.connect.Claim))
	e.POST("/login/cancel", g.WithForm(web.SmallBody, p.connect.Cancel))
	e.POST("/login/shared", g.WithForm(web.SmallBody, p.connect.DismissShared))
	e.POST("/logout", g.WithForm(web.SmallBody, p.connect.LogOut))

	// Ticket events: the set-up page in Zendesk's navigation bar …
	e.POST("/setup", g.Anybody(p.setup.Launch), web.As(web.PageKind))
	e.GET("/setup", p.setup.Explained, web.As(web.PageKind))
	e.GET("/setup/texts", p.setup.Texts)
	e.GET("/setup/connection", g.WithSession(p.setup.Connection))
	e.POST(g.WithLarge("/setup/look", p.setup.Body))
	e.POST(g.WithLarge("/setup/plan", p.setup.Plan))
	e.POST(g.WithLarge("/setup/steps", p.setup.Steps))
	// … the service that they page, and its integration …
	e.GET("/setup/services", g.WithSession(p.search.Services))
	e.GET("/setup/services/:service", g.WithSession(p.setup.Service))
	e.POST("/setup/services/:service/integration", g.WithForm(web.SmallBody, p.setup.Integrate))
	e.POST("/setup/link", g.WithForm(web.SmallBody, p.setup.Link))
	// … and a test of what was made.
	e.POST(g.WithLarge("/setup/test", p.setup.Test))
	e.GET("/setup/found/:id", g.WithSession(p.setup.Found))
	e.POST("/setup/arrived/:id", g.WithForm(web.SmallBody, p.setup.Arrived))

	// The panel.
	e.GET("/connection", g.WithSession(p.panel.Connection))
	e.GET("/tickets/:id/incidents", p.panel.WithPanel(p.panel.Ticket))
	e.GET("/tickets/:id/incidents/new", g.WithSession(p.panel.Form))
	e.POST("/tickets/:id/incidents", g.WithForm(web.CreateBody, p.panel.Create))
	e.GET("/tickets/:id/services", g.WithSession(p.search.Services))
	e.GET("/tickets/:id/services/:service", g.WithSession(p.panel.Precheck))
	e.GET("/tickets/:id/targets", g.WithSession(p.search.Targets))

	// A card: what it opens to, and what is done with it.
	// (The parameter's name is part of a metric's label: it stays.)
	e.GET("/tickets/:id/incidents/:incident/:section", g.WithSession(p.panel.Section))
	e.POST("/tickets/:id/incidents/:incident/:action", g.WithForm(web.CreateBody, p.panel.Act))

	// The ticket: what the page says of it, and an agent's choices.
	e.GET("/tickets/:id/say/:what", g.WithSession(p.panel.Say))
	e.GET("/preferences", g.WithSession(p.panel.PreferencesForm))
	e.POST("/preferences", g.WithForm(web.SmallBody, p.panel.PreferencesForm))

	e.POST("/role", g.WithForm(web.SmallBody, p.panel.CheckRole))

	// Links between tickets and incidents.
	e.GET("/tickets/:id/links", g.WithSession(p.panel.LinkForm))
	e.PUT("/tickets/:id/links/:incident", g.WithForm(web.SmallBody, p.panel.Link))
	e.DELETE("/tickets/:id/links/:incident", g.WithForm(web.SmallBody, p.panel.Unlink))

	// The operator's check asks how requests arrive.
	e.GET(probe.Path, p.probe.Serve)

	e.GET("/", p.launch.Explained, web.As(web.PageKind))
}

// AdminHandler is what only the operator reaches.
func (s *Server) AdminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /live", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("live\n")) })
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, r *http.Request) {
		if err := s.Ready(r.Context()); err != nil {
			s.Log.WarnContext(r.Context(), "not ready", "err", err)
			http.Error(w, "not ready: "+err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Write([]byte("ready\n"))
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{Registry: s.Metrics}))
	return mux
}
