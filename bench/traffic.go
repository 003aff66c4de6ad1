package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// token is what the agents' connections hold; nobody looks at it here.
const token = "pdus+_bench-access-token-of-the-usual-length"

// runner is a process that answers requests.
type runner struct {
	name    string
	process *process
	target  func(ticket int) string
	headers []http.Header
}

// traffic compares a panel with the bare proxy: the CPU time that each one's
// process uses for the same number of requests.
func traffic(ctx context.Context, o options) (figures []figure, err error) {
	databases := map[string]string{"SQLite": ""}
	if o.postgres != "" {
		databases["PostgreSQL"] = o.postgres
	}
	for _, name := range []string{"SQLite", "PostgreSQL"} {
		postgres, there := databases[name]
		if !there {
			continue
		}
		more, err := trafficOn(ctx, o, name, postgres)
		if err != nil {
			return nil, err
		}
		figures = append(figures, more...)
	}
	return figures, nil
}

func trafficOn(ctx context.Context, o options, name, postgres string) (figures []figure, err error) {
	pd, err := role(ctx, "pagerduty")
	if err != nil {
		return nil, err
	}
	defer closing(&err, pd)
	proxy, err := role(ctx, "proxy", "UPSTREAM="+pd.url, "GOGC=200") // as the program has it by itself
	if err != nil {
		return nil, err
	}
	defer closing(&err, proxy)
	bearer := []http.Header{{"Authorization": {"Bearer " + token}, "Accept": {"application/vnd.pagerduty+json;version=2"}}}
	bare := runner{"proxy", proxy, func(ticket int) string { return proxy.url + lookUp(ticket) }, bearer}
	runners := []runner{bare}
	for i, binary := range slices.DeleteFunc([]string{o.program, o.compared}, func(s string) bool { return s == "" }) {
		s, err := o.open(ctx, binary, postgres, upstream{pd.url, token}, somebodyLinks)
		if err != nil {
			return nil, err
		}
		defer closing(&err, s)
		runners = append(runners, runner{[]string{"panel", "the other build's panel"}[i], s.process, s.panel, s.sessions})
	}
	for _, size := range []struct {
		ticket, count int
		limit         float64
	}{{1001, 3000, 2}, {1010, 1200, 4}, {1100, 300, 0}} {
		if o.quick {
			size.count /= 2
		}
		more, err := rounds(ctx, o, name, runners, size.ticket, size.count, size.limit)
		if err != nil {
			return nil, err
		}
		figures = append(figures, more...)
	}
	direct := runner{"", pd, func(ticket int) string { return pd.url + lookUp(ticket) }, bearer}
	added, err := addedTime(ctx, o, name, runners[1], direct)
	return append(figures, added...), err
}

// somebodyLinks lets other tickets have links, as they do where links are
// used: without any, their count is never asked for.
const somebodyLinks = `INSERT INTO links (subdomain, ticket, account_id, incident_id, linked, user_id) VALUES ('acme', 77, 'PACME01', 'QOTHER', 1, '9001')`

// lookUp is the question that a panel asks PagerDuty.
func lookUp(ticket int) string {
	return "/incidents?" + url.Values{"incident_key": {key(ticket)}, "date_range": {"all"}, "limit": {"100"}, "sort_by": {"created_at:desc"},
		"statuses[]": {"triggered", "acknowledged", "resolved"}}.Encode()
}

// rounds lets the runners take turns. The first round warms them up.
func rounds(ctx context.Context, o options, database string, runners []runner, ticket, count int, limit float64) ([]figure, error) {
	n := 7
	if o.quick {
		n = 5
	}
	costs := make([][]float64, len(runners)) // ms of CPU for one request
	for round := range n + 1 {
		for i, r := range runners {
			cost, err := r.cost(ctx, ticket, count)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				costs[i] = append(costs[i], cost)
			}
		}
	}
	var figures []figure
	for i, r := range runners[1:] {
		ratios := make([]float64, n)
		for round := range n {
			ratios[round] = costs[i+1][round] / costs[0][round]
		}
		name := fmt.Sprintf("%s ÷ bare ReverseProxy, CPU, %d in the answer, %s", r.name, tickets[ticket], database)
		note := fmt.Sprintf("median of %d, %.2f to %.2f; %.3f and %.3f ms", n, slices.Min(ratios), slices.Max(ratios), median(costs[i+1]), median(costs[0]))
		if limit == 0 || i > 0 {
			figures = append(figures, beside(name, median(ratios), "", note))
		} else {
			figures = append(figures, atMost(name, median(ratios), limit, "", note))
		}
	}
	return figures, nil
}

// cost is the CPU time of one request, in milliseconds.
func (r runner) cost(ctx context.Context, ticket, count int) (float64, error) {
	before, err := r.process.cpu()
	if err != nil {
		return 0, err
	}
	if _, err := load(ctx, job{URL: r.target(ticket), Headers: r.headers, Count: count}); err != nil {
		return 0, err
	}
	after, err := r.process.cpu()
	if err != nil {
		return 0, err
	}
	if after == before {
		return 0, errors.New("a round is too short to be measured")
	}
	return (after - before).Seconds() * 1000 / float64(count), nil
}

// addedTime is what the panel adds to PagerDuty's own time, at 400 requests a second.
func addedTime(ctx context.Context, o options, database string, panel, direct runner) ([]figure, error) {
	const rate = 400
	n, seconds := 5, 5
	if o.quick {
		n, seconds = 3, 2
	}
	var added []float64
	for range n {
		with, err := load(ctx, job{URL: panel.target(1001), Headers: panel.headers, Count: rate * seconds, Rate: rate})
		if err != nil {
			return nil, err
		}
		without, err := load(ctx, job{URL: direct.target(1001), Headers: direct.headers, Count: rate * seconds, Rate: rate})
		if err != nil {
			return nil, err
		}
		added = append(added, with.P99-without.P99)
	}
	note := fmt.Sprintf("median of %d, %.2f to %.2f", n, slices.Min(added), slices.Max(added))
	return []figure{atMost("added time at 400 requests a second, 99th percentile, "+database, median(added), 2.5, "ms", note)}, nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func closing(err *error, c interface{ Close() error }) { *err = errors.Join(*err, c.Close()) }
