package events

import (
	"encoding/json"
	"net/http"
	"unicode/utf8"

	"zendesk-pagerduty/simulator/internal/control"
	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

type event struct {
	RoutingKey string `json:"routing_key"`
	Action     string `json:"event_action"`
	DedupKey   string `json:"dedup_key"`
	Payload    *struct {
		Summary  string          `json:"summary"`
		Source   string          `json:"source"`
		Severity string          `json:"severity"`
		Details  json.RawMessage `json:"custom_details"`
	} `json:"payload"`
	Client    string `json:"client"`
	ClientURL string `json:"client_url"`
	Links     []struct {
		Href string `json:"href"`
		Text string `json:"text"`
	} `json:"links"`
	Images []struct {
		Src  string `json:"src"`
		Href string `json:"href"`
		Alt  string `json:"alt"`
	} `json:"images"`
}

// Server is the Events API.
type Server struct{ *state.State }

// maxEvent is the Events API's limit of a body.
const maxEvent = 512 << 10

// serveEnqueue is POST /v2/enqueue (developer docs, "Events API v2"). It knows
// no user: the key is all there is.
func (s *Server) serveEnqueue(region string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.Delay(r)
		s.Mu.Lock()
		defer s.Mu.Unlock()
		invalid := func(errors ...string) {
			control.JSON(w, http.StatusBadRequest, map[string]any{
				"status":  "invalid event",
				"message": "Event object is invalid",
				"errors":  errors,
			})
		}
		var e event
		if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxEvent)).Decode(&e); err != nil {
			invalid("JSON is malformed or larger than 512 KB")
			return
		}
		if problems := e.problems(); len(problems) > 0 {
			invalid(problems...)
			return
		}
		to := s.receiver(region, e.RoutingKey)
		if to == nil {
			invalid("Invalid routing key")
			return
		}
		if !s.Limits.TakeEvent(e.RoutingKey, s.Settings.EventLimit, s.Clock.Now()) {
			s.throttled(w)
			return
		}
		if e.DedupKey == "" {
			e.DedupKey = account.UUID()
		}
		s.apply(to, e)
		control.JSON(w, http.StatusAccepted, map[string]any{
			"status":    "success",
			"message":   "Event processed",
			"dedup_key": e.DedupKey,
		})
	}
}

// throttled is the refusal of an event above the limit. The documentation has its
// words, and the shape of errors; it names no headers.
func (s *Server) throttled(w http.ResponseWriter) {
	if s.Settings.BareLimit {
		http.Error(w, "Too Many Requests", http.StatusTooManyRequests)
		return
	}
	control.JSON(w, http.StatusTooManyRequests, map[string]any{
		"status":  "throttled",
		"message": "Request Limit Exceeded",
		"errors":  []string{},
	})
}

func (e event) problems() (found []string) {
	add := func(bad bool, what string) {
		if bad {
			found = append(found, what)
		}
	}
	add(len(e.RoutingKey) != 32, "'routing_key' must be 32 characters long")
	add(len(e.DedupKey) > 255, "'dedup_key' is longer than 255 characters")
	switch e.Action {
	case "trigger":
		add(e.Payload == nil, "'payload' is missing or blank")
		if e.Payload != nil {
			add(e.Payload.Summary == "", "'payload.summary' is missing or blank")
			add(utf8.RuneCountInString(e.Payload.Summary) > 1024, "'payload.summary' is longer than 1024 characters")
			add(e.Payload.Source == "", "'payload.source' is missing or blank")
			switch e.Payload.Severity {
			case "critical", "error", "warning", "info":
			default:
				add(true, "'payload.severity' is invalid")
			}
		}
	case "acknowledge", "resolve":
		add(e.DedupKey == "", "'dedup_key' is missing or blank")
	default:
		add(true, "'event_action' is missing or invalid")
	}
	return found
}

// contexts are an event's links and images as an alert shows them.
func (e event) contexts() (all []map[string]any) {
	for _, l := range e.Links {
		all = append(all, map[string]any{"type": "link", "href": l.Href, "text": l.Text})
	}
	for _, i := range e.Images {
		all = append(all, map[string]any{"type": "image", "src": i.Src, "href": i.Href, "text": i.Alt})
	}
	return all
}

// apply applies an event: an open alert of the same two keys takes it; a
// trigger without one makes an incident; the rest is accepted and dropped, as is
// everything on a service that is disabled or in maintenance, whose integrations
// are switched off (Knowledge Base, "Maintenance windows").
func (s *Server) apply(to receiver, e event) {
	now := s.Clock.Now()
	s.Store.EndSnoozes(now)
	if i := s.Store.IncidentOfAlert(e.RoutingKey, e.DedupKey); i != nil {
		by := account.Agent{Service: i.Service}
		switch {
		case i.Service.Closed(now):
		case e.Action == "trigger":
			i.Updated = now
		case e.Action == "acknowledge" && i.Status == "triggered":
			s.Store.Acknowledge(i, now, by)
		case e.Action == "resolve":
			s.Store.Resolve(i, now, by, "")
		}
		return
	}
	if e.Action != "trigger" {
		return
	}
	v := to(e)
	if v == nil || v.Closed(now) || len(v.Policy.Levels) == 0 {
		return
	}
	var details any = map[string]any{}
	if len(e.Payload.Details) > 0 {
		_ = json.Unmarshal(e.Payload.Details, &details)
	}
	i := s.Store.Trigger(now, v, e.Payload.Summary, "high", account.Agent{Service: v})
	i.Details = details
	s.Store.AddAlert(i, now, e.RoutingKey, e.DedupKey, e.Payload.Summary, e.Payload.Severity, details, e.contexts()...)
}

// Routes are the Events API's, in one region.
func (s *Server) Routes(mux *http.ServeMux, region string) {
	mux.HandleFunc("POST /v2/enqueue", s.serveEnqueue(region))
}
