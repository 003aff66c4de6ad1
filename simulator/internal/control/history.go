package control

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// remembered is how many requests the history keeps; the oldest go first.
const remembered = 20_000

// Entry is one request and its answer.
type Entry struct {
	ID int `json:"id"`
	// At is the simulator's time when the request arrived.
	At time.Time `json:"at"`
	// Server is the name of the listener it came to.
	Server string `json:"server"`
	Method string `json:"method"`
	Host   string `json:"host"`
	Path   string `json:"path"`
	// Query is the raw query string.
	Query string `json:"query,omitempty"`
	// Header is the request's; Authorization is replaced by [Fingerprint].
	Header http.Header `json:"header"`
	Body   string      `json:"body,omitempty"`
	// Status is 0 while there is no answer.
	Status         int         `json:"status"`
	ResponseHeader http.Header `json:"response_header,omitempty"`
	ResponseBody   string      `json:"response_body,omitempty"`
	// Fault is the kind of the fault that touched the request, or empty.
	Fault Kind `json:"fault,omitempty"`
	// Done is false while the request is being answered.
	Done bool `json:"done"`
}

// Fingerprint is how the history shows an Authorization header: the scheme and
// a short hash, enough to tell two tokens apart.
func Fingerprint(authorization string) string {
	scheme, secret, _ := strings.Cut(authorization, " ")
	sum := sha256.Sum256([]byte(secret))
	return scheme + " sha256:" + hex.EncodeToString(sum[:6])
}

// history keeps entries in the order of arrival.
type history struct {
	mu      sync.Mutex
	next    int
	entries []*Entry
	changed chan struct{}
}

func newHistory() *history { return &history{changed: make(chan struct{})} }

// begin enters a request and returns its number.
func (h *history) begin(e Entry) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next++
	e.ID = h.next
	if len(h.entries) >= remembered {
		h.entries = slices.Delete(h.entries, 0, remembered/10)
	}
	h.entries = append(h.entries, &e)
	h.notify()
	return e.ID
}

// update changes the entry of that number, if it is still there.
func (h *history) update(id int, change func(*Entry)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i, ok := slices.BinarySearchFunc(h.entries, id, func(e *Entry, id int) int { return e.ID - id })
	if !ok {
		return
	}
	changed := *h.entries[i]
	change(&changed)
	h.entries[i] = &changed
	h.notify()
}

// notify wakes those who wait for a change. The caller holds the lock.
func (h *history) notify() {
	close(h.changed)
	h.changed = make(chan struct{})
}

func (h *history) list() []Entry {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]Entry, len(h.entries))
	for i, e := range h.entries {
		list[i] = *e
	}
	return list
}

func (h *history) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entries = nil
}

// await returns the first entry, old or new, that match accepts.
func (h *history) await(ctx context.Context, match func(Entry) bool) (Entry, error) {
	for {
		h.mu.Lock()
		changed := h.changed
		for _, e := range h.entries {
			if match(*e) {
				h.mu.Unlock()
				return *e, nil
			}
		}
		h.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return Entry{}, ctx.Err()
		}
	}
}
