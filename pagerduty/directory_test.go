package pagerduty

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"zendesk-pagerduty/incident"
)

// directory answers searches as PagerDuty does: the names that contain the query, in
// their order, at most 100 of them; or the service of exactly one name.
type directory struct {
	names    []string
	anything bool // it knows no filter by name
	asked    atomic.Int32
}

func (d *directory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.asked.Add(1)
	query := r.URL.Query()
	found := []string{}
	for i, name := range d.names {
		if strings.Contains(strings.ToLower(name), strings.ToLower(query.Get("query"))) &&
			(d.anything || !query.Has("name") || query.Get("name") == name) {
			found = append(found, fmt.Sprintf(`{"id":"P%d","name":%q}`, i, name))
		}
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit > 100 {
		limit = 100
	}
	shown := found[:min(limit, len(found))]
	kind := strings.TrimPrefix(r.URL.Path, "/")
	fmt.Fprintf(w, `{%q:[%s],"more":%t}`, kind, strings.Join(shown, ","), len(shown) < len(found))
}

// serve starts a directory of so many names that contain "search" and come before the last.
func serve(t *testing.T, others int, last ...string) (*directory, *Agent) {
	t.Helper()
	d := &directory{}
	for i := range others {
		d.names = append(d.names, fmt.Sprintf("Accounts search %03d", i))
	}
	d.names = append(d.names, last...)
	s := httptest.NewServer(d)
	t.Cleanup(s.Close)
	a, err := (&API{Transport: http.DefaultTransport, Bases: []string{s.URL}}).As(s.URL, "token", "")
	if err != nil {
		t.Fatal(err)
	}
	return d, a
}

// Enter takes the first hit and pages its team: the service of exactly the name that was
// typed is that one, wherever it comes by name.
func TestServiceOfExactlyThatNameIsFirst(t *testing.T) {
	for _, c := range []struct {
		others int
		words  string
		asked  int32
	}{
		{3, "search", 1},
		{40, "search", 1},  // beyond what is shown
		{300, "Search", 2}, // beyond what PagerDuty gives at once
	} {
		d, a := serve(t, c.others, "Search", "Search index")
		found, more, err := a.SearchServices(t.Context(), c.words, 5)
		if err != nil || len(found) != 5 || found[0].Name != "Search" || more != (c.others > 3) || d.asked.Load() != c.asked {
			t.Errorf("%q among %d: %v, more %v, %v; %d requests", c.words, c.others, found, more, err, d.asked.Load())
		}
		found, more, err = a.SearchServices(t.Context(), "", 5)
		if err != nil || len(found) != 5 || !more && c.others > 3 || d.asked.Load() != c.asked+1 {
			t.Errorf("without words: %v, more %v, %v; %d requests", found, more, err, d.asked.Load())
		}
	}
	_, a := serve(t, 300, "Search") // no service has exactly that name
	if found, more, err := a.SearchServices(t.Context(), "accounts", 5); err != nil || len(found) != 5 || !more {
		t.Errorf("%v, more %v, %v", found, more, err)
	}
}

// A service that was not typed, and does not even have the words, is no hit, whatever
// PagerDuty answers when it is asked for a name: Enter would page it.
func TestServiceOfAnotherNameIsNoHit(t *testing.T) {
	d, a := serve(t, 300)
	d.names, d.anything = append([]string{"A service of somebody else's"}, d.names...), true
	found, _, err := a.SearchServices(t.Context(), "search", 5)
	if err != nil || len(found) != 5 || d.asked.Load() != 2 {
		t.Fatalf("%v, %v; %d requests", found, err, d.asked.Load())
	}
	for _, s := range found {
		if !strings.Contains(s.Name, "search") {
			t.Errorf("a hit is %q", s.Name)
		}
	}
}

// People and escalation policies too, as far as PagerDuty gives them at once.
func TestTargetOfExactlyThatNameIsFirst(t *testing.T) {
	_, a := serve(t, 40, "Search index", "Search")
	people, policies, more, err := a.SearchTargets(t.Context(), "search", 2)
	for _, list := range [][]incident.Ref{people, policies} {
		names := make([]string, len(list))
		for i, r := range list {
			names[i] = r.Name
		}
		if want := []string{"Search", "Search index"}; err != nil || !more || !slices.Equal(names, want) {
			t.Errorf("%q, more %v, %v; want %q", names, more, err, want)
		}
	}
}
