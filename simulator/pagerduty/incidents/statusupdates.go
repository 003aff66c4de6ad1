package incidents

import (
	"net/http"
	"strings"

	"zendesk-pagerduty/simulator/pagerduty/rest"
)

// createUpdate is POST /incidents/{id}/status_updates. There is no way to list
// them but the timeline.
func createUpdate(c *rest.Call) (int, any, *rest.Refusal) {
	var in struct {
		Message string `json:"message"`
		Subject string `json:"subject"`
		HTML    string `json:"html_message"`
	}
	if c.Settings.StatusUpdates == "402" {
		return 0, nil, rest.LacksPlan()
	}
	i, refused := changeable(c, &in, responds)
	switch {
	case refused != nil:
		return 0, nil, refused
	case strings.TrimSpace(in.Message) == "":
		return 0, nil, rest.Invalid("Message cannot be empty.")
	case (in.Subject == "") != (in.HTML == ""):
		return 0, nil, rest.Invalid("Subject and HTML message belong together.")
	}
	u := c.Store.AddStatusUpdate(i, c.Now, c.Me, in.Message)
	u.Subject, u.HTML = in.Subject, in.HTML
	o := rest.Object{
		"id":         u.ID,
		"message":    u.Message,
		"sender":     rest.UserRef(c.State, u.By),
		"created_at": rest.Zoned(u.At),
	}
	if u.Subject != "" {
		o["subject"], o["html_message"] = u.Subject, u.HTML
	}
	return http.StatusOK, rest.Object{"status_update": o}, nil
}
