package pagerduty

import (
	"net/http"
	"slices"
)

// listAlerts is GET /incidents/{id}/alerts: none for an incident that was made
// by hand or by REST.
func (c *call) listAlerts() (int, any, *refusal) {
	i, refused := c.visible(c.r.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	found := slices.DeleteFunc(slices.Clone(i.alerts), func(a *alert) bool {
		return c.q.Get("alert_key") != "" && a.key != c.q.Get("alert_key") || !c.oneOf("statuses[]", a.status)
	})
	return http.StatusOK, list("alerts", found, p, func(a *alert) object {
		o := c.refTo("alert", a.id, a.summary, "alerts")
		o["type"], o["alert_key"], o["status"], o["severity"], o["suppressed"] = "alert", a.key, a.status, a.severity, false
		o["created_at"], o["service"], o["incident"] = stamp(a.created), c.serviceRef(i.service), c.incidentRef(i)
		o["first_trigger_log_entry"] = c.logEntryRef(i, i.log[0])
		o["body"] = object{"type": "alert_body", "contexts": a.contexts, "details": a.details}
		return o
	}), nil
}
