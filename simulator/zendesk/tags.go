package zendesk

import (
	"net/http"
	"slices"
)

func (a api) showTags(w http.ResponseWriter, r *http.Request, _ User) {
	if t, ok := a.found(w, r); ok {
		writeJSON(w, http.StatusOK, map[string][]string{"tags": t.Tags})
	}
}

func (a api) setTags(w http.ResponseWriter, r *http.Request, agent User) {
	a.changeTags(w, r, agent, func(_, named []string) []string { return named })
}

func (a api) addTags(w http.ResponseWriter, r *http.Request, agent User) {
	a.changeTags(w, r, agent, func(have, named []string) []string { return slices.Concat(have, named) })
}

func (a api) removeTags(w http.ResponseWriter, r *http.Request, agent User) {
	a.changeTags(w, r, agent, func(have, named []string) []string {
		return slices.DeleteFunc(have, func(tag string) bool { return slices.Contains(named, tag) })
	})
}

func (a api) changeTags(w http.ResponseWriter, r *http.Request, agent User, combine func(have, named []string) []string) {
	t, ok := a.found(w, r)
	if !ok {
		return
	}
	var body struct {
		Tags []string `json:"tags"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	tags := combine(t.Tags, tidyTags(body.Tags))
	if t, ok := a.save(w, t.ID, agent, change{Tags: &tags}); ok {
		writeJSON(w, http.StatusOK, map[string][]string{"tags": t.Tags})
	}
}
