package zendesk

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Target is what webhooks have replaced. HTTP targets have sent nothing since
// 2024-10-28.
type Target struct {
	ID        int64  `json:"id"`
	Title     string `json:"title"`
	Type      string `json:"type"`
	Active    bool   `json:"active"`
	TargetURL string `json:"target_url"`
	Method    string `json:"method"`
}

// ruleAPI is the part of an account's REST API about triggers, their categories
// and targets.
type ruleAPI struct {
	rules    *ruleSet
	sessions *sessions
	settings func() Settings
}

// routes are the endpoints.
func (a ruleAPI) routes(mux *http.ServeMux) {
	for _, end := range []string{"", ".json"} {
		mux.HandleFunc("GET /api/v2/triggers"+end, a.sessions.asAdmin(a.listTriggers))
		mux.HandleFunc("GET /api/v2/triggers/active"+end, a.sessions.asAdmin(a.listActiveTriggers))
		mux.HandleFunc("GET /api/v2/triggers/search"+end, a.sessions.asAdmin(a.searchTriggers))
		mux.HandleFunc("POST /api/v2/triggers"+end, a.sessions.asAdmin(a.createTrigger))
		mux.HandleFunc("PUT /api/v2/triggers/reorder"+end, a.sessions.asAdmin(a.reorderTriggers))
		mux.HandleFunc("GET /api/v2/trigger_categories"+end, a.sessions.asAdmin(a.listCategories))
		mux.HandleFunc("POST /api/v2/trigger_categories"+end, a.sessions.asAdmin(a.createCategory))
		mux.HandleFunc("GET /api/v2/targets"+end, a.sessions.asAgent(a.listTargets))
	}
	mux.HandleFunc("GET /api/v2/triggers/{trigger}", a.sessions.asAdmin(a.showTrigger))
	mux.HandleFunc("PUT /api/v2/triggers/{trigger}", a.sessions.asAdmin(a.updateTrigger))
	mux.HandleFunc("DELETE /api/v2/triggers/{trigger}", a.sessions.asAdmin(a.deleteTrigger))
	mux.HandleFunc("GET /api/v2/trigger_categories/{category}", a.sessions.asAdmin(a.showCategory))
	mux.HandleFunc("DELETE /api/v2/trigger_categories/{category}", a.sessions.asAdmin(a.deleteCategory))
}

// number puts positions right after the list has changed.
func (r *ruleSet) number() {
	for i, t := range r.triggers {
		t.Position = i + 1
	}
}

// selection are copies of some triggers, in their order.
func (r *ruleSet) selection(want func(*Trigger) bool) []Trigger {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []Trigger{}
	for _, t := range r.triggers {
		if want(t) {
			list = append(list, *t)
		}
	}
	return list
}

func (a ruleAPI) listTriggers(w http.ResponseWriter, r *http.Request, _ User) {
	q := r.URL.Query()
	a.answerTriggers(w, r, func(t *Trigger) bool {
		return (q.Get("active") == "" || q.Get("active") == strconv.FormatBool(t.Active)) &&
			(q.Get("category_id") == "" || q.Get("category_id") == t.CategoryID)
	})
}

func (a ruleAPI) listActiveTriggers(w http.ResponseWriter, r *http.Request, _ User) {
	a.answerTriggers(w, r, func(t *Trigger) bool { return t.Active })
}

func (a ruleAPI) searchTriggers(w http.ResponseWriter, r *http.Request, _ User) {
	q := r.URL.Query()
	a.answerTriggers(w, r, func(t *Trigger) bool {
		return strings.Contains(strings.ToLower(t.Title), strings.ToLower(q.Get("query"))) &&
			(q.Get("active") == "" || q.Get("active") == strconv.FormatBool(t.Active))
	})
}

