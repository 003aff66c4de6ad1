package zendesk

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// webhookAPI is the part of an account's REST API about webhooks.
type webhookAPI struct {
	sender   *courier
	sessions *sessions
	settings func() Settings
	// callers counts the active triggers that call a webhook.
	callers func(webhook string) int
}

// routes are the endpoints. They have no ".json" form: Zendesk's have none
// either.
func (a webhookAPI) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/v2/webhooks", a.asAdmin(a.listWebhooks))
	mux.HandleFunc("POST /api/v2/webhooks", a.asAdmin(a.createWebhook))
	mux.HandleFunc("POST /api/v2/webhooks/test", a.asAdmin(a.testWebhook))
	mux.HandleFunc("GET /api/v2/webhooks/{webhook}", a.asAdmin(a.showWebhook))
	mux.HandleFunc("PUT /api/v2/webhooks/{webhook}", a.asAdmin(a.replaceWebhook))
	mux.HandleFunc("PATCH /api/v2/webhooks/{webhook}", a.asAdmin(a.patchWebhook))
	mux.HandleFunc("DELETE /api/v2/webhooks/{webhook}", a.asAdmin(a.deleteWebhook))
	mux.HandleFunc("GET /api/v2/webhooks/{webhook}/signing_secret", a.asAdmin(a.showSecret))
	mux.HandleFunc("POST /api/v2/webhooks/{webhook}/signing_secret", a.asAdmin(a.resetSecret))
	mux.HandleFunc("GET /api/v2/webhooks/{webhook}/invocations", a.asAdmin(a.listInvocations))
	mux.HandleFunc("GET /api/v2/webhooks/{webhook}/invocations/{invocation}/attempts", a.asAdmin(a.listAttempts))
}

// asAdmin refuses agents in the way of the webhooks API.
func (a webhookAPI) asAdmin(next agentHandler) http.HandlerFunc {
	return a.sessions.asAgent(func(w http.ResponseWriter, r *http.Request, agent User) {
		if !agent.Admin() {
			webhookError(w, http.StatusForbidden, "Forbidden", "You are not allowed to perform this action")
			return
		}
		next(w, r, agent)
	})
}

// webhookError answers as the webhooks API does, unlike the rest of the REST
// API: with a list of errors.
func webhookError(w http.ResponseWriter, status int, code, detail string) {
	writeJSON(w, status, map[string]any{"errors": []map[string]string{
		{"id": newGUID(), "code": code, "title": http.StatusText(status), "status": strconv.Itoa(status), "detail": detail},
	}})
}

func webhookMissing(w http.ResponseWriter) {
	webhookError(w, http.StatusNotFound, "WebhookNotFound", "Webhook not found")
}

func webhookInvalid(w http.ResponseWriter, err error) {
	webhookError(w, http.StatusBadRequest, "InvalidWebhook", err.Error())
}

