package zendesk

import (
	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rules"
	"zendesk-pagerduty/simulator/zendesk/settings"
	"zendesk-pagerduty/simulator/zendesk/tickets"
	"zendesk-pagerduty/simulator/zendesk/webhooks"
	"zendesk-pagerduty/simulator/zendesk/workspace"
)

// What an account has, as tests look at it.
type (
	// Settings are the simulator's switches.
	Settings = settings.Settings
	// User is somebody that an account knows.
	User = directory.User
	// Ticket is one ticket.
	Ticket = tickets.Ticket
	// Comment is one message of a ticket's conversation.
	Comment = tickets.Comment
	// Trigger is a rule that looks at every change of a ticket.
	Trigger = rules.Trigger
	// Run is one trigger that fired.
	Run = rules.Run
	// Webhook is a connection to an address that triggers can call.
	Webhook = webhooks.Webhook
	// Invocation is one call of a webhook, with all its attempts.
	Invocation = webhooks.Invocation
	// Guide is what the first page says of the installed app, and Step one thing to try.
	Guide = workspace.Guide
	Step  = workspace.Step
)
