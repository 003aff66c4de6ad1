package settings

import (
	"fmt"
	"net/http"
	"slices"
)

// Settings are the simulator's switches, for all accounts. Most are there
// because nobody outside knows what Zendesk does; the first value named is the
// default.
type Settings struct {
	// LightAgent is the answer to what a light agent may not change: "403", or
	// "ignored", which answers 200 and drops it.
	LightAgent string `json:"light_agent"`
	// LightNotes lets light agents add internal notes.
	LightNotes bool `json:"light_notes"`
	// LightRole is what the SDK's currentUser.role says of a light agent.
	LightRole string `json:"light_role"`
	// LockedTags refuses every change of tags by a person with 422.
	LockedTags bool `json:"locked_tags"`
	// UpdateLimit is how many times in ten minutes one user may update one
	// ticket; 0 is no limit.
	UpdateLimit int `json:"update_limit"`
	// RESTVia is the channel of what an app writes by REST: "api" or "web".
	RESTVia string `json:"rest_via"`
	// MergeVia is the channel of the comment that a merge leaves in the
	// target: "web" or "system".
	MergeVia string `json:"merge_via"`

	// Language is the account's, in which placeholders print labels: "en",
	// "de", "fr", "es".
	Language string `json:"language"`
	// PlaceholderEscaping is what a value becomes in a JSON body: "json"
	// (escaped for a JSON string) or "none".
	PlaceholderEscaping string `json:"placeholder_escaping"`
	// URLEncode is the filter url_encode in placeholders: "known", or "unknown",
	// which prints the value unchanged.
	URLEncode string `json:"url_encode"`
	// StatusLabel is printed for {{ticket.status}} in place of the status's own
	// label, as that of a custom status which an admin has named; "" is none.
	StatusLabel string `json:"status_label"`
	// HoldOrder: conditions that compare with the order of "hold" are "refused",
	// as where On-hold is switched off, or "taken".
	HoldOrder string `json:"hold_order"`
	// Links are what {{ticket.link}} leads to: "zendesk" (zendesk.com, as in
	// production) or "here".
	Links string `json:"links"`
	// TriggerCategory of a new trigger is "optional" or "required".
	TriggerCategory string `json:"trigger_category"`
	// ClearedTrigger: an update of a trigger that names conditions or actions,
	// and by that clears what it does not name, is "saved" even if nothing is
	// left of one of them, so that the trigger fires on every update or does
	// nothing; or "refused".
	ClearedTrigger string `json:"cleared_trigger"`
	// DeleteUsedWebhook: the deletion of a webhook that active triggers call
	// is "refused" or "works".
	DeleteUsedWebhook string `json:"delete_used_webhook"`

	// QueueInvocations keeps invocations until a test sends them, in any order.
	QueueInvocations bool `json:"queue_invocations"`
	// Retries is how many times a failed invocation is tried again, RetryStatuses
	// after which answers, RetryTimeouts whether after none.
	Retries       int   `json:"retries"`
	RetryStatuses []int `json:"retry_statuses"`
	RetryTimeouts bool  `json:"retry_timeouts"`
	// RetryAfterNeeded lets 429 and 503 be retried only if the answer has a
	// Retry-After below 60 seconds.
	RetryAfterNeeded bool `json:"retry_after_needed"`
	// RetrySeconds is the time until a retry, by the simulator's clock, unless
	// the answer names one.
	RetrySeconds int `json:"retry_seconds"`
	// LateRetries lets a retry wait until another invocation has been sent.
	LateRetries bool `json:"late_retries"`
	// RetryID: a retry's invocation id in the header is the "same" or "new".
	RetryID string `json:"retry_id"`
	// RetrySignature: a retry has a "fresh" timestamp and signature, or the
	// "same".
	RetrySignature string `json:"retry_signature"`
	// WebhookTimeoutMS is how long an endpoint may take, PayloadLimit how many
	// bytes a body may have.
	WebhookTimeoutMS int `json:"webhook_timeout_ms"`
	PayloadLimit     int `json:"payload_limit"`
	// The circuit breaker pauses a webhook for five seconds after more than
	// BreakerErrors errors in five minutes, or BreakerPercent of at least
	// BreakerLeast requests.
	BreakerErrors  int `json:"breaker_errors"`
	BreakerPercent int `json:"breaker_percent"`
	BreakerLeast   int `json:"breaker_least"`
}

// languages are the accounts' languages in which labels are known.
var languages = []string{"en", "de", "fr", "es"}

// Defaults are the settings that a simulator starts with.
func Defaults() Settings {
	return Settings{
		LightAgent:          "403",
		LightNotes:          true,
		LightRole:           "light agent",
		UpdateLimit:         30,
		RESTVia:             "api",
		MergeVia:            "web",
		Language:            "en",
		PlaceholderEscaping: "json",
		URLEncode:           "known",
		HoldOrder:           "refused",
		Links:               "zendesk",
		TriggerCategory:     "optional",
		ClearedTrigger:      "saved",
		DeleteUsedWebhook:   "refused",
		Retries:             3,
		RetryStatuses:       []int{http.StatusConflict, http.StatusTooManyRequests, http.StatusServiceUnavailable},
		RetryTimeouts:       true,
		RetryAfterNeeded:    true,
		RetrySeconds:        5,
		RetryID:             "same",
		RetrySignature:      "fresh",
		WebhookTimeoutMS:    10_000,
		PayloadLimit:        256 << 10,
		BreakerErrors:       1000,
		BreakerPercent:      70,
		BreakerLeast:        100,
	}
}

func (s Settings) check() error {
	for _, c := range []struct {
		name, got string
		want      []string
	}{
		{"light_agent", s.LightAgent, []string{"403", "ignored"}},
		{"rest_via", s.RESTVia, []string{"api", "web"}},
		{"merge_via", s.MergeVia, []string{"web", "system"}},
		{"language", s.Language, languages},
		{"placeholder_escaping", s.PlaceholderEscaping, []string{"json", "none"}},
		{"url_encode", s.URLEncode, []string{"known", "unknown"}},
		{"hold_order", s.HoldOrder, []string{"refused", "taken"}},
		{"links", s.Links, []string{"zendesk", "here"}},
		{"trigger_category", s.TriggerCategory, []string{"optional", "required"}},
		{"cleared_trigger", s.ClearedTrigger, []string{"saved", "refused"}},
		{"delete_used_webhook", s.DeleteUsedWebhook, []string{"refused", "works"}},
		{"retry_id", s.RetryID, []string{"same", "new"}},
		{"retry_signature", s.RetrySignature, []string{"fresh", "same"}},
	} {
		if !slices.Contains(c.want, c.got) {
			return fmt.Errorf("setting %s is %q: want one of %q", c.name, c.got, c.want)
		}
	}
	for name, n := range map[string]int{
		"update_limit": s.UpdateLimit, "retries": s.Retries, "retry_seconds": s.RetrySeconds, "payload_limit": s.PayloadLimit,
		"breaker_errors": s.BreakerErrors, "breaker_percent": s.BreakerPercent, "breaker_least": s.BreakerLeast,
	} {
		if n < 0 {
			return fmt.Errorf("setting %s is %d: want 0 or more", name, n)
		}
	}
	if s.WebhookTimeoutMS < 1 {
		return fmt.Errorf("setting webhook_timeout_ms is %d: want 1 or more", s.WebhookTimeoutMS)
	}
	return nil
}
