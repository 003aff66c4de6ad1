package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path"
	"strconv"
	"time"

	"zendesk-pagerduty/pagerduty"
)

// Tickets say by their number how many incidents PagerDuty has for them.
var tickets = map[int]int{1001: 1, 1010: 10, 1100: 100}

// servePagerDuty answers the two look-ups of a panel from memory.
func servePagerDuty(ctx context.Context, args []string) error {
	lists := map[string][]byte{}
	for ticket, n := range tickets {
		all := make([]any, n)
		for i := range all {
			all[i] = fullIncident(ticket, i)
		}
		raw, err := json.Marshal(map[string]any{"incidents": all, "limit": 100, "offset": 0, "total": nil, "more": false})
		if err != nil {
			return err
		}
		lists[key(ticket)] = raw
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /incidents", func(w http.ResponseWriter, r *http.Request) {
		answer(w, lists[r.URL.Query().Get("incident_key")])
	})
	linked, err := json.Marshal(map[string]any{"incident": fullIncident(0, 0)})
	if err != nil {
		return err
	}
	mux.HandleFunc("GET /incidents/{id}", func(w http.ResponseWriter, _ *http.Request) { answer(w, linked) })
	return serve(ctx, args[0], mux)
}

func answer(w http.ResponseWriter, raw []byte) {
	if raw == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	w.Write(raw)
}

func key(ticket int) string { return fmt.Sprintf("Zendesk_acme_%d", ticket) }

// fullIncident is one as the REST API gives it (PagerDuty's OpenAPI
// description, "Incident"), with all its references: 4 to 5 KB.
func fullIncident(ticket, i int) map[string]any {
	at := func(minutes int) string {
		return time.Date(2026, 11, 24, 12, 11, 0, 0, time.UTC).Add(time.Duration(minutes-i) * time.Minute).Format(time.RFC3339)
	}
	ref := func(kind, id, summary string) map[string]any {
		return map[string]any{"id": id, "type": kind + "_reference", "summary": summary, "self": "https://api.pagerduty.com/" + path.Join(kind+"s", id),
			"html_url": "https://acme.pagerduty.com/" + path.Join(kind+"s", id)}
	}
	id := fmt.Sprintf("Q%dINCIDENT%03d", ticket, i)
	title := fmt.Sprintf("Checkout fails for customers in region %d: payment provider answers “502 Bad Gateway”", i)
	users := []map[string]any{ref("user", "PJANE01", "Jane Miller"), ref("user", "PTOM0002", "Tomás Ibáñez"), ref("user", "PYUKI003", "Yuki Tanaka")}
	var assigned, acknowledged, responders []any
	for n, user := range users {
		assigned = append(assigned, map[string]any{"at": at(n), "assignee": user})
		acknowledged = append(acknowledged, map[string]any{"at": at(n + 3), "acknowledger": user})
		responders = append(responders, map[string]any{"state": "pending", "user": user, "incident": ref("incident", id, title),
			"updated_at": at(n), "message": "Please help with " + title, "requester": users[0], "requested_at": at(n)})
	}
	incident := ref("incident", id, fmt.Sprintf("[#%d] %s", 1000+i, title))
	for name, value := range map[string]any{
		"type": "incident", "incident_number": 1000 + i, "title": title, "description": title, "created_at": at(0), "updated_at": at(9),
		"status": []string{"triggered", "acknowledged", "resolved"}[i%3], "urgency": "high", "incident_key": key(ticket),
		"service":           ref("service", "PSERVICE1", "Payments API"),
		"escalation_policy": ref("escalation_policy", "PPOLICY01", "Payments on call"),
		"priority": map[string]any{"id": "PPRIO001", "type": "priority", "summary": "P1", "name": "P1", "description": "Customers cannot pay",
			"color": "a8171c", "order": 67108864, "schema_version": 1, "account_id": "PACME01", "html_url": nil,
			"self": "https://api.pagerduty.com/priorities/PPRIO001", "created_at": at(-900), "updated_at": at(-900)},
		"assignments": assigned, "acknowledgements": acknowledged, "assigned_via": "escalation_policy",
		"last_status_change_at": at(4), "last_status_change_by": users[0], "resolved_at": nil,
		"teams":                   []any{ref("team", "PTEAM001", "Payments"), ref("team", "PTEAM002", "Reliability")},
		"pending_actions":         []any{map[string]any{"type": "escalate", "at": at(30)}, map[string]any{"type": "resolve", "at": at(240)}},
		"impacted_services":       []any{ref("service", "PSERVICE1", "Payments API"), ref("service", "PSERVICE2", "Checkout")},
		"alert_counts":            map[string]any{"all": 3, "triggered": 2, "resolved": 1},
		"is_mergeable":            true,
		"incident_type":           map[string]any{"name": "incident_default"},
		"alert_grouping":          map[string]any{"grouping_type": "basic", "started_at": at(0), "ended_at": nil, "alert_grouping_active": true},
		"first_trigger_log_entry": ref("trigger_log_entry", "R"+id, "Triggered through the website."),
		"basic_alert_grouping":    nil, "occurrence": nil, "conference_bridge": nil,
		"incidents_responders": responders[:1], "responder_requests": []any{}, "subscriber_requests": []any{},
	} {
		incident[name] = value
	}
	return incident
}

// serveProxy is what the program is compared with: the standard library's
// proxy, with the program's own transport.
func serveProxy(ctx context.Context, args []string) error {
	target, err := url.Parse(os.Getenv("UPSTREAM"))
	if err != nil {
		return err
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = pagerduty.Transport()
	return serve(ctx, args[0], proxy)
}
