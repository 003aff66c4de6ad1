package webhooks

import (
	"net/url"
	"slices"
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
	failedAt  int    // the sender's count of ended invocations then
}

// Attempt is one request of an invocation, or the reason why there was none.
type Attempt struct {
	ID           string `json:"id"`
	InvocationID string `json:"invocation_id"` // as it was sent
	// Status is "success", "client error", "server error", "timeout", "failed"
	// or "circuit broken".
	Status      string     `json:"status"`
	StatusCode  int        `json:"status_code"` // 0 without an answer
	CompletedAt time.Time  `json:"completed_at"`
	Request     Message    `json:"request"`
	Response    Message    `json:"response"`
	Error       string     `json:"error_message"`
	retryAfter  *time.Time // what the answer asked for
}

// Message is a message as the activity log shows it.
type Message struct {
	Headers []HeaderLine `json:"headers"`
	Payload string       `json:"payload"`
}

// HeaderLine is one header of a request or an answer.
type HeaderLine struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// AddFormValue adds to the body of a webhook whose format is a form.
func (i *Invocation) AddFormValue(name, value string) { i.form.Add(name, value) }

// NewInvocation is a call of a webhook that a trigger makes for a ticket.
// Nothing is sent before [Sender.Enqueue].
func NewInvocation(webhook string, ticket, trigger int64, now time.Time) *Invocation {
	return &Invocation{
		ID:        newID(now),
		WebhookID: webhook,
		TicketID:  ticket,
		TriggerID: trigger,
		CreatedAt: now.UTC(),
		Status:    "accepted",
		Attempts:  []Attempt{},
		form:      url.Values{},
	}
}

// clone shares nothing that the sender still changes.
func (i *Invocation) clone() Invocation {
	c := *i
	c.Attempts = slices.Clone(i.Attempts)
	return c
}
