package server

import (
	"errors"
	"net/http"
	"regexp"
	"strconv"

	"github.com/a-h/templ"
	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/zendesk"
)

// launch answers Zendesk's signed POST with the sidebar's page.
func (s *Server) launch(c echo.Context) error {
	return s.launched(c, func(value seal.Secret) templ.Component {
		return views.SidebarPage(views.Sidebar{Document: s.document(c.Request(), "sidebar.css", "sidebar.js"), SDK: s.SDKURL, Session: value.Reveal()})
	})
}

// launched starts a session for a verified launch, and answers with its page.
func (s *Server) launched(c echo.Context, page func(session seal.Secret) templ.Component) error {
	r := c.Request()
	if !framed(r) {
		return notFramed
	}
	l, err := s.Verifier.Verify(r.Context(), r.PostForm.Get("token"), r.URL.Query().Get("origin"))
	if err != nil {
		return s.launchRefused(c, err)
	}
	_, value, err := s.Sessions.Start(r.Context(), l, s.recognised(r, l.Agent))
	if err != nil {
		if errors.Is(err, zendesk.LaunchRepeated) {
			err = problem.New(zendesk.LaunchRepeated, err, problem.Args{"subdomain": l.Agent.Subdomain})
		}
		return s.launchRefused(c, err)
	}
	s.Log.InfoContext(r.Context(), "launched", "agent", l.Agent, "location", l.Location, "ip", c.RealIP())
	s.Tokens.RenewDue(r.Context(), l.Agent) // while Zendesk's handshake runs, 120 ms
	s.remember(c, l.Agent)
	s.frameable(c, l.Installation.Origin)
	return s.compressed(c, page(value))
}

// framed says whether the browser loads an iframe, as far as it tells. At top
// level, a hostile page could post a launch of its owner's into a tab of
// somebody else's browser, which would then be the owner's sidebar there, and
// would hear of logins that this browser makes.
func framed(r *http.Request) bool {
	dest := r.Header.Get("Sec-Fetch-Dest")
	return dest == "" || dest == "iframe"
}

func (s *Server) launchExplained(c echo.Context) error {
	return s.refusal(c, http.StatusOK, "", s.texts(c.Request()).S("launch.get"), nil)
}

// refusal is the page for a launch that starts nothing. It may be framed by any
// Zendesk account, so that it can be read where it happens; it can do nothing.
func (s *Server) refusal(c echo.Context, status int, code problem.Code, sentence string, args problem.Args) error {
	ancestors := []string{"https://*.zendesk.com"}
	if zendesk.LoopbackOrigin(s.PublicURL.String()) {
		ancestors = append(ancestors, "http://127.0.0.1:*", "http://localhost:*")
	}
	s.frameable(c, ancestors...)
	page := views.Refusal{Document: s.document(c.Request(), "sidebar.css", ""), Code: string(code), Sentence: sentence}
	if code == zendesk.NotRegistered {
		page.Subdomain, _ = args["subdomain"].(string)
		if id, ok := args["installation"].(int64); ok {
			page.Installation = strconv.FormatInt(id, 10)
		}
		page.Document, page.SDK = s.document(c.Request(), "sidebar.css", "sidebar.js"), s.SDKURL
	}
	return s.render(c, status, views.RefusalPage(page))
}

// The cookie of a launch recognises a browser that launched as this agent
// before, so that a late reload of the frame is welcome. It never authorises:
// all of zendesk.com shares one partition, and neighbours can overwrite it.

const cookieLife = 24 * 60 * 60 // seconds

func launchCookies(ring *seal.Ring) *sessions.CookieStore {
	store := sessions.NewCookieStore(ring.CookieKeys("launch-cookie")...)
	store.Options = &sessions.Options{
		Path: "/", MaxAge: cookieLife, Secure: true, HttpOnly: true,
		SameSite: http.SameSiteNoneMode, Partitioned: true,
	}
	store.MaxAge(cookieLife)
	return store
}

var cookieSafe = regexp.MustCompile(`[^a-z0-9-]`)

// launchCookie is named per account and user: several share one browser.
func launchCookie(a zendesk.Agent) string {
	return "__Host-agent-" + cookieSafe.ReplaceAllString(a.Subdomain, "") + "-" + a.UserID
}

const cookieAgent = "agent"

func (s *Server) recognised(r *http.Request, a zendesk.Agent) bool {
	cookie, err := s.cookies.New(r, launchCookie(a))
	return err == nil && !cookie.IsNew && cookie.Values[cookieAgent] == a.Subdomain+"/"+a.UserID
}

func (s *Server) remember(c echo.Context, a zendesk.Agent) {
	cookie := sessions.NewSession(s.cookies, launchCookie(a))
	options := *s.cookies.Options
	cookie.Options = &options
	cookie.Values[cookieAgent] = a.Subdomain + "/" + a.UserID
	if err := cookie.Save(c.Request(), c.Response()); err != nil {
		s.Log.WarnContext(c.Request().Context(), "launch cookie not set", "err", err)
	}
}
