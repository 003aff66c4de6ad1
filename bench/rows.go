package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite", to fill a database from behind
)

// rows compares a panel's time with a thousand and with a million connections,
// sessions and links stored: those of the account's other tickets.
func rows(ctx context.Context, _ bool, _ string) ([]figure, error) {
	few, err := panelTime(ctx, 1_000)
	if err != nil {
		return nil, err
	}
	many, err := panelTime(ctx, 1_000_000)
	if err != nil {
		return nil, err
	}
	return []figure{atMost("panel with 1,000,000 connections, sessions and links ÷ with 1,000", many/few, 1.2, "", fmt.Sprintf("median %.2f ms and %.2f ms at a low rate", many, few))}, nil
}

func panelTime(ctx context.Context, n int) (ms float64, err error) {
	s, err := open(ctx, true)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	db, err := sql.Open("sqlite", filepath.Join(s.dir, "bench.db"))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	for _, fill := range []string{
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		 INSERT INTO connections SELECT 'acme', '7' || i, 'PUSER', 'PACC', 'acme', 'D' || i, 'https://api.pagerduty.com', 'Somebody', 'somebody@acme.example', 'openid',
		 'k.sealed-access-token-of-some-length-that-does-not-open', 'k.sealed-refresh-token-of-some-length-that-does-not-open', 0, 0, 1, 0, '', 0, '' FROM n`,
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		 INSERT INTO sessions SELECT 'session-' || i, 'hash', i.subdomain, i.installation_id, '7' || n.i, 1, 1 FROM n, (SELECT subdomain, installation_id FROM installations LIMIT 1) i`,
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		 INSERT INTO links (subdomain, ticket, account_id, incident_id, linked, user_id) SELECT 'acme', 10000 + i / 4, 'PACME01', 'Q' || i, 1, '9001' FROM n`,
	} {
		if _, err := db.ExecContext(ctx, fill, n); err != nil {
			return 0, err
		}
	}
	if _, err := db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return 0, err
	}
	panel := target{s.panelURL(), http.Header{"Sidebar-Session": {s.session.Reveal()}}, newClient()}
	if _, err := panel.full(ctx, time.Second); err != nil {
		return 0, err
	}
	took, err := panel.paced(ctx, 200, 5*time.Second)
	if err != nil {
		return 0, err
	}
	slices.Sort(took)
	return float64(at(took, .5).Microseconds()) / 1000, nil
}
