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

// Desk is the control of one simulator.
type Desk struct {
	Clock *Clock

	faults  *faults
	history *history

	closing  context.Context
	shut     context.CancelFunc
	inFlight sync.WaitGroup
	mu       sync.Mutex
	closed   bool
}

// NewDesk returns a desk with a clock at the real now, no faults and an empty
// history.
func NewDesk() *Desk {
	ctx, cancel := context.WithCancel(context.Background())
	return &Desk{Clock: NewClock(), faults: newFaults(), history: newHistory(), closing: ctx, shut: cancel}
}

// Fault queues a fault. It panics if the fault makes no sense, since that is a
// mistake in a test; the control port answers 400 instead.
func (d *Desk) Fault(f Fault) {
	if err := d.faults.add(f); err != nil {
		panic("simulator: " + err.Error())
	}
}

// ClearFaults drops all faults that wait and releases what hangs.
func (d *Desk) ClearFaults() { d.faults.clear() }

// History is every request so far, in the order of arrival.
func (d *Desk) History() []Entry { return d.history.list() }

// ClearHistory forgets them.
func (d *Desk) ClearHistory() { d.history.clear() }

// Await waits until a request is in the history that match accepts. An entry
// is there from the request's arrival on; ask for Done to wait for its answer.
func (d *Desk) Await(ctx context.Context, match func(Entry) bool) (Entry, error) {
	return d.history.await(ctx, match)
}

// Close releases every request that hangs or is delayed and waits until all
// have left their handlers.
func (d *Desk) Close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.shut()
	d.inFlight.Wait()
}

// enter counts a request in, unless the desk is closed.
func (d *Desk) enter() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false
	}
	d.inFlight.Add(1)
	return true
}

// Wrap puts a simulator's handler behind faults and history. server is the
// listener's name in both.
func (d *Desk) Wrap(server string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !d.enter() {
			panic(http.ErrAbortHandler)
		}
		defer d.inFlight.Done()

		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
		tooLarge := err != nil
		r.Body = io.NopCloser(bytes.NewReader(body))
		id := d.history.begin(Entry{
			At: d.Clock.Now(), Server: server, Method: r.Method, Host: r.Host,
			Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: shown(r.Header), Body: string(body),
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
			d.history.update(id, func(e *Entry) {
				e.Done = true
				if rec != nil {
					rec.WriteHeader(http.StatusOK)
					e.Status, e.ResponseHeader, e.ResponseBody = rec.status, rec.header, rec.body.String()
				}
			})
		}

		fault, released := d.faults.take(server, r)
		if fault == nil {
			rec := work()
			finish(rec)
			rec.send(w, rec.body.Len())
			return
		}
		d.history.update(id, func(e *Entry) { e.Fault = fault.Kind })
		if !d.spoil(w, r, fault, released, work, finish) {
			finish(nil)
			panic(http.ErrAbortHandler)
		}
	})
}

// spoil plays one fault. It returns false if the connection is to be closed
// without an answer.
func (d *Desk) spoil(w http.ResponseWriter, r *http.Request, f *Fault, released <-chan struct{},
	work func() *answer, finish func(*answer)) bool {
	var rec *answer
	if f.After || f.Kind == Cut || f.Kind == Lost {
		rec = work()
	}
	if f.Delay > 0 && !d.wait(r.Context(), time.After(time.Duration(f.Delay)), nil) {
		return false
	}
	switch f.Kind {
	case Hang:
		if !d.wait(r.Context(), nil, released) {
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
func (d *Desk) wait(client context.Context, due <-chan time.Time, released <-chan struct{}) bool {
	select {
	case <-due:
		return true
	case <-released:
		return true
	case <-client.Done():
		return false
	case <-d.closing.Done():
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
