package web

import (
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/views/text"
)

// Names lists people and others, with you in place of me, the id of one's own
// PagerDuty user: the word for it depends on the sentence.
func Names(t *text.Texts, refs []incident.Ref, me, you string) string {
	list := make([]string, len(refs))
	for i, r := range refs {
		list[i] = r.Name
		if r.ID == me {
			list[i] = you
		}
	}
	return t.List(list...)
}