func (a ruleAPI) answerTriggers(w http.ResponseWriter, r *http.Request, want func(*Trigger) bool) {
	list := a.rules.selection(want)
	if unordered(r.URL) {
		slices.SortFunc(list, func(x, y Trigger) int { return cmp.Compare(y.ID, x.ID) })
	}
	answer, err := paginate("triggers", list, a.rules.subdomain, r.URL)
	if err != nil {
		writeError(w, http.StatusBadRequest, "InvalidValue", err.Error())
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

const pageLimit = 100

// unordered says that a list is not asked for by position: pages by cursor are
// in that order only with sort=position; the documented default belongs to pages
// by offset. Here they then begin with the newest.
func unordered(address *url.URL) bool {
	q := address.Query()
	return (q.Has("page[size]") || q.Has("page[after]")) && q.Get("sort") != "position"
}

// paginate is one page of a list, by offset (page, per_page) or, if the request
// has page[size], by cursor.
func paginate[T any](name string, list []T, subdomain string, address *url.URL) (map[string]any, error) {
	q := address.Query()
	if q.Has("page[size]") || q.Has("page[after]") {
		return cursorPage(name, list, subdomain, address)
	}
	page, size, err := offset(q)
	if err != nil {
		return nil, err
	}
	from, to := min((page-1)*size, len(list)), min(page*size, len(list))
	link := func(n int) any {
		q.Set("page", strconv.Itoa(n))
		q.Set("per_page", strconv.Itoa(size))
		return "https://" + subdomain + ".zendesk.com" + address.Path + "?" + q.Encode()
	}
	answer := map[string]any{name: list[from:to], "count": len(list), "next_page": nil, "previous_page": nil}
	if to < len(list) {
		answer["next_page"] = link(page + 1)
	}
	if page > 1 {
		answer["previous_page"] = link(page - 1)
	}
	return answer, nil
}

func offset(q url.Values) (page, size int, err error) {
	page, size = 1, pageLimit
	for name, to := range map[string]*int{"page": &page, "per_page": &size} {
		if q.Get(name) == "" {
			continue
		}
		if *to, err = strconv.Atoi(q.Get(name)); err != nil || *to < 1 {
			return 0, 0, fmt.Errorf("%s: want a number from 1", name)
		}
	}
	return page, min(size, pageLimit), nil
}

// cursorPage is a page by cursor. The cursor here is the number of items that
// came before; Zendesk's is opaque.
func cursorPage[T any](name string, list []T, subdomain string, address *url.URL) (map[string]any, error) {
	q := address.Query()
	size := pageLimit
	if s := q.Get("page[size]"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > pageLimit {
			return nil, fmt.Errorf("page[size]: want 1 to %d", pageLimit)
		}
		size = n
	}
	from := 0
	if after := q.Get("page[after]"); after != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(after, "after-"))
		if err != nil || n < 0 {
			return nil, fmt.Errorf("page[after]: want a cursor of an answer before")
		}
		from = min(n, len(list))
	}
	to := min(from+size, len(list))
	meta := map[string]any{"has_more": to < len(list), "after_cursor": nil, "before_cursor": nil}
	links := map[string]any{"next": nil, "prev": nil}
	if to < len(list) {
		cursor := "after-" + strconv.Itoa(to)
		q.Set("page[after]", cursor)
		q.Set("page[size]", strconv.Itoa(size))
		meta["after_cursor"] = cursor
		links["next"] = "https://" + subdomain + ".zendesk.com" + address.Path + "?" + q.Encode()
	}
	return map[string]any{name: list[from:to], "meta": meta, "links": links}, nil
}

// triggerAt finds the one that the path names. The caller holds the lock.
func (a ruleAPI) triggerAt(r *http.Request) int {
	id, err := strconv.ParseInt(strings.TrimSuffix(r.PathValue("trigger"), ".json"), 10, 64)
	if err != nil {
		return -1
	}
	return slices.IndexFunc(a.rules.triggers, func(t *Trigger) bool { return t.ID == id })
}

func (a ruleAPI) showTrigger(w http.ResponseWriter, r *http.Request, _ User) {
	rules := a.rules
	rules.mu.Lock()
	at := a.triggerAt(r)
	var t Trigger
	if at >= 0 {
		t = *rules.triggers[at]
	}
	rules.mu.Unlock()
	if at < 0 {
		writeError(w, http.StatusNotFound, "RecordNotFound", "Not found")
		return
	}
	writeJSON(w, http.StatusOK, map[string]Trigger{"trigger": t})
}

