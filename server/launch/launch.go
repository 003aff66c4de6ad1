// Package launch answers Zendesk's signed POSTs: it verifies the launch, starts a
// session and gives its page. A browser that launched as the same agent before is
// recognised by a cookie, which authorises nothing.
package launch

import (
	"errors"
	"net/http"
	"regexp"

	"github.com/a-h/templ"
	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/sidebar"
	"zendesk-pagerduty/zendesk"
)

// Handlers answer the launches of all pages in Zendesk.
type Handlers struct {
	Pages    *web.Pages
	Guard    *web.Guard
	Verifier *zendesk.Verifier
	Sessions *zendesk.Sessions
	Tokens   *oauth.Tokens
	Count    func(error) // counts launches by the cause of their refusal; may be nil

	cookies *sessions.CookieStore
}

// New makes the handlers; ring seals the cookies that recognise a browser.
func New(
	pages *web.Pages,
	guard *web.Guard,
	verifier *zendesk.Verifier,
	started *zendesk.Sessions,
	tokens *oauth.Tokens,
	ring *seal.Ring,
) *Handlers {
	return &Handlers{
		Pages:    pages,
		Guard:    guard,
		Verifier: verifier,
		Sessions: started,
		Tokens:   tokens,
		cookies:  launchCookies(ring),
	}
}

// Sidebar answers Zendesk's signed POST with the sidebar's page.
func (h *Handlers) Sidebar(c echo.Context) error {
	return h.Start(c, func(agent zendesk.Agent, value seal.Secret) templ.Component {
		return sidebar.Page(
			views.Frame{
				Document: h.Pages.Document(c.Request(), "sidebar.css", "sidebar.js"),
				SDK:      h.Pages.SDKURL,
				Session:  value.Reveal(),
				Agent:    agent.Subdomain + "/" + agent.UserID,
			},
		)
	})
}

// Texts answers with what the sidebar's page itself says, in the language of the agent
// who asks for it. Nothing in it is anybody's.
func (h *Handlers) Texts(c echo.Context) error {
	web.Holds(c, web.PartView)
	return h.Pages.Compressed(c, sidebar.Texts(h.Pages.Texts(c.Request())))
}

// Start starts a session for a verified launch, and answers with its page.
func (h *Handlers) Start(c echo.Context, page func(zendesk.Agent, seal.Secret) templ.Component) error {
	l, value, err := h.launched(c)
	if h.Count != nil {
		h.Count(err)
	}
	if err != nil {
		return h.Guard.LaunchRefused(c, err)
	}
	r := c.Request()
	h.Pages.Log.InfoContext(r.Context(), "launched", "agent", l.Agent, "ip", c.RealIP())
	h.Tokens.RenewDue(r.Context(), l.Agent) // while Zendesk's handshake runs, 120 ms
	h.remember(c, l.Agent)
	h.Pages.Frameable(c, l.Installation.Origin)
	return h.Pages.Compressed(c, page(l.Agent, value))
}

// launched verifies a launch and starts its session.
func (h *Handlers) launched(c echo.Context) (zendesk.Launch, seal.Secret, error) {
	r := c.Request()
	if !framed(r) {
		return zendesk.Launch{}, "", web.NotFramed
	}
	l, err := h.Verifier.Verify(r.Context(), r.PostForm.Get("token"), r.URL.Query().Get("origin"))
	if err != nil {
		return l, "", err
	}
	_, value, err := h.Sessions.Start(r.Context(), l, h.recognised(r, l.Agent))
	if errors.Is(err, zendesk.LaunchRepeated) {
		err = problem.New(zendesk.LaunchRepeated, err, problem.Args{"subdomain": l.Agent.Subdomain})
	}
	return l, value, err
}

// framed says whether the browser loads an iframe, as far as it tells. At top
// level, a hostile page could post a launch of its owner's into a tab of
// somebody else's browser, which would then be the owner's sidebar there, and
// would hear of logins that this browser makes.
func framed(r *http.Request) bool {
	dest := r.Header.Get("Sec-Fetch-Dest")
	return dest == "" || dest == "iframe"
}

// Explained answers whoever opens the sidebar's address by themselves.
func (h *Handlers) Explained(c echo.Context) error {
	return h.Pages.Refusal(c, http.StatusOK, "", h.Pages.Texts(c.Request()).S("launch.get"), nil)
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

func (h *Handlers) recognised(r *http.Request, a zendesk.Agent) bool {
	cookie, err := h.cookies.New(r, launchCookie(a))
	return err == nil && !cookie.IsNew && cookie.Values[cookieAgent] == a.Subdomain+"/"+a.UserID
}

func (h *Handlers) remember(c echo.Context, a zendesk.Agent) {
	cookie := sessions.NewSession(h.cookies, launchCookie(a))
	options := *h.cookies.Options
	cookie.Options = &options
	cookie.Values[cookieAgent] = a.Subdomain + "/" + a.UserID
	if err := cookie.Save(c.Request(), c.Response()); err != nil {
		h.Pages.Log.WarnContext(c.Request().Context(), "launch cookie not set", "err", err)
	}
}
