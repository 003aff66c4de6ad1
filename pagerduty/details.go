package pagerduty

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zendesk-pagerduty/incident"
)

// detailsPage is how many alerts or timeline entries are read at a time.
const detailsPage = 20

type wireAbout struct {
	wireIncident
	Body struct {
		Details json.RawMessage `json:"details"`
	} `json:"body"`
	Policy struct {
		wireRef
		Rules []struct {
			Targets []wireRef `json:"targets"`
		} `json:"escalation_rules"`
	} `json:"escalation_policy"`
	Acknowledgements []struct {
		Acknowledger wireRef `json:"acknowledger"`
	} `json:"acknowledgements"`
	Responders []struct {
		State string  `json:"state"`
		User  wireRef `json:"user"`
	} `json:"incidents_responders"`
	Requests []wireRequest `json:"responder_requests"`
	Bridge   *struct {
		Number string `json:"conference_number"`
		URL    string `json:"conference_url"`
	} `json:"conference_bridge"`
	Fields []struct {
		Name  string          `json:"display_name"`
		ID    string          `json:"name"`
		Value json.RawMessage `json:"value"`
	} `json:"custom_fields"`
}

// wireRequest is one request for help. Its targets are one object deeper than the
// API reference's schema says, as its example has them.
type wireRequest struct {
	Targets []struct {
		Target struct {
			wireRef
			Asked []struct {
				User wireRef `json:"user"`
			} `json:"incidents_responders"`
		} `json:"responder_request_target"`
	} `json:"responder_request_targets"`
}

// responder finds out how somebody was asked. Where the requests say nothing of them
// they were asked by name.
func responder(who incident.Ref, state string, requests []wireRequest) incident.Responder {
	r := incident.Responder{Who: who, State: state}
	for _, request := range requests {
		for _, t := range request.Targets {
			switch strings.TrimSuffix(t.Target.Type, "_reference") {
			case "user":
				r.Direct = r.Direct || t.Target.ID == who.ID
			case "escalation_policy":
				for _, asked := range t.Target.Asked {
					if asked.User.ID == who.ID && !slices.Contains(r.Policies, t.Target.ref()) {
						r.Policies = append(r.Policies, t.Target.ref())
					}
				}
			}
		}
	}
	r.Direct = r.Direct || len(r.Policies) == 0
	return r
}

// About implements [incident.Reader].
func (a *Agent) About(ctx context.Context, id string) (incident.About, error) {
	var answer struct {
		Incident wireAbout `json:"incident"`
	}
	query := url.Values{"include[]": {"body", "conference_bridge", "custom_fields", "escalation_policies"}}
	if err := a.get(ctx, of(id), query, &answer); err != nil {
		return incident.About{}, err
	}
	w := answer.Incident
	in, err := a.only(one{w.wireIncident})
	if err != nil {
		return incident.About{}, err
	}
	in.Policy = w.Policy.wireRef.ref()
	about := incident.About{Incident: in}
	if json.Unmarshal(w.Body.Details, &about.Description) != nil { // an object, of an event: its alert shows it
		about.Description = ""
	}
	about.Description = shortened(about.Description)
	for _, x := range w.Acknowledgements {
		about.Acknowledgers = append(about.Acknowledgers, x.Acknowledger.ref())
	}
	for _, x := range w.Responders {
		about.Responders = append(about.Responders, responder(x.User.ref(), x.State, w.Requests))
	}
	if w.Bridge != nil {
		about.Bridge = incident.Bridge{Number: w.Bridge.Number, URL: a.safeURL(w.Bridge.URL)}
		if about.Bridge.URL == "" {
			about.Bridge.Text = w.Bridge.URL
		}
	}
	for _, x := range w.Fields {
		if value := plain(x.Value); value != "" {
			about.Fields = append(about.Fields, incident.Field{Name: cmp.Or(x.Name, x.ID), Value: value, URL: a.safeURL(value)})
		}
	}
	for i, r := range w.Policy.Rules {
		level := incident.Level{Number: i + 1}
		for _, t := range r.Targets {
			level.Targets = append(level.Targets, t.ref())
		}
		about.Levels = append(about.Levels, level)
	}
	return about, nil
}

