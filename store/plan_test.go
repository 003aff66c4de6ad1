package store_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// A panel reads the links of its own ticket and asks the others by the index of
// linked rows: what was only created, however much of it there is, is not read.
func TestPanelsReadNoCreatedLinks(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		in := zendesk.Installation{Subdomain: "acme", AppID: 1, InstallationID: 11, PublicKeyPEM: "PEM", Origin: "https://acme.zendesk.com"}
		if err := s.AddInstallation(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		start := zendesk.SessionStart{
			Session:        zendesk.Session{ID: "s1", Agent: mia, Started: now, LastSeen: now},
			InstallationID: 11,
			PublicKeyPEM:   "PEM",
			TokenHash:      "t1",
			TokenExpires:   now,
		}
		if err := s.StartSession(t.Context(), start); err != nil {
			t.Fatal(err)
		}
		connect(t, s, mia, "PMIA", "1")
		for i := range int64(incident.MaxLinks) {
			l := incident.Link{Ticket: incident.Ticket{Subdomain: "acme", ID: 7}, AccountID: "A", IncidentID: fmt.Sprint("Q", i), UserID: "9001", At: now}
			if err := s.Link(t.Context(), l); err != nil {
				t.Fatal(err)
			}
		}
		db := raw(t, address)
		const created = 100_000
		if _, err := db.ExecContext(t.Context(), fmt.Sprintf(`INSERT INTO links (subdomain, ticket, account_id, incident_id, linked, user_id, made)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			SELECT 'acme', 10000 + i / 4, 'A', 'M' || i, 0, '9001', 1 FROM n`, created)); err != nil {
			t.Fatal(err)
		}
		for _, analyzed := range []bool{false, true} {
			if analyzed {
				if _, err := db.ExecContext(t.Context(), `ANALYZE`); err != nil {
					t.Fatal(err)
				}
			}
			for name, query := range map[string]string{"panel": store.SelectPanel, "others": store.CountOthers(4)} {
				args := []any{"s1", int64(7)}
				if name == "others" {
					args = []any{"acme", int64(7), "A", "M1", "M2", "M3", "Q1"}
				}
				if strings.HasPrefix(address, "sqlite:") {
					onlyLinkedOnes(t, db, query, args)
				} else if read := rowsRead(t, db, query, args); read > 2*incident.MaxLinks+10 {
					t.Errorf("%s (analyzed: %v) reads %d rows", name, analyzed, read)
				}
			}
		}
	})
}

// onlyLinkedOnes reads SQLite's plan: links are searched by the ticket or by the
// partial index.
func onlyLinkedOnes(t *testing.T, db *sql.DB, query string, args []any) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		if words := strings.Fields(step); len(words) < 2 || words[1] != "l" && words[1] != "links" {
			continue
		}
		seen++
		if !strings.Contains(step, "INDEX links_linked ") && !strings.Contains(step, "(subdomain=? AND ticket=? AND account_id=?)") {
			t.Errorf("a step of the plan reads created links: %s", step)
		}
	}
	if err := rows.Err(); err != nil || seen == 0 {
		t.Errorf("%d steps that read links: %v", seen, err)
	}
}

// rowsRead runs a query and adds up what PostgreSQL's plan read.
func rowsRead(t *testing.T, db *sql.DB, query string, args []any) int {
	t.Helper()
	var raw []byte
	if err := db.QueryRowContext(t.Context(), "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+query, args...).Scan(&raw); err != nil {
		t.Fatal(err)
	}
	var plans []struct{ Plan planStep }
	if err := json.Unmarshal(raw, &plans); err != nil || len(plans) != 1 {
		t.Fatalf("%v in %s", err, raw)
	}
	return plans[0].Plan.read()
}

type planStep struct {
	Relation string     `json:"Relation Name"`
	Rows     float64    `json:"Actual Rows"`
	Loops    float64    `json:"Actual Loops"`
	Filtered float64    `json:"Rows Removed by Filter"`
	Plans    []planStep `json:"Plans"`
}

func (p planStep) read() int {
	n := 0
	if p.Relation != "" {
		n = int((p.Rows + p.Filtered) * p.Loops)
	}
	for _, below := range p.Plans {
		n += below.read()
	}
	return n
}

// What has expired is found by an index, on tables of any size.
func TestSweepsReadNoTable(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		open(t, address)
		conn, err := raw(t, address).Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		explain := "EXPLAIN QUERY PLAN "
		if !strings.HasPrefix(address, "sqlite:") {
			explain = "EXPLAIN "
			// Empty tables are cheapest to read as a whole.
			if _, err := conn.ExecContext(t.Context(), "SET enable_seqscan = off"); err != nil {
				t.Fatal(err)
			}
		}
		for query, n := range store.Sweeps() {
			args := []any{int64(1), int64(2)}[:min(n, 2)]
			if n == 3 {
				args = []any{"acme", "9001", int64(300)}
			}
			for _, step := range steps(t, conn, explain+query, args) {
				if scan := strings.HasPrefix(step, "SCAN ") && !strings.Contains(step, "USING"); scan || strings.Contains(step, "Seq Scan") {
					t.Errorf("%s\nreads a table: %s", query, step)
				}
			}
		}
	})
}

// steps are the lines of a plan.
func steps(t *testing.T, conn *sql.Conn, query string, args []any) (list []string) {
	t.Helper()
	rows, err := conn.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var step string
		into := make([]any, len(columns))
		for i := range into {
			into[i] = new(any)
		}
		into[len(into)-1] = &step
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		list = append(list, step)
	}
	if err := rows.Err(); err != nil || len(list) == 0 {
		t.Fatalf("%d steps: %v", len(list), err)
	}
	return list
}
