package zendesk

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Invocation is one call of a webhook by a trigger, with all its attempts.
type Invocation struct {
	ID        string    `json:"id"`
	WebhookID string    `json:"webhook_id"`
	TicketID  int64     `json:"ticket_id"`
	TriggerID int64     `json:"trigger_id"`
	Body      string    `json:"body"` // of a form: encoded
	CreatedAt time.Time `json:"created_at"`
	// Status is "accepted" until the first attempt has ended, then the last
	// attempt's.
	Status   string    `json:"status"`
	Attempts []Attempt `json:"attempts"`
	// RetryAt is when it will be tried again, by the simulator's clock.
	RetryAt *time.Time `json:"retry_at"`
	Queued  bool       `json:"queued"` // by the setting queue_invocations

	form      url.Values
	timestamp string // of the first signature
	failedAt  int    // the courier's count of ended invocations then
}

// Attempt is one request of an invocation, or the reason why there was none.
type Attempt struct {
	ID           string     `json:"id"`
	InvocationID string     `json:"invocation_id"` // as it was sent
	Status       string     `json:"status"`        // "success", "client error", "server error", "timeout", "failed", "circuit broken"
	StatusCode   int        `json:"status_code"`   // 0 without an answer
	CompletedAt  time.Time  `json:"completed_at"`
	Request      sent       `json:"request"`
	Response     sent       `json:"response"`
	Error        string     `json:"error_message"`
	retryAfter   *time.Time // what the answer asked for
}

// sent is a message as the activity log shows it.
type sent struct {
	Headers []headerLine `json:"headers"`
	Payload string       `json:"payload"`
}

type headerLine struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// addFormValue adds to the body of a webhook whose format is a form.
func (i *Invocation) addFormValue(name, value string) { i.form.Add(name, value) }

func newInvocation(webhook string, ticket, trigger int64, now time.Time) *Invocation {
	return &Invocation{
		ID: newID(now), WebhookID: webhook, TicketID: ticket, TriggerID: trigger,
		CreatedAt: now.UTC(), Status: "accepted", Attempts: []Attempt{}, form: url.Values{},
	}
}

// clone shares nothing that the courier still changes.
func (i *Invocation) clone() Invocation {
	c := *i
	c.Attempts = slices.Clone(i.Attempts)
	return c
}

// courier has an account's webhooks, calls them, and keeps the log. Requests go
// to loopback and nowhere else.
type courier struct {
	accountID string
	now       func() time.Time
	settings  func() Settings
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

type result struct {
	at     time.Time
	failed bool
}

func newCourier(accountID string, now func() time.Time, settings func() Settings) *courier {
	closing, stop := context.WithCancel(context.Background())
	c := &courier{accountID: accountID, now: now, settings: settings, closing: closing, close: stop}
	c.client = &http.Client{
		// Each attempt has a connection of its own, so that none of them is
		// answered by what is left of another.
		Transport:     &http.Transport{DialContext: dialLoopback, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	c.reset(nil)
	return c
}

// reset forgets everything but the given webhooks.
func (c *courier) reset(hooks []*Webhook) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hooks, c.log, c.results, c.broken = hooks, nil, map[string][]result{}, map[string]time.Time{}
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
}

func (c *courier) stop() {
	c.mu.Lock() // so that begin has either seen it or been counted
	c.close()
	c.mu.Unlock()
	c.working.Wait()
	c.client.CloseIdleConnections()
}

// errElsewhere is an endpoint that is not on this machine.
var errElsewhere = errors.New("refused: the simulator sends to loopback addresses only")

// loopback is the address to dial for a host, or an error. Every name below
// localhost is this machine, as browsers have it.
func loopback(host string) (string, error) {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return "127.0.0.1", nil
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		return host, nil
	}
	return "", errElsewhere
}

func dialLoopback(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if host, err = loopback(host); err != nil {
		return nil, err
	}
	return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(host, port))
}

// webhooks are copies of all.
func (c *courier) webhooks() []Webhook {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := []Webhook{}
	for _, h := range c.hooks {
		list = append(list, *h)
	}
	return list
}

// webhook is a copy of one.
func (c *courier) webhook(id string) (Webhook, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.hooks {
		if h.ID == id {
			return *h, true
		}
	}
	return Webhook{}, false
}

// forTriggers says whether a trigger may call a webhook.
func (c *courier) forTriggers(id string) bool {
	h, ok := c.webhook(id)
	return ok && slices.Contains(h.Subscriptions, forTriggers)
}

