package tickets

import (
	"net/http"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
)

func (a API) showTags(w http.ResponseWriter, r *http.Request, _ directory.User) {
	if t, ok := a.found(w, r); ok {
		rest.WriteJSON(w, http.StatusOK, map[string][]string{"tags": t.Tags})
	}
}

func (a API) setTags(w http.ResponseWriter, r *http.Request, agent directory.User) {
	a.changeTags(w, r, agent, func(named []string) Change { return Change{Tags: &named} })
}

func (a API) addTags(w http.ResponseWriter, r *http.Request, agent directory.User) {
	a.changeTags(w, r, agent, func(named []string) Change { return Change{MoreTags: named} })
}

func (a API) removeTags(w http.ResponseWriter, r *http.Request, agent directory.User) {
	a.changeTags(w, r, agent, func(named []string) Change { return Change{FewerTags: named} })
}

func (a API) changeTags(w http.ResponseWriter, r *http.Request, agent directory.User, how func(named []string) Change) {
	t, ok := a.found(w, r)
	if !ok {
		return
	}
	var body struct {
		Tags []string `json:"tags"` // never nil below, so that no tags can be set
	}
	body.Tags = []string{}
	if !rest.ReadJSON(w, r, &body) {
		return
	}
	if t, ok := a.save(w, t.ID, a.writer(r, agent), how(body.Tags)); ok {
		rest.WriteJSON(w, http.StatusOK, map[string][]string{"tags": t.Tags})
	}
}
