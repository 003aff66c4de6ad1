package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kind says what a fault does to a request.
type Kind string

const (
	// Delay waits for Fault.Delay, then goes on as if nothing had been.
	Delay Kind = "delay"
	// Hang waits until it is released (ClearFaults), the client has gone or
	// the simulator closes. With a Status it then answers that.
	Hang Kind = "hang"
	// Status answers with Fault.Status, Header and Body.
	Status Kind = "status"
	// Cut does the work, sends the header and half of the body, and closes the
	// connection.
	Cut Kind = "cut"
	// Garbage answers 200 with a body that is not what was asked for: HTML, or
	// Fault.Body.
	Garbage Kind = "garbage"
	// Lost does the work and closes the connection without an answer.
	Lost Kind = "lost"
)

var kinds = []Kind{Delay, Hang, Status, Cut, Garbage, Lost}

// longestDelay bounds a delay, so that a mistyped one does not hold a test up
// until its own deadline.
const longestDelay = 2 * time.Minute

// Fault disturbs the requests that it matches. Faults are tried in the order in
// which they were added; the first that matches is taken, and one that is used
// up makes way for the next.
type Fault struct {
	// Method is the HTTP method, any if empty.
	Method string `json:"method,omitempty"`
	// Path is a pattern of path.Match over the request's path, where a final
	// "/**" stands for everything below; any path if empty.
	Path string `json:"path,omitempty"`
	// Query must be a part of the decoded query string, if set.
	Query string `json:"query,omitempty"`
	// Server is the name of one of the simulator's listeners, any if empty.
	Server string `json:"server,omitempty"`
	// Skip lets that many matching requests pass first.
	Skip int `json:"skip,omitempty"`
	// Times is how many requests are disturbed: 0 means one, a negative number
	// all until the fault is cleared.
	Times int `json:"times,omitempty"`

	Kind Kind `json:"kind"`
	// Delay is waited before any kind does its part. In JSON it is a Go
	// duration ("1.5s").
	Delay Duration `json:"delay,omitempty"`
	// After lets Delay, Hang, Status and Garbage do the request's work first
	// and disturb only the answer. Cut and Lost always do.
	After bool `json:"after,omitempty"`
	// Status, Header and Body are the answer of Status (default 500) and
	// Garbage. A bare 429 is Fault{Kind: Status, Status: 429}.
	Status int               `json:"status,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	Body   string            `json:"body,omitempty"`
}

// Duration is a time.Duration that JSON spells as Go does ("25h").
type Duration time.Duration

// MarshalJSON writes Go's form of a duration.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON fails for anything that is not Go's form of a duration; how long one
// may be is for [Fault.Check].
func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("a duration is a string such as \"1.5s\", not %s", b)
	}
	v, err := time.ParseDuration(s)
	*d = Duration(v)
	return err
}

// Check says what is wrong with a fault.
func (f Fault) Check() error {
	if !slices.Contains(kinds, f.Kind) {
		return fmt.Errorf("fault kind %q: want one of %v", f.Kind, kinds)
	}
	if f.Kind == Delay && f.Delay <= 0 {
		return fmt.Errorf("fault kind delay: no delay given")
	}
	if d := time.Duration(f.Delay); d < 0 || d > longestDelay {
		return fmt.Errorf("fault delay %s: want 0 to %s", d, longestDelay)
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return fmt.Errorf("fault status %d: want 200 to 599", f.Status)
	}
	if _, err := path.Match(strings.TrimSuffix(f.Path, "/**"), "/"); err != nil {
		return fmt.Errorf("fault path %q: %w", f.Path, err)
	}
	return nil
}

func (f Fault) matches(server string, r *http.Request) bool {
	if f.Method != "" && !strings.EqualFold(f.Method, r.Method) {
		return false
	}
	if f.Server != "" && f.Server != server {
		return false
	}
	if f.Query != "" {
		q, err := url.QueryUnescape(r.URL.RawQuery)
		if err != nil || !strings.Contains(q, f.Query) {
			return false
		}
	}
	if under, ok := strings.CutSuffix(f.Path, "/**"); ok {
		return strings.HasPrefix(r.URL.Path, under+"/")
	}
	if f.Path == "" {
		return true
	}
	ok, _ := path.Match(f.Path, r.URL.Path)
	return ok
}

// faults is the queue of faults that wait for a request.
type faults struct {
	mu       sync.Mutex
	waiting  []*Fault
	released chan struct{}
}

func newFaults() *faults { return &faults{released: make(chan struct{})} }

func (q *faults) add(f Fault) error {
	if err := f.Check(); err != nil {
		return err
	}
	if f.Times == 0 {
		f.Times = 1
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, &f)
	return nil
}

// clear drops all faults and releases every request that hangs.
func (q *faults) clear() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = nil
	close(q.released)
	q.released = make(chan struct{})
}

func (q *faults) list() []Fault {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := make([]Fault, len(q.waiting))
	for i, f := range q.waiting {
		list[i] = *f
	}
	return list
}

// take returns the fault for a request, if one waits, and the channel whose
// closing releases a hang.
func (q *faults) take(server string, r *http.Request) (*Fault, <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, f := range q.waiting {
		if !f.matches(server, r) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		taken := *f
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				q.waiting = slices.Delete(q.waiting, i, i+1)
			}
		}
		return &taken, q.released
	}
	return nil, nil
}
