package tickets

import (
	"html"
	"net/http"
	"strconv"
	"strings"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
	"zendesk-pagerduty/simulator/zendesk/settings"
)

// API is the part of an account's REST API about tickets and what they
// belong to.
type API struct {
	Store    *Store
	Sessions *rest.Sessions
	Settings func() settings.Settings
}

// Routes are the endpoints.
func (a API) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/v2/users/{user}", a.Sessions.AsAgent(a.showUser))
	mux.HandleFunc("GET /api/v2/tickets", a.Sessions.AsAgent(a.listTickets))
	mux.HandleFunc("GET /api/v2/tickets.json", a.Sessions.AsAgent(a.listTickets))
	mux.HandleFunc("POST /api/v2/tickets", a.Sessions.AsAgent(a.createTicket))
	mux.HandleFunc("POST /api/v2/tickets.json", a.Sessions.AsAgent(a.createTicket))
	mux.HandleFunc("GET /api/v2/tickets/{id}", a.Sessions.AsAgent(a.showTicket))
	mux.HandleFunc("PUT /api/v2/tickets/{id}", a.Sessions.AsAgent(a.updateTicket))
	mux.HandleFunc("GET /api/v2/tickets/{id}/comments", a.Sessions.AsAgent(a.listComments))
	mux.HandleFunc("GET /api/v2/tickets/{id}/comments.json", a.Sessions.AsAgent(a.listComments))
	for _, path := range []string{"/api/v2/tickets/{id}/tags", "/api/v2/tickets/{id}/tags.json"} {
		mux.HandleFunc("GET "+path, a.Sessions.AsAgent(a.showTags))
		mux.HandleFunc("POST "+path, a.Sessions.AsAgent(a.setTags))
		mux.HandleFunc("PUT "+path, a.Sessions.AsAgent(a.addTags))
		mux.HandleFunc("DELETE "+path, a.Sessions.AsAgent(a.removeTags))
	}
	for _, end := range []string{"", ".json"} {
		mux.HandleFunc("POST /api/v2/tickets/{id}/merge"+end, a.Sessions.AsAgent(a.mergeTickets))
		mux.HandleFunc("PUT /api/v2/tickets/update_many"+end, a.Sessions.AsAgent(a.updateMany))
		mux.HandleFunc("GET /api/v2/groups"+end, a.Sessions.AsAgent(a.listGroups))
		mux.HandleFunc("GET /api/v2/ticket_forms"+end, a.Sessions.AsAgent(a.listForms))
		mux.HandleFunc("GET /api/v2/brands"+end, a.Sessions.AsAgent(a.listBrands))
	}
	mux.HandleFunc("GET /api/v2/job_statuses/{job}", a.Sessions.AsAgent(a.showJob))
}

func (a API) listTickets(w http.ResponseWriter, _ *http.Request, _ directory.User) {
	list := a.Store.All()
	rest.WriteJSON(w, http.StatusOK, rest.WholeList("tickets", list))
}

// found looks up the ticket that the path names, or answers that there is none.
func (a API) found(w http.ResponseWriter, r *http.Request) (Ticket, bool) {
	id, err := strconv.ParseInt(strings.TrimSuffix(r.PathValue("id"), ".json"), 10, 64)
	if err != nil {
		rest.WriteError(w, http.StatusBadRequest, "InvalidValue", "the ticket's id is no number")
		return Ticket{}, false
	}
	t, ok := a.Store.Ticket(id)
	if !ok {
		rest.WriteError(w, http.StatusNotFound, "RecordNotFound", "Not found")
	}
	return t, ok
}

func (a API) showTicket(w http.ResponseWriter, r *http.Request, _ directory.User) {
	if t, ok := a.found(w, r); ok {
		rest.WriteJSON(w, http.StatusOK, map[string]Ticket{"ticket": t})
	}
}

func (a API) listComments(w http.ResponseWriter, r *http.Request, _ directory.User) {
	t, ok := a.found(w, r)
	if !ok {
		return
	}
	type shown struct {
		Comment
		Type      string `json:"type"`
		HTMLBody  string `json:"html_body"`
		PlainBody string `json:"plain_body"`
	}
	list := []shown{}
	for _, c := range t.Comments {
		list = append(list, shown{
			c, "Comment", `<div class="zd-comment" dir="auto">` + html.EscapeString(c.Body) + `</div>`, c.Body,
		})
	}
	rest.WriteJSON(w, http.StatusOK, rest.WholeList("comments", list))
}

// viaHeader is what the page's own saves say, which an app's requests do not.
const viaHeader = "Simulated-Via"

// writer is who changes a ticket by a request.
func (a API) writer(r *http.Request, agent directory.User) Writer {
	channel := a.Settings().RESTVia
	if r.Header.Get(viaHeader) == "web" {
		channel = "web"
	}
	return Writer{User: agent, Via: FromChannel(channel)}
}

func (a API) createTicket(w http.ResponseWriter, r *http.Request, agent directory.User) {
	var body struct {
		Ticket Change `json:"ticket"`
	}
	if !rest.ReadJSON(w, r, &body) {
		return
	}
	t, err := a.Store.create(a.writer(r, agent), body.Ticket)
	if err != nil {
		rest.Refuse(w, err)
		return
	}
	rest.WriteJSON(w, http.StatusCreated, map[string]Ticket{"ticket": t})
}

func (a API) updateTicket(w http.ResponseWriter, r *http.Request, agent directory.User) {
	t, ok := a.found(w, r)
	if !ok {
		return
	}
	var body struct {
		Ticket Change `json:"ticket"`
	}
	if !rest.ReadJSON(w, r, &body) {
		return
	}
	if t, ok := a.save(w, t.ID, a.writer(r, agent), body.Ticket); ok {
		rest.WriteJSON(w, http.StatusOK, map[string]Ticket{"ticket": t})
	}
}

// save updates a ticket and answers where that is refused.
func (a API) save(w http.ResponseWriter, id int64, by Writer, c Change) (Ticket, bool) {
	t, ok, err := a.Store.Update(id, by, c)
	switch {
	case err != nil:
		rest.Refuse(w, err)
		return Ticket{}, false
	case !ok:
		rest.WriteError(w, http.StatusNotFound, "RecordNotFound", "Not found")
	}
	return t, ok
}
