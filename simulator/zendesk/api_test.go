package zendesk

import (
	"io"
	"net/http"
	"testing"

	"zendesk-pagerduty/simulator/zendesk/zendesktest"
)

// ask sends a request as an agent ("" is nobody) and decodes the answer.
func ask(t *testing.T, a *Account, agent, method, path, body string, into any) int {
	t.Helper()
	return zendesktest.Ask(t, a.Origin, agent, method, path, body, into)
}

// ctl asks the control server.
func ctl(t *testing.T, sim *Simulator, method, path, body string, into any) int {
	t.Helper()
	return zendesktest.Ask(t, sim.ControlURL, "", method, path, body, into)
}

func TestPublicKeyIsForEverybody(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	for _, path := range []string{"/api/v2/apps/1001/public_key.pem", "/api/v2/apps/1001/public_key"} {
		res, err := http.Get(acme.Origin + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK || string(body) != acme.PublicKeyPEM {
			t.Errorf("%s: %d %q", path, res.StatusCode, body)
		}
	}
	// Another account's app, and the installation's id in place of the app's.
	for _, path := range []string{
		"/api/v2/apps/1002/public_key.pem", "/api/v2/apps/2001/public_key.pem", "/api/v2/apps/x/public_key.pem",
	} {
		if status := ask(t, acme, "", "GET", path, "", nil); status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, status)
		}
	}
}

func TestAPINeedsAnAgent(t *testing.T) {
	acme := RunT(t).Account("acme")
	for _, agent := range []string{"", "30001", "7001", "no number"} {
		if status := ask(t, acme, agent, "GET", "/api/v2/tickets/101.json", "", nil); status != http.StatusUnauthorized {
			t.Errorf("agent %q: %d, want 401", agent, status)
		}
	}
}

func TestCookieOfAnotherAccountIsNoSession(t *testing.T) {
	sim := RunT(t)
	req, _ := http.NewRequestWithContext(t.Context(), "GET", sim.Account("globex").Origin+"/api/v2/users/me.json", nil)
	req.AddCookie(&http.Cookie{Name: "agent_acme", Value: "9001"})
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d, want 401: the browser sends acme's cookie to globex's port too", res.StatusCode)
	}
}

func TestUnknownTicketsAndPaths(t *testing.T) {
	acme := RunT(t).Account("acme")
	for path, want := range map[string]int{
		"/api/v2/tickets/999.json":     http.StatusNotFound,
		"/api/v2/tickets/x.json":       http.StatusBadRequest,
		"/api/v2/users/1.json":         http.StatusNotFound,
		"/api/v2/nonsense":             http.StatusNotFound,
		"/agent/tickets/999":           http.StatusNotFound,
		"/agent/tickets/x":             http.StatusNotFound,
		"/static/host/nonsense.js":     http.StatusNotFound,
		"/agent/tickets/new":           http.StatusOK,
		"/api/v2/users/me.json":        http.StatusOK,
		"/api/v2/users/30001.json":     http.StatusOK,
		"/static/host/main.js":         http.StatusOK,
		"/agent/tickets/106?width=abc": http.StatusOK,
	} {
		if status := ask(t, acme, "9001", "GET", path, "", nil); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
}