// maxValue is as much of one value as a panel shows, in characters: the rest is
// in PagerDuty.
const maxValue = 4_000

func shortened(s string) string {
	if utf8.RuneCountInString(s) <= maxValue {
		return s
	}
	return string([]rune(s)[:maxValue]) + "…"
}

// plain words a JSON value: a list as its items, an object as JSON.
func plain(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return ""
	}
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return shortened(v)
	case []any:
		words := make([]string, len(v))
		for i, x := range v {
			words[i] = fmt.Sprint(x)
		}
		return shortened(strings.Join(words, ", "))
	case map[string]any:
		if inner, ok := v["value"]; ok && len(v) == 1 { // PagerDuty's description wraps values so
			wrapped, _ := json.Marshal(inner)
			return plain(wrapped)
		}
	}
	return shortened(string(raw))
}

// Alerts implements [incident.Reader].
func (a *Agent) Alerts(ctx context.Context, id string, offset int) (incident.Page[incident.Alert], error) {
	var answer struct {
		Alerts []struct {
			Summary  string   `json:"summary"`
			HTMLURL  string   `json:"html_url"`
			Status   string   `json:"status"`
			Severity string   `json:"severity"`
			At       wireTime `json:"created_at"`
			Body     struct {
				Details  json.RawMessage `json:"details"`
				Contexts []struct {
					Href string `json:"href"`
					Src  string `json:"src"`
					Text string `json:"text"`
				} `json:"contexts"`
			} `json:"body"`
		} `json:"alerts"`
		More bool `json:"more"`
	}
	var page incident.Page[incident.Alert]
	if err := a.get(ctx, of(id, "alerts"), paged(offset), &answer); err != nil {
		return page, err
	}
	page.More = answer.More
	for _, w := range answer.Alerts {
		alert := incident.Alert{
			Summary:  w.Summary,
			Status:   w.Status,
			Severity: w.Severity,
			URL:      a.safeURL(w.HTMLURL),
			At:       w.At.Time,
			Details:  flat(w.Body.Details),
		}
		for _, c := range w.Body.Contexts {
			address := cmp.Or(c.Href, c.Src)
			if address != "" || c.Text != "" {
				alert.Links = append(alert.Links, incident.Ref{Name: cmp.Or(c.Text, address), URL: a.safeURL(address)})
			}
		}
		page.List = append(page.List, alert)
	}
	return page, nil
}

func paged(offset int) url.Values {
	q := url.Values{"limit": {strconv.Itoa(detailsPage)}}
	if offset > 0 {
		q.Set("offset", strconv.Itoa(offset))
	}
	return q
}

// Timeline implements [incident.Reader].
func (a *Agent) Timeline(
	ctx context.Context,
	id string,
	overview bool,
	offset int,
) (incident.Page[incident.Entry], error) {
	var answer struct {
		Entries []struct {
			Type    string   `json:"type"`
			Summary string   `json:"summary"`
			Note    string   `json:"note"`
			Agent   wireRef  `json:"agent"`
			At      wireTime `json:"created_at"`
		} `json:"log_entries"`
		More bool `json:"more"`
	}
	query := paged(offset)
	if overview {
		query.Set("is_overview", "true")
	}
	var page incident.Page[incident.Entry]
	if err := a.get(ctx, of(id, "log_entries"), query, &answer); err != nil {
		return page, err
	}
	page.More = answer.More
	for _, w := range answer.Entries {
		page.List = append(page.List, incident.Entry{
			Kind:    strings.TrimSuffix(w.Type, "_log_entry"),
			Agent:   w.Agent.ref(),
			Summary: w.Summary,
			Note:    w.Note,
			At:      w.At.Time,
		})
	}
	return page, nil
}
