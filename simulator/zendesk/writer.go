package zendesk

import (
	"errors"
	"time"
)

// writer is who changes a ticket, and through what.
type writer struct {
	user User
	via  Via
	// free is a change that no limit counts: one that a test makes over the
	// control server.
	free bool
}

// errForbidden is what a user may not do.
var errForbidden = errors.New("you do not have access to this page")

// errStale is a safe update of a ticket that somebody has changed since.
var errStale = errors.New("outdated ticket data")

// tooManyUpdates refuses an update of a ticket above the limit of one user.
type tooManyUpdates struct{ wait time.Duration }

func (e tooManyUpdates) Error() string { return "too many updates, wait " + e.wait.String() }

// permitted is the part of a change that its writer may make, or an error. A
// light agent may add internal notes, and nothing else.
func (r *records) permitted(w writer, c change) (change, error) {
	if !w.user.Light() {
		return c, nil
	}
	s := r.settings()
	note := c.Comment
	rest := c
	rest.Comment, rest.SafeUpdate, rest.UpdatedStamp = nil, false, nil
	allowed := s.LightNotes && (note == nil || !note.public()) && rest.empty()
	switch {
	case allowed:
		return c, nil
	case s.LightAgent == "403":
		return change{}, errForbidden
	}
	kept := change{SafeUpdate: c.SafeUpdate, UpdatedStamp: c.UpdatedStamp}
	if note != nil && s.LightNotes {
		// What a light agent writes is never public.
		kept.Comment = &commentChange{Body: note.Body, HTMLBody: note.HTMLBody, Public: new(false)}
	}
	return kept, nil
}

// empty says that the change alters nothing.
func (c change) empty() bool {
	return c.Subject == nil && c.Type == nil && c.Priority == nil && c.Status == nil && !c.touchesTags() &&
		c.RequesterID == nil && c.AssigneeID == nil && c.GroupID == nil && c.FormID == nil && c.BrandID == nil &&
		len(c.CustomFields) == 0 && c.Comment == nil && c.FollowUpOf == 0
}

// limitWindow is the time over which updates are counted (Zendesk API
// reference, "Rate limits": Update Ticket).
const limitWindow = 10 * time.Minute

type updater struct{ user, ticket int64 }

// limits remembers who updated which ticket, and when.
type limits map[updater][]time.Time

// check refuses an update that is one too many; count enters one that was
// made.
func (l limits) check(who updater, most int, now time.Time) error {
	var recent []time.Time
	for _, at := range l[who] {
		if now.Sub(at) < limitWindow {
			recent = append(recent, at)
		}
	}
	l[who] = recent
	if most == 0 || len(recent) < most {
		return nil
	}
	return tooManyUpdates{limitWindow - now.Sub(recent[len(recent)-most])}
}

func (l limits) count(who updater, now time.Time) { l[who] = append(l[who], now) }
