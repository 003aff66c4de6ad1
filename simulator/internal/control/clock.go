package control

import (
	"fmt"
	"sync"
	"time"
)

// Clock is a simulator's own time. It starts at the real now, runs at the real
// pace and can only be pushed forward: nothing here has to survive a clock
// that goes back.
type Clock struct {
	mu     sync.Mutex
	ahead  time.Duration
	source func() time.Time
}

// NewClock returns a clock that shows the real time.
func NewClock() *Clock { return &Clock{source: time.Now} }

// Now is the simulator's time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.source().Add(c.ahead).UTC()
}

// Forward pushes the clock on by d, which must not be negative.
func (c *Clock) Forward(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("the clock goes forward only, not by %s", d)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
	return nil
}
