package pagerduty

// Settings returns the switches as they are.
func (s *Simulator) Settings() Settings {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.state.settings.clone()
}

// Set changes switches. It panics on a value that is none, since that is a
// mistake in a test.
func (s *Simulator) Set(change func(*Settings)) {
	if err := s.set(func(v *Settings) error { change(v); return nil }); err != nil {
		panic("simulator: " + err.Error())
	}
}

func (s *Simulator) set(change func(*Settings) error) error {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	v := s.state.settings.clone()
	if err := change(&v); err != nil {
		return err
	}
	if err := v.check(); err != nil {
		return err
	}
	s.state.settings = v
	return nil
}
