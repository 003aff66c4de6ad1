package trigger

// The bases of the Events API in PagerDuty's service regions (Knowledge Base,
// "Service regions").
const (
	EventsUS = "https://events.pagerduty.com"
	EventsEU = "https://events.eu.pagerduty.com"
)
