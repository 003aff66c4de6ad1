package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/views/window"
	"zendesk-pagerduty/zendesk"
)

// Kind is how a route's errors are shown.
type Kind int

const kindKey = "kind"

const (
	PageKind     Kind = iota // a whole page
	WindowKind               // a page of the login window
	fragmentKind             // in the panel
)

// As is the middleware of routes whose errors become pages of one kind;
// [Pages.Problem] asks for it.
func As(k Kind) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Set(kindKey, k)
			return next(c)
		}
	}
}

// CrossSite is returned for what only a page of ours may send.
const CrossSite problem.Code = "crosssite"

// OtherUser is returned for a change that a page asks for as a PagerDuty user whom the
// agent is no longer connected as.
const OtherUser problem.Code = "otheruser"

// NotFramed is returned for a launch outside of a frame.
const NotFramed problem.Code = "launch.framed"

// PlanChanged is returned for set-up steps after Zendesk changed since their preview.
const PlanChanged problem.Code = "setup.plan"

// FindingGone is returned for a finding of the set-up that is fixed, or another one now.
const FindingGone problem.Code = "setup.finding"

// oversize is returned for a body above its limit.
const oversize problem.Code = "toolarge"

func tooLarge(limit int64) error {
	return problem.New(oversize, nil, problem.Args{"max": limit})
}

// statusOf is the HTTP status of a code. What is not listed the person can
// put right: 422.
var statusOf = map[problem.Code]int{
	zendesk.NotRegistered: http.StatusForbidden, zendesk.LaunchMissing: http.StatusForbidden,
	zendesk.LaunchMalformed: http.StatusForbidden, zendesk.LaunchForged: http.StatusForbidden,
	zendesk.LaunchExpired: http.StatusForbidden, zendesk.LaunchOrigin: http.StatusForbidden,
	zendesk.LaunchRepeated: http.StatusForbidden, zendesk.LaunchClock: http.StatusServiceUnavailable,
	zendesk.SessionEnded: http.StatusUnauthorized,

	oauth.NotConnected: http.StatusConflict, oauth.Lapsed: http.StatusConflict,
	oauth.WrongBrowser: http.StatusForbidden, oauth.AttemptUnknown: http.StatusNotFound,
	oauth.IdentityDown: http.StatusBadGateway, oauth.ExchangeFailed: http.StatusBadGateway,
	oauth.BadIDToken: http.StatusBadGateway, oauth.WrongClock: http.StatusServiceUnavailable,

	incident.TicketMalformed: http.StatusBadRequest,
	incident.Unauthorized:    http.StatusConflict,
	incident.Forbidden:       http.StatusForbidden,
	incident.NoAccess:        http.StatusNotFound,
	incident.PlanLacks:       http.StatusPaymentRequired,
	incident.Limited:         http.StatusTooManyRequests,
	incident.Slow:            http.StatusGatewayTimeout,
	incident.Down:            http.StatusBadGateway,
	incident.Unreachable:     http.StatusBadGateway,
	incident.Garbled:         http.StatusBadGateway,
	incident.NotCreated:      http.StatusBadGateway,
	incident.Unknown:         http.StatusBadGateway,
	incident.Hidden:          http.StatusConflict,

	incident.Unconfirmed:   http.StatusBadGateway,
	incident.NotDone:       http.StatusBadGateway,
	incident.Busy:          http.StatusConflict,
	incident.Shared:        http.StatusConflict,
	incident.ActionUnknown: http.StatusNotFound,
	incident.NotChosen:     http.StatusConflict,
	incident.ServiceTaken:  http.StatusConflict,
	incident.NoteGone:      http.StatusConflict,
	incident.NotYourNote:   http.StatusForbidden,

	CrossSite: http.StatusForbidden,
	OtherUser: http.StatusConflict,
	NotFramed: http.StatusForbidden,

	PlanChanged: http.StatusConflict,
	FindingGone: http.StatusConflict,

	incident.ReadOnly:   http.StatusForbidden,
	incident.NotAllowed: http.StatusForbidden,
	oversize:            http.StatusRequestEntityTooLarge,

	incident.TooManyCalls: http.StatusTooManyRequests,
	tooManyRequests:       http.StatusTooManyRequests,
	tooManyLogins:         http.StatusTooManyRequests,
	TooManyCodes:          http.StatusTooManyRequests,
	tooManyLaunches:       http.StatusTooManyRequests,

	problem.Database:  http.StatusServiceUnavailable,
	incident.NotBegun: http.StatusServiceUnavailable,
	tooManyLarge:      http.StatusServiceUnavailable, // it is the server that is busy
}

