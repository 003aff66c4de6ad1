package directory

import (
	"net/http"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

func listPolicies(c *rest.Call) (int, any, *rest.Refusal) {
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	var found []*account.Policy
	for _, pol := range c.Account.Policies {
		if c.Me.Sees(pol.Teams) && rest.Contains(pol.Name, c.Query.Get("query")) {
			found = append(found, pol)
		}
	}
	if refused := sortByName(c, found, func(p *account.Policy) string { return p.Name }); refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, rest.Page("escalation_policies", found, p, func(pol *account.Policy) rest.Object {
		return PolicyJSON(c.State, pol)
	}), nil
}

// PolicyJSON is an escalation policy as the REST API shows it.
func PolicyJSON(s *state.State, p *account.Policy) rest.Object {
	o := rest.PolicyRef(s, p)
	services, rules := []rest.Object{}, []rest.Object{}
	if len(p.Services) > 0 {
		for _, v := range p.Services[:min(3, len(p.Services))] {
			services = append(services, rest.ServiceRef(s, v))
		}
	}
	levels := p.Levels
	if len(levels) == 0 { // a schedule that nobody is on
		levels = []account.Level{{Schedule: p.Name + " schedule"}}
	}
	for n, l := range levels {
		targets := rest.UserRefs(s, l.People)
		if l.Schedule != "" {
			targets = []rest.Object{scheduleRef(s, l.Schedule)}
		}
		rules = append(rules, rest.Object{
			"id":                          account.ID('P', "rule "+p.ID+string(rune('1'+n))),
			"escalation_delay_in_minutes": 30,
			"targets":                     targets,
		})
	}
	o["type"] = "escalation_policy"
	o["name"] = p.Name
	o["num_loops"] = 0
	o["on_call_handoff_notifications"] = "if_has_services"
	o["escalation_rules"], o["services"], o["teams"] = rules, services, rest.TeamRefs(s, p.Teams)
	return o
}

func scheduleRef(s *state.State, name string) rest.Object {
	return rest.Reference(s, "schedule", account.ID('P', "schedule "+name), name, "schedules")
}

// onCall is somebody's place in a policy.
type onCall struct {
	policy *account.Policy
	level  int
	who    *account.Person
	on     string // the schedule; without one they are always on call
}

func listOnCalls(c *rest.Call) (int, any, *rest.Refusal) {
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	var found []onCall
	for _, pol := range c.Account.Policies {
		if !c.Me.Sees(pol.Teams) || !c.OneOf("escalation_policy_ids[]", pol.ID) {
			continue
		}
		for n, l := range pol.Levels {
			for _, who := range l.People {
				if c.OneOf("user_ids[]", who.ID) && c.OneOf("schedule_ids[]", account.ID('P', "schedule "+l.Schedule)) {
					found = append(found, onCall{pol, n + 1, who, l.Schedule})
				}
			}
		}
	}
	return http.StatusOK, rest.Page("oncalls", found, p, func(d onCall) rest.Object { return onCallJSON(c, d) }), nil
}

// onCallJSON has start and end where a schedule says so.
func onCallJSON(c *rest.Call, d onCall) rest.Object {
	o := rest.Object{
		"escalation_policy": rest.PolicyRef(c.State, d.policy),
		"user":              rest.UserRef(c.State, d.who),
		"escalation_level":  d.level,
	}
	if d.on != "" {
		start := c.Now.Truncate(12 * time.Hour)
		o["schedule"] = scheduleRef(c.State, d.on)
		o["start"] = rest.Stamp(start)
		o["end"] = rest.Stamp(start.Add(12 * time.Hour))
	}
	return o
}
