package incident_test

import (
	"context"
	"fmt"
	"testing"

	"zendesk-pagerduty/incident"
)

// openOnes are the newest open incidents, as an agent sees them.
type openOnes struct {
	incident.Searcher
	n int
}

func (o openOnes) OpenIncidents(context.Context) (list []incident.Incident, err error) {
	for i := range o.n {
		list = append(list, incident.Incident{ID: fmt.Sprint(i), Title: fmt.Sprintf("Checkout fails %02d", i)})
	}
	return list, nil
}

// More may be found than are listed: the panel says how many.
func TestSearchCountsAllMatches(t *testing.T) {
	for words, want := range map[string][3]int{"": {10, 19, 19}, "checkout": {10, 19, 19}, "fails 1": {10, 10, 19}, "none": {0, 0, 19}} {
		got, err := incident.Search(t.Context(), openOnes{n: 19}, "acme", words)
		if err != nil || [3]int{len(got.Incidents), got.Found, got.Newest} != want {
			t.Errorf("%q: %d listed, %d found of %d, %v; want %v", words, len(got.Incidents), got.Found, got.Newest, err, want)
		}
	}
}
