package webhooks

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
)

func (a API) listInvocations(w http.ResponseWriter, r *http.Request, _ directory.User) {
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
	all := a.Sender.Invocations(func(i *Invocation) bool {
		return i.WebhookID == h.ID && (status == "" || status == i.Status)
	})
	slices.Reverse(all)
	for _, i := range all {
		s := shown{
			ID:            i.ID,
			WebhookID:     i.WebhookID,
			Status:        i.Status,
			CreatedAt:     i.CreatedAt,
			AttemptsCount: len(i.Attempts),
			EventType:     forTriggers,
		}
		if n := len(i.Attempts); n > 0 {
			s.LatestCompletedAt, s.StatusCode = i.Attempts[n-1].CompletedAt, code(i.Attempts[n-1])
		}
		list = append(list, s)
	}
	answer, err := rest.CursorPage("invocations", list, a.Sessions.Subdomain, r.URL)
	if err != nil {
		webhookError(w, http.StatusBadRequest, "InvalidPagination", err.Error())
		return
	}
	rest.WriteJSON(w, http.StatusOK, answer)
}

// code is a status code as the activity log spells it.
func code(a Attempt) string {
	if a.StatusCode == 0 {
		return ""
	}
	return strconv.Itoa(a.StatusCode)
}

func (a API) listAttempts(w http.ResponseWriter, r *http.Request, _ directory.User) {
	h, ok := a.foundWebhook(w, r)
	if !ok {
		return
	}
	type shown struct {
		Attempt
		StatusCode string `json:"status_code"`
	}
	found := a.Sender.Invocations(func(i *Invocation) bool {
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
	rest.WriteJSON(w, http.StatusOK, map[string]any{"attempts": list})
}
