package incident

import (
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
)

// Integration is a service's integration for the Events API v2: what ticket
// events come in by. Its name is hostile input.
type Integration struct {
	ID   string
	Name string
	// Key pages whoever is on call, without a login: it is never logged or
	// shown. It is empty where PagerDuty does not tell it, as in some accounts.
	Key seal.Secret
	URL string // empty where PagerDuty named none that is safe to link to
}

// ValidID says whether something looks like an id of PagerDuty's. What does not
// never goes into a path.
func ValidID(id string) bool { return pagerDutyID.MatchString(id) }

// Unanswered makes the error of a write whose answer was lost [Unconfirmed], for
// writes of which nothing can be read afterwards. Any other stays as it is.
func Unanswered(err error) error {
	if lost(err) {
		return problem.New(Unconfirmed, err, nil)
	}
	return err
}
