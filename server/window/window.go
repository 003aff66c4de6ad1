// Package window is the login window. Its pages share no cookie, no storage and
// perhaps no opener with the panel; each attempt that was confirmed has a
// first-party cookie of its own.
package window

import (
	"net/http"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/window"
	"zendesk-pagerduty/zendesk"
)

var attemptForm = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)

// Handlers answer the login window's requests.
type Handlers struct {
	Pages    *web.Pages
	Guard    *web.Guard
	Sessions *zendesk.Sessions
	Logins   *oauth.Logins
}

// Open begins an attempt for the panel that posted its session value
// into a window of its own.
func (h *Handlers) Open(c echo.Context) error {
	r := c.Request()
	session, err := h.Sessions.Check(r.Context(), seal.Secret(r.PostForm.Get("session")))
	if err != nil {
		return err
	}
	if err := h.Guard.Login(session); err != nil {
		return err
	}
	a, err := h.Logins.Begin(r.Context(), session, purposeOf(r.PostForm.Get("for")))
	if err != nil {
		return err
	}
	return h.confirmation(c, a)
}

// Link is the same confirmation for a link that was copied.
func (h *Handlers) Link(c echo.Context) error {
	if !attemptForm.MatchString(c.Param("attempt")) {
		return oauth.AttemptUnknown
	}
	a, err := h.Logins.Attempt(c.Request().Context(), c.Param("attempt"))
	if err != nil {
		return err
	}
	return h.confirmation(c, a)
}

// confirmation asks before PagerDuty does: PagerDuty may remember its consent,
// and then one click, perhaps a tricked one, would connect. Loading the page
// sets nothing and proves nothing, since anybody can make a browser load an
// address; only its button does, by [Handlers.Confirm].
func (h *Handlers) confirmation(c echo.Context, a oauth.Attempt) error {
	h.Pages.Unframeable(c)
	return h.Pages.Render(c, http.StatusOK, window.Confirm(window.View{
		Document:  h.Pages.Document(c.Request(), "sidebar.css", "confirm.js"),
		Attempt:   a.ID,
		Subdomain: a.Agent.Subdomain,
		User:      a.Agent.UserID,
		Purpose:   string(a.Purpose),
	}))
}

// Confirm is the press of the confirmation's button. It binds the attempt
// to this window and answers with the address at PagerDuty, as JSON: a
// redirect would fall under the page's form-action.
func (h *Handlers) Confirm(c echo.Context) error {
	web.Holds(c, web.WindowView) // a refusal too: the page's script goes by its status
	r := c.Request()
	if !h.sameOrigin(r) {
		return web.CrossSite
	}
	if !attemptForm.MatchString(c.Param("attempt")) {
		return oauth.AttemptUnknown
	}
	id := c.Param("attempt")
	w, authorize, err := h.Logins.Confirm(r.Context(), id, h.window(r, id))
	if err != nil {
		return err
	}
	h.setWindow(c, w)
	h.Pages.KeepLanguage(c.Response(), r)
	return c.JSON(http.StatusOK, map[string]string{"authorize": authorize})
}

// sameOrigin says whether a request was made by a script of one of our own
// pages. Unlike the check that all requests pass, it wants proof: browsers send
// Origin with every POST, so that a request without one is nobody's click.
func (h *Handlers) sameOrigin(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return r.Header.Get("Origin") == h.Pages.Origin() && (site == "" || site == "same-origin")
}

// purposeOf is what a login is for; anything but the step up is the sidebar's.
func purposeOf(word string) oauth.Purpose {
	if word == string(oauth.ForIntegration) {
		return oauth.ForIntegration
	}
	return oauth.ForSidebar
}

// Callback takes PagerDuty's answer.
func (h *Handlers) Callback(c echo.Context) error {
	r := c.Request()
	query := r.URL.Query()
	answer := oauth.Answer{State: query.Get("state"), Code: query.Get("code"), Error: query.Get("error")}
	id, err := h.Logins.StateAttempt(answer.State)
	if err != nil {
		return err
	}
	w, err := h.Logins.Finish(r.Context(), answer, h.window(r, id))
	if err != nil {
		return err
	}
	h.setWindow(c, w)
	// So that code and state leave the address, and a reload does no harm.
	return c.Redirect(http.StatusSeeOther, "/login/done?attempt="+w.Attempt)
}

// Done is the window's last page, with the code for the panel.
func (h *Handlers) Done(c echo.Context) error {
	r := c.Request()
	w := h.window(r, r.URL.Query().Get("attempt"))
	if w.Code == "" {
		return oauth.WrongBrowser
	}
	a, err := h.Logins.AttemptOf(r.Context(), w)
	if err != nil {
		return err
	}
	h.Pages.Unframeable(c)
	return h.Pages.Render(c, http.StatusOK, window.Done(window.View{
		Document:  h.Pages.Document(r, "sidebar.css", "login.js"),
		Attempt:   w.Attempt,
		Code:      w.Code,
		Subdomain: a.Agent.Subdomain,
		User:      a.Agent.UserID,
		Purpose:   string(a.Purpose),
	}))
}

// Explained answers whoever opens the address by themselves.
func (h *Handlers) Explained(c echo.Context) error {
	h.Pages.Unframeable(c)
	d := h.Pages.Document(c.Request(), "sidebar.css", "")
	return h.Pages.Render(c, http.StatusOK, views.PlainPage(d, d.T.S("app.name"), d.T.S("window.get")))
}

const windowCookie = "__Host-login-"

func (h *Handlers) setWindow(c echo.Context, w oauth.Window) {
	c.SetCookie(&http.Cookie{
		Name: windowCookie + w.Attempt, Value: h.Logins.SealWindow(w), Path: "/",
		MaxAge: int(oauth.AttemptLife / time.Second), Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// window reads the window that an attempt began in, or the zero one.
func (h *Handlers) window(r *http.Request, attempt string) oauth.Window {
	if !attemptForm.MatchString(attempt) {
		return oauth.Window{}
	}
	cookie, err := r.Cookie(windowCookie + attempt)
	if err != nil {
		return oauth.Window{}
	}
	w := h.Logins.OpenWindow(cookie.Value)
	if w.Attempt != attempt {
		return oauth.Window{}
	}
	return w
}
