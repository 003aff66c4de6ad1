package tickets

import (
	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
)

// Writer is who changes a ticket, and through what.
type Writer struct {
	User directory.User
	Via  Via
	// Free is a change that no limit counts: one that a test makes over the
	// control server.
	Free bool
}

// permitted is the part of a change that its writer may make, or an error. A
// light agent may add internal notes, and nothing else.
func (r *Store) permitted(w Writer, c Change) (Change, error) {
	if !w.User.Light() {
		return c, nil
	}
	s := r.Settings()
	note := c.Comment
	others := c
	others.Comment, others.SafeUpdate, others.UpdatedStamp = nil, false, nil
	allowed := s.LightNotes && (note == nil || !note.public()) && others.empty()
	switch {
	case allowed:
		return c, nil
	case s.LightAgent == "403":
		return Change{}, rest.ErrForbidden
	}
	kept := Change{SafeUpdate: c.SafeUpdate, UpdatedStamp: c.UpdatedStamp}
	if note != nil && s.LightNotes {
		// What a light agent writes is never public.
		kept.Comment = &commentChange{Body: note.Body, HTMLBody: note.HTMLBody, Public: new(false)}
	}
	return kept, nil
}

// empty says that the change alters nothing.
func (c Change) empty() bool {
	return c.Subject == nil && c.Type == nil && c.Priority == nil && c.Status == nil && !c.touchesTags() &&
		c.RequesterID == nil && c.AssigneeID == nil && c.GroupID == nil && c.FormID == nil && c.BrandID == nil &&
		len(c.CustomFields) == 0 && c.Comment == nil && c.FollowUpOf == 0
}
