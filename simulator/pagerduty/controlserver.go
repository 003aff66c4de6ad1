package pagerduty

import (
	"encoding/json"
	"net/http"
	"time"

	"zendesk-pagerduty/simulator/internal/control"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// controlRoutes are the common ones of all simulators, and
//
//	GET, PATCH /settings            the switches
//	GET /people                     who there is
//	GET /incidents?key=KEY          incidents of a key, or all
//	POST /incidents                 {"person", "service", "title", "key"}
//	GET /incidents/{id}             one
//	POST /incidents/{id}/{status}   {"person"}
//	POST /incidents/{id}/notes      {"person", "content"}
//	POST /incidents/{id}/notes/{note}  {"content"}, deleted without one
//	POST /incidents/{id}/merge      {"person", "source"}, a source's id
//	POST /incidents/{id}/responders {"person", "name"}: a person asks another, by their logins
//	POST /incidents/{id}/responders/{joined or declined}  {"person"}
//	POST /incidents/{id}/title      {"title"}
//	POST /people/{login}/name       {"name"}
//	POST /people/{login}/role       {"name"}
//	GET /services/{name}            one, with its integrations and their keys
//	POST /services/name             {"service", "name"}
//	GET /orchestration              acme's, with its key
//	POST /maintenance/start         {"service", "for"}, for a time such as "1h"
//	POST /maintenance/end           {"service"}
//	POST /tokens                    {"person"}: {"token"} with every scope, of a login without a browser
//	POST /expire-access-tokens
//	POST /revoke                    {"person"}
//	POST /rotate-keys
func (s *Simulator) controlRoutes() http.Handler {
	mux := http.NewServeMux()
	s.control.Routes(mux, s.Reset)
	mux.HandleFunc("GET /settings", func(w http.ResponseWriter, _ *http.Request) {
		control.JSON(w, http.StatusOK, s.Settings())
	})
	mux.HandleFunc("PATCH /settings", s.patchSettings)
	mux.HandleFunc("GET /people", func(w http.ResponseWriter, _ *http.Request) {
		control.JSON(w, http.StatusOK, s.People())
	})
	s.incidentControls(mux)
	mux.HandleFunc("POST /people/{login}/name", s.controlled(func(in controlInput, r *http.Request) any {
		s.Rename(r.PathValue("login"), in.Name)
		return map[string]any{}
	}))
	mux.HandleFunc("POST /people/{login}/role", s.controlled(func(in controlInput, r *http.Request) any {
		s.SetRole(r.PathValue("login"), in.Name)
		return map[string]any{}
	}))
	mux.HandleFunc("GET /services/{name}", caught(func(w http.ResponseWriter, r *http.Request) {
		control.JSON(w, http.StatusOK, s.Service(r.PathValue("name")))
	}))
	mux.HandleFunc("POST /services/name", s.controlled(func(in controlInput, _ *http.Request) any {
		s.RenameService(in.Service, in.Name)
		return map[string]any{}
	}))
	mux.HandleFunc("GET /orchestration", func(w http.ResponseWriter, _ *http.Request) {
		control.JSON(w, http.StatusOK, s.Orchestration())
	})
	mux.HandleFunc("POST /maintenance/start", s.controlled(func(in controlInput, _ *http.Request) any {
		return map[string]any{"id": s.StartMaintenance(in.Service, time.Duration(in.For))}
	}))
	mux.HandleFunc("POST /maintenance/end", s.controlled(func(in controlInput, _ *http.Request) any {
		s.EndMaintenance(in.Service)
		return map[string]any{}
	}))
	mux.HandleFunc("POST /tokens", s.controlled(func(in controlInput, _ *http.Request) any {
		access, _ := s.MintToken(in.Person, state.KnownScopes[1:]...)
		return map[string]any{"token": access}
	}))
	mux.HandleFunc("POST /revoke", s.controlled(func(in controlInput, _ *http.Request) any {
		s.RevokePerson(in.Person)
		return map[string]any{}
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

// incidentControls are the control routes of incidents.
func (s *Simulator) incidentControls(mux *http.ServeMux) {
	mux.HandleFunc("GET /incidents", func(w http.ResponseWriter, r *http.Request) {
		control.JSON(w, http.StatusOK, s.Incidents(r.FormValue("key")))
	})
	mux.HandleFunc("POST /incidents", s.controlled(func(in controlInput, _ *http.Request) any {
		return s.AddIncident(in.Person, in.Service, in.Title, in.Key)
	}))
	mux.HandleFunc("POST /incidents/{id}/{status}", s.controlled(func(in controlInput, r *http.Request) any {
		s.SetStatus(in.Person, r.PathValue("id"), r.PathValue("status"))
		return map[string]any{}
	}))
	mux.HandleFunc("GET /incidents/{id}", caught(func(w http.ResponseWriter, r *http.Request) {
		control.JSON(w, http.StatusOK, s.Incident(r.PathValue("id")))
	}))
	mux.HandleFunc("POST /incidents/{id}/notes", s.controlled(func(in controlInput, r *http.Request) any {
		s.AddNote(in.Person, r.PathValue("id"), in.Content)
		return map[string]any{}
	}))
	mux.HandleFunc("POST /incidents/{id}/notes/{note}", s.controlled(func(in controlInput, r *http.Request) any {
		s.EditNote(r.PathValue("id"), r.PathValue("note"), in.Content)
		return map[string]any{}
	}))
	mux.HandleFunc("POST /incidents/{id}/merge", s.controlled(func(in controlInput, r *http.Request) any {
		s.Merge(in.Person, r.PathValue("id"), in.Source)
		return map[string]any{}
	}))
	mux.HandleFunc("POST /incidents/{id}/responders", s.controlled(func(in controlInput, r *http.Request) any {
		s.RequestResponder(in.Person, r.PathValue("id"), in.Name)
		return map[string]any{}
	}))
	mux.HandleFunc("POST /incidents/{id}/responders/{state}", s.controlled(func(in controlInput, r *http.Request) any {
		s.AnswerRequest(in.Person, r.PathValue("id"), r.PathValue("state"))
		return map[string]any{}
	}))
	mux.HandleFunc("POST /incidents/{id}/title", s.controlled(func(in controlInput, r *http.Request) any {
		s.SetTitle(r.PathValue("id"), in.Title)
		return map[string]any{}
	}))
}

func (s *Simulator) patchSettings(w http.ResponseWriter, r *http.Request) {
	if err := s.set(func(v *Settings) error { return v.Patch(json.NewDecoder(r.Body)) }); err != nil {
		control.Refuse(w, err)
		return
	}
	control.JSON(w, http.StatusOK, s.Settings())
}

type controlInput struct {
	Person  string           `json:"person"`
	Service string           `json:"service"`
	Title   string           `json:"title"`
	Key     string           `json:"key"`
	Content string           `json:"content"`
	Source  string           `json:"source"`
	Name    string           `json:"name"`
	For     control.Duration `json:"for"`
}

// controlled reads what a test sent.
func (s *Simulator) controlled(do func(controlInput, *http.Request) any) http.HandlerFunc {
	return caught(func(w http.ResponseWriter, r *http.Request) {
		var in controlInput
		if control.Read(w, r, &in) {
			control.JSON(w, http.StatusOK, do(in, r))
		}
	})
}

// caught answers what makes no sense: the typed way panics there.
func caught(do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				control.JSON(w, http.StatusBadRequest, map[string]any{"error": p})
			}
		}()
		do(w, r)
	}
}
