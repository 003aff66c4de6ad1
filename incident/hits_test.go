package incident_test

import (
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/incident"
)

func TestSortHits(t *testing.T) {
	for _, c := range []struct{ words, from, want string }{
		{"search", "Accounts search index|Search worker|research|Search|Search index|A search",
			"Search|Search index|Search worker|A search|Accounts search index|research"},
		{" SEARCH ", "Search index|search", "search|Search index"},
		{"payments  api", "Payments API gateway|Payments API", "Payments API|Payments API gateway"},
		{"Search", "search|Search|SEARCH", "Search|search|SEARCH"}, // two that differ in case alone
		{"é", "café|École|É", "É|École|café"},
		{"", "b|C|a", "a|b|C"},
		{"x", "b|a", "a|b"}, // found by something else, such as an address
	} {
		got := strings.Split(c.from, "|")
		incident.SortHits(c.words, got, func(name string) string { return name })
		if want := strings.Split(c.want, "|"); !slices.Equal(got, want) {
			t.Errorf("%q: %q; want %q", c.words, got, want)
		}
	}
}
