package rules

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
	"zendesk-pagerduty/simulator/zendesk/settings"
)

// API is the part of an account's REST API about triggers, their categories
// and targets.
type API struct {
	Rules    *Rules
	Sessions *rest.Sessions
	Settings func() settings.Settings
}

// Routes are the endpoints.
func (a API) Routes(mux *http.ServeMux) {
	for _, end := range []string{"", ".json"} {
		mux.HandleFunc("GET /api/v2/triggers"+end, a.Sessions.AsAdmin(a.listTriggers))
		mux.HandleFunc("GET /api/v2/triggers/active"+end, a.Sessions.AsAdmin(a.listActiveTriggers))
		mux.HandleFunc("GET /api/v2/triggers/search"+end, a.Sessions.AsAdmin(a.searchTriggers))
		mux.HandleFunc("POST /api/v2/triggers"+end, a.Sessions.AsAdmin(a.createTrigger))
		mux.HandleFunc("PUT /api/v2/triggers/reorder"+end, a.Sessions.AsAdmin(a.reorderTriggers))
		mux.HandleFunc("GET /api/v2/trigger_categories"+end, a.Sessions.AsAdmin(a.listCategories))
		mux.HandleFunc("POST /api/v2/trigger_categories"+end, a.Sessions.AsAdmin(a.createCategory))
		mux.HandleFunc("GET /api/v2/targets"+end, a.Sessions.AsAgent(a.listTargets))
	}
	mux.HandleFunc("GET /api/v2/triggers/{trigger}", a.Sessions.AsAdmin(a.showTrigger))
	mux.HandleFunc("PUT /api/v2/triggers/{trigger}", a.Sessions.AsAdmin(a.updateTrigger))
	mux.HandleFunc("DELETE /api/v2/triggers/{trigger}", a.Sessions.AsAdmin(a.deleteTrigger))
	mux.HandleFunc("GET /api/v2/trigger_categories/{category}", a.Sessions.AsAdmin(a.showCategory))
	mux.HandleFunc("DELETE /api/v2/trigger_categories/{category}", a.Sessions.AsAdmin(a.deleteCategory))
}

func (a API) listTriggers(w http.ResponseWriter, r *http.Request, _ directory.User) {
	q := r.URL.Query()
	a.answerTriggers(w, r, func(t *Trigger) bool {
		return (q.Get("active") == "" || q.Get("active") == strconv.FormatBool(t.Active)) &&
			(q.Get("category_id") == "" || q.Get("category_id") == t.CategoryID)
	})
}

func (a API) listActiveTriggers(w http.ResponseWriter, r *http.Request, _ directory.User) {
	a.answerTriggers(w, r, func(t *Trigger) bool { return t.Active })
}

func (a API) searchTriggers(w http.ResponseWriter, r *http.Request, _ directory.User) {
	q := r.URL.Query()
	a.answerTriggers(w, r, func(t *Trigger) bool {
		return strings.Contains(strings.ToLower(t.Title), strings.ToLower(q.Get("query"))) &&
			(q.Get("active") == "" || q.Get("active") == strconv.FormatBool(t.Active))
	})
}

func (a API) answerTriggers(w http.ResponseWriter, r *http.Request, want func(*Trigger) bool) {
	list := a.Rules.selection(want)
	if rest.Unordered(r.URL) {
		slices.SortFunc(list, func(x, y Trigger) int { return cmp.Compare(y.ID, x.ID) })
	}
	answer, err := rest.Paginate("triggers", list, a.Rules.Subdomain, r.URL)
	if err != nil {
		rest.WriteError(w, http.StatusBadRequest, "InvalidValue", err.Error())
		return
	}
	rest.WriteJSON(w, http.StatusOK, answer)
}

// triggerAt finds the one that the path names. The caller holds the lock.
func (a API) triggerAt(r *http.Request) int {
	id, err := strconv.ParseInt(strings.TrimSuffix(r.PathValue("trigger"), ".json"), 10, 64)
	if err != nil {
		return -1
	}
	return slices.IndexFunc(a.Rules.triggers, func(t *Trigger) bool { return t.ID == id })
}

