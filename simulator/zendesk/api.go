package zendesk

import (
	"encoding/json"
	"errors"
	"html"
	"math"
	"net/http"
	"strconv"
	"strings"
)

// bodyLimit is more than any ticket that a person writes.
const bodyLimit = 1 << 20

// ticketAPI is the part of an account's REST API about tickets and what they
// belong to.
type ticketAPI struct {
	store    *records
	sessions *sessions
	settings func() Settings
}

// routes are the endpoints.
func (a ticketAPI) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/v2/users/{user}", a.sessions.asAgent(a.showUser))
	mux.HandleFunc("GET /api/v2/tickets", a.sessions.asAgent(a.listTickets))
	mux.HandleFunc("GET /api/v2/tickets.json", a.sessions.asAgent(a.listTickets))
	mux.HandleFunc("POST /api/v2/tickets", a.sessions.asAgent(a.createTicket))
	mux.HandleFunc("POST /api/v2/tickets.json", a.sessions.asAgent(a.createTicket))
	mux.HandleFunc("GET /api/v2/tickets/{id}", a.sessions.asAgent(a.showTicket))
	mux.HandleFunc("PUT /api/v2/tickets/{id}", a.sessions.asAgent(a.updateTicket))
	mux.HandleFunc("GET /api/v2/tickets/{id}/comments", a.sessions.asAgent(a.listComments))
	mux.HandleFunc("GET /api/v2/tickets/{id}/comments.json", a.sessions.asAgent(a.listComments))
	for _, path := range []string{"/api/v2/tickets/{id}/tags", "/api/v2/tickets/{id}/tags.json"} {
		mux.HandleFunc("GET "+path, a.sessions.asAgent(a.showTags))
		mux.HandleFunc("POST "+path, a.sessions.asAgent(a.setTags))
		mux.HandleFunc("PUT "+path, a.sessions.asAgent(a.addTags))
		mux.HandleFunc("DELETE "+path, a.sessions.asAgent(a.removeTags))
	}
	for _, end := range []string{"", ".json"} {
		mux.HandleFunc("POST /api/v2/tickets/{id}/merge"+end, a.sessions.asAgent(a.mergeTickets))
		mux.HandleFunc("PUT /api/v2/tickets/update_many"+end, a.sessions.asAgent(a.updateMany))
		mux.HandleFunc("GET /api/v2/groups"+end, a.sessions.asAgent(a.listGroups))
		mux.HandleFunc("GET /api/v2/ticket_forms"+end, a.sessions.asAgent(a.listForms))
		mux.HandleFunc("GET /api/v2/brands"+end, a.sessions.asAgent(a.listBrands))
	}
	mux.HandleFunc("GET /api/v2/job_statuses/{job}", a.sessions.asAgent(a.showJob))
}

type agentHandler func(w http.ResponseWriter, r *http.Request, agent User)

func (a ticketAPI) showUser(w http.ResponseWriter, r *http.Request, agent User) {
	name := strings.TrimSuffix(r.PathValue("user"), ".json")
	if name == "me" {
		writeJSON(w, http.StatusOK, map[string]User{"user": agent})
		return
	}
	id, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		writeError(w, http.StatusBadRequest, "InvalidValue", "the user's id is no number")
		return
	}
	user, ok := a.store.user(id)
	if !ok {
		writeError(w, http.StatusNotFound, "RecordNotFound", "Not found")
		return
	}
	writeJSON(w, http.StatusOK, map[string]User{"user": user})
}

func (a ticketAPI) listTickets(w http.ResponseWriter, _ *http.Request, _ User) {
	list := a.store.all()
	writeJSON(w, http.StatusOK, page("tickets", list))
}

// found looks up the ticket that the path names, or answers that there is none.
func (a ticketAPI) found(w http.ResponseWriter, r *http.Request) (Ticket, bool) {
	id, err := strconv.ParseInt(strings.TrimSuffix(r.PathValue("id"), ".json"), 10, 64)
	if err != nil {
		writeError(w, http.StatusBadRequest, "InvalidValue", "the ticket's id is no number")
		return Ticket{}, false
	}
	t, ok := a.store.ticket(id)
	if !ok {
		writeError(w, http.StatusNotFound, "RecordNotFound", "Not found")
	}
	return t, ok
}

