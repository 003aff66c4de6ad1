package control

import (
	"bytes"
	"net/http"
	"strconv"
)

// answer is a response that is written whole before any of it is sent. (The
// recorder of net/http/httptest would register a flag in the demo.)
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func newAnswer() *answer { return &answer{header: http.Header{}} }

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// send puts the answer on the wire, or its first n bytes under a length that
// promises all of them.
func (a *answer) send(w http.ResponseWriter, n int) {
	a.WriteHeader(http.StatusOK)
	for k, v := range a.header {
		w.Header()[k] = v
	}
	if a.status != http.StatusNoContent && a.status != http.StatusNotModified {
		w.Header().Set("Content-Length", strconv.Itoa(a.body.Len()))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()[:n])
	if n < a.body.Len() {
		_ = http.NewResponseController(w).Flush()
	}
}
