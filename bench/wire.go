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
)

// wire counts what a browser that takes brotli loads of our own files.
func wire(ctx context.Context, _ bool, _ string) ([]figure, error) {
	s, err := open(ctx, false)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	base := "http://" + s.app.Addr
	account := s.zd.Accounts[0]
	page, html, err := fetch(ctx, http.MethodPost, base+"/sidebar?"+url.Values{"origin": {account.Origin}}.Encode(),
		url.Values{"token": {account.Token(9001)}}.Encode(), http.Header{"Accept-Encoding": {"gzip"}})
	if err != nil {
		return nil, err
	}
	panel, _, err := fetch(ctx, http.MethodGet, s.panelURL(), "", http.Header{"Sidebar-Session": {s.session.Reveal()}})
	if err != nil {
		return nil, err
	}
	files := 0
	for _, m := range regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`).FindAllStringSubmatch(html, -1) {
		n, _, err := fetch(ctx, http.MethodGet, base+m[1], "", http.Header{"Accept-Encoding": {"br"}})
		if err != nil {
			return nil, err
		}
		files += n
	}
	if files == 0 {
		return nil, fmt.Errorf("the sidebar's page names no files")
	}
	s.pd.Reset()
	calls, err := s.calls(ctx, account.Subdomain)
	if err != nil {
		return nil, err
	}
	return append(calls,
		atMost("first load, over the wire", float64(page+files+panel)/1000, 30, "KB", "page, script, style and a panel with one incident"),
		atMost("next load, over the wire", float64(page+panel)/1000, 4, "KB", "page and panel; the files are cached"),
	), nil
}

// calls counts what PagerDuty is asked for a panel and for a creation.
func (s *stand) calls(ctx context.Context, subdomain string) ([]figure, error) {
	header := http.Header{"Sidebar-Session": {s.session.Reveal()}, "Content-Type": {"application/x-www-form-urlencoded"}}
	base := "http://" + s.app.Addr
	if err := s.reconnect(ctx); err != nil {
		return nil, err
	}
	before := len(s.pd.History())
	if _, _, err := fetch(ctx, http.MethodGet, base+"/tickets/102/incidents", "", header); err != nil {
		return nil, err
	}
	shown := len(s.pd.History()) - before
	form := url.Values{"service": {s.pd.Service("Payments API").ID}, "title": {"Checkout fails"}, "urgency": {"high"}}
	before += shown
	if _, _, err := fetch(ctx, http.MethodPost, base+"/tickets/101/incidents", form.Encode(), header); err != nil {
		return nil, err
	}
	return []figure{
		atMost("PagerDuty calls to show a panel", float64(shown), 1, "", ""),
		atMost("PagerDuty calls to create from an open form", float64(len(s.pd.History())-before), 1, "", ""),
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
