package web

import (
	"strings"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/views/text"
)

// Names lists people and others, with "you" in place of me, the id of one's own
// PagerDuty user.
func Names(t *text.Texts, refs []incident.Ref, me string) string {
	list := make([]string, len(refs))
	for i, r := range refs {
		list[i] = r.Name
		if r.ID == me {
			list[i] = t.S("card.holder.you")
		}
	}
	return strings.Join(list, ", ")
}