func (a webhookAPI) listWebhooks(w http.ResponseWriter, r *http.Request, _ User) {
	q := r.URL.Query()
	c := a.sender
	c.mu.Lock()
	list := []Webhook{}
	for _, h := range c.hooks {
		if strings.Contains(strings.ToLower(h.Name), strings.ToLower(q.Get("filter[name_contains]"))) &&
			(q.Get("filter[status]") == "" || q.Get("filter[status]") == h.Status) {
			list = append(list, h.shown())
		}
	}
	c.mu.Unlock()
	answer, err := cursorPage("webhooks", list, a.sessions.subdomain, r.URL)
	if err != nil {
		webhookError(w, http.StatusBadRequest, "InvalidPagination", err.Error())
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

func (a webhookAPI) createWebhook(w http.ResponseWriter, r *http.Request, agent User) {
	var body struct {
		Webhook *Webhook `json:"webhook"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	if body.Webhook == nil {
		webhookInvalid(w, errors.New("webhook is missing"))
		return
	}
	h := *body.Webhook
	if err := h.check(); err != nil {
		webhookInvalid(w, err)
		return
	}
	c := a.sender
	now, by := c.now().UTC().Truncate(time.Second), strconv.FormatInt(agent.ID, 10)
	h.ID, h.CreatedAt, h.CreatedBy, h.UpdatedAt, h.UpdatedBy = newID(c.now()), now, by, now, by
	if h.Subscriptions == nil {
		h.Subscriptions = []string{}
	}
	if h.SigningSecret == nil || h.SigningSecret.Secret == "" {
		h.SigningSecret = newSecret()
	}
	c.mu.Lock()
	c.hooks = append(c.hooks, &h)
	c.mu.Unlock()
	writeJSON(w, http.StatusCreated, map[string]Webhook{"webhook": h.shown()})
}

func (a webhookAPI) foundWebhook(w http.ResponseWriter, r *http.Request) (Webhook, bool) {
	h, ok := a.sender.webhook(r.PathValue("webhook"))
	if !ok {
		webhookMissing(w)
	}
	return h, ok
}

func (a webhookAPI) showWebhook(w http.ResponseWriter, r *http.Request, _ User) {
	if h, ok := a.foundWebhook(w, r); ok {
		writeJSON(w, http.StatusOK, map[string]Webhook{"webhook": h.shown()})
	}
}

// replaceWebhook wants all mandatory properties, patchWebhook those that
// change.
func (a webhookAPI) replaceWebhook(w http.ResponseWriter, r *http.Request, agent User) {
	a.changeWebhook(w, r, agent, func(old Webhook) Webhook {
		return Webhook{Subscriptions: old.Subscriptions, Authentication: old.Authentication}
	})
}

func (a webhookAPI) patchWebhook(w http.ResponseWriter, r *http.Request, agent User) {
	a.changeWebhook(w, r, agent, func(old Webhook) Webhook { return old })
}

// changeWebhook reads a request over what from makes of the old webhook.
func (a webhookAPI) changeWebhook(w http.ResponseWriter, r *http.Request, agent User, from func(Webhook) Webhook) {
	old, ok := a.foundWebhook(w, r)
	if !ok {
		return
	}
	var body struct {
		Webhook json.RawMessage `json:"webhook"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	h := from(old)
	h.Subscriptions = slices.Clone(h.Subscriptions)
	h.CustomHeaders = maps.Clone(h.CustomHeaders)
	if a := h.Authentication; a != nil {
		h.Authentication = &Authentication{a.Type, maps.Clone(a.Data), a.AddPosition}
	}
	if err := json.Unmarshal(body.Webhook, &h); err != nil {
		webhookInvalid(w, err)
		return
	}
	h.ID, h.CreatedAt, h.CreatedBy, h.SigningSecret = old.ID, old.CreatedAt, old.CreatedBy, old.SigningSecret
	h.UpdatedAt, h.UpdatedBy = a.sender.now().UTC().Truncate(time.Second), strconv.FormatInt(agent.ID, 10)
	if err := h.check(); err != nil {
		webhookInvalid(w, err)
		return
	}
	if slices.Contains(old.Subscriptions, forTriggers) != slices.Contains(h.Subscriptions, forTriggers) {
		webhookInvalid(w, errors.New("subscriptions: a webhook for triggers cannot become one for events, nor the other way round"))
		return
	}
	c := a.sender
	c.mu.Lock()
	at := slices.IndexFunc(c.hooks, func(have *Webhook) bool { return have.ID == h.ID })
	if at >= 0 {
		c.hooks[at] = &h
	}
	c.mu.Unlock()
	if at < 0 {
		webhookMissing(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (a webhookAPI) deleteWebhook(w http.ResponseWriter, r *http.Request, _ User) {
	h, ok := a.foundWebhook(w, r)
	if !ok {
		return
	}
	if a.settings().DeleteUsedWebhook == "refused" {
		if n := a.callers(h.ID); n > 0 {
			webhookError(w, http.StatusBadRequest, "WebhookInUse", fmt.Sprintf("Webhook is used by %d active triggers", n))
			return
		}
	}
	c := a.sender
	c.mu.Lock()
	c.hooks = slices.DeleteFunc(c.hooks, func(have *Webhook) bool { return have.ID == h.ID })
	c.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (a webhookAPI) showSecret(w http.ResponseWriter, r *http.Request, _ User) {
	if h, ok := a.foundWebhook(w, r); ok {
		writeJSON(w, http.StatusOK, map[string]*SigningSecret{"signing_secret": h.SigningSecret})
	}
}

func (a webhookAPI) resetSecret(w http.ResponseWriter, r *http.Request, _ User) {
	h, ok := a.foundWebhook(w, r)
	if !ok {
		return
	}
	h.SigningSecret = newSecret()
	c := a.sender
	c.mu.Lock()
	for i, have := range c.hooks {
		if have.ID == h.ID {
			c.hooks[i] = &h
		}
	}
	c.mu.Unlock()
	writeJSON(w, http.StatusCreated, map[string]*SigningSecret{"signing_secret": h.SigningSecret})
}

// testWebhook sends one request and tells what came back. It is not in the
// activity log. A webhook is named by ?webhook_id= or in the body; the members
// of "request" go before the webhook's own.
func (a webhookAPI) testWebhook(w http.ResponseWriter, r *http.Request, _ User) {
	type request struct {
		Webhook
		Payload    string       `json:"payload"`
		Headers    []headerLine `json:"headers"`
		Parameters []headerLine `json:"parameters"`
	}
	var body struct {
		WebhookID string          `json:"webhook_id"`
		Request   json.RawMessage `json:"request"`
		Other     json.RawMessage `json:"webhook"` // the name that generated clients use
	}
	if !readJSON(w, r, &body) {
		return
	}
	h := request{Webhook: Webhook{Name: "test", Status: "active", HTTPMethod: "POST", RequestFormat: "json", SigningSecret: &SigningSecret{"SHA256", testSecret}}}
	if id := r.URL.Query().Get("webhook_id") + body.WebhookID; id != "" {
		saved, ok := a.sender.webhook(id)
		if !ok {
			webhookMissing(w)
			return
		}
		secret := saved.SigningSecret
		h.Webhook = saved
		h.Subscriptions, h.CustomHeaders, h.Authentication = nil, maps.Clone(saved.CustomHeaders), nil
		if saved.Authentication != nil {
			h.Authentication = &Authentication{saved.Authentication.Type, maps.Clone(saved.Authentication.Data), saved.Authentication.AddPosition}
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
	c := a.sender
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
	c.send(&attempt, h.Webhook, header, h.Payload, a.settings())
	switch {
	case attempt.Error == errElsewhere.Error():
		webhookInvalid(w, errElsewhere)
		return
	case attempt.StatusCode == 0:
		attempt.StatusCode = http.StatusBadGateway
	}
	if attempt.Response.Headers == nil {
		attempt.Response.Headers = []headerLine{}
	}
	writeJSON(w, http.StatusOK, map[string]any{"response": map[string]any{
		"status": attempt.StatusCode, "headers": attempt.Response.Headers, "payload": attempt.Response.Payload,
	}})
}

func (a webhookAPI) listInvocations(w http.ResponseWriter, r *http.Request, _ User) {
	h, ok := a.foundWebhook(w, r)
	if !ok {
		return
	}
	type shown struct {
		ID                string    `json:"id"`
		WebhookID         string    `json:"webhook_id"`
		Status            string    `json:"status"`
		StatusCode        string    `json:"status_code"`
		CreatedAt         time.Time `json:"created_at"`
		LatestCompletedAt any       `json:"latest_completed_at"`
		AttemptsCount     int       `json:"attempts_count"`
		EventType         string    `json:"event_type"`
	}
	list := []shown{}
	status := r.URL.Query().Get("filter[status]")
	all := a.sender.invocations(func(i *Invocation) bool {
		return i.WebhookID == h.ID && (status == "" || status == i.Status)
	})
	slices.Reverse(all)
	for _, i := range all {
		s := shown{ID: i.ID, WebhookID: i.WebhookID, Status: i.Status, CreatedAt: i.CreatedAt, AttemptsCount: len(i.Attempts), EventType: forTriggers}
		if n := len(i.Attempts); n > 0 {
			s.LatestCompletedAt, s.StatusCode = i.Attempts[n-1].CompletedAt, code(i.Attempts[n-1])
		}
		list = append(list, s)
	}
	answer, err := cursorPage("invocations", list, a.sessions.subdomain, r.URL)
	if err != nil {
		webhookError(w, http.StatusBadRequest, "InvalidPagination", err.Error())
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// code is a status code as the activity log spells it.
func code(a Attempt) string {
	if a.StatusCode == 0 {
		return ""
	}
	return strconv.Itoa(a.StatusCode)
}

func (a webhookAPI) listAttempts(w http.ResponseWriter, r *http.Request, _ User) {
	h, ok := a.foundWebhook(w, r)
	if !ok {
		return
	}
	type shown struct {
		Attempt
		StatusCode string `json:"status_code"`
	}
	found := a.sender.invocations(func(i *Invocation) bool {
		return i.WebhookID == h.ID && i.ID == r.PathValue("invocation")
	})
	if len(found) == 0 {
		webhookError(w, http.StatusNotFound, "InvocationNotFound", "Invocation not found")
		return
	}
	list := []shown{}
	for _, attempt := range found[0].Attempts {
		list = append(list, shown{attempt, code(attempt)})
	}
	writeJSON(w, http.StatusOK, map[string]any{"attempts": list})
}
