package seed

import (
	"fmt"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
)

// New is the seed: the account acme in the US with seven people, four
// teams (one private), some three hundred services and the incidents of six
// tickets; and nordwind in the EU.
func New(now time.Time, us, eu string) *account.Store {
	w := &account.Store{Web: us + "/web", Made: map[string]int{}}
	acme := &account.Account{
		ID:        "PACME01",
		Subdomain: "acme",
		Region:    &account.Region{Name: "us", APIBase: us, Claim: "UnitedStates", Prefix: "u"},
	}
	nordwind := &account.Account{
		ID:        "PNORD01",
		Subdomain: "nordwind",
		Region:    &account.Region{Name: "eu", APIBase: eu, Claim: "Europe", Prefix: "e"},
	}
	w.Accounts = []*account.Account{acme, nordwind}

	ana := addPerson(acme, "ana", "PANA001", "Ana Torres", "owner")
	lee := addPerson(acme, "lee", "PLEE001", "Lee Park", "user")
	jane := addPerson(acme, "jane", "PJANE01", "Jane Miller", "limited_user")
	omar := addPerson(acme, "omar", "POMAR01", "Omar Haddad", "limited_user")
	olga := addPerson(acme, "olga", "POLGA01", "Olga Petrova", "observer")
	stan := addPerson(acme, "stan", "PSTAN01", "Stan Novak", "read_only_user")
	rita := addPerson(acme, "rita", "PRITA01", "Rita O'Brien", "restricted_access")

	payments := addTeam(acme, "Payments", false, jane, lee, omar, olga)
	platform := addTeam(acme, "Platform", false, lee, omar)
	cards := addTeam(acme, "Card operations", true, jane, lee, ana)
	support := addTeam(acme, "Support escalations", false, jane, rita)
	makeManager(platform, omar)

	daytime := addPolicy(acme, "Payments on call", []*account.Team{payments}, alwaysOnCall(lee), account.Level{
		People:   []*account.Person{jane},
		Schedule: "Payments evenings",
	}, alwaysOnCall(omar))
	general := addPolicy(acme, "Platform on call", []*account.Team{platform}, alwaysOnCall(lee))
	private := addPolicy(acme, "Card operations on call", []*account.Team{cards}, alwaysOnCall(lee))
	nobody := addPolicy(acme, "Night desk", []*account.Team{support})

	born := now.AddDate(-2, 0, 0)
	add := func(name, description, status string, p *account.Policy, teams ...*account.Team) *account.Service {
		return addService(acme, name, description, status, born, p, teams...)
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
	addIntegrations(acme, born)
	acme.AddOrchestration(acme.ServiceNamed("Support desk"), account.Rule{
		Field:   "custom_details.priority",
		Value:   "urgent",
		Service: api,
	}, account.Rule{Field: "severity", Value: "critical", Service: checkout})

	for i, p := range []string{
		"All customers are affected", "Many customers are affected", "Some customers are affected", "A customer is affected",
		"For information",
	} {
		name := fmt.Sprintf("P%d", i+1)
		acme.Priorities = append(acme.Priorities, &account.Priority{
			ID:          account.ID('P', "priority "+name),
			Name:        name,
			Description: p,
		})
	}

	addCustomFields(acme, born)
	addWorkflows(acme, born, api, checkout, open)

	hour, day := time.Hour, 24*time.Hour
	addIncident(w, now, 40*time.Minute, api, "Checkout fails for customers in the EU", "high", "P2", ticketKey(102), jane)
	i := addIncident(w, now, 3*hour, api, "Card payments take longer than ten seconds", "high", "", ticketKey(103), lee)
	w.Acknowledge(i, i.Created.Add(4*time.Minute), account.Agent{Person: lee})
	addDetails(w, i, lee, jane, omar, stan, platform)
	i = addIncident(w, now, 125*day, checkout, "Card form does not load", "low", "P4", ticketKey(103), jane)
	w.Resolve(i, i.Created.Add(5*hour), account.Agent{Person: jane}, "The form's script was served again")
	addEventIncident(w, now, 25*time.Minute, checkout, "Ticket 103 is urgent: card processor latency", ticketKey(103))
	i = addIncident(w, now, 9*day, checkout, "Discount codes are refused", "low", "P3", ticketKey(104), lee)
	w.Resolve(i, i.Created.Add(2*hour), account.Agent{Person: lee}, "")
	addIncident(w, now, 50*time.Minute, processor, "Card numbers are checked against an old list", "high", "P1",
		ticketKey(105), lee)
	hostile := addIncident(w, now, 2*hour, api,
		`<script>alert("title")</script><img src=x onerror=alert(1)> "quoted" & 'single'`, "high", "P3", ticketKey(106), jane)
	strange := addIncident(w, now, 90*time.Minute, checkout,
		"Refund \u202egnp.exe of 100 € \U0001f9ef\U0001f525 \u0007次の注文が表示されない", "low", "", ticketKey(106), lee)
	long := addIncident(w, now, 80*time.Minute, open, "Verylongwordthatneverends"+strings.Repeat("ghij", 60), "low", "",
		ticketKey(106), lee)
	makeHostile(w, jane, hostile, strange, long)
	addIncident(w, now, 6*hour, open, "Status page shows yesterday's state", "low", "", "", lee)
	addIncident(w, now, 5*hour, api, "Invoices are late at Globex", "high", "P2", "Zendesk_globex_101", jane)
	addUnlinked(w, now, acme, jane, omar)

	eva := addPerson(nordwind, "eva", "PEVA001", "Eva Lindqvist", "limited_user")
	nt := addTeam(nordwind, "Betrieb", false, eva)
	np := addPolicy(nordwind, "Betrieb on call", []*account.Team{nt}, alwaysOnCall(eva))
	shop := addService(nordwind, "Onlineshop", "The German shop", "active", born, np, nt)
	addService(nordwind, "Lager", "Warehouse", "active", born, np, nt)
	addIncident(w, now, 70*time.Minute, shop, "Checkout is slow from Germany", "high", "", ticketKey(101), eva)
	return w
}

// ticketKey is that of a ticket in Zendesk's account acme.
func ticketKey(ticket int) string { return fmt.Sprintf("Zendesk_acme_%d", ticket) }

// manyServices adds enough of them that paging and search matter. A few are
// closed, and one has a name that tries to be markup.
func manyServices(
	add func(name, description, status string, p *account.Policy, teams ...*account.Team) *account.Service,
	p *account.Policy,
	t *account.Team,
) {
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

func addPerson(a *account.Account, login, id, name, role string) *account.Person {
	p := &account.Person{
		Login:   login,
		ID:      id,
		Name:    name,
		Role:    role,
		Email:   login + "@" + a.Subdomain + ".example",
		Account: a,
	}
	a.People = append(a.People, p)
	return p
}

func addTeam(a *account.Account, name string, private bool, people ...*account.Person) *account.Team {
	t := &account.Team{ID: account.ID('P', a.ID+" team "+name), Name: name, Private: private}
	for _, p := range people {
		role := "responder"
		switch p.Role {
		case "owner", "admin", "user":
			role = "manager"
		case "observer", "restricted_access":
			role = "observer"
		}
		t.Members = append(t.Members, account.Member{Person: p, Role: role})
	}
	a.Teams = append(a.Teams, t)
	return t
}

// makeManager makes a member their team's manager, whatever their base role.
func makeManager(t *account.Team, p *account.Person) {
	for n := range t.Members {
		if t.Members[n].Person == p {
			t.Members[n].Role = "manager"
		}
	}
}

func addPolicy(a *account.Account, name string, teams []*account.Team, levels ...account.Level) *account.Policy {
	p := &account.Policy{ID: account.ID('P', a.ID+" policy "+name), Name: name, Teams: teams, Levels: levels}
	a.Policies = append(a.Policies, p)
	return p
}

// alwaysOnCall is a level of people who are always on call.
func alwaysOnCall(people ...*account.Person) account.Level { return account.Level{People: people} }

func addService(
	a *account.Account, name, description, status string, created time.Time, p *account.Policy, teams ...*account.Team,
) *account.Service {
	s := &account.Service{
		ID:          account.ID('P', a.ID+" service "+name),
		Name:        name,
		Description: description,
		Status:      status,
		Policy:      p,
		Teams:       teams,
		Created:     created,
		Account:     a,
	}
	s.AddIntegration(account.EventsV2, "Events API v2", nil, created)
	a.Services, p.Services = append(a.Services, s), append(p.Services, s)
	return s
}

// addIncident makes an incident as if it had been created some time ago.
func addIncident(
	w *account.Store, now time.Time, ago time.Duration, s *account.Service,
	title, urgency, prio, key string, assignee *account.Person,
) *account.Incident {
	i := w.Create(now.Add(-ago), s, title, urgency, account.Agent{Person: assignee})
	i.Key, i.Priority = key, s.Account.PriorityNamed(prio)
	i.Details = "Reported by a customer."
	w.AssignPeople(i, i.Created, account.Agent{Person: assignee}, "assign", assignee)
	return i
}

// addEventIncident makes an incident as if an event had triggered it.
func addEventIncident(
	w *account.Store, now time.Time, ago time.Duration, s *account.Service, title, key string,
) *account.Incident {
	i := w.Trigger(now.Add(-ago), s, title, "high", account.Agent{Service: s})
	i.Details = map[string]any{
		"ticket": map[string]any{
			"url":       "https://acme.zendesk.com/agent/tickets/103",
			"requester": map[string]any{"name": "Globex", "plan": nil},
		},
		"latency":  map[string]any{"p50": 0.8, "p99": 12.5, "samples": []any{11.9, 12.5, 13}},
		"affected": []any{"card", "wallet"},
		"paid":     true,
		"note":     `<img src=x onerror=alert(1)>`,
	}
	w.AddAlert(i, i.Created, s.EventsKey(), key, title, "critical", i.Details,
		map[string]any{
			"type": "link",
			"href": "https://status.example/card-processor",
			"text": "Status of the card processor",
		},
		map[string]any{
			"type": "image",
			"src":  "https://graphs.example/latency.png",
			"href": "https://graphs.example/latency",
			"text": "Latency",
		},
		map[string]any{"type": "link", "href": "javascript:alert(1)", "text": "Runbook"})
	return i
}
