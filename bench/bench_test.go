package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// PagerDuty's own incidents are 4 to 5 KB in a list.
func TestIncidentsAreOfFullSize(t *testing.T) {
	for i := range 3 {
		raw, err := json.Marshal(fullIncident(1001, i))
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) < 4_000 || len(raw) > 5_500 {
			t.Errorf("incident %d has %d bytes", i, len(raw))
		}
	}
}

func TestLoadFailsWithAnAnswerThatIsNone(t *testing.T) {
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Who") == "second" {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer s.Close()
	one := job{URL: s.URL, Headers: []http.Header{{"Who": {"first"}}}, Count: 1}
	if _, err := one.run(t.Context()); err != nil || asked.Load() != 1 {
		t.Errorf("%v after %d requests", err, asked.Load())
	}
	one.Headers = append(one.Headers, http.Header{"Who": {"second"}})
	one.Count = 2
	if _, err := one.run(t.Context()); err == nil {
		t.Error("a refusal was counted as an answer")
	}
}