func (a ticketAPI) showTicket(w http.ResponseWriter, r *http.Request, _ User) {
	if t, ok := a.found(w, r); ok {
		writeJSON(w, http.StatusOK, map[string]Ticket{"ticket": t})
	}
}

func (a ticketAPI) listComments(w http.ResponseWriter, r *http.Request, _ User) {
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
	for _, c := range t.comments {
		list = append(list, shown{c, "Comment", `<div class="zd-comment" dir="auto">` + html.EscapeString(c.Body) + `</div>`, c.Body})
	}
	writeJSON(w, http.StatusOK, page("comments", list))
}

// viaHeader is what the page's own saves say, which an app's requests do not.
const viaHeader = "Simulated-Via"

// writer is who changes a ticket by a request.
func (a ticketAPI) writer(r *http.Request, agent User) writer {
	channel := a.settings().RESTVia
	if r.Header.Get(viaHeader) == "web" {
		channel = "web"
	}
	return writer{user: agent, via: via(channel)}
}

func (a ticketAPI) createTicket(w http.ResponseWriter, r *http.Request, agent User) {
	var body struct {
		Ticket change `json:"ticket"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	t, err := a.store.create(a.writer(r, agent), body.Ticket)
	if err != nil {
		refuse(w, err)
		return
	}
	writeJSON(w, http.StatusCreated, map[string]Ticket{"ticket": t})
}

func (a ticketAPI) updateTicket(w http.ResponseWriter, r *http.Request, agent User) {
	t, ok := a.found(w, r)
	if !ok {
		return
	}
	var body struct {
		Ticket change `json:"ticket"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	if t, ok := a.save(w, t.ID, a.writer(r, agent), body.Ticket); ok {
		writeJSON(w, http.StatusOK, map[string]Ticket{"ticket": t})
	}
}

// save updates a ticket and answers where that is refused.
func (a ticketAPI) save(w http.ResponseWriter, id int64, by writer, c change) (Ticket, bool) {
	t, ok, err := a.store.update(id, by, c)
	switch {
	case err != nil:
		refuse(w, err)
		return Ticket{}, false
	case !ok:
		writeError(w, http.StatusNotFound, "RecordNotFound", "Not found")
	}
	return t, ok
}

func refuse(w http.ResponseWriter, err error) {
	if field, ok := errors.AsType[invalidField](err); ok {
		writeJSON(w, http.StatusUnprocessableEntity, map[string]any{
			"error": "RecordInvalid", "description": "Record validation errors",
			"details": map[string]any{field.field: []map[string]string{{"description": field.reason, "error": "InvalidValue"}}},
		})
		return
	}
	if limited, ok := errors.AsType[tooManyUpdates](err); ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(limited.wait.Seconds()))))
		writeError(w, http.StatusTooManyRequests, "APIRateLimitExceeded", "Number of allowed updates of this ticket per 10 minutes exceeded")
		return
	}
	switch {
	case errors.Is(err, errForbidden):
		writeError(w, http.StatusForbidden, "Forbidden", "You do not have access to this page. Please contact the account owner of this help desk for further help.")
		return
	case errors.Is(err, errStale):
		writeError(w, http.StatusConflict, "UpdateConflict", "Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.")
		return
	}
	writeError(w, http.StatusInternalServerError, "InternalError", err.Error())
}

func readJSON(w http.ResponseWriter, r *http.Request, to any) bool {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, bodyLimit)).Decode(to)
	if err == nil {
		return true
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		writeError(w, http.StatusRequestEntityTooLarge, "PayloadTooLarge", "the body is larger than 1 MB")
	} else {
		writeError(w, http.StatusBadRequest, "InvalidJSON", err.Error())
	}
	return false
}

func writeError(w http.ResponseWriter, status int, code, description string) {
	writeJSON(w, status, map[string]string{"error": code, "description": description})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