// enqueue takes invocations to send, each on its own: their order is not
// promised.
func (c *courier) enqueue(list []*Invocation) {
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
func (c *courier) begin(i *Invocation) {
	if c.closing.Err() != nil {
		return
	}
	i.RetryAt, i.Queued = nil, false
	c.underWay++
	number := len(i.Attempts)
	c.working.Go(func() { c.try(i, number) })
}

// try makes one attempt and writes down what came of it.
func (c *courier) try(i *Invocation, number int) {
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
	if at, again := s.retry(a, now); again && len(i.Attempts) <= s.Retries {
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

// retryOlder sends again what has failed before another invocation ended.
func (c *courier) retryOlder(than *Invocation) {
	for _, other := range c.log {
		if other != than && other.RetryAt != nil && other.failedAt < c.ended {
			c.begin(other)
		}
	}
}

// watch sends retries when the clock, which tests push, says that they are due.
func (c *courier) watch() {
	if c.watching {
		return
	}
	c.watching = true
	c.working.Go(func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-c.closing.Done():
				return
			case <-tick.C:
			}
			if !c.sendDue() {
				return
			}
		}
	})
}

// sendDue says whether there is anything left to wait for.
func (c *courier) sendDue() bool {
	late := c.settings().LateRetries
	c.mu.Lock()
	defer c.mu.Unlock()
	waiting := false
	for _, i := range c.log {
		switch {
		case i.RetryAt == nil:
		case !late && !i.RetryAt.After(c.now()):
			c.begin(i)
		default:
			waiting = true
		}
	}
	c.watching = waiting
	return waiting
}

// retryNow sends all that waits for a retry.
func (c *courier) retryNow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range c.log {
		if i.RetryAt != nil {
			c.begin(i)
		}
	}
}

