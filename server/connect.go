package server

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/zendesk"
)

// The panel's side of a login.

// askForCode is how long the window may take to hand its code over before the
// panel asks for it.
const askForCode = 3 * time.Second

// loginView is the panel of a login under way, if there is one.
func (s *Server) loginView(c echo.Context, session zendesk.Session) (views.Connect, bool, error) {
	t := s.texts(c.Request())
	a, err := s.Logins.Progress(c.Request().Context(), session)
	if errors.Is(err, oauth.AttemptUnknown) {
		return views.Connect{}, false, nil
	}
	if err != nil {
		return views.Connect{}, false, err
	}
	mine := a.SessionID == session.ID
	switch a.Stage {
	case oauth.StageGranted:
		if !mine || s.Now().Sub(a.Granted) >= askForCode {
			return views.Connect{State: "typed-code"}, true, nil
		}
		return views.Connect{State: "connecting"}, true, nil
	case oauth.StageOpen, oauth.StageExchanging:
		if mine {
			return views.Connect{State: "connecting"}, true, nil
		}
	case oauth.StageFailed:
		if mine {
			n := &views.Notice{Kind: "warn", Text: s.sentence(t, problem.Code(a.Outcome), "panel", nil)}
			return views.Connect{State: "failed", Notice: n}, true, nil
		}
	}
	return views.Connect{}, false, nil
}

// notConnected is the panel of an agent without a live connection.
func (s *Server) notConnected(c echo.Context, session zendesk.Session, cause error, newTicket bool) error {
	t := s.texts(c.Request())
	if errors.Is(cause, seal.ErrSealed) {
		s.Log.ErrorContext(c.Request().Context(), "a stored connection does not open", "agent", session.Agent, "err", cause)
	}
	v, under, err := s.loginView(c, session)
	if err != nil {
		return err
	}
	if !under {
		v = views.Connect{State: "not-connected"}
		if errors.Is(cause, oauth.Lapsed) || errors.Is(cause, seal.ErrSealed) {
			v = views.Connect{State: "lapsed", Notice: &views.Notice{Kind: "info", Text: t.S("connect.lapsed")}}
		}
	}
	v.New, v.Setup = newTicket, strings.HasPrefix(c.Path(), "/setup/")
	v.Page = s.PageWithoutLogin && !newTicket && !v.Setup
	return s.render(c, http.StatusOK, views.ConnectPanel(t, v))
}

// loginMakeLink is for browsers that opened no window.
func (s *Server) loginMakeLink(c echo.Context, session zendesk.Session) error {
	if err := s.take(s.Limits.Logins, limitLogins, tooManyLogins, session); err != nil {
		return err
	}
	a, err := s.Logins.Begin(c.Request().Context(), session, oauth.ForSidebar)
	if err != nil {
		return err
	}
	link := s.PublicURL.JoinPath("login", a.ID).String()
	return s.render(c, http.StatusOK, views.LinkPanel(s.texts(c.Request()), views.Link{Address: link}))
}

// loginWaiting is shown while the window's own request is still on its way.
func (s *Server) loginWaiting(c echo.Context, _ zendesk.Session) error {
	return s.render(c, http.StatusOK, views.ConnectPanel(s.texts(c.Request()), views.Connect{State: "connecting"}))
}

func (s *Server) loginCode(c echo.Context, _ zendesk.Session) error {
	return s.render(c, http.StatusOK, views.ConnectPanel(s.texts(c.Request()), views.Connect{State: "typed-code"}))
}

// loginClaim makes a grant the agent's, by the code that its window got.
func (s *Server) loginClaim(c echo.Context, session zendesk.Session) error {
	r := c.Request()
	typed := r.PostForm.Get("code")
	err := s.take(s.Limits.Codes, limitCodes, tooManyCodes, session)
	if err == nil {
		_, err = s.Logins.Claim(r.Context(), session, r.PostForm.Get("attempt"), typed)
	}
	switch code, args, _ := problem.Of(err); {
	case err == nil:
		return reload(c)
	case code == oauth.WrongCode, code == oauth.CodeEnded, code == tooManyCodes:
		t := s.texts(r)
		answer := refusedWith(c, code, args)
		s.logged(c, answer, time.Time{}, err)
		v := views.Connect{State: "typed-code", Code: typed, Notice: &views.Notice{Kind: "bad", Text: s.sentence(t, code, "", args)}}
		if code == oauth.CodeEnded {
			v.State = "failed" // there is nothing left to type a code for
		}
		return s.render(c, answer, views.ConnectPanel(t, v))
	}
	return err
}

func (s *Server) loginCancel(c echo.Context, session zendesk.Session) error {
	if err := s.Logins.Cancel(c.Request().Context(), session); err != nil {
		return err
	}
	return reload(c)
}

func (s *Server) logOut(c echo.Context, session zendesk.Session) error {
	err := s.Logins.LogOut(c.Request().Context(), session, s.Connections)
	if err != nil && !errors.Is(err, oauth.NotConnected) {
		return err
	}
	return reload(c)
}

// dismissShared hides the notice of shared logins, up to the newest that the
// page showed.
func (s *Server) dismissShared(c echo.Context, session zendesk.Session) error {
	until, err := strconv.ParseInt(c.Request().PostForm.Get("until"), 10, 64)
	if err != nil {
		return echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
	}
	if err := s.Connections.DismissShared(c.Request().Context(), session.Agent, time.UnixMilli(until)); err != nil {
		return err
	}
	return reload(c)
}
