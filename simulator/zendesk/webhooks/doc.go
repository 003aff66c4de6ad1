// Package webhooks simulates Zendesk's webhooks: a [Sender] that really sends,
// with Zendesk's headers and signature, retries, a circuit breaker and limits of
// size and time; the activity log; and their REST API ([API]).
//
// Each invocation is sent in a goroutine of its own, so that their order is not
// promised. With the setting queue_invocations they wait for a test.
//
// Limitations: requests go to loopback addresses only, redirects are not
// followed, and webhooks for events can be saved and never fire.
package webhooks
