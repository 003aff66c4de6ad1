package pagerduty

import (
	"net/http"
	"strings"
	"time"
)

// statusUpdate is what stakeholders are told about an incident.
type statusUpdate struct {
	id, message, subject, html string
	by                         *person
	at                         time.Time
}

// createUpdate is POST /incidents/{id}/status_updates. There is no way to list
// them but the timeline.
func (c *call) createUpdate() (int, any, *refusal) {
	var in struct {
		Message string `json:"message"`
		Subject string `json:"subject"`
		HTML    string `json:"html_message"`
	}
	if c.settings.StatusUpdates == "402" {
		return 0, nil, lacksPlan()
	}
	i, refused := c.writing(&in, (*call).responds)
	switch {
	case refused != nil:
		return 0, nil, refused
	case strings.TrimSpace(in.Message) == "":
		return 0, nil, invalid("Message cannot be empty.")
	case (in.Subject == "") != (in.HTML == ""):
		return 0, nil, invalid("Subject and HTML message belong together.")
	}
	u := c.world.update(i, c.now, c.me, in.Message)
	u.subject, u.html = in.Subject, in.HTML
	o := object{"id": u.id, "message": u.message, "sender": c.userRef(u.by), "created_at": zoned(u.at)}
	if u.subject != "" {
		o["subject"], o["html_message"] = u.subject, u.html
	}
	return http.StatusOK, object{"status_update": o}, nil
}

func (w *world) update(i *incident, at time.Time, by *person, message string) *statusUpdate {
	u := &statusUpdate{id: w.makeID('P', "status update"), message: message, by: by, at: at}
	i.updates = append(i.updates, u)
	i.updated = at
	// A kind that is seen in the wild and not in the description.
	w.log(i, at, agent{person: by}, "status_update", "Status update by "+by.name+": "+message)
	return u
}
