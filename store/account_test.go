package store_test

import (
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/store"
)

// A migration that makes a table with rows of accounts says what becomes of them
// when an account is removed or renamed.
func TestEveryTableOfAccountsIsListed(t *testing.T) {
	address := newSQLite(t)
	open(t, address)
	rows, err := raw(t, address).QueryContext(t.Context(), `SELECT m.name, (SELECT group_concat(c.name, ', ') FROM
		(SELECT name FROM pragma_table_info(m.name) WHERE pk > 0 AND name <> 'subdomain' ORDER BY pk) c)
		FROM sqlite_master m WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'subdomain')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var table, key string
		if err := rows.Scan(&table, &key); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
		if listed, ok := store.AccountTables()[table]; ok && listed != "" && listed != key {
			t.Errorf("%s: its key within an account is %q; want %q", table, listed, key)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	var listed []string
	for table := range store.AccountTables() {
		listed = append(listed, table)
	}
	slices.Sort(tables)
	slices.Sort(listed)
	if !slices.Equal(tables, listed) {
		t.Errorf("listed are\n%s\nand the schema has\n%s", strings.Join(listed, " "), strings.Join(tables, " "))
	}
}
