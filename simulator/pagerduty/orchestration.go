package pagerduty

import (
	"encoding/json"
	"strings"
)

// orchestration is an account's Global Orchestration (formerly Global Event
// Rules): one routing key, and rules that say which service an event is for.
type orchestration struct {
	id, name, key string
	rules         []rule
	fallback      *service
}

// rule sends an event to a service where a field has a value, whatever its
// case. The first that fits decides.
type rule struct {
	field   string // "severity" or "custom_details.NAME"
	value   string
	service *service
}

// orchestrate gives an account one. Its key looks as PagerDuty's do.
func (a *account) orchestrate(fallback *service, rules ...rule) {
	const name = "Zendesk tickets"
	a.orchestration = &orchestration{
		id: id('P', a.id+" orchestration "+name), name: name, rules: rules, fallback: fallback,
		key: "R0" + strings.ToUpper(integrationKey(a.id + " orchestration " + name)[:30]),
	}
}

func (o *orchestration) route(e event) *service {
	for _, r := range o.rules {
		if strings.EqualFold(e.field(r.field), r.value) {
			return r.service
		}
	}
	return o.fallback
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

// OrchestrationInfo is an account's Global Orchestration as a test looks at it.
type OrchestrationInfo struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Key     string     `json:"key"`
	Rules   []RuleInfo `json:"rules"`
	Default string     `json:"default"` // a service's name
}

// RuleInfo is one of its rules: the first that fits an event names the service.
type RuleInfo struct {
	Field   string `json:"field"`
	Value   string `json:"value"`
	Service string `json:"service"` // its name
}

// Orchestration is acme's.
func (s *Simulator) Orchestration() OrchestrationInfo {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	o := s.state.world.account("acme").orchestration
	info := OrchestrationInfo{ID: o.id, Name: o.name, Key: o.key, Default: o.fallback.name}
	for _, r := range o.rules {
		info.Rules = append(info.Rules, RuleInfo{r.field, r.value, r.service.name})
	}
	return info
}
