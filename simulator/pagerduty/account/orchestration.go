package account

import "strings"

// Orchestration is an account's Global Orchestration (formerly Global Event
// Rules): one routing key, and rules that say which service an event is for.
type Orchestration struct {
	ID, Name, Key string
	Rules         []Rule
	Fallback      *Service
}

// Rule sends an event to a service where a field has a value, whatever its
// case. The first that fits decides.
type Rule struct {
	Field   string // "severity" or "custom_details.NAME"
	Value   string
	Service *Service
}

// AddOrchestration gives an account one. Its key looks as PagerDuty's do.
func (a *Account) AddOrchestration(fallback *Service, rules ...Rule) {
	const name = "Zendesk tickets"
	a.Orchestration = &Orchestration{
		ID:       ID('P', a.ID+" orchestration "+name),
		Name:     name,
		Rules:    rules,
		Fallback: fallback,
		Key:      "R0" + strings.ToUpper(integrationKey(a.ID + " orchestration " + name)[:30]),
	}
}
