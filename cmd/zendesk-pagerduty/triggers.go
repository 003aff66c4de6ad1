package main

import (
	"encoding/json"
	"io"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
)

// triggersCommand prints, unless it is told to check.
type triggersCommand struct {
	Print printTriggersCommand `cmd:"" default:"withargs" help:"Print the webhook and triggers for Zendesk as JSON. This is what happens without a word."`
	Check checkTriggersCommand `cmd:"" help:"Look in a file of exported webhooks, triggers and targets for what keeps incidents from being created or shown."`
}

type printTriggersCommand struct {
	Subdomain   string            `required:"" help:"The Zendesk account: the part before .zendesk.com."`
	Region      string            `default:"us" enum:"us,eu" help:"Region of the PagerDuty account: us or eu."`
	EventsURL   string            `name:"events-url" placeholder:"URL" help:"Base of the Events API, in place of the region's."`
	RoutingKey  string            `required:"" placeholder:"KEY" help:"The integration key of a service or of a Global Orchestration: 32 letters and digits."`
	Severity    map[string]string `placeholder:"PRIORITY=SEVERITY" help:"Further ticket priorities that page, such as high=error. Urgent pages as critical."`
	Only        map[string]string `placeholder:"FIELD=VALUE" help:"Page by priority only for tickets of a group_id, brand_id or ticket_form_id, or with a tag of current_tags."`
	Service     string            `placeholder:"ID" help:"PagerDuty's id of the service that the key leads to. It is noted in the triggers."`
	Acknowledge bool              `help:"Acknowledge when the ticket is assigned. It stops escalation."`
	Resolve     bool              `default:"true" negatable:"" help:"Resolve when the ticket is solved or closed."`
	HeedOpen    bool              `help:"Do not page while an incident created from the sidebar is open (tag pagerduty_open)."`
	OmitText    bool              `help:"Leave the ticket's text out of events, for a Zendesk whose placeholders do not know the filter url_encode."`
	Detail      map[string]string `placeholder:"NAME=PLACEHOLDER" help:"Custom details, such as organization=ticket.organization.name."`
}

// regions are the bases of the Events API by the names of the flags.
var regions = map[string]string{"us": trigger.EventsUS, "eu": trigger.EventsEU}

func (c printTriggersCommand) Run(out io.Writer) error {
	choices := trigger.Choices{
		Subdomain: c.Subdomain, EventsURL: c.EventsURL, RoutingKey: c.RoutingKey, Severity: c.Severity,
		Only: c.Only, Service: c.Service, Acknowledge: c.Acknowledge, Resolve: c.Resolve, HeedOpen: c.HeedOpen, OmitText: c.OmitText, Details: c.Detail,
	}
	if choices.EventsURL == "" {
		choices.EventsURL = regions[c.Region]
	}
	d, err := trigger.Define(choices)
	if err != nil {
		return wrongChoice(err)
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

func wrongChoice(err error) error {
	code, args, _ := problem.Of(err)
	got, _ := args["got"].(string)
	for _, w := range []struct {
		code       problem.Code
		name, want string
	}{
		{trigger.SubdomainMalformed, "--subdomain", "the part before .zendesk.com, in lower case"},
		{trigger.EventsMalformed, "--events-url", "an https address without a path, such as " + trigger.EventsUS},
		{trigger.KeyMalformed, "--routing-key", "an integration key of 32 letters and digits"},
		{trigger.SeverityUnknown, "--severity", "PRIORITY=SEVERITY, of low, normal, high, urgent and info, warning, error, critical"},
		{trigger.OnlyMalformed, "--only", "FIELD=VALUE, of group_id, brand_id, ticket_form_id and a number, or current_tags and a tag"},
		{trigger.ServiceMalformed, "--service", "the id of a PagerDuty service, such as P1ABCDE"},
		{trigger.DetailMalformed, "--detail", "NAME=PLACEHOLDER, such as organization=ticket.organization.name"},
	} {
		if w.code == code {
			if got == "" {
				got = "something else" // a key is never repeated: it pages
			}
			return &app.SettingError{Name: w.name, Got: got, Want: w.want}
		}
	}
	return err
}
