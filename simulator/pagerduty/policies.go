package pagerduty

import (
	"net/http"
	"time"
)

func (c *call) listPolicies() (int, any, *refusal) {
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	var found []*policy
	for _, pol := range c.acct.policies {
		if c.me.sees(pol.teams) && contains(pol.name, c.q.Get("query")) {
			found = append(found, pol)
		}
	}
	return http.StatusOK, list("escalation_policies", found, p, c.policy), nil
}

func (s *State) policy(p *policy) object {
	o := s.policyRef(p)
	services, rules := []object{}, []object{}
	if len(p.services) > 0 {
		for _, v := range p.services[:min(3, len(p.services))] {
			services = append(services, s.serviceRef(v))
		}
	}
	levels := p.levels
	if len(levels) == 0 { // a schedule that nobody is on
		levels = []level{{schedule: p.name + " schedule"}}
	}
	for n, l := range levels {
		targets := s.userRefs(l.people)
		if l.schedule != "" {
			targets = []object{s.scheduleRef(l.schedule)}
		}
		rules = append(rules, object{"id": id('P', "rule "+p.id+string(rune('1'+n))), "escalation_delay_in_minutes": 30, "targets": targets})
	}
	o["type"], o["name"], o["num_loops"], o["on_call_handoff_notifications"] = "escalation_policy", p.name, 0, "if_has_services"
	o["escalation_rules"], o["services"], o["teams"] = rules, services, s.teamRefs(p.teams)
	return o
}

func (s *State) scheduleRef(name string) object {
	return s.refTo("schedule", id('P', "schedule "+name), name, "schedules")
}

// duty is somebody's place in a policy.
type duty struct {
	policy *policy
	level  int
	who    *person
	on     string // the schedule; without one they are always on call
}

func (c *call) listOnCalls() (int, any, *refusal) {
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	var found []duty
	for _, pol := range c.acct.policies {
		if !c.me.sees(pol.teams) || !c.oneOf("escalation_policy_ids[]", pol.id) {
			continue
		}
		for n, l := range pol.levels {
			for _, who := range l.people {
				if c.oneOf("user_ids[]", who.id) && c.oneOf("schedule_ids[]", id('P', "schedule "+l.schedule)) {
					found = append(found, duty{pol, n + 1, who, l.schedule})
				}
			}
		}
	}
	return http.StatusOK, list("oncalls", found, p, c.duty), nil
}

// duty has start and end where a schedule says so.
func (c *call) duty(d duty) object {
	o := object{"escalation_policy": c.policyRef(d.policy), "user": c.userRef(d.who), "escalation_level": d.level}
	if d.on != "" {
		start := c.now.Truncate(12 * time.Hour)
		o["schedule"], o["start"], o["end"] = c.scheduleRef(d.on), stamp(start), stamp(start.Add(12*time.Hour))
	}
	return o
}
