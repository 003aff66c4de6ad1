package pagerduty

import (
	"fmt"
	"strings"
	"time"
)

// newWorld is the seed: the account acme in the US with seven people, four
// teams (one private), some three hundred services and the incidents of six
// tickets; and nordwind in the EU.
func newWorld(now time.Time, us, eu string) *world {
	w := &world{web: us + "/web", made: map[string]int{}}
	acme := &account{id: "PACME01", subdomain: "acme", region: &region{name: "us", base: us, claim: "UnitedStates", prefix: "u"}}
	nordwind := &account{id: "PNORD01", subdomain: "nordwind", region: &region{name: "eu", base: eu, claim: "Europe", prefix: "e"}}
	w.accounts = []*account{acme, nordwind}

	ana := acme.hire("ana", "PANA001", "Ana Torres", "owner")
	lee := acme.hire("lee", "PLEE001", "Lee Park", "user")
	jane := acme.hire("jane", "PJANE01", "Jane Miller", "limited_user")
	omar := acme.hire("omar", "POMAR01", "Omar Haddad", "limited_user")
	olga := acme.hire("olga", "POLGA01", "Olga Petrova", "observer")
	stan := acme.hire("stan", "PSTAN01", "Stan Novak", "read_only_user")
	rita := acme.hire("rita", "PRITA01", "Rita O'Brien", "restricted_access")

	payments := acme.found("Payments", false, jane, lee, omar, olga)
	platform := acme.found("Platform", false, lee, omar)
	cards := acme.found("Card operations", true, jane, lee, ana)
	support := acme.found("Support escalations", false, jane, rita)
	platform.promote(omar)

	daytime := acme.escalate("Payments on call", []*team{payments}, on(lee), level{[]*person{jane}, "Payments evenings"}, on(omar))
	general := acme.escalate("Platform on call", []*team{platform}, on(lee))
	private := acme.escalate("Card operations on call", []*team{cards}, on(lee))
	nobody := acme.escalate("Night desk", []*team{support})

	born := now.AddDate(-2, 0, 0)
	add := func(name, description, status string, p *policy, teams ...*team) *service {
		return acme.offer(name, description, status, born, p, teams...)
	}
	api := add("Payments API", "Takes card and bank payments", "active", daytime, payments)
	checkout := add("Checkout web", "The shop's checkout pages", "active", daytime, payments)
	processor := add("Card processor", "Talks to the card schemes", "active", private, cards)
	add("Legacy fax", "Orders by fax; switched off", "disabled", general, platform)
	add("Search", "Product search", "maintenance", general, platform)
	add("Night desk", "Human help at night", "active", nobody, support)
	open := add("Status page", "What customers see", "warning", general)
	manyServices(add, general, platform)
	add("Support desk", "Second line; nothing sends events here", "active", general)
	add("Mail intake", "Pages by mail alone", "active", general, platform)
	acme.connect(born)
	acme.orchestrate(acme.serviceNamed("Support desk"), rule{"custom_details.priority", "urgent", api}, rule{"severity", "critical", checkout})

	for i, p := range []string{"All customers are affected", "Many customers are affected", "Some customers are affected", "A customer is affected", "For information"} {
		name := fmt.Sprintf("P%d", i+1)
		acme.priorities = append(acme.priorities, &priority{id: id('P', "priority "+name), name: name, description: p})
	}

	acme.customize(born)
	acme.automate(born, api, checkout, open)

	hour, day := time.Hour, 24*time.Hour
	w.past(now, 40*time.Minute, api, "Checkout fails for customers in the EU", "high", "P2", key(102), jane)
	i := w.past(now, 3*hour, api, "Card payments take longer than ten seconds", "high", "", key(103), lee)
	w.acknowledge(i, i.created.Add(4*time.Minute), agent{person: lee})
	w.fill(i, lee, jane, omar, stan, platform)
	i = w.past(now, 125*day, checkout, "Card form does not load", "low", "P4", key(103), jane)
	w.resolve(i, i.created.Add(5*hour), agent{person: jane}, "The form's script was served again")
	w.pastEvent(now, 25*time.Minute, checkout, "Ticket 103 is urgent: card processor latency", key(103))
	i = w.past(now, 9*day, checkout, "Discount codes are refused", "low", "P3", key(104), lee)
	w.resolve(i, i.created.Add(2*hour), agent{person: lee}, "")
	w.past(now, 50*time.Minute, processor, "Card numbers are checked against an old list", "high", "P1", key(105), lee)
	hostile := w.past(now, 2*hour, api, `<script>alert("title")</script><img src=x onerror=alert(1)> "quoted" & 'single'`, "high", "P3", key(106), jane)
	strange := w.past(now, 90*time.Minute, checkout, "Refund \u202egnp.exe of 100 € \U0001f9ef\U0001f525 \u0007次の注文が表示されない", "low", "", key(106), lee)
	long := w.past(now, 80*time.Minute, open, "Verylongwordthatneverends"+strings.Repeat("ghij", 60), "low", "", key(106), lee)
	w.spoil(jane, hostile, strange, long)
	w.past(now, 6*hour, open, "Status page shows yesterday's state", "low", "", "", lee)
	w.past(now, 5*hour, api, "Invoices are late at Globex", "high", "P2", "Zendesk_globex_101", jane)
	w.plain(now, acme, jane, omar)

	eva := nordwind.hire("eva", "PEVA001", "Eva Lindqvist", "limited_user")
	nt := nordwind.found("Betrieb", false, eva)
	np := nordwind.escalate("Betrieb on call", []*team{nt}, on(eva))
	shop := nordwind.offer("Onlineshop", "The German shop", "active", born, np, nt)
	nordwind.offer("Lager", "Warehouse", "active", born, np, nt)
	w.past(now, 70*time.Minute, shop, "Checkout is slow from Germany", "high", "", key(101), eva)
	return w
}

