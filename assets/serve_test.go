package assets

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func ask(t *testing.T, method, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	loaded(t).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	buf := make([]byte, 1024)
	n, _ := r.Body.Read(buf)
	return string(buf[:n])
}

func TestServe(t *testing.T) {
	for _, c := range []struct{ path, accept, kind, coding, want string }{
		{"/assets/sidebar.00.js", "gzip, br", "text/javascript; charset=utf-8", "br", "content of sidebar.00.js.br"},
		{"/assets/sidebar.00.js", "gzip", "text/javascript; charset=utf-8", "gzip", string(packed("content of sidebar.00.js"))},
		{"/assets/sidebar.00.js", "", "text/javascript; charset=utf-8", "", "content of sidebar.00.js"},
		{"/assets/sidebar.11.css", "br;q=0", "text/css; charset=utf-8", "", "content of sidebar.11.css"},
	} {
		r := ask(t, "GET", c.path, "Accept-Encoding", c.accept)
		if r.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", c.path, r.StatusCode)
		}
		if got := body(t, r); got != c.want || r.ContentLength != int64(len(c.want)) {
			t.Errorf("%s with %q: %q of length %d, want %q", c.path, c.accept, got, r.ContentLength, c.want)
		}
		for name, want := range map[string]string{
			"Content-Type":           c.kind,
			"Content-Encoding":       c.coding,
			"Cache-Control":          "public, max-age=31536000, immutable",
			"X-Content-Type-Options": "nosniff",
			"Vary":                   "Accept-Encoding",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s with %q: %s is %q, want %q", c.path, c.accept, name, got, want)
			}
		}
	}
}

func TestServeNothingElse(t *testing.T) {
	for _, path := range []string{
		"/assets/", "/assets", "/", "/assets/sidebar.js", "/assets/sidebar.99.js", "/assets/manifest.json", "/assets/.gitkeep",
		"/assets/sidebar.00.js.br", "/assets/sidebar.00.js/", "/assets//sidebar.00.js", "/assets/../assets/sidebar.00.js", "/sidebar.00.js",
	} {
		if r := ask(t, "GET", path); r.StatusCode != http.StatusNotFound || r.Header.Get("Cache-Control") != "" {
			t.Errorf("%s: status %d, %q", path, r.StatusCode, r.Header)
		}
	}
	if r := ask(t, "POST", "/assets/sidebar.00.js"); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: status %d, Allow %q", r.StatusCode, r.Header.Get("Allow"))
	}
}

// What is passed on to browsers has terms, which they can read.
func TestServeLicences(t *testing.T) {
	r := ask(t, "GET", "/assets/LICENSES.txt", "Accept-Encoding", "br")
	if got := body(t, r); r.StatusCode != http.StatusOK || got != "licence" || r.Header.Get("Content-Encoding") != "" {
		t.Errorf("status %d, %q, %v", r.StatusCode, got, r.Header)
	}
	if zipped := ask(t, "GET", "/assets/LICENSES.txt", "Accept-Encoding", "gzip"); zipped.Header.Get("Content-Encoding") != "gzip" || body(t, zipped) != string(packed("licence")) {
		t.Errorf("to who takes gzip: %v", zipped.Header)
	}
	if got := r.Header.Get("Cache-Control"); got != "no-cache" { // its name stays when its content changes
		t.Errorf("Cache-Control: %q", got)
	}
}

func TestServeHead(t *testing.T) {
	r := ask(t, "HEAD", "/assets/sidebar.00.js", "Accept-Encoding", "br")
	if got := body(t, r); got != "" || r.Header.Get("Content-Length") != "27" || r.Header.Get("Content-Encoding") != "br" {
		t.Errorf("%q, %v", got, r.Header)
	}
}

func TestServeNotModified(t *testing.T) {
	plain := ask(t, "GET", "/assets/sidebar.00.js").Header.Get("ETag")
	small := ask(t, "GET", "/assets/sidebar.00.js", "Accept-Encoding", "br").Header.Get("ETag")
	if plain == "" || plain == small {
		t.Errorf("the tags of two codings: %q and %q", plain, small)
	}
	for _, c := range []struct {
		match string
		want  int
	}{
		{small, http.StatusNotModified},
		{"W/" + small, http.StatusNotModified},
		{`"other", ` + small, http.StatusNotModified},
		{"*", http.StatusNotModified},
		{plain, http.StatusOK},
		{`"x` + small[1:], http.StatusOK},
		{"", http.StatusOK},
	} {
		r := ask(t, "GET", "/assets/sidebar.00.js", "Accept-Encoding", "br", "If-None-Match", c.match)
		if r.StatusCode != c.want || r.Header.Get("ETag") != small {
			t.Errorf("If-None-Match %s: status %d, want %d; tag %q", c.match, r.StatusCode, c.want, r.Header.Get("ETag"))
		}
		if c.want == http.StatusNotModified && (body(t, r) != "" || r.Header.Get("Content-Length") != "") {
			t.Errorf("If-None-Match %s: a body came with it", c.match)
		}
	}
}
