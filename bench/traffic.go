package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"zendesk-pagerduty/pagerduty"
)

const clients = 32

// target is something to send the same request to, over and over.
type target struct {
	url    string
	header http.Header
	client *http.Client
}

func (t target) once(ctx context.Context) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url, nil)
	if err != nil {
		return 0, err
	}
	req.Header = t.header
	began := time.Now()
	res, err := t.client.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s answered %d", t.url, res.StatusCode)
	}
	return time.Since(began), err
}

// full sends as fast as answers come and returns requests a second.
func (t target) full(ctx context.Context, length time.Duration) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	var done atomic.Int64
	var failed atomic.Value
	var group sync.WaitGroup
	began := time.Now()
	for range clients {
		group.Go(func() {
			for ctx.Err() == nil {
				if _, err := t.once(ctx); err != nil {
					if ctx.Err() == nil {
						failed.Store(err)
						cancel()
					}
					return
				}
				done.Add(1)
			}
		})
	}
	group.Wait()
	if err, ok := failed.Load().(error); ok {
		return 0, err
	}
	return float64(done.Load()) / time.Since(began).Seconds(), nil
}

// paced sends at a rate and returns how long each request took, sorted.
func (t target) paced(ctx context.Context, rate float64, length time.Duration) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, length+5*time.Second)
	defer cancel()
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var group sync.WaitGroup
	each := time.Duration(float64(time.Second) * clients / rate)
	for i := range clients {
		group.Go(func() {
			next := time.Now().Add(each * time.Duration(i) / clients)
			for end := time.Now().Add(length); next.Before(end); next = next.Add(each) {
				time.Sleep(time.Until(next))
				d, err := t.once(ctx)
				mu.Lock()
				if err != nil {
					failed = err
				}
				took = append(took, d)
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	group.Wait()
	slices.Sort(took)
	return took, failed
}

func at(sorted []time.Duration, share float64) time.Duration {
	return sorted[min(int(float64(len(sorted))*share), len(sorted)-1)]
}

func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients * 2, MaxIdleConns: clients * 2, DisableCompression: true}}
}

// traffic compares the panel with a bare proxy to the same simulated PagerDuty.
func traffic(ctx context.Context, quick bool, _ string) ([]figure, error) {
	s, err := open(ctx, true)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	upstream, err := url.Parse(s.pd.URL)
	if err != nil {
		return nil, err
	}
	proxy := httputil.NewSingleHostReverseProxy(upstream)
	proxy.Transport = pagerduty.Transport()
	bare := httptest.NewServer(proxy)
	defer bare.Close()
	query := url.Values{"incident_key": {"Zendesk_acme_102"}, "date_range": {"all"}, "limit": {"100"}, "sort_by": {"created_at:desc"},
		"statuses[]": {"triggered", "acknowledged", "resolved"}}
	list := "/incidents?" + query.Encode()
	bearer := http.Header{"Authorization": {"Bearer " + s.access}, "Accept": {"application/vnd.pagerduty+json;version=2"}}
	panel := target{s.panelURL(), http.Header{"Sidebar-Session": {s.session.Reveal()}}, newClient()}
	proxied := target{bare.URL + list, bearer, newClient()}
	direct := target{s.pd.URL + list, bearer, newClient()}

	rounds, length := 7, 3*time.Second
	if quick {
		rounds, length = 5, 1500*time.Millisecond
	}
	for _, t := range []target{panel, proxied, direct} { // warm up
		if _, err := t.full(ctx, 500*time.Millisecond); err != nil {
			return nil, err
		}
	}
	var ratios, rates []float64
	for range rounds {
		ours, err := panel.full(ctx, length)
		if err != nil {
			return nil, err
		}
		theirs, err := proxied.full(ctx, length)
		if err != nil {
			return nil, err
		}
		ratios, rates = append(ratios, ours/theirs), append(rates, ours)
	}
	slices.Sort(ratios)
	slices.Sort(rates)
	half := rates[len(rates)/2] / 2
	var added []float64
	for range 3 {
		with, err := panel.paced(ctx, half, length)
		if err != nil {
			return nil, err
		}
		without, err := direct.paced(ctx, half, length)
		if err != nil {
			return nil, err
		}
		added = append(added, float64(at(with, .99)-at(without, .99))/float64(time.Millisecond))
	}
	slices.Sort(added)
	return []figure{
		atLeast("panel requests a second ÷ bare ReverseProxy", ratios[len(ratios)/2], .7, "", fmt.Sprintf("median of %d pairs, %.2f to %.2f; %.0f requests a second", rounds, ratios[0], ratios[len(ratios)-1], rates[len(rates)/2])),
		atMost("added time at half load, 99th percentile", added[len(added)/2], 2, "ms", fmt.Sprintf("median of %d; %.0f requests a second", len(added), half)),
	}, nil
}
