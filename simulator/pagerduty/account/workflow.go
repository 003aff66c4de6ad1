package account

import (
	"slices"
	"time"
)

// Workflow is one with its trigger: by hand, or on a condition.
type Workflow struct {
	ID, Trigger       string
	Name, Description string
	Condition         string     // empty if it is started by hand
	Services          []*Service // nil for all
	Created           time.Time
}

// Kind is "manual", or "conditional" for a workflow that starts by itself.
func (f *Workflow) Kind() string {
	if f.Condition != "" {
		return "conditional"
	}
	return "manual"
}

// On reports whether the workflow is there for incidents of a service.
func (f *Workflow) On(s *Service) bool { return f.Services == nil || slices.Contains(f.Services, s) }

// StartWorkflow notes that a person started a workflow on an incident. The
// workflow itself does nothing.
func (w *Store) StartWorkflow(i *Incident, at time.Time, by *Person, f *Workflow) {
	i.Started = append(i.Started, f)
	i.Updated = at
	// What PagerDuty calls this kind is not known outside.
	w.Log(i, at, Agent{Person: by}, "workflow_start", "Workflow "+f.Name+" started by "+by.Name)
}
