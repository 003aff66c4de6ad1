package rules

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
)

// addCategory makes one. The caller holds the lock.
func (r *Rules) addCategory(name string, now time.Time) TriggerCategory {
	c := TriggerCategory{
		ID:        strconv.FormatInt(r.nextRule, 10),
		Name:      name,
		Position:  len(r.categories) + 1,
		CreatedAt: now,
		UpdatedAt: now,
	}
	r.nextRule++
	r.categories = append(r.categories, c)
	return c
}

func (a API) listCategories(w http.ResponseWriter, r *http.Request, _ directory.User) {
	rules := a.Rules
	rules.Mu.Lock()
	list := slices.Clone(rules.categories)
	rules.Mu.Unlock()
	if r.URL.Query().Get("sort") != "position" {
		slices.Reverse(list)
	}
	answer, err := rest.CursorPage("trigger_categories", list, a.Rules.Subdomain, r.URL)
	if err != nil {
		rest.WriteError(w, http.StatusBadRequest, "InvalidValue", err.Error())
		return
	}
	rest.WriteJSON(w, http.StatusOK, answer)
}

func (a API) createCategory(w http.ResponseWriter, r *http.Request, _ directory.User) {
	var body struct {
		Category newCategory `json:"trigger_category"`
	}
	if !rest.ReadJSON(w, r, &body) {
		return
	}
	if strings.TrimSpace(body.Category.Name) == "" {
		rest.Refuse(w, rest.Invalid("name", "Name: cannot be blank"))
		return
	}
	rules := a.Rules
	rules.Mu.Lock()
	c := rules.addCategory(body.Category.Name, rules.Now().UTC().Truncate(time.Second))
	rules.Mu.Unlock()
	rest.WriteJSON(w, http.StatusCreated, map[string]TriggerCategory{"trigger_category": c})
}

func (a API) showCategory(w http.ResponseWriter, r *http.Request, _ directory.User) {
	rules := a.Rules
	rules.Mu.Lock()
	defer rules.Mu.Unlock()
	id := strings.TrimSuffix(r.PathValue("category"), ".json")
	for _, c := range rules.categories {
		if c.ID == id {
			rest.WriteJSON(w, http.StatusOK, map[string]TriggerCategory{"trigger_category": c})
			return
		}
	}
	rest.WriteError(w, http.StatusNotFound, "RecordNotFound", "Not found")
}

func (a API) deleteCategory(w http.ResponseWriter, r *http.Request, _ directory.User) {
	rules := a.Rules
	rules.Mu.Lock()
	defer rules.Mu.Unlock()
	id := strings.TrimSuffix(r.PathValue("category"), ".json")
	at := slices.IndexFunc(rules.categories, func(c TriggerCategory) bool { return c.ID == id })
	switch {
	case at < 0:
		rest.WriteError(w, http.StatusNotFound, "RecordNotFound", "Not found")
	case slices.ContainsFunc(rules.triggers, func(t *Trigger) bool { return t.CategoryID == id }):
		rest.Refuse(w, rest.Invalid("base", "Category: has triggers"))
	default:
		rules.categories = slices.Delete(rules.categories, at, at+1)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (a API) listTargets(w http.ResponseWriter, _ *http.Request, _ directory.User) {
	rest.WriteJSON(w, http.StatusOK, rest.WholeList("targets", a.Rules.targets))
}
