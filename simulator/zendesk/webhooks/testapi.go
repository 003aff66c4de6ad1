package webhooks

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
)

// testWebhook sends one request and tells what came back. It is not in the
// activity log. A webhook is named by ?webhook_id= or in the body; the members
// of "request" go before the webhook's own.
func (a API) testWebhook(w http.ResponseWriter, r *http.Request, _ directory.User) {
	type request struct {
		Webhook
		Payload    string       `json:"payload"`
		Headers    []HeaderLine `json:"headers"`
		Parameters []HeaderLine `json:"parameters"`
	}
	var body struct {
		WebhookID string          `json:"webhook_id"`
		Request   json.RawMessage `json:"request"`
		Other     json.RawMessage `json:"webhook"` // the name that generated clients use
	}
	if !rest.ReadJSON(w, r, &body) {
		return
	}
	h := request{
		Webhook: Webhook{
			Name:          "test",
			Status:        "active",
			HTTPMethod:    "POST",
			RequestFormat: "json",
			SigningSecret: &SigningSecret{"SHA256", testSecret},
		},
	}
	if id := r.URL.Query().Get("webhook_id") + body.WebhookID; id != "" {
		saved, ok := a.Sender.Webhook(id)
		if !ok {
			webhookMissing(w)
			return
		}
		secret := saved.SigningSecret
		h.Webhook = saved
		h.Subscriptions, h.CustomHeaders, h.Authentication = nil, maps.Clone(saved.CustomHeaders), nil
		if saved.Authentication != nil {
			h.Authentication = &Authentication{
				saved.Authentication.Type, maps.Clone(saved.Authentication.Data), saved.Authentication.AddPosition,
			}
		}
		h.SigningSecret = &SigningSecret{secret.Algorithm, secret.Secret}
	}
	for _, part := range []json.RawMessage{body.Other, body.Request} {
		if len(part) == 0 {
			continue
		}
		if err := json.Unmarshal(part, &h); err != nil {
			webhookInvalid(w, err)
			return
		}
	}
	if err := h.check(); err != nil {
		webhookInvalid(w, err)
		return
	}
	c := a.Sender
	now := c.now().UTC()
	header := c.headers(h.Webhook, newID(now), now.Format("2006-01-02T15:04:05Z"), h.Payload)
	for _, line := range h.Headers {
		header.Set(line.Key, line.Value)
	}
	if len(h.Parameters) > 0 {
		values := url.Values{}
		for _, p := range h.Parameters {
			values.Add(p.Key, p.Value)
		}
		if h.HTTPMethod == http.MethodGet {
			h.Payload = values.Encode()
		}
	}
	var attempt Attempt
	c.send(&attempt, h.Webhook, header, h.Payload, a.Settings())
	switch {
	case attempt.Error == errElsewhere.Error():
		webhookInvalid(w, errElsewhere)
		return
	case attempt.StatusCode == 0:
		attempt.StatusCode = http.StatusBadGateway
	}
	if attempt.Response.Headers == nil {
		attempt.Response.Headers = []HeaderLine{}
	}
	rest.WriteJSON(w, http.StatusOK, map[string]any{"response": map[string]any{
		"status": attempt.StatusCode, "headers": attempt.Response.Headers, "payload": attempt.Response.Payload,
	}})
}
