package pagerduty

import "sync"

// testKey is made once for all tests of a process.
var testKey = sync.OnceValues(NewKey)

// T is the part of testing.TB that RunT uses; the package stays free of
// testing, since the demo links it.
type T interface {
	Helper()
	Cleanup(func())
	Fatal(args ...any)
	Errorf(format string, args ...any)
}

// RunT starts a simulator for one test and closes it with the test. All of a
// process begin with the same signing key.
func RunT(t T) *Simulator {
	t.Helper()
	s, err := Start(Options{SigningKey: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the simulated PagerDuty: %v", err)
		}
	})
	return s
}
