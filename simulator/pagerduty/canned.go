package pagerduty

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/incidents"
	"zendesk-pagerduty/simulator/pagerduty/rest"
)

// canned answers the look-up of a ticket's incidents from prepared bytes, and
// everything else as ever.
func (s *Simulator) canned(next http.Handler) http.Handler {
	i := s.state.Store.Accounts[0].Incidents[0]
	show := func(i *account.Incident) rest.Object { return incidents.IncidentJSON(s.state, i) }
	bytes, err := json.Marshal(rest.Page("incidents", []*account.Incident{i}, rest.Paging{Limit: 100}, show))
	if err != nil {
		panic("simulator: " + err.Error()) // strings, numbers and maps always marshal
	}
	length := strconv.Itoa(len(bytes))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/incidents" {
			next.ServeHTTP(w, r)
			return
		}
		if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer pd") {
			rest.Unauthorized(w)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", length)
		_, _ = w.Write(bytes)
	})
}
