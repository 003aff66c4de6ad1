package pagerduty

import (
	"net/http"
	"time"
)

// longestSnooze is a week, in seconds.
const longestSnooze = 604800

// snooze is POST /incidents/{id}/snooze.
func (c *call) snooze() (int, any, *refusal) {
	var in struct {
		Duration int `json:"duration"`
	}
	i, refused := c.writing(&in, (*call).responds)
	switch {
	case refused != nil:
		return 0, nil, refused
	case i.merged != nil:
		return 0, nil, alreadyMerged()
	case i.status != "acknowledged":
		return 0, nil, refuse(1012, "Incident Not Acknowledged")
	case in.Duration < 1 || in.Duration > longestSnooze:
		return 0, nil, refuse(1013, "Snooze Duration Is Invalid")
	}
	i.snoozed, i.updated = c.now.Add(time.Duration(in.Duration)*time.Second), c.now
	e := c.world.log(i, c.now, agent{person: c.me}, "snooze", "Snoozed by "+c.me.name+" until "+stamp(i.snoozed))
	e.channel, e.actions = object{"duration": in.Duration}, i.pending()
	return http.StatusCreated, object{"incident": c.incident(i)}, nil
}

// pending is what happens to an incident by itself.
func (i *incident) pending() []object {
	if i.snoozed.IsZero() {
		return []object{}
	}
	return []object{{"type": "unacknowledge", "at": stamp(i.snoozed)}}
}

// elapse triggers what was snoozed until now. It is called before anybody
// looks: nothing here runs by itself.
func (w *world) elapse(now time.Time) {
	for _, a := range w.accounts {
		for _, i := range a.incidents {
			if at := i.snoozed; !at.IsZero() && !now.Before(at) {
				w.unacknowledge(i, at, agent{service: i.service})
			}
		}
	}
}
