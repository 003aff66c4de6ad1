package store_test

import (
	"testing"
	"time"

	"zendesk-pagerduty/store"
)

// The operator's bounds hold, and those of the address before them.
func TestLimits(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		open(t, address)
		s, err := store.OpenWithin(t.Context(), address, nil, store.Limits{MaxConns: 3, Timeout: 2 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := s.Pool().Stats().MaxOpenConnections; n != 3 {
			t.Errorf("%d connections", n)
		}
		if !s.OnServer() {
			return
		}
		if got := show(t, s.Pool(), "statement_timeout"); got != "2s" {
			t.Errorf("a statement may take %s", got)
		}
	})
}