// sendQueued sends invocations one after the other, in the order named; no names
// means all that are queued, the oldest first. One that was sent already is sent
// once more, as Zendesk may do.
func (c *courier) sendQueued(ctx context.Context, ids []string) error {
	c.mu.Lock()
	var list []*Invocation
	for _, i := range c.log {
		if len(ids) == 0 && i.Queued {
			list = append(list, i)
		}
	}
	for _, id := range ids {
		at := slices.IndexFunc(c.log, func(i *Invocation) bool { return i.ID == id })
		if at < 0 {
			c.mu.Unlock()
			return errors.New("no invocation " + id)
		}
		list = append(list, c.log[at])
	}
	c.mu.Unlock()
	for _, i := range list {
		c.mu.Lock()
		c.begin(i)
		c.mu.Unlock()
		if err := c.settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// settle waits until nothing is under way. What is queued or waits for a retry is
// not.
func (c *courier) settle(ctx context.Context) error {
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

// invocations are copies of the log, the oldest first.
func (c *courier) invocations(want func(*Invocation) bool) []Invocation {
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

// Zendesk's circuit breaker (help center, "Creating webhooks"): its window, and
// how long it stays open.
const (
	breakerWindow = 5 * time.Minute
	breakerPause  = 5 * time.Second
)

// note counts an attempt for the circuit breaker. The caller holds the lock.
func (c *courier) note(hook string, a Attempt, s Settings, now time.Time) {
	if a.Status == "circuit broken" || a.Error == errElsewhere.Error() {
		return
	}
	recent := slices.DeleteFunc(c.results[hook], func(r result) bool { return now.Sub(r.at) >= breakerWindow })
	recent = append(recent, result{now, a.Status != "success"})
	c.results[hook] = recent
	failed := 0
	for _, r := range recent {
		if r.failed {
			failed++
		}
	}
	if recent[len(recent)-1].failed && (failed > s.BreakerErrors || len(recent) >= s.BreakerLeast && failed*100 >= s.BreakerPercent*len(recent)) {
		c.broken[hook] = now.Add(breakerPause)
	}
}

// retry says whether and when an attempt is made again.
func (s Settings) retry(a Attempt, now time.Time) (time.Time, bool) {
	switch {
	case a.Status == "timeout":
		return now.Add(time.Duration(s.RetrySeconds) * time.Second), s.RetryTimeouts
	case !slices.Contains(s.RetryStatuses, a.StatusCode):
		return time.Time{}, false
	case a.retryAfter != nil:
		return *a.retryAfter, true
	case s.RetryAfterNeeded && a.StatusCode != http.StatusConflict:
		return time.Time{}, false
	}
	return now.Add(time.Duration(s.RetrySeconds) * time.Second), true
}

// longestRetryAfter is the longest that an endpoint may ask to wait.
const longestRetryAfter = 60

// attempt makes a request, unless there is a reason not to.
func (c *courier) attempt(i *Invocation, number int) Attempt {
	s, now := c.settings(), c.now().UTC()
	a := Attempt{ID: newID(now), InvocationID: i.ID, Request: sent{Headers: []headerLine{}, Payload: i.Body}, Response: sent{Headers: []headerLine{}}}
	if number > 0 && s.RetryID == "new" {
		a.InvocationID = newID(now)
	}
	hook, ok := c.webhook(i.WebhookID)
	c.mu.Lock()
	open := c.broken[i.WebhookID]
	if i.timestamp == "" || s.RetrySignature == "fresh" {
		i.timestamp = now.Format("2006-01-02T15:04:05Z")
	}
	timestamp := i.timestamp
	c.mu.Unlock()
	switch {
	case !ok:
		a.Status, a.Error = "failed", "the webhook is gone"
		return a
	case now.Before(open):
		a.Status, a.Error = "circuit broken", "too many errors in the last five minutes"
		return a
	case len(i.Body) > s.PayloadLimit:
		a.Status, a.Error = "client error", "the payload is larger than "+strconv.Itoa(s.PayloadLimit)+" bytes"
		return a
	}
	header := c.headers(hook, a.InvocationID, timestamp, i.Body)
	c.send(&a, hook, header, i.Body, s)
	return a
}

func (c *courier) headers(hook Webhook, invocation, timestamp, body string) http.Header {
	header := http.Header{}
	for name, value := range hook.CustomHeaders {
		header.Set(name, value)
	}
	if hook.Authentication != nil {
		header.Set(hook.Authentication.header())
	}
	types := map[string]string{"json": "application/json; charset=utf-8", "xml": "application/xml; charset=utf-8", "form_encoded": "application/x-www-form-urlencoded"}
	header.Set("Content-Type", types[hook.RequestFormat])
	header.Set("User-Agent", "Zendesk Webhook")
	header.Set("X-Zendesk-Account-Id", c.accountID)
	if hook.ID != "" {
		header.Set("X-Zendesk-Webhook-Id", hook.ID)
	}
	header.Set("X-Zendesk-Webhook-Invocation-Id", invocation)
	header.Set("X-Zendesk-Webhook-Signature", sign(hook.SigningSecret.Secret, timestamp, body))
	header.Set("X-Zendesk-Webhook-Signature-Timestamp", timestamp)
	return header
}

// send makes the request of an attempt.
func (c *courier) send(a *Attempt, hook Webhook, header http.Header, body string, s Settings) {
	a.Request = sent{lines(header), body}
	ctx, cancel := context.WithTimeout(c.closing, time.Duration(s.WebhookTimeoutMS)*time.Millisecond)
	defer cancel()
	target, err := url.Parse(hook.Endpoint)
	if err == nil {
		_, err = loopback(target.Hostname())
	}
	if err != nil {
		a.Status, a.Error = "failed", err.Error()
		return
	}
	var payload io.Reader = strings.NewReader(body)
	if hook.HTTPMethod == http.MethodGet {
		target.RawQuery, payload = strings.Trim(target.RawQuery+"&"+body, "&"), nil
	}
	req, err := http.NewRequestWithContext(ctx, hook.HTTPMethod, target.String(), payload)
	if err != nil {
		a.Status, a.Error = "failed", err.Error()
		return
	}
	req.Header = header
	res, err := c.client.Do(req)
	if err == nil {
		defer func() { _ = res.Body.Close() }()
		var answer []byte
		answer, err = io.ReadAll(io.LimitReader(res.Body, 64<<10))
		a.Response = sent{lines(res.Header), string(answer)}
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		// Zendesk's log shows its own 504.
		a.Status, a.StatusCode, a.Error = "timeout", http.StatusGatewayTimeout, "the endpoint did not answer in time"
		return
	case err != nil:
		a.Status, a.Error = "failed", err.Error()
		return
	}
	a.StatusCode = res.StatusCode
	switch {
	case res.StatusCode < 300:
		a.Status = "success"
	case res.StatusCode < 400:
		a.Status = "failed"
	case res.StatusCode < 500:
		a.Status = "client error"
	default:
		a.Status = "server error"
	}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds >= 0 && seconds < longestRetryAfter {
		a.retryAfter = new(c.now().UTC().Add(time.Duration(seconds) * time.Second))
	}
}

func lines(h http.Header) []headerLine {
	list := []headerLine{}
	for name, values := range h {
		for _, v := range values {
			list = append(list, headerLine{name, v})
		}
	}
	slices.SortFunc(list, func(a, b headerLine) int { return strings.Compare(a.Key, b.Key) })
	return list
}
