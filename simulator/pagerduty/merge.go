package pagerduty

import (
	"fmt"
	"net/http"
	"time"
)

// maxAlerts is how many alerts an incident may have after a merge.
const maxAlerts = 1000

func alreadyMerged() *refusal { return refuse(1019, "Incident Already Merged") }

// mergeable is true of incidents with alerts and of those made by hand. Whether
// PagerDuty counts those made by REST as such nobody outside knows; it does here.
func (i *incident) mergeable() bool {
	return i.merged == nil && (len(i.alerts) > 0 || i.log[0].by.person != nil)
}

// merge is PUT /incidents/{id}/merge: all of the sources go, or none.
func (c *call) merge() (int, any, *refusal) {
	var in struct {
		Sources []reference `json:"source_incidents"`
	}
	target, refused := c.writing(&in, (*call).responds)
	switch {
	case refused != nil:
		return 0, nil, refused
	case target.merged != nil:
		return 0, nil, alreadyMerged()
	case !target.open():
		return 0, nil, arguments("The target incident must be open.")
	case len(in.Sources) == 0:
		return 0, nil, invalid("Source incidents cannot be empty.")
	}
	var sources []*incident
	alerts := len(target.alerts)
	for _, ref := range in.Sources {
		i, refused := c.visible(ref.ID)
		switch {
		case refused != nil:
			return 0, nil, refused
		case !c.me.responds(i):
			return 0, nil, denied()
		case i == target:
			return 0, nil, arguments("An incident cannot be merged into itself.")
		case i.merged != nil:
			return 0, nil, alreadyMerged()
		case !i.mergeable():
			return 0, nil, arguments("Only incidents that have alerts or were created manually can be merged.")
		}
		alerts += len(i.alerts)
		sources = append(sources, i)
	}
	if alerts > maxAlerts {
		return 0, nil, arguments(fmt.Sprintf("An incident cannot have more than %d alerts.", maxAlerts))
	}
	for _, i := range sources {
		c.world.merge(target, i, c.now, agent{person: c.me})
	}
	return http.StatusOK, object{"incident": c.incidentRef(target)}, nil
}

// merge moves the alerts, with their keys, before the source is resolved: in
// the target they stay open.
func (w *world) merge(target, source *incident, at time.Time, by agent) {
	if source.merged != nil {
		return // named twice
	}
	target.alerts, source.alerts = append(target.alerts, source.alerts...), nil
	source.merged, target.updated = target, at
	if source.open() {
		w.resolve(source, at, by, "")
		source.log[len(source.log)-1].summary = "Resolved by " + by.name() + " by a merge into " + target.label()
	}
}
