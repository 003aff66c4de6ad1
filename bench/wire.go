package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/simulator/pagerduty"
)

// wire counts what a browser that takes brotli loads of our own files, and what
// PagerDuty is asked, beside the simulated PagerDuty that keeps a history.
func wire(ctx context.Context, o options) (figures []figure, err error) {
	pd, err := pagerduty.Start(pagerduty.Options{})
	if err != nil {
		return nil, err
	}
	defer closing(&err, pd)
	access, _ := pd.MintToken("jane", oauth.DefaultScopes(oauth.Scoped)...)
	s, err := o.open(ctx, o.program, "", upstream{pd.URL, access})
	if err != nil {
		return nil, err
	}
	defer closing(&err, s)
	page, html, err := fetch(ctx, http.MethodPost, s.url+"/sidebar?"+url.Values{"origin": {o.account.Origin}}.Encode(),
		url.Values{"token": {o.account.Token(9001)}}.Encode(), http.Header{"Accept-Encoding": {"gzip"}})
	if err != nil {
		return nil, err
	}
	panel, _, err := fetch(ctx, http.MethodGet, s.panel(102), "", s.sessions[0])
	if err != nil {
		return nil, err
	}
	files := 0
	for _, m := range regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`).FindAllStringSubmatch(html, -1) {
		n, _, err := fetch(ctx, http.MethodGet, s.url+m[1], "", http.Header{"Accept-Encoding": {"br"}})
		if err != nil {
			return nil, err
		}
		files += n
	}
	if files == 0 {
		return nil, fmt.Errorf("the sidebar's page names no files")
	}
	shown := len(pd.History())
	form := url.Values{"service": {pd.Service("Payments API").ID}, "title": {"Checkout fails"}, "urgency": {"high"}}
	if _, _, err := fetch(ctx, http.MethodPost, s.panel(101), form.Encode(), s.sessions[0]); err != nil {
		return nil, err
	}
	return []figure{
		atMost("PagerDuty calls to show a panel", float64(shown), 1, "", ""),
		atMost("PagerDuty calls to create from an open form", float64(len(pd.History())-shown), 1, "", ""),
		atMost("first load, over the wire", float64(page+files+panel)/1000, 30, "KB", "page, script, style and a panel with one incident"),
		atMost("next load, over the wire", float64(page+panel)/1000, 4, "KB", "page and panel; the files are cached"),
	}, nil
}

func fetch(ctx context.Context, method, address, body string, header http.Header) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}).Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s answered %d", method, address, res.StatusCode)
	}
	length := len(raw)
	if err == nil && res.Header.Get("Content-Encoding") == "gzip" {
		var plain *gzip.Reader
		if plain, err = gzip.NewReader(bytes.NewReader(raw)); err == nil {
			raw, err = io.ReadAll(plain)
		}
	}
	return length, string(raw), err
}
