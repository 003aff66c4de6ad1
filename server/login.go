package server

import (
	"net/http"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/views"
)

// The pages of the login window. They share no cookie, no storage and perhaps
// no opener with the panel; each attempt that was confirmed has a first-party
// cookie of its own.

var attemptForm = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)

// loginWindow begins an attempt for the panel that posted its session value
// into a window of its own.
func (s *Server) loginWindow(c echo.Context) error {
	r := c.Request()
	session, err := s.Sessions.Check(r.Context(), seal.Secret(r.PostForm.Get("session")))
	if err != nil {
		return err
	}
	if err := s.take(s.Limits.Logins, limitLogins, tooManyLogins, session); err != nil {
		return err
	}
	a, err := s.Logins.Begin(r.Context(), session, purposeOf(r.PostForm.Get("for")))
	if err != nil {
		return err
	}
	return s.confirmation(c, a)
}

// loginLink is the same confirmation for a link that was copied.
func (s *Server) loginLink(c echo.Context) error {
	if !attemptForm.MatchString(c.Param("attempt")) {
		return oauth.AttemptUnknown
	}
	a, err := s.Logins.Attempt(c.Request().Context(), c.Param("attempt"))
	if err != nil {
		return err
	}
	return s.confirmation(c, a)
}

// confirmation asks before PagerDuty does: PagerDuty may remember its consent,
// and then one click, perhaps a tricked one, would connect. Loading the page
// sets nothing and proves nothing, since anybody can make a browser load an
// address; only its button does, by loginConfirm.
func (s *Server) confirmation(c echo.Context, a oauth.Attempt) error {
	s.unframeable(c)
	return s.render(c, http.StatusOK, views.WindowPage(views.Window{
		Document:  s.document(c.Request(), "sidebar.css", "confirm.js"),
		State:     "confirm",
		Attempt:   a.ID,
		Subdomain: a.Agent.Subdomain,
		User:      a.Agent.UserID,
		Purpose:   string(a.Purpose),
	}))
}

// loginConfirm is the press of the confirmation's button. It binds the attempt
// to this window and answers with the address at PagerDuty, as JSON: a
// redirect would fall under the page's form-action.
func (s *Server) loginConfirm(c echo.Context) error {
	r := c.Request()
	if !s.sameOrigin(r) {
		return crossSite
	}
	if !attemptForm.MatchString(c.Param("attempt")) {
		return oauth.AttemptUnknown
	}
	id := c.Param("attempt")
	w, authorize, err := s.Logins.Confirm(r.Context(), id, s.window(r, id))
	if err != nil {
		return err
	}
	s.setWindow(c, w)
	return c.JSON(http.StatusOK, map[string]string{"authorize": authorize})
}

// sameOrigin says whether a request was made by a script of one of our own
// pages. Unlike the check that all requests pass, it wants proof: browsers send
// Origin with every POST, so that a request without one is nobody's click.
func (s *Server) sameOrigin(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return r.Header.Get("Origin") == s.PublicURL.Scheme+"://"+s.PublicURL.Host && (site == "" || site == "same-origin")
}

// purposeOf is what a login is for; anything but the step up is the sidebar's.
func purposeOf(word string) oauth.Purpose {
	if word == string(oauth.ForIntegration) {
		return oauth.ForIntegration
	}
	return oauth.ForSidebar
}

// loginCallback takes PagerDuty's answer.
func (s *Server) loginCallback(c echo.Context) error {
	r := c.Request()
	query := r.URL.Query()
	answer := oauth.Answer{State: query.Get("state"), Code: query.Get("code"), Error: query.Get("error")}
	id, err := s.Logins.StateAttempt(answer.State)
	if err != nil {
		return err
	}
	w, err := s.Logins.Finish(r.Context(), answer, s.window(r, id))
	if err != nil {
		return err
	}
	s.setWindow(c, w)
	// So that code and state leave the address, and a reload does no harm.
	return c.Redirect(http.StatusSeeOther, "/login/done?attempt="+w.Attempt)
}

func (s *Server) loginDone(c echo.Context) error {
	r := c.Request()
	w := s.window(r, r.URL.Query().Get("attempt"))
	if w.Code == "" {
		return oauth.WrongBrowser
	}
	a, err := s.Logins.Store.Attempt(r.Context(), w.Attempt, s.Now())
	if err != nil {
		return err
	}
	s.unframeable(c)
	return s.render(c, http.StatusOK, views.WindowPage(views.Window{
		Document: s.document(r, "sidebar.css", "login.js"), State: "done", Attempt: w.Attempt, Code: w.Code,
		Subdomain: a.Agent.Subdomain, User: a.Agent.UserID, Purpose: string(a.Purpose),
	}))
}

func (s *Server) loginExplained(c echo.Context) error {
	s.unframeable(c)
	d := s.document(c.Request(), "sidebar.css", "")
	return s.render(c, http.StatusOK, views.PlainPage(d, d.T.S("app.name"), d.T.S("window.get")))
}

const windowCookie = "__Host-login-"

func (s *Server) setWindow(c echo.Context, w oauth.Window) {
	c.SetCookie(&http.Cookie{
		Name: windowCookie + w.Attempt, Value: s.Logins.SealWindow(w), Path: "/",
		MaxAge: int(oauth.AttemptLife / time.Second), Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// window reads the window that an attempt began in, or the zero one.
func (s *Server) window(r *http.Request, attempt string) oauth.Window {
	if !attemptForm.MatchString(attempt) {
		return oauth.Window{}
	}
	cookie, err := r.Cookie(windowCookie + attempt)
	if err != nil {
		return oauth.Window{}
	}
	w := s.Logins.OpenWindow(cookie.Value)
	if w.Attempt != attempt {
		return oauth.Window{}
	}
	return w
}
