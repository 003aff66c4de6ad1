package control

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestRoutes(t *testing.T) {
	d := NewControl()
	resets := 0
	mux := http.NewServeMux()
	d.Routes(mux, func() { resets++ })
	guarded := Guard(mux)
	ask := func(method, target, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		guarded.ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(body)))
		return w
	}
	before := d.Clock.Now()
	for _, c := range []struct {
		method, target, body string
		status               int
	}{
		{"POST", "/faults", `{"kind":"lost","path":"/incidents"}`, 204},
		{"POST", "/faults", `{"kind":"lost","pth":"/incidents"}`, 400},
		{"POST", "/faults", `{"kind":"explode"}`, 400},
		{"POST", "/clock", `{"forward":"25h"}`, 200},
		{"POST", "/clock", `{"forward":"-1h"}`, 400},
		{"GET", "/history?after=x", "", 400},
	} {
		if got := ask(c.method, c.target, c.body); got.Code != c.status {
			t.Errorf("%s %s %s: %d %s", c.method, c.target, c.body, got.Code, got.Body)
		}
	}
	if moved := d.Clock.Now().Sub(before); moved < 25*time.Hour || moved > 26*time.Hour {
		t.Errorf("the clock moved by %s", moved)
	}
	if got := ask("GET", "/faults", "").Body.String(); !strings.Contains(got, `"kind":"lost"`) ||
		strings.Contains(got, "explode") {
		t.Errorf("faults: %s", got)
	}
	answer := d.Wrap("us", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "yes")
	}))
	for _, path := range []string{"/a", "/b/c", "/b/d"} {
		answer.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	if got := ask("GET", "/history?path=/b&after=2&format=jsonl", "").Body.String(); strings.Count(got, "\n") != 1 ||
		!strings.Contains(got, `"/b/d"`) {
		t.Errorf("history: %s", got)
	}
	if ask("POST", "/reset", "").Code != 204 || resets != 1 || len(d.History()) != 0 || len(d.faults.list()) != 0 {
		t.Error("reset left something behind")
	}
}

// A page that the demo's browser shows must not turn the simulator's clock.
func TestGuardKeepsPagesOut(t *testing.T) {
	d := NewControl()
	mux := http.NewServeMux()
	d.Routes(mux, func() {})
	r := httptest.NewRequest("POST", "http://127.0.0.1:1/clock", strings.NewReader(`{"forward":"25h"}`))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	Guard(mux).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
}
