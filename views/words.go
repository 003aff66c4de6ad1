package views

import "zendesk-pagerduty/views/text"

// known keeps class names to those that the style sheet has: a status comes
// from elsewhere.
func known(status string) string {
	switch status {
	case "triggered", "acknowledged", "resolved":
		return status
	}
	return "plain"
}

func statusName(t *text.Texts, status string) string {
	if known(status) == "plain" {
		return status
	}
	return t.S("status." + status)
}

func urgency(t *text.Texts, u string) string {
	if u == "high" || u == "low" {
		return t.S("urgency." + u)
	}
	return u
}

func titleOf(t *text.Texts, title string) string {
	if title == "" {
		return t.S("card.untitled")
	}
	return title
}
