package app_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
)

// The sidebar's page is packed for those who take it, and the same otherwise.
func TestPackedPage(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	account := s.ZD.Account("acme")
	for coding, packed := range map[string]bool{"gzip, br": true, "": false, "br": false} {
		form := url.Values{"token": {account.Token(mia)}}.Encode()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/sidebar?"+url.Values{"origin": {account.Origin}}.Encode(), strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Accept-Encoding", coding)
		res, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = res.Body
		if got := res.Header.Get("Content-Encoding") == "gzip"; got != packed || res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: packed is %v, Vary %q", coding, got, res.Header.Get("Vary"))
		}
		if packed {
			if body, err = gzip.NewReader(res.Body); err != nil {
				t.Fatal(err)
			}
		}
		raw, err := io.ReadAll(body)
		res.Body.Close()
		if err != nil || !strings.Contains(string(raw), "data-session=") || !strings.HasSuffix(strings.TrimSpace(string(raw)), "</html>") {
			t.Errorf("%q: %v %s", coding, err, raw)
		}
	}
}
