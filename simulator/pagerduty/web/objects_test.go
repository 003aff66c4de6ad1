package web_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

// html_urls lead to pages, for whoever may see the thing.
func TestPages(t *testing.T) {
	sim := pagerduty.RunT(t)
	jane := pagerdutytest.As(t, sim, "jane")
	open := func(who, address string) (int, string) {
		t.Helper()
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Jar: jar}
		res, err := client.PostForm(sim.URL+"/login", url.Values{
			"person": {who},
			"next":   {strings.TrimPrefix(address, sim.URL)},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text)
	}
	in := jane("GET", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID, nil).Object("incident")
	for what, address := range map[string]any{
		"an incident": in["html_url"],
		"a line":      in["first_trigger_log_entry"].(map[string]any)["html_url"],
		"a service":   in["service"].(map[string]any)["html_url"],
		"a policy":    in["escalation_policy"].(map[string]any)["html_url"],
		"a team":      in["teams"].([]any)[0].(map[string]any)["html_url"],
	} {
		if status, text := open("jane", address.(string)); status != 200 || !strings.Contains(text, "Card") {
			t.Errorf("%s: %d %s", what, status, text)
		}
		if status, text := open("omar", address.(string)); status != 404 || strings.Contains(text, "Card") {
			t.Errorf("%s for an outsider: %d %s", what, status, text)
		}
	}
	user := jane("GET", "/users/me", nil).Object("user")["html_url"].(string)
	if status, text := open("omar", user); status != 200 || !strings.Contains(text, "Jane Miller") {
		t.Errorf("a user: %d %s", status, text)
	}
}
