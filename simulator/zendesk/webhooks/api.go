package webhooks

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
	"zendesk-pagerduty/simulator/zendesk/settings"
)

// API is the part of an account's REST API about webhooks.
type API struct {
	Sender   *Sender
	Sessions *rest.Sessions
	Settings func() settings.Settings
	// Callers counts the active triggers that call a webhook.
	Callers func(webhook string) int
}

// Routes are the endpoints. They have no ".json" form: Zendesk's have none
// either.
func (a API) Routes(mux *http.ServeMux) {
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
func (a API) asAdmin(next rest.AgentHandler) http.HandlerFunc {
	return a.Sessions.AsAgent(func(w http.ResponseWriter, r *http.Request, agent directory.User) {
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
	rest.WriteJSON(w, status, map[string]any{"errors": []map[string]string{
		{
			"id":     rest.NewGUID(),
			"code":   code,
			"title":  http.StatusText(status),
			"status": strconv.Itoa(status),
			"detail": detail,
		},
	}})
}

func webhookMissing(w http.ResponseWriter) {
	webhookError(w, http.StatusNotFound, "WebhookNotFound", "Webhook not found")
}

func webhookInvalid(w http.ResponseWriter, err error) {
	webhookError(w, http.StatusBadRequest, "InvalidWebhook", err.Error())
}

func (a API) listWebhooks(w http.ResponseWriter, r *http.Request, _ directory.User) {
	q := r.URL.Query()
	c := a.Sender
	c.mu.Lock()
	list := []Webhook{}
	for _, h := range c.hooks {
		if strings.Contains(strings.ToLower(h.Name), strings.ToLower(q.Get("filter[name_contains]"))) &&
			(q.Get("filter[status]") == "" || q.Get("filter[status]") == h.Status) {
			list = append(list, h.shown())
		}
	}
	c.mu.Unlock()
	answer, err := rest.CursorPage("webhooks", list, a.Sessions.Subdomain, r.URL)
	if err != nil {
		webhookError(w, http.StatusBadRequest, "InvalidPagination", err.Error())
		return
	}
	rest.WriteJSON(w, http.StatusOK, answer)
}

func (a API) createWebhook(w http.ResponseWriter, r *http.Request, agent directory.User) {
	var body struct {
		Webhook *Webhook `json:"webhook"`
	}
	if !rest.ReadJSON(w, r, &body) {
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
	c := a.Sender
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
	rest.WriteJSON(w, http.StatusCreated, map[string]Webhook{"webhook": h.shown()})
}

func (a API) foundWebhook(w http.ResponseWriter, r *http.Request) (Webhook, bool) {
	h, ok := a.Sender.Webhook(r.PathValue("webhook"))
	if !ok {
		webhookMissing(w)
	}
	return h, ok
}

func (a API) showWebhook(w http.ResponseWriter, r *http.Request, _ directory.User) {
	if h, ok := a.foundWebhook(w, r); ok {
		rest.WriteJSON(w, http.StatusOK, map[string]Webhook{"webhook": h.shown()})
	}
}

// replaceWebhook wants all mandatory properties, patchWebhook those that
// change.
func (a API) replaceWebhook(w http.ResponseWriter, r *http.Request, agent directory.User) {
	a.changeWebhook(w, r, agent, func(old Webhook) Webhook {
		return Webhook{Subscriptions: old.Subscriptions, Authentication: old.Authentication}
	})
}

func (a API) patchWebhook(w http.ResponseWriter, r *http.Request, agent directory.User) {
	a.changeWebhook(w, r, agent, func(old Webhook) Webhook { return old })
}

// changeWebhook reads a request over what from makes of the old webhook.
func (a API) changeWebhook(w http.ResponseWriter, r *http.Request, agent directory.User, from func(Webhook) Webhook) {
	old, ok := a.foundWebhook(w, r)
	if !ok {
		return
	}
	var body struct {
		Webhook json.RawMessage `json:"webhook"`
	}
	if !rest.ReadJSON(w, r, &body) {
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
	h.UpdatedAt, h.UpdatedBy = a.Sender.now().UTC().Truncate(time.Second), strconv.FormatInt(agent.ID, 10)
	if err := h.check(); err != nil {
		webhookInvalid(w, err)
		return
	}
	if slices.Contains(old.Subscriptions, forTriggers) != slices.Contains(h.Subscriptions, forTriggers) {
		webhookInvalid(w,
			errors.New("subscriptions: a webhook for triggers cannot become one for events, nor the other way round"))
		return
	}
	c := a.Sender
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

func (a API) deleteWebhook(w http.ResponseWriter, r *http.Request, _ directory.User) {
	h, ok := a.foundWebhook(w, r)
	if !ok {
		return
	}
	if a.Settings().DeleteUsedWebhook == "refused" {
		if n := a.Callers(h.ID); n > 0 {
			webhookError(w, http.StatusBadRequest, "WebhookInUse", fmt.Sprintf("Webhook is used by %d active triggers", n))
			return
		}
	}
	c := a.Sender
	c.mu.Lock()
	c.hooks = slices.DeleteFunc(c.hooks, func(have *Webhook) bool { return have.ID == h.ID })
	c.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (a API) showSecret(w http.ResponseWriter, r *http.Request, _ directory.User) {
	if h, ok := a.foundWebhook(w, r); ok {
		rest.WriteJSON(w, http.StatusOK, map[string]*SigningSecret{"signing_secret": h.SigningSecret})
	}
}

func (a API) resetSecret(w http.ResponseWriter, r *http.Request, _ directory.User) {
	h, ok := a.foundWebhook(w, r)
	if !ok {
		return
	}
	h.SigningSecret = newSecret()
	c := a.Sender
	c.mu.Lock()
	for i, have := range c.hooks {
		if have.ID == h.ID {
			c.hooks[i] = &h
		}
	}
	c.mu.Unlock()
	rest.WriteJSON(w, http.StatusCreated, map[string]*SigningSecret{"signing_secret": h.SigningSecret})
}
