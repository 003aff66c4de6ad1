package webhooks

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"zendesk-pagerduty/simulator/zendesk/settings"
)

// Sender has an account's webhooks, sends their requests, and keeps the
// activity log. Requests go to loopback and nowhere else.
type Sender struct {
	accountID string
	now       func() time.Time
	settings  func() settings.Settings
	client    *http.Client
	closing   context.Context
	close     context.CancelFunc
	working   sync.WaitGroup

	mu       sync.Mutex
	hooks    []*Webhook
	log      []*Invocation
	results  map[string][]result // by webhook, of the last minutes
	broken   map[string]time.Time
	underWay int
	ended    int           // invocations that have had an attempt
	changed  chan struct{} // closed when underWay goes down
	watching bool
}

// NewSender returns a sender without webhooks. accountID goes into a header
// of each request.
func NewSender(accountID string, now func() time.Time, settings func() settings.Settings) *Sender {
	closing, stop := context.WithCancel(context.Background())
	c := &Sender{accountID: accountID, now: now, settings: settings, closing: closing, close: stop}
	c.client = &http.Client{
		// Each attempt has a connection of its own, so that none of them is
		// answered by what is left of another.
		Transport:     &http.Transport{DialContext: dialLoopback, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	c.Reset(nil)
	return c
}

// Reset forgets everything but the given webhooks.
func (c *Sender) Reset(hooks []*Webhook) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hooks, c.log, c.results, c.broken = hooks, nil, map[string][]result{}, map[string]time.Time{}
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
}

// Stop ends what is under way and waits for it.
func (c *Sender) Stop() {
	c.mu.Lock() // so that begin has either seen it or been counted
	c.close()
	c.mu.Unlock()
	c.working.Wait()
	c.client.CloseIdleConnections()
}

// Webhooks are copies of all.
func (c *Sender) Webhooks() []Webhook {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := []Webhook{}
	for _, h := range c.hooks {
		list = append(list, *h)
	}
	return list
}

// Webhook is a copy of one.
func (c *Sender) Webhook(id string) (Webhook, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.hooks {
		if h.ID == id {
			return *h, true
		}
	}
	return Webhook{}, false
}

// ForTriggers says whether a trigger may call a webhook.
func (c *Sender) ForTriggers(id string) bool {
	h, ok := c.Webhook(id)
	return ok && slices.Contains(h.Subscriptions, forTriggers)
}

// Enqueue takes invocations to send, each on its own: their order is not
// promised.
func (c *Sender) Enqueue(list []*Invocation) {
	queue := c.settings().QueueInvocations
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range list {
		if len(i.form) > 0 {
			i.Body = i.form.Encode()
		}
		i.Queued = queue
		c.log = append(c.log, i)
		if !queue {
			c.begin(i)
		}
	}
}

// begin sends an invocation in the background. The caller holds the lock.
func (c *Sender) begin(i *Invocation) {
	if c.closing.Err() != nil {
		return
	}
	i.RetryAt, i.Queued = nil, false
	c.underWay++
	number := len(i.Attempts)
	c.working.Go(func() { c.try(i, number) })
}

// try makes one attempt and writes down what came of it.
func (c *Sender) try(i *Invocation, number int) {
	a := c.attempt(i, number)
	s := c.settings()
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now().UTC()
	a.CompletedAt = now
	i.Attempts = append(i.Attempts, a)
	i.Status = a.Status
	c.ended++
	i.failedAt = c.ended
	c.note(i.WebhookID, a, s, now)
	if at, again := retry(s, a, now); again && len(i.Attempts) <= s.Retries {
		i.RetryAt = &at
		c.watch()
	}
	if s.LateRetries {
		c.retryOlder(i)
	}
	c.underWay--
	close(c.changed)
	c.changed = make(chan struct{})
}

// Settle waits until nothing is under way. What is queued or waits for a
// retry is not.
func (c *Sender) Settle(ctx context.Context) error {
	for {
		c.mu.Lock()
		idle, changed := c.underWay == 0, c.changed
		c.mu.Unlock()
		if idle {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Invocations are copies of the log, the oldest first.
func (c *Sender) Invocations(want func(*Invocation) bool) []Invocation {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := []Invocation{}
	for _, i := range c.log {
		if want(i) {
			list = append(list, i.clone())
		}
	}
	return list
}
