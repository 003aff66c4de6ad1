package main

import simzendesk "zendesk-pagerduty/simulator/zendesk"

// setupPath is the app's page for admins, as the simulated account's own.
const setupPath = "/agent/apps/pagerduty?agent=9003"

// guide says what is worth a look, from what the two simulators begin with.
func guide() simzendesk.Guide {
	const none = "no incident yet"
	return simzendesk.Guide{
		Try: []simzendesk.Step{
			{
				Title: "Work on an incident.", Link: "Open ticket 102 as Mia Chen", Account: "acme", Path: "/agent/tickets/102?agent=9001",
				Text: "log in with PagerDuty as Jane Miller, then acknowledge the incident and add a note.",
			},
			{
				Title: "Create one.", Link: "Open ticket 101", Account: "acme", Path: "/agent/tickets/101?agent=9001",
				Text: "and create an incident on the service Payments API. The form says who is on call and what is open already.",
			},
			{
				Title: "Let tickets page by themselves.", Link: "Open the set-up as Sara Lindqvist, an admin", Account: "acme", Path: setupPath,
				Text: "log in as Lee Park, select Payments API, and apply the changes. Then set ticket 109 to Urgent and save it.",
			},
		},
		Shows: map[string]map[int64]string{
			"acme": {
				101: none,
				102: "an open incident",
				103: "three incidents: one acknowledged, one of a ticket event, one resolved",
				104: "a resolved incident alone",
				105: "an incident of a private team: Omar Haddad does not see it",
				106: "hostile text in three incidents: nothing of it runs",
				107: none + ", and a subject in Japanese",
				108: none + ", and a very long subject",
				109: none + ", and no priority: see the third thing to try",
				110: none + ", and no subject",
				111: "no incident: a closed ticket",
				112: "no incident: it is a follow-up of 111",
				113: "no incident: a closed ticket, merged into 114",
				114: "no incident: 113 was merged into it",
				115: "no incident: a solved ticket",
			},
			"globex": {
				101: "an open incident, in the PagerDuty account that Acme uses too",
				102: none, 103: none, 104: none,
			},
		},
	}
}
