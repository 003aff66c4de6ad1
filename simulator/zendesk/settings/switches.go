package settings

import (
	"slices"
	"sync"
)

// Switches hold the settings for everybody who asks.
type Switches struct {
	mu      sync.Mutex
	Current Settings
}

// Get is a copy of the settings. What it holds is not changed later.
func (s *Switches) Get() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Current
}

// Change applies how to a copy of the settings, which take effect if they are
// valid.
func (s *Switches) Change(how func(*Settings) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.Current
	v.RetryStatuses = slices.Clone(v.RetryStatuses) // readers hold the old one
	if err := how(&v); err != nil {
		return err
	}
	if err := v.check(); err != nil {
		return err
	}
	s.Current = v
	return nil
}