func (a ruleAPI) createTrigger(w http.ResponseWriter, r *http.Request, _ User) {
	var body struct {
		Trigger triggerChange `json:"trigger"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	rules := a.rules
	rules.mu.Lock()
	defer rules.mu.Unlock()
	now := rules.now().UTC().Truncate(time.Second)
	t := Trigger{ID: rules.nextRule, Active: true, Position: len(rules.triggers) + 1, CreatedAt: now}
	t.URL = fmt.Sprintf("https://%s.zendesk.com/api/v2/triggers/%d.json", a.rules.subdomain, t.ID)
	if err := rules.changeTrigger(&t, body.Trigger, now, "refused"); err != nil {
		refuse(w, err)
		return
	}
	rules.nextRule++
	rules.place(&t)
	writeJSON(w, http.StatusCreated, map[string]Trigger{"trigger": t})
}

// place puts a trigger at its position, and the others around it.
func (r *ruleSet) place(t *Trigger) {
	at := min(max(t.Position-1, 0), len(r.triggers))
	r.triggers = slices.Insert(r.triggers, at, t)
	r.number()
}

func (a ruleAPI) updateTrigger(w http.ResponseWriter, r *http.Request, _ User) {
	var body struct {
		Trigger triggerChange `json:"trigger"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	rules := a.rules
	rules.mu.Lock()
	defer rules.mu.Unlock()
	at := a.triggerAt(r)
	if at < 0 {
		writeError(w, http.StatusNotFound, "RecordNotFound", "Not found")
		return
	}
	t := *rules.triggers[at]
	now := rules.now().UTC().Truncate(time.Second)
	if err := rules.changeTrigger(&t, body.Trigger, now, rules.settings().ClearedTrigger); err != nil {
		refuse(w, err)
		return
	}
	rules.triggers = slices.Delete(rules.triggers, at, at+1)
	rules.place(&t)
	writeJSON(w, http.StatusOK, map[string]Trigger{"trigger": t})
}

// changeTrigger alters t, or says why not; empty is what happens to one that is
// left without conditions or actions, see [Settings.ClearedTrigger]. The caller
// holds the lock.
func (r *ruleSet) changeTrigger(t *Trigger, c triggerChange, now time.Time, empty string) error {
	if c.Title != nil {
		t.Title, t.RawTitle = *c.Title, *c.Title
	}
	if strings.TrimSpace(t.Title) == "" {
		return invalidField{"title", "Title: cannot be blank"}
	}
	if c.Description != nil {
		t.Description = c.Description
	}
	if c.Active != nil {
		t.Active = *c.Active
	}
	if c.Position != nil {
		t.Position = *c.Position
	}
	if c.Conditions != nil || c.Actions != nil {
		// "Update Ticket Trigger": updating a condition or action updates both
		// arrays, clearing all existing values of both.
		t.Conditions, t.Actions = Conditions{}, []Action{}
	}
	if c.Conditions != nil {
		t.Conditions = *c.Conditions
	}
	if c.Actions != nil {
		t.Actions = *c.Actions
	}
	if t.Conditions.All == nil {
		t.Conditions.All = []Condition{}
	}
	if t.Conditions.Any == nil {
		t.Conditions.Any = []Condition{}
	}
	if empty == "refused" && len(t.Conditions.All)+len(t.Conditions.Any) == 0 {
		return invalidField{"base", "You must select at least one condition"}
	}
	if empty == "refused" && len(t.Actions) == 0 {
		return invalidField{"base", "You must select at least one action"}
	}
	for _, condition := range slices.Concat(t.Conditions.All, t.Conditions.Any) {
		if err := r.checkCondition(condition); err != nil {
			return err
		}
	}
	for _, action := range t.Actions {
		if err := r.checkAction(action, r.sender.forTriggers); err != nil {
			return err
		}
	}
	t.UpdatedAt = now
	return r.categorise(t, c, now)
}

// categorise comes last, since it can make a category.
func (r *ruleSet) categorise(t *Trigger, c triggerChange, now time.Time) error {
	switch {
	case c.Category != nil && strings.TrimSpace(c.Category.Name) != "":
		t.CategoryID = r.addCategory(c.Category.Name, now).ID
	case c.CategoryID != nil:
		if !slices.ContainsFunc(r.categories, func(have TriggerCategory) bool { return have.ID == *c.CategoryID }) {
			return invalidField{"category_id", "Category: is invalid"}
		}
		t.CategoryID = *c.CategoryID
	case t.CategoryID == "" && r.settings().TriggerCategory == "required":
		return invalidField{"category_id", "Category: cannot be blank"}
	case t.CategoryID == "":
		t.CategoryID = r.categories[0].ID
	}
	return nil
}

func (a ruleAPI) deleteTrigger(w http.ResponseWriter, r *http.Request, _ User) {
	rules := a.rules
	rules.mu.Lock()
	defer rules.mu.Unlock()
	at := a.triggerAt(r)
	if at < 0 {
		writeError(w, http.StatusNotFound, "RecordNotFound", "Not found")
		return
	}
	rules.triggers = slices.Delete(rules.triggers, at, at+1)
	rules.number()
	w.WriteHeader(http.StatusNoContent)
}

// reorderTriggers puts the named triggers first, in the order given.
func (a ruleAPI) reorderTriggers(w http.ResponseWriter, r *http.Request, _ User) {
	var body struct {
		IDs []int64 `json:"trigger_ids"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	rules := a.rules
	rules.mu.Lock()
	rest := slices.Clone(rules.triggers)
	var first []*Trigger
	for _, id := range body.IDs {
		at := slices.IndexFunc(rest, func(t *Trigger) bool { return t.ID == id })
		if at < 0 {
			rules.mu.Unlock()
			refuse(w, invalidField{"base", fmt.Sprintf("no trigger %d", id)})
			return
		}
		first = append(first, rest[at])
		rest = slices.Delete(rest, at, at+1)
	}
	rules.triggers = slices.Concat(first, rest)
	rules.number()
	rules.mu.Unlock()
	a.answerTriggers(w, r, func(*Trigger) bool { return true })
}

// addCategory makes one. The caller holds the lock.
func (r *ruleSet) addCategory(name string, now time.Time) TriggerCategory {
	c := TriggerCategory{ID: strconv.FormatInt(r.nextRule, 10), Name: name, Position: len(r.categories) + 1, CreatedAt: now, UpdatedAt: now}
	r.nextRule++
	r.categories = append(r.categories, c)
	return c
}

func (a ruleAPI) listCategories(w http.ResponseWriter, r *http.Request, _ User) {
	rules := a.rules
	rules.mu.Lock()
	list := slices.Clone(rules.categories)
	rules.mu.Unlock()
	if r.URL.Query().Get("sort") != "position" {
		slices.Reverse(list)
	}
	answer, err := cursorPage("trigger_categories", list, a.rules.subdomain, r.URL)
	if err != nil {
		writeError(w, http.StatusBadRequest, "InvalidValue", err.Error())
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

func (a ruleAPI) createCategory(w http.ResponseWriter, r *http.Request, _ User) {
	var body struct {
		Category newCategory `json:"trigger_category"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	if strings.TrimSpace(body.Category.Name) == "" {
		refuse(w, invalidField{"name", "Name: cannot be blank"})
		return
	}
	rules := a.rules
	rules.mu.Lock()
	c := rules.addCategory(body.Category.Name, rules.now().UTC().Truncate(time.Second))
	rules.mu.Unlock()
	writeJSON(w, http.StatusCreated, map[string]TriggerCategory{"trigger_category": c})
}

func (a ruleAPI) showCategory(w http.ResponseWriter, r *http.Request, _ User) {
	rules := a.rules
	rules.mu.Lock()
	defer rules.mu.Unlock()
	id := strings.TrimSuffix(r.PathValue("category"), ".json")
	for _, c := range rules.categories {
		if c.ID == id {
			writeJSON(w, http.StatusOK, map[string]TriggerCategory{"trigger_category": c})
			return
		}
	}
	writeError(w, http.StatusNotFound, "RecordNotFound", "Not found")
}

func (a ruleAPI) deleteCategory(w http.ResponseWriter, r *http.Request, _ User) {
	rules := a.rules
	rules.mu.Lock()
	defer rules.mu.Unlock()
	id := strings.TrimSuffix(r.PathValue("category"), ".json")
	at := slices.IndexFunc(rules.categories, func(c TriggerCategory) bool { return c.ID == id })
	switch {
	case at < 0:
		writeError(w, http.StatusNotFound, "RecordNotFound", "Not found")
	case slices.ContainsFunc(rules.triggers, func(t *Trigger) bool { return t.CategoryID == id }):
		refuse(w, invalidField{"base", "Category: has triggers"})
	default:
		rules.categories = slices.Delete(rules.categories, at, at+1)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (a ruleAPI) listTargets(w http.ResponseWriter, _ *http.Request, _ User) {
	writeJSON(w, http.StatusOK, page("targets", a.rules.targets))
}
