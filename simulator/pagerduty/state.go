package pagerduty

import (
	"math/rand/v2"
	"sync"
	"zendesk-pagerduty/simulator/internal/control"
)

// State is what all parts of the simulated PagerDuty share. A request holds
// its lock from the beginning to the end, so that each is done alone.
type State struct {
	// URL is the base of the US region's REST API, which every self has.
	URL   string
	Clock *control.Clock

	mu       sync.Mutex
	settings Settings
	world    *world
	limits   *limits
	jitter   *rand.Rand
}

// reset puts the settings and everything that accounts have back, and forgets
// what limits have counted. The caller holds the lock.
func (s *State) reset(settings Settings, w *world) {
	s.settings = settings
	s.world = w
	s.limits = newLimits()
	s.jitter = rand.New(rand.NewPCG(1, 2))
}
