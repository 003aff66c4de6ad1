package pagerduty

import (
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/views/gallery"
)

// Whatever an answer names as an address, only https ones without a name and
// password become links.
func TestSafeURL(t *testing.T) {
	a := &Agent{base: "https://api.pagerduty.com"}
	links := 0
	for _, line := range gallery.Hostile() {
		got := a.safeURL(line)
		if got == "" {
			continue
		}
		links++
		u, err := url.Parse(got)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil ||
			strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || strings.ContainsRune(`"'<>`, r) && r != '\'' }) {
			t.Errorf("%q became the link %q", line, got)
		}
	}
	if links == 0 || links > 20 {
		t.Errorf("%d of the corpus are links: look at them", links)
	}
	for in, want := range map[string]string{
		"https://acme.pagerduty.com/incidents/Q1": "https://acme.pagerduty.com/incidents/Q1",
		"http://acme.pagerduty.com/incidents/Q1":  "",
		"http://127.0.0.1:8080/x":                 "",
		"":                                        "",
	} {
		if got := a.safeURL(in); got != want {
			t.Errorf("%q: %q; want %q", in, got, want)
		}
	}
	demo := &Agent{base: "http://localhost:1"}
	if got := demo.safeURL("http://localhost:2/web"); got != "http://localhost:2/web" {
		t.Errorf("the demo's own links: %q", got)
	}
	if got := demo.safeURL("http://evil.example/"); got != "" {
		t.Errorf("an address outside of the demo: %q", got)
	}
}

// What comes from an answer stays one segment of a path.
func TestPartsOfAPath(t *testing.T) {
	if got, want := of("../PX", "notes", "../../users/PY"), "/incidents/..%2FPX/notes/..%2F..%2Fusers%2FPY"; got != want {
		t.Errorf("%s; want %s", got, want)
	}
}
