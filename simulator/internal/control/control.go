package control

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// bodyLimit bounds what a simulator reads of a request. PagerDuty takes
// 512 KB at most, Zendesk's launches are far smaller.
const bodyLimit = 1 << 20

// Control has the clock, the faults and the history of one simulator, and the
// routes by which its control server offers them.
type Control struct {
	Clock *Clock

	faults  *faults
	history *history

	closing  context.Context
	shut     context.CancelFunc
	inFlight sync.WaitGroup
	mu       sync.Mutex
	closed   bool
}

// NewControl returns one with a clock at the real now, no faults and an empty
// history.
func NewControl() *Control {
	ctx, cancel := context.WithCancel(context.Background())
	return &Control{Clock: NewClock(), faults: newFaults(), history: newHistory(), closing: ctx, shut: cancel}
}

// Fault queues a fault. It panics if the fault makes no sense, since that is a
// mistake in a test; the control server answers 400 instead.
func (c *Control) Fault(f Fault) {
	if err := c.faults.add(f); err != nil {
		panic("simulator: " + err.Error())
	}
}

// ClearFaults drops all faults that wait and releases what hangs.
func (c *Control) ClearFaults() { c.faults.clear() }

// History is every request so far, in the order of arrival.
func (c *Control) History() []Entry { return c.history.list() }

// ClearHistory forgets them.
func (c *Control) ClearHistory() { c.history.clear() }

// Await waits until a request is in the history that match accepts. An entry
// is there from the request's arrival on; ask for Done to wait for its answer.
func (c *Control) Await(ctx context.Context, match func(Entry) bool) (Entry, error) {
	return c.history.await(ctx, match)
}

// Close releases every request that hangs or is delayed and waits until all
// have left their handlers.
func (c *Control) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.shut()
	c.inFlight.Wait()
}

// enter counts a request in, unless the simulator is closed.
func (c *Control) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.inFlight.Add(1)
	return true
}

// Wrap puts a simulator's handler behind faults and history. server is the
// listener's name in both.
func (c *Control) Wrap(server string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !c.enter() {
			panic(http.ErrAbortHandler)
		}
		defer c.inFlight.Done()
		// By the simulator's clock, as everything else it says.
		w.Header().Set("Date", c.Clock.Now().UTC().Format(http.TimeFormat))

		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
		tooLarge := err != nil
		r.Body = io.NopCloser(bytes.NewReader(body))
		id := c.history.begin(Entry{
			At:     c.Clock.Now(),
			Server: server,
			Method: r.Method,
			Host:   r.Host,
			Path:   r.URL.EscapedPath(),
			Query:  r.URL.RawQuery,
			Header: shown(r.Header),
			Body:   string(body),
		})
		work := func() *answer {
			rec := newAnswer()
			if tooLarge {
				http.Error(rec, "request body too large", http.StatusRequestEntityTooLarge)
				return rec
			}
			next.ServeHTTP(rec, r)
			return rec
		}
		finish := func(rec *answer) {
			c.history.update(id, func(e *Entry) {
				e.Done = true
				if rec != nil {
					rec.WriteHeader(http.StatusOK)
					e.Status, e.ResponseHeader, e.ResponseBody = rec.status, rec.header, rec.body.String()
				}
			})
		}

		fault, released := c.faults.take(server, r)
		if fault == nil {
			rec := work()
			finish(rec)
			rec.send(w, rec.body.Len())
			return
		}
		c.history.update(id, func(e *Entry) { e.Fault = fault.Kind })
		if !c.applyFault(w, r, fault, released, work, finish) {
			finish(nil)
			panic(http.ErrAbortHandler)
		}
	})
}

// applyFault applies one fault to a request. It returns false if the connection is to be closed
// without an answer.
func (c *Control) applyFault(w http.ResponseWriter, r *http.Request, f *Fault, released <-chan struct{},
	work func() *answer, finish func(*answer)) bool {
	var rec *answer
	if f.After || f.Kind == Cut || f.Kind == Lost {
		rec = work()
	}
	if f.Delay > 0 && !c.wait(r.Context(), time.After(time.Duration(f.Delay)), nil) {
		return false
	}
	switch f.Kind {
	case Hang:
		if !c.wait(r.Context(), nil, released) {
			return false
		}
		if f.Status != 0 {
			rec = f.reply()
		}
	case Status, Garbage:
		rec = f.reply()
	case Lost:
		return false
	}
	if rec == nil {
		rec = work()
	}
	finish(rec)
	if f.Kind == Cut {
		rec.send(w, rec.body.Len()/2)
		panic(http.ErrAbortHandler)
	}
	rec.send(w, rec.body.Len())
	return true
}

// wait returns true when the time has come or the release, false when there
// is nobody left to answer.
func (c *Control) wait(client context.Context, due <-chan time.Time, released <-chan struct{}) bool {
	select {
	case <-due:
		return true
	case <-released:
		return true
	case <-client.Done():
		return false
	case <-c.closing.Done():
		return false
	}
}

// reply is the whole answer of a Status or Garbage fault.
func (f *Fault) reply() *answer {
	rec := newAnswer()
	status, body := f.Status, f.Body
	if status == 0 {
		status = http.StatusInternalServerError
		if f.Kind == Garbage {
			status = http.StatusOK
		}
	}
	if f.Kind == Garbage && body == "" {
		body = "<html><body>We'll be right back</body></html>"
	}
	for k, v := range f.Header {
		rec.Header().Set(k, v)
	}
	rec.WriteHeader(status)
	rec.body.WriteString(body)
	return rec
}

// shown is a request's header as the history keeps it.
func shown(h http.Header) http.Header {
	h = h.Clone()
	if a := h.Get("Authorization"); a != "" {
		h.Set("Authorization", Fingerprint(a))
	}
	return h
}
