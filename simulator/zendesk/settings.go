package zendesk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"zendesk-pagerduty/simulator/internal/control"
)

// Settings are the simulator's switches, for all accounts. Most are there
// because nobody outside knows what Zendesk does; the first value named is the
// default.
type Settings struct {
	// LightAgent is the answer to what a light agent may not change: "403", or
	// "ignored", which answers 200 and drops it.
	LightAgent string `json:"light_agent"`
	// LightNotes lets light agents add internal notes.
	LightNotes bool `json:"light_notes"`
	// LightRole is what the SDK's currentUser.role says of a light agent.
	LightRole string `json:"light_role"`
	// LockedTags refuses every change of tags by a person with 422.
	LockedTags bool `json:"locked_tags"`
	// UpdateLimit is how often in ten minutes one user may update one ticket;
	// 0 is as often as he likes.
	UpdateLimit int `json:"update_limit"`
	// RESTVia is the channel of what an app writes by REST: "api" or "web".
	RESTVia string `json:"rest_via"`
	// MergeVia is the channel of the comment that a merge leaves in the
	// target: "web" or "system".
	MergeVia string `json:"merge_via"`
}

func defaults() Settings {
	return Settings{
		LightAgent: "403", LightNotes: true, LightRole: "light agent", UpdateLimit: 30, RESTVia: "api", MergeVia: "web",
	}
}

func (s Settings) check() error {
	for _, c := range []struct {
		name, got string
		want      []string
	}{
		{"light_agent", s.LightAgent, []string{"403", "ignored"}},
		{"rest_via", s.RESTVia, []string{"api", "web"}},
		{"merge_via", s.MergeVia, []string{"web", "system"}},
	} {
		if !slices.Contains(c.want, c.got) {
			return fmt.Errorf("setting %s is %q: want one of %q", c.name, c.got, c.want)
		}
	}
	if s.UpdateLimit < 0 {
		return fmt.Errorf("setting update_limit is %d: want 0 or more", s.UpdateLimit)
	}
	return nil
}

// switches hold the settings for everybody who asks.
type switches struct {
	mu  sync.Mutex
	now Settings
}

func (s *switches) get() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *switches) change(how func(*Settings) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.now
	if err := how(&v); err != nil {
		return err
	}
	if err := v.check(); err != nil {
		return err
	}
	s.now = v
	return nil
}

// Settings returns the switches as they are.
func (s *Simulator) Settings() Settings { return s.switches.get() }

// Set changes switches. It panics on a value that is none, since that is a
// mistake in a test.
func (s *Simulator) Set(change func(*Settings)) {
	if err := s.switches.change(func(v *Settings) error { change(v); return nil }); err != nil {
		panic("zendesk simulator: " + err.Error())
	}
}

func (s *Simulator) showSettings(w http.ResponseWriter, _ *http.Request) {
	control.JSON(w, http.StatusOK, s.Settings())
}

// patchSettings takes the switches that a JSON object names, and refuses
// unknown ones.
func (s *Simulator) patchSettings(w http.ResponseWriter, r *http.Request) {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, bodyLimit))
	dec.DisallowUnknownFields()
	if err := s.switches.change(func(v *Settings) error { return dec.Decode(v) }); err != nil {
		control.Refuse(w, err)
		return
	}
	s.showSettings(w, r)
}
