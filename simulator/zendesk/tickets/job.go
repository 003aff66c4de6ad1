package tickets

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
)

// job is a job status of the REST API. All work here is done at once; the real
// Zendesk answers "queued" first.
type job struct {
	ID       string      `json:"id"`
	URL      string      `json:"url"`
	Total    int         `json:"total"`
	Progress int         `json:"progress"`
	Status   string      `json:"status"`
	Message  string      `json:"message"`
	Results  []jobResult `json:"results"`
}

// jobResult is what became of one ticket.
type jobResult struct {
	Index   int    `json:"index"`
	ID      int64  `json:"id"`
	Action  string `json:"action"`
	Status  string `json:"status,omitempty"`
	Success bool   `json:"success"`
	Error   string `json:"error,omitempty"`
	Details string `json:"details,omitempty"`
}

// keep stores a finished job under a new id.
func (a API) keep(action string, results []jobResult) job {
	r := a.Store
	id := strings.ReplaceAll(rest.NewGUID(), "-", "")
	for i := range results {
		results[i].Index, results[i].Action = i, action
	}
	j := job{
		ID:       id,
		URL:      fmt.Sprintf("https://%s.zendesk.com/api/v2/job_statuses/%s.json", a.Store.Subdomain, id),
		Total:    len(results),
		Progress: len(results),
		Status:   "completed",
		Message:  "Completed at " + r.Now().Format("2006-01-02 15:04:05 -0700"),
		Results:  results,
	}
	r.Mu.Lock()
	defer r.Mu.Unlock()
	r.jobs[id] = j
	return j
}

func (a API) showJob(w http.ResponseWriter, r *http.Request, _ directory.User) {
	records := a.Store
	records.Mu.Lock()
	j, ok := records.jobs[strings.TrimSuffix(r.PathValue("job"), ".json")]
	records.Mu.Unlock()
	if !ok {
		rest.WriteError(w, http.StatusNotFound, "RecordNotFound", "Not found")
		return
	}
	rest.WriteJSON(w, http.StatusOK, map[string]job{"job_status": j})
}

// most is how many tickets one request may name (Zendesk API reference,
// "Tickets", Update Many Tickets).
const most = 100

// updateMany changes tickets in bulk: ?ids=1,2 with one change for all, or a
// list of tickets, each with its own.
func (a API) updateMany(w http.ResponseWriter, r *http.Request, agent directory.User) {
	var body struct {
		Ticket  Change `json:"ticket"`
		Tickets []struct {
			ID int64 `json:"id"`
			Change
		} `json:"tickets"`
	}
	if !rest.ReadJSON(w, r, &body) {
		return
	}
	type wish struct {
		id int64
		Change
	}
	var wishes []wish
	for _, t := range body.Tickets {
		wishes = append(wishes, wish{t.ID, t.Change})
	}
	if ids := r.URL.Query().Get("ids"); ids != "" {
		for _, id := range strings.Split(ids, ",") {
			n, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64)
			if err != nil {
				rest.WriteError(w, http.StatusBadRequest, "InvalidValue", "ids: want numbers with commas between them")
				return
			}
			wishes = append(wishes, wish{n, body.Ticket})
		}
	}
	switch {
	case len(wishes) == 0 || len(wishes) > most:
		rest.WriteError(w, http.StatusBadRequest, "InvalidValue",
			fmt.Sprintf("want 1 to %d tickets, got %d", most, len(wishes)))
		return
	case agent.Light():
		rest.Refuse(w, rest.ErrForbidden)
		return
	}
	var results []jobResult
	for _, wish := range wishes {
		results = append(results, a.result(wish.id, a.writer(r, agent), wish.Change))
	}
	rest.WriteJSON(w, http.StatusOK, map[string]job{"job_status": a.keep("update", results)})
}

func (a API) result(id int64, by Writer, c Change) jobResult {
	_, ok, err := a.Store.Update(id, by, c)
	switch {
	case !ok:
		return jobResult{ID: id, Error: "TicketNotFound", Details: "Not found"}
	case err != nil:
		return jobResult{ID: id, Error: "TicketUpdateFailed", Details: err.Error()}
	}
	return jobResult{ID: id, Status: "Updated", Success: true}
}
