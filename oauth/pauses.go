package oauth

import (
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"zendesk-pagerduty/zendesk"
)

const (
	// firstPause and longestPause are between two refreshes of one agent that
	// failed. They vary by half, so that agents who failed together do not
	// come back together.
	firstPause   = 5 * time.Second
	longestPause = 2 * time.Minute
	// maxPauses bounds the memory.
	maxPauses = 10_000
)

// pauses keeps a token endpoint that fails from being asked at each request of
// a panel. They are this program's alone: another replica asks for itself.
type pauses struct {
	mu   sync.Mutex
	of   map[zendesk.Agent]*pause
	most int // maxPauses, but in tests
}

type pause struct {
	generation int64 // a new login is not kept waiting for an old one's failures
	until      time.Time
	next       *backoff.ExponentialBackOff
}

// left is how long the agent's connection is not to be refreshed yet.
func (p *pauses) left(agent zendesk.Agent, generation int64, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.of[agent]
	if e == nil || e.generation != generation {
		return 0
	}
	return max(0, e.until.Sub(now))
}

// failed begins a pause, longer than the one before.
func (p *pauses) failed(agent zendesk.Agent, generation int64, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.of[agent]
	if e == nil || e.generation != generation {
		p.makeRoom(now)
		e = &pause{generation: generation, next: backoff.NewExponentialBackOff()}
		e.next.InitialInterval, e.next.MaxInterval, e.next.Multiplier = firstPause, longestPause, 2
		p.of[agent] = e
	}
	e.until = now.Add(e.next.NextBackOff())
}

// makeRoom drops what is over, and where that is nothing, anybody's.
func (p *pauses) makeRoom(now time.Time) {
	if p.of == nil {
		p.of = map[zendesk.Agent]*pause{}
	}
	most := p.most
	if most == 0 {
		most = maxPauses
	}
	if len(p.of) < most {
		return
	}
	for agent, e := range p.of {
		if !now.Before(e.until) {
			delete(p.of, agent)
		}
	}
	for agent := range p.of {
		if len(p.of) < most {
			return
		}
		delete(p.of, agent)
	}
}

// over forgets the agent's failures.
func (p *pauses) over(agent zendesk.Agent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.of, agent)
}
