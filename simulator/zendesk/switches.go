package zendesk

import (
	"encoding/json"
	"net/http"

	"zendesk-pagerduty/simulator/internal/control"
	"zendesk-pagerduty/simulator/zendesk/rest"
	"zendesk-pagerduty/simulator/zendesk/settings"
)

// Settings returns the switches as they are.
func (s *Simulator) Settings() settings.Settings { return s.switches.Get() }

// Set changes switches. It panics on a value that is none, since that is a
// mistake in a test.
func (s *Simulator) Set(change func(*settings.Settings)) {
	if err := s.switches.Change(func(v *settings.Settings) error { change(v); return nil }); err != nil {
		panic("zendesk simulator: " + err.Error())
	}
}

func (s *Simulator) showSettings(w http.ResponseWriter, _ *http.Request) {
	control.JSON(w, http.StatusOK, s.Settings())
}

// patchSettings takes the switches that a JSON object names, and refuses
// unknown ones.
func (s *Simulator) patchSettings(w http.ResponseWriter, r *http.Request) {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, rest.BodyLimit))
	dec.DisallowUnknownFields()
	if err := s.switches.Change(func(v *settings.Settings) error { return dec.Decode(v) }); err != nil {
		control.Refuse(w, err)
		return
	}
	s.showSettings(w, r)
}
