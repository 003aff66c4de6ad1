package pagerduty

import (
	"encoding/json"
	"net/http"

	"zendesk-pagerduty/simulator/internal/control"
)

// controlRoutes are the common ones of all simulators, and
//
//	GET, PATCH /settings            the switches
//	GET /people                     who there is
//	GET /incidents?key=KEY          incidents of a key, or all
//	POST /incidents                 {"person", "service", "title", "key"}
//	POST /incidents/{id}/{status}   {"person"}
//	POST /expire-access-tokens
//	POST /revoke                    {"person"}
//	POST /rotate-keys
func (s *Simulator) controlRoutes() http.Handler {
	mux := http.NewServeMux()
	s.desk.Port(mux, s.Reset)
	mux.HandleFunc("GET /settings", func(w http.ResponseWriter, _ *http.Request) { control.JSON(w, http.StatusOK, s.Settings()) })
	mux.HandleFunc("PATCH /settings", s.patchSettings)
	mux.HandleFunc("GET /people", func(w http.ResponseWriter, _ *http.Request) { control.JSON(w, http.StatusOK, s.People()) })
	mux.HandleFunc("GET /incidents", func(w http.ResponseWriter, r *http.Request) {
		control.JSON(w, http.StatusOK, s.Incidents(r.FormValue("key")))
	})
	mux.HandleFunc("POST /incidents", s.controlled(func(in controlInput, _ *http.Request) any {
		return s.AddIncident(in.Person, in.Service, in.Title, in.Key)
	}))
	mux.HandleFunc("POST /incidents/{id}/{status}", s.controlled(func(in controlInput, r *http.Request) any {
		s.SetStatus(in.Person, r.PathValue("id"), r.PathValue("status"))
		return object{}
	}))
	mux.HandleFunc("POST /revoke", s.controlled(func(in controlInput, _ *http.Request) any {
		s.RevokePerson(in.Person)
		return object{}
	}))
	mux.HandleFunc("POST /expire-access-tokens", func(w http.ResponseWriter, _ *http.Request) {
		s.ExpireAccessTokens()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /rotate-keys", func(w http.ResponseWriter, _ *http.Request) {
		s.RotateKeys()
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

func (s *Simulator) patchSettings(w http.ResponseWriter, r *http.Request) {
	if err := s.set(func(v *Settings) error { return v.patch(json.NewDecoder(r.Body)) }); err != nil {
		control.Refuse(w, err)
		return
	}
	control.JSON(w, http.StatusOK, s.Settings())
}

type controlInput struct {
	Person  string `json:"person"`
	Service string `json:"service"`
	Title   string `json:"title"`
	Key     string `json:"key"`
}

// controlled reads what a test sent; what makes no sense panics in the typed
// way, and is an answer here.
func (s *Simulator) controlled(do func(controlInput, *http.Request) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in controlInput
		if !control.Read(w, r, &in) {
			return
		}
		defer func() {
			if p := recover(); p != nil {
				control.JSON(w, http.StatusBadRequest, object{"error": p})
			}
		}()
		control.JSON(w, http.StatusOK, do(in, r))
	}
}