// key is that of a ticket in Zendesk's account acme.
func key(ticket int) string { return fmt.Sprintf("Zendesk_acme_%d", ticket) }

// manyServices adds enough of them that paging and search matter. A few are
// closed, and one has a name that tries to be markup.
func manyServices(add func(name, description, status string, p *policy, teams ...*team) *service, p *policy, t *team) {
	areas := []string{
		"Billing", "Invoices", "Orders", "Returns", "Warehouse", "Shipping", "Catalog", "Pricing", "Recommendations",
		"Accounts", "Login", "Mail", "Push", "Fraud", "Ledger", "Reports", "Partners", "Loyalty", "Reviews", "Media",
	}
	parts := []string{
		"API", "worker", "scheduler", "database", "cache", "queue", "web", "admin", "importer", "exporter",
		"gateway", "search index", "webhooks", "archive", "monitor",
	}
	n := 0
	for _, area := range areas {
		for _, part := range parts {
			status := "active"
			switch n++; {
			case n%61 == 0:
				status = "disabled"
			case n%53 == 0:
				status = "maintenance"
			}
			add(area+" "+part, "", status, p, t)
		}
	}
	add(`<b onmouseover="alert(1)">Bold & brave</b>`, `</textarea><script>alert(1)</script>`, "active", p)
}

func (a *account) hire(login, id, name, role string) *person {
	p := &person{login: login, id: id, name: name, role: role, email: login + "@" + a.subdomain + ".example", account: a}
	a.people = append(a.people, p)
	return p
}

func (a *account) found(name string, private bool, people ...*person) *team {
	t := &team{id: id('P', a.id+" team "+name), name: name, private: private}
	for _, p := range people {
		role := "responder"
		switch p.role {
		case "owner", "admin", "user":
			role = "manager"
		case "observer", "restricted_access":
			role = "observer"
		}
		t.members = append(t.members, member{p, role})
	}
	a.teams = append(a.teams, t)
	return t
}

// promote makes a member their team's manager, whatever their base role.
func (t *team) promote(p *person) {
	for n := range t.members {
		if t.members[n].person == p {
			t.members[n].role = "manager"
		}
	}
}

func (a *account) escalate(name string, teams []*team, levels ...level) *policy {
	p := &policy{id: id('P', a.id+" policy "+name), name: name, teams: teams, levels: levels}
	a.policies = append(a.policies, p)
	return p
}

// on is a level of people who are always on call.
func on(people ...*person) level { return level{people: people} }

func (a *account) offer(name, description, status string, created time.Time, p *policy, teams ...*team) *service {
	s := &service{
		id: id('P', a.id+" service "+name), name: name, description: description, status: status,
		policy: p, teams: teams, created: created, account: a,
	}
	s.integrate(eventsV2, "Events API v2", nil, created)
	a.services, p.services = append(a.services, s), append(p.services, s)
	return s
}

// past makes an incident as if it had been created some time ago.
func (w *world) past(now time.Time, ago time.Duration, s *service, title, urgency, prio, key string, assignee *person) *incident {
	i := w.begin(now.Add(-ago), s, title, urgency, agent{person: assignee})
	i.key, i.priority = key, s.account.priorityNamed(prio)
	i.details = "Reported by a customer."
	w.assign(i, i.created, agent{person: assignee}, "assign", assignee)
	return i
}

// pastEvent makes an incident as if an event had triggered it.
func (w *world) pastEvent(now time.Time, ago time.Duration, s *service, title, key string) *incident {
	i := w.trigger(now.Add(-ago), s, title, "high", agent{service: s})
	i.details = map[string]any{
		"ticket":   map[string]any{"url": "https://acme.zendesk.com/agent/tickets/103", "requester": map[string]any{"name": "Globex", "plan": nil}},
		"latency":  map[string]any{"p50": 0.8, "p99": 12.5, "samples": []any{11.9, 12.5, 13}},
		"affected": []any{"card", "wallet"}, "paid": true, "note": `<img src=x onerror=alert(1)>`,
	}
	w.alert(i, i.created, s.key(), key, title, "critical", i.details,
		map[string]any{"type": "link", "href": "https://status.example/card-processor", "text": "Status of the card processor"},
		map[string]any{"type": "image", "src": "https://graphs.example/latency.png", "href": "https://graphs.example/latency", "text": "Latency"},
		map[string]any{"type": "link", "href": "javascript:alert(1)", "text": "Runbook"})
	return i
}
