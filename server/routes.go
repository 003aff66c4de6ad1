package server

import (
	"net/http"

	"github.com/labstack/echo-contrib/echoprometheus"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Handler is everything that browsers reach.
func (s *Server) Handler() http.Handler {
	s.cookies = launchCookies(s.Ring)
	s.places = newPlaces(s.Limits.Large)
	e := echo.New()
	e.HideBanner = true
	e.IPExtractor = ipExtractor(s.TrustedProxies)
	e.HTTPErrorHandler = s.problem
	e.Use(s.measured(), s.noted)

	// Zendesk opens the sidebar.
	e.POST("/sidebar", s.anybody(s.launch), as(pageKind))
	e.GET("/sidebar", s.launchExplained, as(pageKind))

	// An agent connects PagerDuty: the window's pages …
	e.POST("/login", s.anybody(s.loginWindow), as(windowKind))
	e.GET("/login/:attempt", s.loginLink, as(windowKind))
	e.POST("/login/:attempt", s.anybody(s.loginConfirm), as(windowKind))
	e.GET("/login/callback", s.loginCallback, as(windowKind))
	e.GET("/login/done", s.loginDone, as(windowKind))
	e.GET("/login", s.loginExplained, as(windowKind))
	// … and the panel's side of it.
	e.POST("/login/link", s.withForm(smallBody, s.loginMakeLink))
	e.GET("/login/waiting", s.withSession(s.loginWaiting))
	e.GET("/login/code", s.withSession(s.loginCode))
	e.POST("/login/claim", s.withForm(smallBody, s.loginClaim))
	e.POST("/login/cancel", s.withForm(smallBody, s.loginCancel))
	e.POST("/login/shared", s.withForm(smallBody, s.dismissShared))
	e.POST("/logout", s.withForm(smallBody, s.logOut))

	// Ticket events: the set-up page in Zendesk's navigation bar …
	e.POST("/setup", s.anybody(s.setupLaunch), as(pageKind))
	e.GET("/setup", s.setupExplained, as(pageKind))
	e.GET("/setup/connection", s.withSession(s.setupConnection))
	e.POST("/setup/look", s.withSetup(s.setupLook))
	e.POST("/setup/plan", s.withSetup(s.setupPlan))
	e.POST("/setup/steps", s.withSetup(s.setupSteps))
	// … the service that they page, and its integration …
	e.GET("/setup/services", s.withSession(s.services))
	e.GET("/setup/services/:service", s.withSession(s.setupService))
	e.POST("/setup/services/:service/integration", s.withForm(smallBody, s.setupIntegrate))
	e.POST("/setup/link", s.withForm(smallBody, s.setupLink))
	// … and a test of what was made.
	e.POST("/setup/test", s.withSetup(s.setupTest))
	e.GET("/setup/found/:id", s.withSession(s.setupFound))
	e.POST("/setup/arrived/:id", s.withForm(smallBody, s.setupArrived))

	// The panel.
	e.GET("/connection", s.withSession(s.connectionPanel))
	e.GET("/tickets/:id/incidents", s.withPanel(s.ticketPanel))
	e.GET("/tickets/:id/incidents/new", s.withSession(s.createForm))
	e.POST("/tickets/:id/incidents", s.withForm(createBody, s.create))
	e.GET("/tickets/:id/services", s.withSession(s.services))
	e.GET("/tickets/:id/services/:service", s.withSession(s.before))
	e.GET("/tickets/:id/targets", s.withSession(s.targets))

	// A card: what it opens to, and what is done with it.
	e.GET("/tickets/:id/incidents/:incident/:drawer", s.withSession(s.drawer))
	e.POST("/tickets/:id/incidents/:incident/:action", s.withForm(createBody, s.act))

	// The ticket: what the page says of it, and an agent's choices.
	e.GET("/tickets/:id/say/:what", s.withSession(s.say))
	e.GET("/preferences", s.withSession(s.preferences))
	e.POST("/preferences", s.withForm(smallBody, s.preferences))

	// Links between tickets and incidents.
	e.GET("/tickets/:id/links", s.withSession(s.linkForm))
	e.PUT("/tickets/:id/links/:incident", s.withForm(smallBody, s.link))
	e.DELETE("/tickets/:id/links/:incident", s.withForm(smallBody, s.unlink))

	e.GET("/assets/*", echo.WrapHandler(s.Assets))
	e.GET("/", s.launchExplained, as(pageKind))

	return s.guarded(e)
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

// measured counts requests by route. Host and method come from the client and
// would let it make labels without end, so that they are replaced by what we know.
func (s *Server) measured() echo.MiddlewareFunc {
	return echoprometheus.NewMiddlewareWithConfig(echoprometheus.MiddlewareConfig{
		Registerer:                s.Metrics,
		Subsystem:                 "http",
		DoNotUseRequestPathFor404: true,
		LabelFuncs: map[string]echoprometheus.LabelValueFunc{
			"host": func(echo.Context, error) string { return s.PublicURL.Host },
			"method": func(c echo.Context, _ error) string {
				switch m := c.Request().Method; m {
				case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodHead:
					return m
				}
				return "other"
			},
		},
	})
}