// stateOf names the view of a code for the page and its tests.
var stateOf = map[problem.Code]string{
	incident.Slow: "slow", incident.Limited: "limited", incident.Down: "down", incident.Unreachable: "down",
	incident.Garbled: "down", incident.Forbidden: "no-access", incident.NoAccess: "no-access",
	oauth.IdentityDown: "down",

	incident.TooManyCalls: "limited", tooManyRequests: "limited",
	problem.Database: "down", incident.NotBegun: "slow",
}

// statusFor is the HTTP status of a code.
func statusFor(code problem.Code) int {
	if status, ok := statusOf[code]; ok {
		return status
	}
	return http.StatusUnprocessableEntity
}

// Problem is the one place where an error becomes an answer: Echo calls it with
// what a handler returns. What has no code is internal: people learn that
// something failed and what to do now.
func (p *Pages) Problem(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	if errors.Is(c.Request().Context().Err(), context.Canceled) {
		c.NoContent(clientLeft)
		return
	}
	f := p.Failure(c.Request(), err)
	status := http.StatusInternalServerError
	sentence := f.T.F("broken", text.Args{"Request": RequestID(c.Request().Context())})
	var he *echo.HTTPError
	switch {
	case f.Known:
		status = statusFor(f.Code)
		sentence = f.Sentence("", nil)
	case errors.As(err, &he):
		status = he.Code
		switch he.Code {
		case http.StatusNotFound:
			sentence = f.T.S("notfound")
		case http.StatusMethodNotAllowed, http.StatusBadRequest:
			sentence = f.T.S("badmethod")
		}
	}
	if limiting[f.Code] { // RFC 9110, Retry-After: seconds
		c.Response().Header().Set("Retry-After", strconv.Itoa(max(f.seconds(), 1)))
	}
	p.Logged(c, status, time.Time{}, err)
	if e := p.show(c, status, f, sentence); e != nil {
		p.Log.ErrorContext(c.Request().Context(), "error page failed", "err", e)
		c.NoContent(http.StatusInternalServerError)
	}
}

// show renders a failure: in the view that its handler chose, or as the route's
// kind of page.
func (p *Pages) show(c echo.Context, status int, f Failure, sentence string) error {
	var s *shown
	if errors.As(f.Err, &s) && f.Known && f.Code != zendesk.SessionEnded {
		return p.Fragment(c, status, s.view, s.render(f))
	}
	kind, ok := c.Get(kindKey).(Kind)
	if !ok && c.Request().Header.Get(SessionHeader) != "" {
		kind = fragmentKind
	}
	switch kind {
	case fragmentKind:
		InPanel(c)
		view, component := p.fragment(c, f, sentence)
		return p.Fragment(c, status, view, component)
	case WindowKind:
		p.Unframeable(c)
		return p.Render(c, status, window.Failed(p.Document(c.Request(), "sidebar.css", ""), sentence))
	}
	return p.Refusal(c, status, f.Code, sentence, f.Args)
}

// fragment is a failure in place of a part of the panel.
func (p *Pages) fragment(c echo.Context, f Failure, sentence string) (View, templ.Component) {
	state := cmp.Or(stateOf[f.Code], "broken")
	n := &views.Notice{Kind: "bad", Text: sentence, Again: true}
	switch {
	case f.Code == zendesk.SessionEnded:
		return EndedView, views.SessionEnded(f.T)
	case limiting[f.Code] && c.Request().Method != http.MethodGet:
		return NoticeView, views.NoticeBox(f.T, &views.Notice{Kind: "warn", Text: sentence})
	case c.Request().Method != http.MethodGet:
		// A change is made once more by what made it, and not by a look.
		n.Again = !changes(c)
		return NoticeView, views.NoticeBox(f.T, n)
	case limiting[f.Code]:
		n = &views.Notice{Kind: "warn", Text: f.Sentence("list", nil), Seconds: f.seconds()}
	}
	return TroubleView, views.Trouble(f.T, state, n, p.PageWithoutLogin && (state == "down" || state == "slow"))
}

// plain is for refusals before there is a route.
func (p *Pages) plain(w http.ResponseWriter, r *http.Request, status int, id string) {
	t := p.Texts(r)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Language", t.Lang)
	w.WriteHeader(status)
	w.Write([]byte(t.S(id) + "\n"))
}
