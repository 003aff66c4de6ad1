package incidents

import (
	"fmt"
	"net/http"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
)

// maxAlerts is how many alerts an incident may have after a merge.
const maxAlerts = 1000

func alreadyMerged() *rest.Refusal { return rest.Refuse(1019, "Incident Already Merged") }

// merge is PUT /incidents/{id}/merge: all of the sources go, or none.
func merge(c *rest.Call) (int, any, *rest.Refusal) {
	var in struct {
		Sources []rest.Named `json:"source_incidents"`
	}
	target, refused := changeable(c, &in, responds)
	switch {
	case refused != nil:
		return 0, nil, refused
	case target.Merged != nil:
		return 0, nil, alreadyMerged()
	case !target.Open():
		return 0, nil, rest.Arguments("The target incident must be open.")
	case len(in.Sources) == 0:
		return 0, nil, rest.Invalid("Source incidents cannot be empty.")
	}
	var sources []*account.Incident
	alerts := len(target.Alerts)
	for _, ref := range in.Sources {
		i, refused := visible(c, ref.ID)
		switch {
		case refused != nil:
			return 0, nil, refused
		case !c.Me.Responds(i):
			return 0, nil, rest.Denied()
		case i == target:
			return 0, nil, rest.Arguments("An incident cannot be merged into itself.")
		case i.Merged != nil:
			return 0, nil, alreadyMerged()
		case !i.Mergeable():
			return 0, nil, rest.Arguments("Only incidents that have alerts or were created manually can be merged.")
		}
		alerts += len(i.Alerts)
		sources = append(sources, i)
	}
	if alerts > maxAlerts {
		return 0, nil, rest.Arguments(fmt.Sprintf("An incident cannot have more than %d alerts.", maxAlerts))
	}
	for _, i := range sources {
		c.Store.Merge(target, i, c.Now, account.Agent{Person: c.Me})
	}
	return http.StatusOK, rest.Object{"incident": incidentRef(c.State, target)}, nil
}
