package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

// Guard lets requests through to the handlers.
type Guard struct {
	Pages    *Pages
	Limits   Limits
	Requests *Requests
	// Stopping says that the program is about to stop; nil for never.
	Stopping func() bool

	sessions *zendesk.Sessions
	slots    *slots
	checks   map[string]bool // paths of [Guard.WithLarge], which have more time than others
}

// NewGuard makes the guard of one handler; its limits are of all its requests.
func NewGuard(pages *Pages, sessions *zendesk.Sessions, limits Limits, requests *Requests) *Guard {
	return &Guard{
		Pages:    pages,
		sessions: sessions,
		Limits:   limits,
		Requests: requests,
		slots:    newSlots(limits.Large),
		checks:   map[string]bool{},
	}
}

// Guarded wraps the router with what every request passes.
func (g *Guard) Guarded(e *echo.Echo) http.Handler {
	return g.identified(g.limited(g.recovering(e, g.headers(g.sameSite(e)))))
}

// limited gives a request its time: whoever waits for the answer gives up soon
// after, and what has not begun by then must not begin. A program that is about to
// stop asks for connections to be made anew, which lead elsewhere.
func (g *Guard) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		within := budget.Request
		if r.Method == http.MethodPost && g.checks[r.URL.Path] {
			within = budget.CheckRequest
		}
		if g.Stopping != nil && g.Stopping() {
			w.Header().Set("Connection", "close")
		}
		ctx, cancel := context.WithTimeout(r.Context(), within)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

type requestIDKey struct{}

// RequestID is the id that a request's log lines carry.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// identified gives a request its id. One that a client brings is not used: it
// could point at somebody else's log lines.
func (g *Guard) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := seal.Random(9)
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

func (g *Guard) recovering(e *echo.Echo, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if cause := recover(); cause != nil {
				if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(cause)
				}
				g.Pages.Log.ErrorContext(r.Context(), "panic", "panic", cause, "stack", string(debug.Stack()))
				g.Requests.count(r.Method, routeOf(e, r), http.StatusInternalServerError)
				http.Error(w, "internal error", http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// headers are those of every answer. Pages that may be framed, or that run
// scripts, widen them.
func (g *Guard) headers(next http.Handler) http.Handler {
	https := g.Pages.PublicURL.Scheme == "https"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		// no-referrer would turn the Origin of our own form posts into "null".
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Cache-Control", "no-store")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// sameSite refuses what another site's page sends (cross-site request
// forgery). Zendesk's launch is such a request by design; the signature of its
// token protects it.
func (g *Guard) sameSite(e *echo.Echo) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.AddInsecureBypassPattern("POST /sidebar")
	protection.AddInsecureBypassPattern("POST /setup")
	if err := protection.AddTrustedOrigin(g.Pages.Origin()); err != nil {
		panic("server: public url: " + err.Error()) // checked when it was read
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := protection.Check(r); err != nil {
			g.Pages.Log.InfoContext(r.Context(), "cross-site request refused",
				"method", r.Method, "route", routeOf(e, r), "ip", e.IPExtractor(r), "err", err)
			g.Requests.count(r.Method, routeOf(e, r), http.StatusForbidden)
			g.Pages.plain(w, r, http.StatusForbidden, "problem.crosssite")
			return
		}
		e.ServeHTTP(w, r)
	})
}

// routeOf is the route of a request that the router has not seen: the address
// itself holds ids, and any text that a stranger likes.
func routeOf(e *echo.Echo, r *http.Request) string {
	c := e.NewContext(r, nil)
	e.Router().Find(r.Method, r.URL.Path, c)
	return c.Path()
}

// SessionHeader carries the session value: the only authority of a panel.
const SessionHeader = "Sidebar-Session"

// InPanel says that the answer, whatever it will be, goes into a panel.
func InPanel(c echo.Context) {
	c.Set(kindKey, fragmentKind)
	Holds(c, PartView)
}

// SessionHandler handles a request whose session value was checked: the session
// names the agent, and nothing that the page sends does.
type SessionHandler func(echo.Context, zendesk.Session) error

// WithSession lets only requests of a live panel through. It reads no body.
func (g *Guard) WithSession(h SessionHandler) echo.HandlerFunc {
	return func(c echo.Context) error {
		InPanel(c)
		session, err := g.counted(g.sessions.Check(c.Request().Context(), sessionValue(c)))
		if err != nil {
			drain(c.Request())
			return err
		}
		return h(c, session)
	}
}

// CheckFound finds the live session that a panel's request names, as
// [zendesk.Sessions.CheckFound] does, and counts the request.
func (g *Guard) CheckFound(
	c echo.Context,
	find func(ctx context.Context, id string) (zendesk.StoredSession, error),
) (zendesk.Session, error) {
	return g.counted(g.sessions.CheckFound(c.Request().Context(), sessionValue(c), find))
}

// counted counts the request of a session that was found.
func (g *Guard) counted(session zendesk.Session, err error) (zendesk.Session, error) {
	if err == nil {
		err = g.Request(session)
	}
	return session, err
}

// sessionValue is what a panel's request proves its session with.
func sessionValue(c echo.Context) seal.Secret {
	return seal.Secret(c.Request().Header.Get(SessionHeader))
}

// Logged writes one line for what went wrong, and one at debug level for the
// rest. The query stays out: a callback's holds code and state.
func (p *Pages) Logged(c echo.Context, status int, began time.Time, err error) {
	level := slog.LevelDebug
	switch {
	case status >= 500:
		level = slog.LevelWarn
	case status >= 400 && err != nil:
		level = slog.LevelInfo
	}
	ctx := c.Request().Context()
	if !p.Log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", c.Request().Method), slog.String("route", c.Path()),
		slog.Int("status", status), slog.String("ip", c.RealIP()),
	}
	if !began.IsZero() {
		attrs = append(attrs, slog.Duration("took", time.Since(began)))
	}
	if err != nil {
		attrs = append(attrs, slog.Any("err", err))
	}
	p.Log.LogAttrs(ctx, level, "request", attrs...)
}

// Noted logs what went well, for those who ask for it.
func (p *Pages) Noted(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		err := next(c)
		if err == nil {
			p.Logged(c, c.Response().Status, began, nil)
		}
		return err // the error handler logs those
	}
}

// IPExtractor believes forwarding headers from the named networks only: from
// anybody else they are a way to write false addresses into the log.
func IPExtractor(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, n := range trusted {
		n = n.Masked()
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: n.Addr().AsSlice(), Mask: net.CIDRMask(n.Bits(), n.Addr().BitLen())}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// Frameable replaces the policy of an answer with that of a page which runs our
// scripts and Zendesk's, and which the ancestors may frame.
func (p *Pages) Frameable(c echo.Context, ancestors ...string) {
	c.Response().Header().Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "script-src 'self' " + p.SDKURL, "style-src 'self'", "img-src 'self'", "connect-src 'self'",
		"form-action 'self'", "base-uri 'none'", "frame-ancestors " + strings.Join(ancestors, " "),
	}, "; "))
}

// Unframeable is the policy of the login window's pages: framed, they could
// be clicked through by a page that lies over them.
func (p *Pages) Unframeable(c echo.Context) {
	h := c.Response().Header()
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "+
		"connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'")
}
