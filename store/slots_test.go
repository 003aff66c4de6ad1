package store_test

import (
	"errors"
	"runtime"
	"sync"
	"testing"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/store"
)

// A database that holds everybody keeps four calls for each connection; those who
// come later are refused, and find it as it was afterwards.
func TestSlotsAreBounded(t *testing.T) {
	address := newPostgres(t)
	s := open(t, address)
	connect(t, s, mia, "PMIA", "mia")
	var mu sync.Mutex
	counted := map[store.Kind]int{}
	s.Observe(store.Observer{
		Failed:   func(k store.Kind) { mu.Lock(); defer mu.Unlock(); counted[k]++ },
		Opened:   func(string) {},
		Unopened: func(string) {},
		Expired:  func(string, int64) {},
	})
	hold, err := raw(t, address).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Rollback()
	if _, err := hold.ExecContext(t.Context(), `LOCK TABLE connections`); err != nil {
		t.Fatal(err)
	}
	most := s.PoolStats().MaxCalls
	if want := 4 * s.PoolStats().Max; most != want {
		t.Errorf("%d slots; want %d", most, want)
	}
	results := make(chan error, most)
	for range most {
		go func() {
			_, err := s.Connection(t.Context(), mia)
			results <- err
		}()
	}
	for s.PoolStats().Calls < most { // until all are in
		runtime.Gosched()
	}
	if _, err := s.Connection(t.Context(), mia); !errors.Is(err, problem.Database) {
		t.Errorf("one more: %v", err)
	}
	if counted[store.Crowded] != 1 {
		t.Errorf("counted %v", counted)
	}
	if err := hold.Rollback(); err != nil {
		t.Fatal(err)
	}
	for range most {
		if err := <-results; err != nil {
			t.Errorf("one that waited: %v", err)
		}
	}
	if n := s.PoolStats().Calls; n != 0 {
		t.Errorf("%d slots are taken by nobody", n)
	}
}
