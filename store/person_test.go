package store_test

import (
	"strings"
	"testing"

	"zendesk-pagerduty/store"
)

// Others who are connected as the same person of PagerDuty are found by index:
// a login of a large company reads no other connection.
func TestSameUserIsFoundByIndex(t *testing.T) {
	address := newSQLite(t)
	open(t, address)
	rows, err := raw(t, address).QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+store.SelectSameUser, "PACC", "PUSER", "acme", "9001")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := false
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		found = found || strings.Contains(step, "INDEX connections_person")
	}
	if err := rows.Err(); err != nil || !found {
		t.Errorf("no step of the plan uses the index: %v", err)
	}
}
