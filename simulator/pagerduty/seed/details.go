package seed

import (
	"strings"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
)

// What the seed has beyond incidents and their status.

// addCustomFields gives an account custom fields, one of each sort.
func addCustomFields(a *account.Account, at time.Time) {
	add := func(name, display, data, kind string, description any, options ...string) {
		a.Fields = append(a.Fields, &account.CustomField{
			ID:          account.ID('P', a.ID+" field "+name),
			Name:        name,
			Display:     display,
			Description: description,
			Data:        data,
			Kind:        kind,
			Options:     options,
			Created:     at,
		})
	}
	add("environment", "Environment", "string", "single_value_fixed", "Where it happens", "production", "staging", "test")
	add("data_loss", "Data loss", "boolean", "single_value", "Whether anything was lost")
	add("affected_customers", "Affected customers", "integer", "single_value", nil)
	add("regions", "Regions", "string", "multi_value_fixed", "Where customers notice it", "EU", "US", "APAC")
	add("runbook", "Runbook", "url", "single_value", "What to do")
	add("root_cause", "Root cause", "string", "single_value", "Known later, if at all")
}

// addWorkflows gives an account workflows: one by hand for everything, one by hand
// for some services under a name that tries to be markup, and one that nobody
// can start.
func addWorkflows(a *account.Account, at time.Time, some ...*account.Service) {
	add := func(name, description, condition string, services ...*account.Service) {
		a.Workflows = append(a.Workflows, &account.Workflow{
			ID:          account.ID('P', a.ID+" workflow "+name),
			Trigger:     account.ID('P', a.ID+" trigger "+name),
			Name:        name,
			Description: description,
			Condition:   condition,
			Services:    services,
			Created:     at,
		})
	}
	add("Call the incident commander", "Pages the commander and opens a bridge", "")
	add(`<b onmouseover="alert(1)">Post to chat</b>`, `</option></select><script>alert(1)</script>`, "", some...)
	add("Announce P1 incidents", "Starts by itself", "incident.priority matches 'P1'")
}

// addIntegrations changes what integrations the services of an account have: none, mail
// alone, or several of which one has a name that tries to be markup.
func addIntegrations(a *account.Account, at time.Time) {
	for _, v := range a.Services {
		if v.Name == "Support desk" || strings.HasSuffix(v.Name, " archive") {
			v.Integrations = nil
		}
	}
	mail := a.ServiceNamed("Mail intake")
	mail.Integrations = nil
	mail.AddIntegration(account.MailKind, "Email", nil, at)
	several := a.ServiceNamed("Status page")
	several.AddIntegration(account.EventsV2, "Zendesk", account.Vendors[0], at)
	several.AddIntegration("nagios_inbound_integration", "Nagios", account.Vendors[1], at)
	several.AddIntegration(account.EventsV2, `<img src=x onerror=alert(1)> & "quotes"`, nil, at)
	several.AddIntegration(account.MailKind, "Email", nil, at)
}

func field(a *account.Account, name string) *account.CustomField {
	return account.Find(a.Fields, func(f *account.CustomField) bool { return f.Name == name })
}

// addDetails gives an incident something of everything that an incident can have.
func addDetails(w *account.Store, i *account.Incident, lee, jane, omar, stan *account.Person, watching *account.Team) {
	a, at := i.Account, func(minutes int) time.Time { return i.Created.Add(time.Duration(minutes) * time.Minute) }
	i.Bridge = account.Bridge{Number: "+1 415-555-0123,,,,4321#", URL: "https://meet.example/payments"}
	w.AddNote(i, at(6), lee, "The card processor answers slowly. I have opened a case with them.")
	w.RequestResponders(i, at(8), lee, "Please help with the card processor", account.Target{
		Person: jane,
	}, account.Target{Person: omar})
	i.Responders[0].State, i.Responders[0].Updated = "joined", at(9)
	w.AddBotNote(i, at(10), "Payments enrichment rule", "Runbook: https://wiki.example/payments/latency")
	i.Subscribers = []*account.Subscriber{{Person: stan}, {Team: watching}}
	w.AddStatusUpdate(i, at(12), lee, "Card payments are slow. We are in touch with the processor.")
	w.AddNote(i, at(20), jane, "Retries are on.\nHalf of the payments go through now.")
	i.Values[field(a, "environment")] = "production"
	i.Values[field(a, "data_loss")] = false
	i.Values[field(a, "affected_customers")] = 1200
	i.Values[field(a, "regions")], i.Values[field(a, "runbook")] = []any{
		"EU", "US",
	}, "https://wiki.example/payments/latency"
	w.Log(i, at(22), account.Agent{
		Person: lee,
	}, "custom_field_value_change", "Custom fields changed by "+lee.Name).Changes = []string{"environment:  to production"}
	// Kinds come that nobody has heard of.
	w.Log(i, at(25), account.Agent{Service: i.Service}, "bananas", "The bananas are ripe")
}

// makeHostile makes incidents hostile: markup, scripts and endless words in whatever
// people can write.
func makeHostile(w *account.Store, by *account.Person, hostile ...*account.Incident) {
	for _, i := range hostile {
		at := i.Created.Add(5 * time.Minute)
		i.Bridge = account.Bridge{Number: `<img src=x onerror=alert(1)>`, URL: "javascript:alert(1)"}
		w.AddNote(i, at, by, `</textarea><script>alert("note")</script><img src=x onerror=alert(1)> & "quotes"`)
		w.AddNote(i, at, by, "\u202eevil \U0001f9ef "+strings.Repeat("endless", 150))
		w.AddBotNote(i, at, `<b>Bot</b>`, `<a href="javascript:alert(1)">open</a>`)
		a := i.Account
		i.Values[field(a, "runbook")] = "javascript:alert(1)"
		i.Values[field(a, "root_cause")] = `<script>alert("field")</script>`
		i.Values[field(a, "regions")] = []any{"EU"}
		w.Log(i, at, account.Agent{Service: i.Service}, "bananas", `<script>alert("timeline")</script>`)
	}
}

// addUnlinked makes open incidents that no ticket is known of, for somebody who looks
// for one. They come last, so that those before keep their numbers.
func addUnlinked(w *account.Store, now time.Time, a *account.Account, jane, omar *account.Person) {
	for n, p := range []struct {
		service, title, urgency, priority string
		by                                *account.Person
	}{
		{"Payments API", "Settlement report is missing", "low", "P4", jane},
		{"Checkout web", "Address search answers with an error", "high", "P3", jane},
		{"Status page", "Subscribers get no mail", "low", "", jane},
		{"Billing API", "Invoices are numbered twice", "high", "P2", omar},
		{"Card processor", "Chargeback file was not sent", "high", "P2", jane},
		{"Payments API", "Checkout is slow with saved cards", "high", "", omar},
	} {
		addIncident(w, now, time.Duration(15+20*n)*time.Minute, a.ServiceNamed(p.service), p.title, p.urgency, p.priority, "",
			p.by)
	}
	last := a.Incidents[len(a.Incidents)-1]
	w.Acknowledge(last, last.Created.Add(3*time.Minute), account.Agent{Person: omar})
}
