package probe_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/server/probe"
)

func ring(t *testing.T, letter string) *seal.Ring {
	t.Helper()
	r, err := seal.ParseRing("k:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte(letter), 32)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// To anybody without the key ring there is no such route, and nothing waits.
func TestOnlyWithTheKeyRing(t *testing.T) {
	now := time.Now()
	waited := 0
	h := &probe.Handler{
		Ring:    ring(t, "a"),
		Version: "1.2.3",
		Address: func(*http.Request) string { return "198.51.100.1" },
		Now:     func() time.Time { return now },
		Wait:    func(*http.Request, time.Duration) { waited++ },
	}
	ask := func(token string) (*httptest.ResponseRecorder, error) {
		r := httptest.NewRequest(http.MethodGet, probe.Path, nil)
		r.Header.Set(probe.Header, token)
		r.Header.Set("X-Forwarded-For", probe.Claimed)
		w := httptest.NewRecorder()
		return w, h.Serve(echo.New().NewContext(r, w))
	}
	session := ring(t, "a").Box("session").Seal([]byte(now.Format(time.RFC3339)))
	for name, token := range map[string]string{
		"none":              "",
		"nonsense":          "k.AAAA",
		"another key ring":  probe.Token(ring(t, "b"), now),
		"another purpose":   session,
		"an hour old":       probe.Token(ring(t, "a"), now.Add(-time.Hour)),
		"of the next hour":  probe.Token(ring(t, "a"), now.Add(time.Hour)),
		"sealed, not a day": ring(t, "a").Box("check").Seal([]byte("today")),
	} {
		if w, err := ask(token); !errors.Is(err, echo.ErrNotFound) || w.Body.Len() > 0 || waited > 0 {
			t.Errorf("%s: %v, %q", name, err, w.Body)
		}
	}
	w, err := ask(probe.Token(ring(t, "a"), now.Add(-time.Minute)))
	if err != nil || waited != 1 || !w.Flushed {
		t.Fatalf("%v, waited %d times, flushed: %v", err, waited, w.Flushed)
	}
	var seen probe.Seen
	line, _, _ := strings.Cut(w.Body.String(), "\n")
	if err := json.Unmarshal([]byte(line), &seen); err != nil || seen.Address != "198.51.100.1" || seen.Forwarded != probe.Claimed || seen.Version != "1.2.3" {
		t.Errorf("%q: %+v, %v", line, seen, err)
	}
}
