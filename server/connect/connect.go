// Package connect is the part of a page that leads to a PagerDuty connection: the
// login under way, its code, its end, and the log-out. The sidebar and the set-up
// page show it.
package connect

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/connect"
	"zendesk-pagerduty/zendesk"
)

// Handlers answer a page's requests about its PagerDuty connection.
type Handlers struct {
	Pages       *web.Pages
	Guard       *web.Guard
	Logins      *oauth.Logins
	Connections oauth.ConnectionStore
	Now         func() time.Time
}

// askForCode is how long the window may take to hand its code over before the
// panel asks for it.
const askForCode = 3 * time.Second

// loginView is the panel of a login under way, if there is one.
func (h *Handlers) loginView(c echo.Context, session zendesk.Session) (connect.View, bool, error) {
	a, err := h.Logins.Progress(c.Request().Context(), session)
	if errors.Is(err, oauth.AttemptUnknown) {
		return connect.View{}, false, nil
	}
	if err != nil {
		return connect.View{}, false, err
	}
	mine := a.SessionID == session.ID
	switch a.Stage {
	case oauth.StageGranted:
		if !mine || h.Now().Sub(a.Granted) >= askForCode {
			return connect.View{State: "typed-code"}, true, nil
		}
		return connect.View{State: "connecting"}, true, nil
	case oauth.StageOpen, oauth.StageExchanging:
		if mine {
			return connect.View{State: "connecting"}, true, nil
		}
	case oauth.StageFailed:
		if mine {
			f := h.Pages.Failure(c.Request(), problem.Code(a.Outcome))
			n := &views.Notice{Kind: "warn", Text: f.Sentence("panel", nil)}
			return connect.View{State: "failed", Notice: n}, true, nil
		}
	}
	return connect.View{}, false, nil
}

// LoginFor answers with the way to a connection where an error says that the
// agent has none that is live; any other error it returns.
func (h *Handlers) LoginFor(c echo.Context, session zendesk.Session, cause error, newTicket bool) error {
	if !web.Disconnected(cause) {
		return cause
	}
	t := h.Pages.Texts(c.Request())
	if errors.Is(cause, seal.ErrCannotOpen) {
		h.Pages.Log.ErrorContext(c.Request().Context(), "a stored connection does not open",
			"agent", session.Agent, "err", cause)
	}
	v, under, err := h.loginView(c, session)
	if err != nil {
		return err
	}
	if !under {
		v = connect.View{State: "not-connected", Ended: errors.Is(cause, oauth.NotConnected)}
		if errors.Is(cause, oauth.Lapsed) || errors.Is(cause, seal.ErrCannotOpen) {
			v = connect.View{State: "lapsed", Notice: &views.Notice{Kind: "info", Text: t.S("connect.lapsed")}}
		}
	}
	v.New, v.Setup = newTicket, strings.HasPrefix(c.Path(), "/setup/")
	v.Page = h.Pages.PageWithoutLogin && !newTicket && !v.Setup
	return h.Pages.Fragment(c, http.StatusOK, web.ConnectView, connect.Panel(t, v))
}

// MakeLink is for browsers that opened no window.
func (h *Handlers) MakeLink(c echo.Context, session zendesk.Session) error {
	if err := h.Guard.Login(session); err != nil {
		return err
	}
	a, err := h.Logins.Begin(c.Request().Context(), session, oauth.ForSidebar)
	if err != nil {
		return err
	}
	link := connect.Link{Address: h.Pages.LoginLink(c.Request(), a.ID)}
	return h.Pages.Fragment(c, http.StatusOK, web.ConnectView, connect.LinkPanel(h.Pages.Texts(c.Request()), link))
}

// Waiting is shown while the window's own request is still on its way.
func (h *Handlers) Waiting(c echo.Context, _ zendesk.Session) error {
	return h.Pages.Fragment(c, http.StatusOK, web.ConnectView,
		connect.Panel(h.Pages.Texts(c.Request()), connect.View{State: "connecting"}))
}

// Code is the field for a typed code.
func (h *Handlers) Code(c echo.Context, _ zendesk.Session) error {
	return h.Pages.Fragment(c, http.StatusOK, web.ConnectView,
		connect.Panel(h.Pages.Texts(c.Request()), connect.View{State: "typed-code"}))
}

// Claim makes a grant the agent's, by the code that its window got.
func (h *Handlers) Claim(c echo.Context, session zendesk.Session) error {
	r := c.Request()
	typed := r.PostForm.Get("code")
	err := h.Guard.Code(session)
	if err == nil {
		_, err = h.Logins.Claim(r.Context(), session, r.PostForm.Get("attempt"), typed)
	}
	switch {
	case err == nil:
		return web.Reload(c)
	case errors.Is(err, oauth.WrongCode), errors.Is(err, oauth.CodeEnded), errors.Is(err, web.TooManyCodes):
		return web.Shown(err, web.ConnectView, func(f web.Failure) templ.Component {
			n := &views.Notice{Kind: "bad", Text: f.Sentence("", nil)}
			v := connect.View{State: "typed-code", Code: typed, Notice: n}
			if f.Code == oauth.CodeEnded {
				v.State = "failed" // there is nothing left to type a code for
			}
			return connect.Panel(f.T, v)
		})
	}
	return err
}

// Cancel ends the login under way.
func (h *Handlers) Cancel(c echo.Context, session zendesk.Session) error {
	if err := h.Logins.Cancel(c.Request().Context(), session); err != nil {
		return err
	}
	return web.Reload(c)
}

// LogOut drops the agent's connection.
func (h *Handlers) LogOut(c echo.Context, session zendesk.Session) error {
	err := h.Logins.LogOut(c.Request().Context(), session, h.Connections)
	if err != nil && !errors.Is(err, oauth.NotConnected) {
		return err
	}
	return web.Reload(c)
}

// DismissShared hides the notice of shared logins, up to the newest that the
// page showed.
func (h *Handlers) DismissShared(c echo.Context, session zendesk.Session) error {
	until, err := strconv.ParseInt(c.Request().PostForm.Get("until"), 10, 64)
	if err != nil {
		return echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
	}
	if err := h.Connections.DismissShared(c.Request().Context(), session.Agent, time.UnixMilli(until)); err != nil {
		return err
	}
	return web.Reload(c)
}

// LoginUnderWay shows a login under way even to an agent who is connected: it is
// how they switch.
func (h *Handlers) LoginUnderWay(c echo.Context, session zendesk.Session, newTicket bool) (bool, error) {
	if c.QueryParam("login") == "" {
		return false, nil
	}
	v, under, err := h.loginView(c, session)
	if !under || err != nil {
		return false, err
	}
	v.New = newTicket
	return true, h.Pages.Fragment(c, http.StatusOK, web.ConnectView, connect.Panel(h.Pages.Texts(c.Request()), v))
}

// Account is the line that says who is connected.
func Account(conn oauth.Connection) connect.Account {
	a := connect.Account{ID: conn.AccountID, User: web.UserOf(conn), Name: conn.Name, Account: conn.Account}
	for _, o := range conn.Shared {
		if !o.Dismissed {
			a.Shared = append(a.Shared, connect.SharedLogin{Subdomain: o.Agent.Subdomain, User: o.Agent.UserID, Since: o.Since})
		}
	}
	return a
}
