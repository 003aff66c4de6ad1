package incidents

import (
	"net/http"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
)

// longestSnooze is a week, in seconds.
const longestSnooze = 604800

// snooze is POST /incidents/{id}/snooze.
func snooze(c *rest.Call) (int, any, *rest.Refusal) {
	var in struct {
		Duration int `json:"duration"`
	}
	i, refused := changeable(c, &in, responds)
	switch {
	case refused != nil:
		return 0, nil, refused
	case i.Merged != nil:
		return 0, nil, alreadyMerged()
	case i.Status != "acknowledged":
		return 0, nil, rest.Refuse(1012, "Incident Not Acknowledged")
	case in.Duration < 1 || in.Duration > longestSnooze:
		return 0, nil, rest.Refuse(1013, "Snooze Duration Is Invalid")
	}
	i.Snoozed, i.Updated = c.Now.Add(time.Duration(in.Duration)*time.Second), c.Now
	e := c.Store.Log(i, c.Now, account.Agent{
		Person: c.Me,
	}, "snooze", "Snoozed by "+c.Me.Name+" until "+rest.Stamp(i.Snoozed))
	e.Channel, e.Actions = rest.Object{"duration": in.Duration}, pending(i)
	return http.StatusCreated, rest.Object{"incident": IncidentJSON(c.State, i)}, nil
}

// pending is what PagerDuty will do to an incident by itself.
func pending(i *account.Incident) []rest.Object {
	if i.Snoozed.IsZero() {
		return []rest.Object{}
	}
	return []rest.Object{{"type": "unacknowledge", "at": rest.Stamp(i.Snoozed)}}
}
