package account

import "time"

// Alert is an alert of an incident, which events made. Its status is
// "triggered" or "resolved".
type Alert struct {
	ID, Key, Summary, Severity, Status string
	routing                            string // the routing key of its events
	Details                            any
	Contexts                           []map[string]any
	Created                            time.Time
}

// AddAlert adds an open alert to an incident. routing is the routing key of
// its events, key their deduplication key; contexts are links and images in
// the form of the REST API.
func (w *Store) AddAlert(
	i *Incident, at time.Time, routing, key, summary, severity string, details any, contexts ...map[string]any,
) *Alert {
	a := &Alert{
		ID:       w.MakeID('Q', "alert"),
		routing:  routing,
		Key:      key,
		Summary:  summary,
		Severity: severity,
		Status:   "triggered",
		Details:  details,
		Contexts: append([]map[string]any{}, contexts...),
		Created:  at,
	}
	i.Alerts = append(i.Alerts, a)
	i.Updated = at
	return a
}
