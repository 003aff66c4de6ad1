package zendesk

import (
	"sync"
	"testing"
)

// testKeys are made once for all tests of a process: making them takes longer
// than all else that starts.
var testKeys = sync.OnceValues(NewKeys)

// RunT starts the simulator on free ports for one test and closes it after. All
// of a process have the same keys.
func RunT(t testing.TB) *Simulator {
	t.Helper()
	keys, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	s, err := Start(Options{Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the simulated Zendesk: %v", err)
		}
	})
	return s
}
