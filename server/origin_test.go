package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/server"
)

// A login is confirmed from this server's own origin, in whatever way the
// operator wrote that.
func TestOriginAsBrowsersWriteIt(t *testing.T) {
	for _, c := range []struct {
		public, origin string
		status         int
	}{
		{"https://sidebar.test", "https://sidebar.test", http.StatusOK},
		{"https://Sidebar.TEST", "https://sidebar.test", http.StatusOK},
		{"https://sidebar.test:443", "https://sidebar.test", http.StatusOK},
		{"http://localhost:80", "http://localhost", http.StatusOK},
		{"https://sidebar.test:8443", "https://sidebar.test:8443", http.StatusOK},
		{"https://sidebar.test:8443", "https://sidebar.test", http.StatusForbidden},
		{"https://sidebar.test", "https://sidebar.test:8443", http.StatusForbidden},
		{"https://sidebar.test", "http://sidebar.test", http.StatusForbidden},
		{"https://sidebar.test", "https://sidebar.test.attacker.example", http.StatusForbidden},
		{"https://sidebar.test", "null", http.StatusForbidden},
	} {
		public, err := url.Parse(c.public)
		if err != nil {
			t.Fatal(err)
		}
		d := open(t, func(s *server.Server) { s.PublicURL = public })
		link, err := url.Parse(d.ask(http.MethodPost, "/login/link", nil).Find("[data-link]").AttrOr("value", ""))
		if err != nil || !strings.HasPrefix(link.Path, "/login/") {
			t.Fatalf("%v, %v", link, err)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, link.String(), nil)
		r.Header.Set("Origin", c.origin)
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("of %s from %s: %d; want %d", c.public, c.origin, w.Code, c.status)
		}
	}
}
