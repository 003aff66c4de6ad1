package incidents

import (
	"net/http"
	"slices"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
)

// listAlerts is GET /incidents/{id}/alerts: none for an incident that was made
// by hand or by REST.
func listAlerts(c *rest.Call) (int, any, *rest.Refusal) {
	i, refused := visible(c, c.Request.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	found := slices.DeleteFunc(slices.Clone(i.Alerts), func(a *account.Alert) bool {
		return c.Query.Get("alert_key") != "" && a.Key != c.Query.Get("alert_key") || !c.OneOf("statuses[]", a.Status)
	})
	return http.StatusOK, rest.Page("alerts", found, p, func(a *account.Alert) rest.Object {
		o := rest.Reference(c.State, "alert", a.ID, a.Summary, "alerts")
		o["type"], o["alert_key"], o["status"], o["severity"], o["suppressed"] = "alert", a.Key, a.Status, a.Severity, false
		o["created_at"] = rest.Stamp(a.Created)
		o["service"] = rest.ServiceRef(c.State, i.Service)
		o["incident"] = incidentRef(c.State, i)
		o["first_trigger_log_entry"] = logEntryRef(c.State, i, i.Log[0])
		o["body"] = rest.Object{"type": "alert_body", "contexts": a.Contexts, "details": a.Details}
		return o
	}), nil
}