func (a API) showTrigger(w http.ResponseWriter, r *http.Request, _ directory.User) {
	rules := a.Rules
	rules.Mu.Lock()
	at := a.triggerAt(r)
	var t Trigger
	if at >= 0 {
		t = *rules.triggers[at]
	}
	rules.Mu.Unlock()
	if at < 0 {
		rest.WriteError(w, http.StatusNotFound, "RecordNotFound", "Not found")
		return
	}
	rest.WriteJSON(w, http.StatusOK, map[string]Trigger{"trigger": t})
}

func (a API) createTrigger(w http.ResponseWriter, r *http.Request, _ directory.User) {
	var body struct {
		Trigger triggerChange `json:"trigger"`
	}
	if !rest.ReadJSON(w, r, &body) {
		return
	}
	rules := a.Rules
	rules.Mu.Lock()
	defer rules.Mu.Unlock()
	now := rules.Now().UTC().Truncate(time.Second)
	t := Trigger{ID: rules.nextRule, Active: true, Position: len(rules.triggers) + 1, CreatedAt: now}
	t.URL = fmt.Sprintf("https://%s.zendesk.com/api/v2/triggers/%d.json", a.Rules.Subdomain, t.ID)
	if err := rules.changeTrigger(&t, body.Trigger, now, "refused"); err != nil {
		rest.Refuse(w, err)
		return
	}
	rules.nextRule++
	rules.insert(&t)
	rest.WriteJSON(w, http.StatusCreated, map[string]Trigger{"trigger": t})
}

func (a API) updateTrigger(w http.ResponseWriter, r *http.Request, _ directory.User) {
	var body struct {
		Trigger triggerChange `json:"trigger"`
	}
	if !rest.ReadJSON(w, r, &body) {
		return
	}
	rules := a.Rules
	rules.Mu.Lock()
	defer rules.Mu.Unlock()
	at := a.triggerAt(r)
	if at < 0 {
		rest.WriteError(w, http.StatusNotFound, "RecordNotFound", "Not found")
		return
	}
	t := *rules.triggers[at]
	now := rules.Now().UTC().Truncate(time.Second)
	if err := rules.changeTrigger(&t, body.Trigger, now, rules.Settings().ClearedTrigger); err != nil {
		rest.Refuse(w, err)
		return
	}
	rules.triggers = slices.Delete(rules.triggers, at, at+1)
	rules.insert(&t)
	rest.WriteJSON(w, http.StatusOK, map[string]Trigger{"trigger": t})
}

func (a API) deleteTrigger(w http.ResponseWriter, r *http.Request, _ directory.User) {
	rules := a.Rules
	rules.Mu.Lock()
	defer rules.Mu.Unlock()
	at := a.triggerAt(r)
	if at < 0 {
		rest.WriteError(w, http.StatusNotFound, "RecordNotFound", "Not found")
		return
	}
	rules.triggers = slices.Delete(rules.triggers, at, at+1)
	rules.number()
	w.WriteHeader(http.StatusNoContent)
}

// reorderTriggers puts the named triggers first, in the order given.
func (a API) reorderTriggers(w http.ResponseWriter, r *http.Request, _ directory.User) {
	var body struct {
		IDs []int64 `json:"trigger_ids"`
	}
	if !rest.ReadJSON(w, r, &body) {
		return
	}
	rules := a.Rules
	rules.Mu.Lock()
	remaining := slices.Clone(rules.triggers)
	var first []*Trigger
	for _, id := range body.IDs {
		at := slices.IndexFunc(remaining, func(t *Trigger) bool { return t.ID == id })
		if at < 0 {
			rules.Mu.Unlock()
			rest.Refuse(w, rest.Invalid("base", fmt.Sprintf("no trigger %d", id)))
			return
		}
		first = append(first, remaining[at])
		remaining = slices.Delete(remaining, at, at+1)
	}
	rules.triggers = slices.Concat(first, remaining)
	rules.number()
	rules.Mu.Unlock()
	a.answerTriggers(w, r, func(*Trigger) bool { return true })
}
