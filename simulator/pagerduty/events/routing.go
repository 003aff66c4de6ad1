package events

import (
	"encoding/json"
	"strings"

	"zendesk-pagerduty/simulator/pagerduty/account"
)

// receiver is what a routing key stands for: it says to which service a new
// alert goes. It may return nil, for nowhere.
type receiver func(e event) *account.Service

// receiver finds what a routing key stands for in a region; nil for nothing.
func (s *Server) receiver(region, key string) receiver {
	i, o := s.Store.ByRoutingKey(region, key)
	switch {
	case i != nil:
		return func(event) *account.Service { return i.Service }
	case o != nil:
		return func(e event) *account.Service { return route(o, e) }
	}
	return nil
}

func route(o *account.Orchestration, e event) *account.Service {
	for _, r := range o.Rules {
		if strings.EqualFold(e.field(r.Field), r.Value) {
			return r.Service
		}
	}
	return o.Fallback
}

// field is a part of an event as a rule names it; empty where there is no such
// text.
func (e event) field(name string) string {
	if e.Payload == nil {
		return ""
	}
	if name == "severity" {
		return e.Payload.Severity
	}
	detail, ok := strings.CutPrefix(name, "custom_details.")
	var details map[string]any
	if !ok || json.Unmarshal(e.Payload.Details, &details) != nil {
		return ""
	}
	text, _ := details[detail].(string)
	return text
}
