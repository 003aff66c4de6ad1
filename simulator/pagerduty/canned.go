package pagerduty

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// canned answers the look-up of a ticket's incidents from prepared bytes, and
// everything else as ever.
func (s *Simulator) canned(next http.Handler) http.Handler {
	i := s.state.world.accounts[0].incidents[0]
	bytes, err := json.Marshal(list("incidents", []*incident{i}, paging{limit: 100}, func(i *incident) object { return s.state.incident(i) }))
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
			unauthorized(w)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", length)
		_, _ = w.Write(bytes)
	})
}
