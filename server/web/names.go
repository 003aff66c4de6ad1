package web

import (
	"strings"

	"zendesk-pagerduty/incident"
)

// Names lists people and others, with you in place of me, the id of one's own
// PagerDuty user: the word for it depends on the sentence.
func Names(refs []incident.Ref, me, you string) string {
	list := make([]string, len(refs))
	for i, r := range refs {
		list[i] = r.Name
		if r.ID == me {
			list[i] = you
		}
	}
	return strings.Join(list, ", ")
}
