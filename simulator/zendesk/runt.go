package zendesk

import "testing"

// RunT starts the simulator on free ports for one test and closes it after.
func RunT(t testing.TB) *Simulator {
	t.Helper()
	s, err := Start(Options{})
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
