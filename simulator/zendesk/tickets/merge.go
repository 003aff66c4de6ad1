package tickets

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
)

// mergeRequest is the body of a merge (Zendesk API reference, "Tickets", Merge
// Tickets Into Target Ticket).
type mergeRequest struct {
	IDs           []int64 `json:"ids"`
	TargetComment *string `json:"target_comment"`
	SourceComment *string `json:"source_comment"`
	TargetPublic  bool    `json:"target_comment_is_public"`
	SourcePublic  bool    `json:"source_comment_is_public"`
}

func (a API) mergeTickets(w http.ResponseWriter, r *http.Request, agent directory.User) {
	target, ok := a.found(w, r)
	if !ok {
		return
	}
	var body mergeRequest
	if !rest.ReadJSON(w, r, &body) {
		return
	}
	if len(body.IDs) == 0 {
		rest.WriteError(w, http.StatusBadRequest, "InvalidValue", "ids: want at least one ticket")
		return
	}
	results, err := a.Store.merge(target.ID, a.writer(r, agent), body)
	if err != nil {
		rest.Refuse(w, err)
		return
	}
	rest.WriteJSON(w, http.StatusOK, map[string]job{"job_status": a.keep("merge", results)})
}

// mergedTag marks a ticket that a merge has closed.
const mergedTag = "closed_by_merge"

// merge closes the sources, each with a comment that says where it went, and
// leaves a comment in the target. A ticket that is closed or the target itself is left out.
func (r *Store) merge(target int64, w Writer, m mergeRequest) ([]jobResult, error) {
	r.Mu.Lock()
	defer r.release()
	into := r.tickets[target]
	switch {
	case w.User.Light():
		return nil, rest.ErrForbidden
	case into == nil || into.Status == "closed":
		return nil, errClosed
	}
	w.Free = true // the limit counts an agent's updates, and a merge is none
	var results []jobResult
	var sources []Ticket
	for _, id := range slices.Compact(slices.Sorted(slices.Values(m.IDs))) {
		source, ok := r.tickets[id]
		switch {
		case !ok:
			results = append(results, jobResult{ID: id, Error: "TicketNotFound", Details: "Not found"})
			continue
		case id == target, source.Status == "closed":
			results = append(results, jobResult{
				ID:      id,
				Error:   "TicketMergeFailed",
				Details: "cannot be merged: it is closed, or the target itself",
			})
			continue
		}
		text := fmt.Sprintf("This request was closed and merged into request #%d %q.", into.ID, into.Subject)
		if m.SourceComment != nil {
			text = *m.SourceComment
		}
		before := source.Clone()
		if _, _, err := r.change(id, w, Change{
			Status:  new("closed"),
			merged:  true,
			Comment: &commentChange{Body: text, Public: new(m.SourcePublic)},
		}); err != nil {
			results = append(results, jobResult{ID: id, Error: "TicketMergeFailed", Details: err.Error()})
			continue
		}
		sources = append(sources, before)
		results = append(results, jobResult{ID: id, Status: "Merged", Success: true})
	}
	if len(sources) == 0 {
		return results, nil
	}
	by := Writer{w.User, mergeOf(r.Settings().MergeVia, sources), true}
	_, _, err := r.change(target, by, Change{
		Comment: &commentChange{Body: m.targetText(sources), Public: new(m.TargetPublic)},
	})
	return results, err
}

func (m mergeRequest) targetText(sources []Ticket) string {
	if m.TargetComment != nil {
		return *m.TargetComment
	}
	if len(sources) == 1 {
		last := sources[0].Comments[len(sources[0].Comments)-1].Body
		return fmt.Sprintf("Request #%d %q was closed and merged into this request. Last comment in request #%d:\n\n%s",
			sources[0].ID, sources[0].Subject, sources[0].ID, last)
	}
	var ids []string
	for _, s := range sources {
		ids = append(ids, fmt.Sprintf("#%d", s.ID))
	}
	return fmt.Sprintf("Requests %s were closed and merged into this request.", strings.Join(ids, ", "))
}
