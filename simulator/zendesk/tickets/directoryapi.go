package tickets

import (
	"net/http"
	"strconv"
	"strings"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
)

func (a API) showUser(w http.ResponseWriter, r *http.Request, agent directory.User) {
	name := strings.TrimSuffix(r.PathValue("user"), ".json")
	if name == "me" {
		rest.WriteJSON(w, http.StatusOK, map[string]directory.User{"user": agent})
		return
	}
	id, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		rest.WriteError(w, http.StatusBadRequest, "InvalidValue", "the user's id is no number")
		return
	}
	user, ok := a.Store.User(id)
	if !ok {
		rest.WriteError(w, http.StatusNotFound, "RecordNotFound", "Not found")
		return
	}
	rest.WriteJSON(w, http.StatusOK, map[string]directory.User{"user": user})
}

func (a API) listGroups(w http.ResponseWriter, _ *http.Request, _ directory.User) {
	rest.WriteJSON(w, http.StatusOK, rest.WholeList("groups", a.Store.Directory.Groups))
}

func (a API) listForms(w http.ResponseWriter, _ *http.Request, _ directory.User) {
	type form struct {
		directory.Named
		Active  bool `json:"active"`
		Default bool `json:"default"`
	}
	list := []form{}
	for i, f := range a.Store.Directory.Forms {
		list = append(list, form{f, true, i == 0})
	}
	rest.WriteJSON(w, http.StatusOK, rest.WholeList("ticket_forms", list))
}

func (a API) listBrands(w http.ResponseWriter, _ *http.Request, _ directory.User) {
	rest.WriteJSON(w, http.StatusOK, rest.WholeList("brands", a.Store.Directory.Brands))
}
