package zendesk

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// The page is tested in Chromium by the scripts of testdata, one after the other,
// with the real SDK's bundle in a small app on another site than the page.
func TestHostInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser; runs without -short")
	}
	for _, need := range missing() {
		t.Fatal(need)
	}
	sim := RunT(t)
	app := newStubApp(t, sim.SDKURL)
	if err := sim.SetAppURL(app.url); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"testdata/host.test.mjs", "testdata/workspace.test.mjs"} {
		script := exec.CommandContext(t.Context(), "node", file)
		script.Env = append(os.Environ(),
			"ACME="+sim.Account("acme").Origin, "GLOBEX="+sim.Account("globex").Origin,
			"CONTROL="+sim.ControlURL, "APP="+app.url, "CHROMIUM="+chromium(), "PROFILE="+t.TempDir())
		if out, err := script.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", file, err, out)
		}
	}
	app.check(t, sim)
}

// missing says, a sentence each, what the browser test needs and has not got.
func missing() []string {
	var sentences []string
	if _, err := exec.LookPath("node"); err != nil {
		sentences = append(sentences, "node is missing: install Node 20 or later")
	}
	if _, err := os.Stat(chromium()); err != nil {
		sentences = append(sentences, "Chromium is missing at "+chromium()+": install it, or name it in CHROMIUM")
	}
	if _, err := os.Stat(filepath.Join("..", "..", "e2e", "node_modules", "playwright-core")); err != nil {
		sentences = append(sentences, "playwright-core is missing: run npm ci --ignore-scripts in e2e")
	}
	if !SDKBuilt() {
		sentences = append(sentences, "the SDK's bundle is missing: run go run ./simulator/zendesk/sdk")
	}
	return sentences
}

func chromium() string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	return "/usr/bin/chromium"
}

// stubApp is an app that does nothing but load the SDK and tell what it hears.
type stubApp struct {
	url string
	sdk string

	mu    sync.Mutex
	posts []stubPost
}

type stubPost struct {
	Origin, GUID, Scheme string // of the query
	Path                 string
	Body                 string // as it came
	SecFetchSite         string
}

// newStubApp listens on 127.0.0.1 and calls itself localhost: another site
// than the page's, as an app is another site than zendesk.com.
func newStubApp(t *testing.T, sdk string) *stubApp {
	a := &stubApp{sdk: sdk}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sidebar", a.frame)
	mux.HandleFunc("POST /setup", a.frame)
	mux.HandleFunc("POST /events", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /app.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join("testdata", "app.js"))
	})
	mux.HandleFunc("GET /posts", func(w http.ResponseWriter, _ *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		_ = json.NewEncoder(w).Encode(a.posts)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	a.url = "http://localhost:" + port
	return a
}

func (a *stubApp) frame(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 16<<10))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	query := r.URL.Query()
	a.mu.Lock()
	a.posts = append(a.posts, stubPost{
		query.Get("origin"), query.Get("app_guid"), query.Get("colorScheme"), r.URL.Path, string(body),
		r.Header.Get("Sec-Fetch-Site"),
	})
	a.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprintf(w,
		`<!doctype html><meta charset="utf-8"><title>stub</title><script src="%s"></script><script src="/app.js"></script><p>stub</p>`, html.EscapeString(a.sdk))
}

// check looks at the launches that the browser made.
func (a *stubApp) check(t *testing.T, sim *Simulator) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.posts) == 0 {
		t.Fatal("the browser launched nothing")
	}
	launched := map[string]bool{}
	for _, p := range a.posts {
		raw, ok := strings.CutPrefix(p.Body, "token=")
		if !ok {
			t.Fatalf("launch body %.60q, want the field token alone", p.Body)
		}
		account := sim.Accounts[0]
		if p.Origin != account.Origin {
			account = sim.Accounts[1]
		}
		if p.Origin != account.Origin {
			t.Errorf("launch from origin %q, which is no account's", p.Origin)
		}
		if _, err := parse(account, raw); err != nil && !errors.Is(err, errExpired) {
			t.Errorf("launch token does not verify: %v", err)
		}
		// A frame that reloads itself posts from its own origin.
		if !launched[p.GUID] && p.SecFetchSite != "cross-site" {
			t.Errorf("launch is %s, want cross-site as with the real Zendesk", p.SecFetchSite)
		}
		launched[p.GUID] = true
	}
}
