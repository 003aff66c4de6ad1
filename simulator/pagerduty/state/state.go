package state

import (
	"math/rand/v2"
	"sync"

	"zendesk-pagerduty/simulator/internal/control"
	"zendesk-pagerduty/simulator/pagerduty/account"
)

// State is what all parts of the simulated PagerDuty share. A request holds
// its lock from the beginning to the end, so that each is done alone.
type State struct {
	// URL is the base of the US region's REST API, which every self has.
	URL   string
	Clock *control.Clock

	Mu       sync.Mutex
	Settings Settings
	Store    *account.Store
	Limits   *Limits
	jitter   *rand.Rand
}

// Reset puts the settings and everything that accounts have back, and forgets
// what limits have counted. The caller holds the lock.
func (s *State) Reset(settings Settings, w *account.Store) {
	s.Settings = settings
	s.Store = w
	s.Limits = newLimits()
	s.jitter = rand.New(rand.NewPCG(1, 2))
}
