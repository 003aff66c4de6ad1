package pagerduty

// Settings returns the switches as they are.
func (s *Simulator) Settings() Settings {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	return s.state.Settings.Clone()
}

// Set changes switches. It panics on a value that is none, since that is a
// mistake in a test.
func (s *Simulator) Set(change func(*Settings)) {
	if err := s.set(func(v *Settings) error { change(v); return nil }); err != nil {
		panic("simulator: " + err.Error())
	}
}

func (s *Simulator) set(change func(*Settings) error) error {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	v := s.state.Settings.Clone()
	if err := change(&v); err != nil {
		return err
	}
	if err := v.Check(); err != nil {
		return err
	}
	s.state.Settings = v
	return nil
}
