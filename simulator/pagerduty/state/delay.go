package state

import (
	"net/http"
	"time"
)

// Delay makes a request wait a moment, as a network does.
func (s *State) Delay(r *http.Request) {
	s.Mu.Lock()
	most := s.Settings.LatencyMS
	wait := time.Duration(0)
	if most > 0 {
		wait = time.Duration(s.jitter.IntN(most*1000)) * time.Microsecond
	}
	s.Mu.Unlock()
	if wait == 0 {
		return
	}
	select {
	case <-time.After(wait):
	case <-r.Context().Done():
	}
}
