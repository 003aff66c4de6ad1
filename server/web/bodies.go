package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/zendesk"
)

// Limits of request bodies, in bytes.
const (
	SmallBody = 16 << 10
	// CreateBody fits the longest title and description, or note, that a form
	// takes, in the worst encoding.
	CreateBody = 256 << 10
	// setupBody fits the triggers of an account that have to do with PagerDuty.
	setupBody = 2 << 20
)

// drained is how much of a body that is not wanted is read and thrown away: a
// client that is still sending when the connection closes never reads our answer.
const drained = 1 << 20

func drain(r *http.Request) { io.CopyN(io.Discard, r.Body, drained) } // as far as it goes

// Anybody reads the body of a request whose sender is not known yet: of a launch
// or a login window, which say who they are in the body itself.
func (g *Guard) Anybody(h echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		leave, err := g.readForm(c, SmallBody, "")
		if err != nil {
			return err
		}
		defer leave()
		return h(c)
	}
}

// WithForm lets only requests with a live session through, and then reads their
// form, of at most limit bytes: first who asks, then what they send.
func (g *Guard) WithForm(limit int64, h SessionHandler) echo.HandlerFunc {
	return g.WithSession(func(c echo.Context, session zendesk.Session) error {
		leave, err := g.readForm(c, limit, agentKey(session))
		if err != nil {
			return err
		}
		defer leave()
		return h(c, session)
	})
}

// WithLarge is for the set-up's checks, which take a large body, and more time than
// other requests. It returns what a route takes.
func (g *Guard) WithLarge(path string, h SessionHandler) (string, echo.HandlerFunc) {
	g.checks[path] = true
	return path, g.WithSession(func(c echo.Context, session zendesk.Session) error {
		c.Set(readsKey, true)
		leave, err := g.enterLarge(c, agentKey(session))
		if err != nil {
			return err
		}
		defer leave()
		body, more, err := readUpTo(c.Request(), setupBody)
		if err != nil {
			return err
		}
		if more {
			drain(c.Request())
			return tooLarge(setupBody)
		}
		r := c.Request()
		ctx, cancel := context.WithTimeout(r.Context(), budget.Check)
		defer func() {
			c.SetRequest(r) // whose end says that the page is gone, and not that we are done
			cancel()
		}()
		c.SetRequest(r.WithContext(ctx))
		c.Request().Body = io.NopCloser(bytes.NewReader(body))
		return h(c, session)
	})
}

// readForm reads a form. One that is no small one takes a slot among the large
// ones until leave is called.
func (g *Guard) readForm(c echo.Context, limit int64, who string) (leave func(), err error) {
	r := c.Request()
	leave = func() {}
	if r.Body == nil || r.Body == http.NoBody {
		return leave, nil
	}
	body, more, err := readUpTo(r, min(limit, SmallBody))
	if err == nil && more && limit > SmallBody && r.ContentLength <= limit {
		if leave, err = g.enterLarge(c, who); err != nil {
			return nil, err
		}
		var rest []byte
		rest, more, err = readUpTo(r, limit-int64(len(body)))
		body = append(body, rest...)
	}
	if err == nil && more {
		drain(r)
		err = tooLarge(limit)
	}
	if err == nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
		if e := r.ParseForm(); e != nil {
			err = echo.NewHTTPError(http.StatusBadRequest).SetInternal(e)
		}
	}
	if err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}

// readUpTo reads a body as far as a limit, and a byte more to see whether there
// is more.
func readUpTo(r *http.Request, limit int64) (body []byte, more bool, err error) {
	if body, err = io.ReadAll(io.LimitReader(r.Body, limit+1)); err != nil {
		return nil, false, echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
	}
	return body, int64(len(body)) > limit, nil
}

const (
	// largeOfOne is how many large bodies one agent may have under way: nobody
	// fills all slots by sending slowly.
	largeOfOne = 2
)

// slots are where large bodies are worked on. All of it is nil without a bound.
type slots struct {
	free chan struct{}
	mu   sync.Mutex
	of   map[string]int // by agent, and by Zendesk account
}

// ofAccount is how many slots the agents of one Zendesk account may have: a few
// agents of one that send slowly leave some to the others.
func (p *slots) ofAccount() int { return cap(p.free) - cap(p.free)/4 }

func newSlots(n int) *slots {
	if n == 0 {
		return nil
	}
	return &slots{free: make(chan struct{}, n), of: map[string]int{}}
}

// enterLarge waits for a slot; leave gives it back.
func (g *Guard) enterLarge(c echo.Context, who string) (leave func(), err error) {
	if leave, ok := g.slots.enter(c.Request().Context(), who); ok {
		return leave, nil
	}
	drain(c.Request())
	return nil, g.waits(budget.Slot, limitLarge, tooManyLarge)
}

func (p *slots) enter(ctx context.Context, who string) (leave func(), ok bool) {
	if p == nil {
		return func() {}, true
	}
	account, _, _ := strings.Cut(who, "/")
	p.mu.Lock()
	full := p.of[who] >= largeOfOne || p.of[account] >= p.ofAccount()
	if !full {
		p.of[who]++
		p.of[account]++
	}
	p.mu.Unlock()
	if full {
		return nil, false
	}
	out := func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, key := range []string{who, account} {
			if p.of[key]--; p.of[key] == 0 {
				delete(p.of, key)
			}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, budget.Slot)
	defer cancel()
	select {
	case p.free <- struct{}{}:
		return func() { <-p.free; out() }, true
	case <-ctx.Done():
		out()
		return nil, false
	}
}
