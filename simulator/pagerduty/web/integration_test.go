package web_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

// An integration's page is where a person finds its key.
func TestIntegrationPage(t *testing.T) {
	sim := pagerdutytest.Described(t)
	info := sim.Service("Card processor")
	address := pagerdutytest.As(t, sim, "jane")("GET", "/services/"+info.ID+"/integrations/"+info.Integrations[0].ID, nil).Object("integration")["html_url"].(string)
	for who, there := range map[string]bool{"jane": true, "omar": false} {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		form := strings.NewReader(url.Values{"person": {who}, "next": {strings.TrimPrefix(address, sim.URL)}}.Encode())
		res, err := (&http.Client{Jar: jar}).Post(sim.URL+"/login", "application/x-www-form-urlencoded", form)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if (res.StatusCode == 200) != there || strings.Contains(string(page), info.Key) != there {
			t.Errorf("%s: %d", who, res.StatusCode)
		}
	}
}
