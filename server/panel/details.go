package panel

import (
	"strings"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views/sidebar"
	"zendesk-pagerduty/views/text"
)

// Domain in, view models out.

func aboutView(t *text.Texts, a incident.About, me string, canCancel bool) *sidebar.About {
	v := &sidebar.About{
		Description: a.Description, Acknowledgers: web.Names(t, a.Acknowledgers, me, t.S("card.holder.you")), Policy: a.Policy.Name,
		BridgeNumber: a.Bridge.Number, BridgeURL: a.Bridge.URL, BridgeText: a.Bridge.Text,
		Created: a.CreatedAt, Key: a.Key,
	}
	for _, r := range a.Responders {
		shown := sidebar.Responder{Name: web.Names(t, []incident.Ref{r.Who}, me, t.S("card.holder.you")), State: r.State}
		shown.Policy = web.Names(t, r.Policies, "", "")
		if canCancel && a.Status.Open() && r.Pending() {
			for _, target := range r.Targets() {
				shown.Cancel = append(shown.Cancel, target.Kind+":"+target.ID)
			}
		}
		v.Responders = append(v.Responders, shown)
	}
	v.Fields = fields(a.Fields)
	return v
}

func fields(list []incident.Field) []sidebar.Field {
	shown := make([]sidebar.Field, len(list))
	for i, f := range list {
		shown[i] = sidebar.Field(f)
	}
	return shown
}

func (h *Handlers) alertsView(page incident.Page[incident.Alert], offset int) sidebar.Alerts {
	v := sidebar.Alerts{}
	if page.More {
		v.Next = offset + len(page.List)
	}
	for _, a := range page.List {
		alert := sidebar.Alert{
			Summary:  a.Summary,
			Status:   a.Status,
			Severity: a.Severity,
			URL:      a.URL,
			At:       a.At,
			Details:  fields(a.Details),
		}
		for _, l := range a.Links {
			alert.Links = append(alert.Links, sidebar.Field{Name: l.Name, URL: l.URL})
		}
		v.List = append(v.List, alert)
	}
	return v
}

func (h *Handlers) timelineView(t *text.Texts, page incident.Page[incident.Entry], offset int) sidebar.Timeline {
	v := sidebar.Timeline{}
	if page.More {
		v.Next = offset + len(page.List)
	}
	for _, e := range page.List {
		entry := sidebar.Entry{Agent: e.Agent.Name, Note: e.Note, At: e.At}
		// PagerDuty's own words for what is not known here, its kind where it
		// has none.
		if id := "timeline." + e.Kind; t.Has(id) {
			entry.What = t.S(id)
		} else if entry.What = e.Summary; e.Summary == "" {
			entry.What = strings.ReplaceAll(e.Kind, "_", " ")
		}
		v.List = append(v.List, entry)
	}
	return v
}
