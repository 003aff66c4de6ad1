package zendesk

import "net/http"

func (a ticketAPI) showTags(w http.ResponseWriter, r *http.Request, _ User) {
	if t, ok := a.found(w, r); ok {
		writeJSON(w, http.StatusOK, map[string][]string{"tags": t.Tags})
	}
}

func (a ticketAPI) setTags(w http.ResponseWriter, r *http.Request, agent User) {
	a.changeTags(w, r, agent, func(named []string) change { return change{Tags: &named} })
}

func (a ticketAPI) addTags(w http.ResponseWriter, r *http.Request, agent User) {
	a.changeTags(w, r, agent, func(named []string) change { return change{MoreTags: named} })
}

func (a ticketAPI) removeTags(w http.ResponseWriter, r *http.Request, agent User) {
	a.changeTags(w, r, agent, func(named []string) change { return change{FewerTags: named} })
}

func (a ticketAPI) changeTags(w http.ResponseWriter, r *http.Request, agent User, how func(named []string) change) {
	t, ok := a.found(w, r)
	if !ok {
		return
	}
	var body struct {
		Tags []string `json:"tags"` // never nil below, so that no tags can be set
	}
	body.Tags = []string{}
	if !readJSON(w, r, &body) {
		return
	}
	if t, ok := a.save(w, t.ID, a.writer(r, agent), how(body.Tags)); ok {
		writeJSON(w, http.StatusOK, map[string][]string{"tags": t.Tags})
	}
}
