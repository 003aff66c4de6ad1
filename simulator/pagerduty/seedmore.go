package pagerduty

import (
	"strings"
	"time"
)

// What the seed has beyond incidents and their status.

// customize gives an account custom fields, one of each sort.
func (a *account) customize(at time.Time) {
	add := func(name, display, data, kind string, description any, options ...string) {
		a.fields = append(a.fields, &customField{
			id: id('P', a.id+" field "+name), name: name, display: display, description: description, data: data, kind: kind, options: options, created: at,
		})
	}
	add("environment", "Environment", "string", "single_value_fixed", "Where it happens", "production", "staging", "test")
	add("data_loss", "Data loss", "boolean", "single_value", "Whether anything was lost")
	add("affected_customers", "Affected customers", "integer", "single_value", nil)
	add("regions", "Regions", "string", "multi_value_fixed", "Where customers notice it", "EU", "US", "APAC")
	add("runbook", "Runbook", "url", "single_value", "What to do")
	add("root_cause", "Root cause", "string", "single_value", "Known later, if at all")
}

// automate gives an account workflows: one by hand for everything, one by hand
// for some services under a name that tries to be markup, and one that nobody
// can start.
func (a *account) automate(at time.Time, some ...*service) {
	add := func(name, description, condition string, services ...*service) {
		a.workflows = append(a.workflows, &workflow{
			id: id('P', a.id+" workflow "+name), trigger: id('P', a.id+" trigger "+name), name: name, description: description,
			condition: condition, services: services, created: at,
		})
	}
	add("Call the incident commander", "Pages the commander and opens a bridge", "")
	add(`<b onmouseover="alert(1)">Post to chat</b>`, `</option></select><script>alert(1)</script>`, "", some...)
	add("Announce P1 incidents", "Starts by itself", "incident.priority matches 'P1'")
}

// connect changes what integrations the services of an account have: none, mail
// alone, or several of which one has a name that tries to be markup.
func (a *account) connect(at time.Time) {
	for _, v := range a.services {
		if v.name == "Support desk" || strings.HasSuffix(v.name, " archive") {
			v.integrations = nil
		}
	}
	mail := a.serviceNamed("Mail intake")
	mail.integrations = nil
	mail.integrate(mailKind, "Email", nil, at)
	several := a.serviceNamed("Status page")
	several.integrate(eventsV2, "Zendesk", vendors[0], at)
	several.integrate("nagios_inbound_integration", "Nagios", vendors[1], at)
	several.integrate(eventsV2, `<img src=x onerror=alert(1)> & "quotes"`, nil, at)
	several.integrate(mailKind, "Email", nil, at)
}

func (a *account) field(name string) *customField {
	return find(a.fields, func(f *customField) bool { return f.name == name })
}

// fill gives an incident something of everything that an incident can have.
func (w *world) fill(i *incident, lee, jane, omar, stan *person, watching *team) {
	a, at := i.account, func(minutes int) time.Time { return i.created.Add(time.Duration(minutes) * time.Minute) }
	i.bridge = bridge{"+1 415-555-0123,,,,4321#", "https://meet.example/payments"}
	w.annotate(i, at(6), lee, "The card processor answers slowly. I have opened a case with them.")
	w.request(i, at(8), lee, "Please help with the card processor", target{person: jane}, target{person: omar})
	i.responders[0].state, i.responders[0].updated = "joined", at(9)
	w.report(i, at(10), "Payments enrichment rule", "Runbook: https://wiki.example/payments/latency")
	i.subscribers = []*subscriber{{person: stan}, {team: watching}}
	w.update(i, at(12), lee, "Card payments are slow. We are in touch with the processor.")
	w.annotate(i, at(20), jane, "Retries are on.\nHalf of the payments go through now.")
	i.values[a.field("environment")], i.values[a.field("data_loss")], i.values[a.field("affected_customers")] = "production", false, 1200
	i.values[a.field("regions")], i.values[a.field("runbook")] = []any{"EU", "US"}, "https://wiki.example/payments/latency"
	w.log(i, at(22), agent{person: lee}, "custom_field_value_change", "Custom fields changed by "+lee.name).changes = []string{"environment:  to production"}
	// Kinds come that nobody has heard of.
	w.log(i, at(25), agent{service: i.service}, "bananas", "The bananas are ripe")
}

// spoil makes incidents hostile: markup, scripts and endless words in whatever
// people can write.
func (w *world) spoil(by *person, hostile ...*incident) {
	for _, i := range hostile {
		at := i.created.Add(5 * time.Minute)
		i.bridge = bridge{`<img src=x onerror=alert(1)>`, "javascript:alert(1)"}
		w.annotate(i, at, by, `</textarea><script>alert("note")</script><img src=x onerror=alert(1)> & "quotes"`)
		w.annotate(i, at, by, "\u202eevil \U0001f9ef "+strings.Repeat("endless", 150))
		w.report(i, at, `<b>Bot</b>`, `<a href="javascript:alert(1)">open</a>`)
		a := i.account
		i.values[a.field("runbook")], i.values[a.field("root_cause")] = "javascript:alert(1)", `<script>alert("field")</script>`
		i.values[a.field("regions")] = []any{"EU"}
		w.log(i, at, agent{service: i.service}, "bananas", `<script>alert("timeline")</script>`)
	}
}

// plain makes open incidents that no ticket is known of, for somebody who looks
// for one. They come last, so that those before keep their numbers.
func (w *world) plain(now time.Time, a *account, jane, omar *person) {
	for n, p := range []struct {
		service, title, urgency, priority string
		by                                *person
	}{
		{"Payments API", "Settlement report is missing", "low", "P4", jane},
		{"Checkout web", "Address search answers with an error", "high", "P3", jane},
		{"Status page", "Subscribers get no mail", "low", "", jane},
		{"Billing API", "Invoices are numbered twice", "high", "P2", omar},
		{"Card processor", "Chargeback file was not sent", "high", "P2", jane},
		{"Payments API", "Checkout is slow with saved cards", "high", "", omar},
	} {
		w.past(now, time.Duration(15+20*n)*time.Minute, a.serviceNamed(p.service), p.title, p.urgency, p.priority, "", p.by)
	}
	last := a.incidents[len(a.incidents)-1]
	w.acknowledge(last, last.created.Add(3*time.Minute), agent{person: omar})
}
