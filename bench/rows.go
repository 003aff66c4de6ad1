package main

import (
	"context"
	"fmt"
	"slices"
)

// filled are statements that store n connections, and n links of the agents'
// own PagerDuty account on other tickets: half of them linked by hand, half
// created from the sidebar.
func filled(n int, postgres bool) []string {
	series := fmt.Sprintf(`(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i FROM n)`, n)
	if postgres {
		series = fmt.Sprintf(`generate_series(1, %d)`, n)
	}
	statements := []string{
		`INSERT INTO connections (subdomain, user_id, pagerduty_user, pagerduty_account_id, pagerduty_account, delegation_id, api_base, name, email, scopes,
			access_token, refresh_token, expires, refresh_after, generation, lapsed, lease_owner, lease_until, saved_by)
		SELECT 'acme', '7' || i, 'PUSER', 'PACME01', 'acme', 'D' || i, 'https://api.pagerduty.com', 'Somebody', 'somebody@acme.example', 'openid',
			'k.sealed-access-token-that-does-not-open', 'k.sealed-refresh-token-that-does-not-open', 9999999999999, 9999999999999, 1, 0, '', 0, '' FROM ` + series + ` AS s(i)`,
		`INSERT INTO links (subdomain, ticket, account_id, incident_id, linked, user_id, made)
		SELECT 'acme', 100000 + i / 4, 'PACME01', 'Q' || i, i % 2, '9001', 1 - i % 2 FROM ` + series + ` AS s(i)`,
	}
	if !postgres { // SQLite names no columns of a subquery in FROM
		for i, s := range statements {
			statements[i] = s[:len(s)-len(" AS s(i)")]
		}
	}
	return append(statements, "ANALYZE")
}

// rows compares a panel's time where a thousand and where a million
// connections and links are stored, by turns.
func rows(ctx context.Context, o options) ([]figure, error) {
	var figures []figure
	for _, database := range []struct{ name, address string }{{"SQLite", ""}, {"PostgreSQL", o.postgres}} {
		if database.name == "PostgreSQL" && database.address == "" {
			continue
		}
		f, err := rowsOn(ctx, o, database.name, database.address)
		if err != nil {
			return nil, err
		}
		figures = append(figures, f)
	}
	return figures, nil
}

func rowsOn(ctx context.Context, o options, name, postgres string) (f figure, err error) {
	pd, err := role(ctx, "pagerduty")
	if err != nil {
		return f, err
	}
	defer closing(&err, pd)
	var stands []*stand
	for _, n := range []int{1_000, 1_000_000} {
		s, err := o.open(ctx, o.program, postgres, upstream{pd.url, token}, filled(n, postgres != "")...)
		if err != nil {
			return f, err
		}
		defer closing(&err, s)
		stands = append(stands, s)
	}
	const rate, seconds, n = 100, 3, 7
	var few, many, ratios []float64
	for round := range n + 1 {
		var medians [2]float64
		for i, s := range stands {
			r, err := load(ctx, job{URL: s.panel(1010), Headers: s.sessions, Count: rate * seconds, Rate: rate})
			if err != nil {
				return f, err
			}
			medians[i] = r.Median
		}
		if round > 0 {
			few, many, ratios = append(few, medians[0]), append(many, medians[1]), append(ratios, medians[1]/medians[0])
		}
	}
	note := fmt.Sprintf("median of %d, %.2f to %.2f; %.2f and %.2f ms at %d requests a second", n, slices.Min(ratios), slices.Max(ratios), median(many), median(few), rate)
	return atMost("panel with 1,000,000 connections and links ÷ with 1,000, "+name, median(ratios), 1.1, "", note), nil
}
