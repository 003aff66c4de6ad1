package incident

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
)

// Preset is a form that is filled before the agent sees it.
type Preset struct {
	Name    string  `json:"name"`
	Forms   []int64 `json:"forms"`  // ticket forms that it is for
	Groups  []int64 `json:"groups"` // groups that it is for; without both, for all tickets
	Service string  `json:"service"`
	Urgency Urgency `json:"urgency"`
	// Priority is the name of one, such as "P1".
	Priority string `json:"priority"`
	// Title may have {{ticket.id}}, {{ticket.title}}, {{ticket.priority}} and
	// {{ticket.requester}}.
	Title string `json:"title"`
}

// Fits says whether a preset is for a ticket of a form and a group; 0 is none.
func (p Preset) Fits(form, group int64) bool {
	return len(p.Forms) == 0 && len(p.Groups) == 0 || slices.Contains(p.Forms, form) || slices.Contains(p.Groups, group)
}

var (
	placeholder     = regexp.MustCompile(`\{\{[^}]*\}\}`)
	knownTitleParts = []string{"{{ticket.id}}", "{{ticket.title}}", "{{ticket.priority}}", "{{ticket.requester}}"}
)

// ReadPresets reads {"presets": […]}. An error names the preset and the member.
func ReadPresets(r io.Reader) ([]Preset, error) {
	var file struct {
		Presets []Preset `json:"presets"`
	}
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, err
	}
	for i, p := range file.Presets {
		wrong := func(member, got, want string) error {
			return fmt.Errorf("preset %d (%q): %s is %q, want %s", i+1, p.Name, member, got, want)
		}
		switch {
		case p.Name == "":
			return nil, wrong("name", "", "a name for agents to choose by")
		case p.Service != "" && !ValidID(p.Service):
			return nil, wrong("service", p.Service, "the id of a PagerDuty service, such as PABC123")
		case p.Urgency != "" && p.Urgency != High && p.Urgency != Low:
			return nil, wrong("urgency", string(p.Urgency), "high or low")
		}
		for _, part := range placeholder.FindAllString(p.Title, -1) {
			if !slices.Contains(knownTitleParts, part) {
				return nil, wrong("title", part, fmt.Sprint("one of ", knownTitleParts))
			}
		}
	}
	return file.Presets, nil
}
