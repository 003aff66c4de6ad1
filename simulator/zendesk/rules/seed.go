package rules

import "fmt"

// RuleSeed is what an account has of rules before anybody makes some.
type RuleSeed struct {
	triggers []triggerSeed
	targets  []Target
}

type triggerSeed struct {
	title      string
	standard   bool
	conditions []Condition
	actions    []Action
}

// standardTriggers come with every account. They send e-mails, which here
// nobody gets.
func standardTriggers() []triggerSeed {
	return []triggerSeed{
		{"Notify requester of received request", true,
			[]Condition{{"update_type", "is", "Create"}, {"status", "is_not", "solved"}},
			[]Action{{
				"notification_user",
				[]any{"requester_id", "[{{ticket.account}}] {{ticket.title}}", "Your request ({{ticket.id}}) has been received."},
			}}},
		{"Notify assignee of assignment", true,
			[]Condition{{"assignee_id", "changed", nil}, {"assignee_id", "is_not", "current_user"}},
			[]Action{{
				"notification_user",
				[]any{"assignee_id", "[{{ticket.account}}] {{ticket.title}}", "You have been assigned this ticket."},
			}}},
	}
}

// AcmeRules are the triggers that come with every account.
func AcmeRules() RuleSeed { return RuleSeed{triggers: standardTriggers()} }

// GlobexRules still have what the old integration left: triggers that notify
// HTTP targets, which are dead.
func GlobexRules() RuleSeed {
	event := func(action string) string {
		return fmt.Sprintf(`{"dedup_key":"Zendesk_globex_{{ticket.id}}","routing_key":"0123456789abcdef0123456789abcdef",`+
			`"event_action":%q,`+
			`"payload":{"summary":"{{ticket.title}}","source":"{{ticket.via}}","severity":"critical"},`+
			`"client_url":"{{ticket.link}}","client":"Zendesk"}`, action)
	}
	return RuleSeed{
		triggers: append(standardTriggers(),
			triggerSeed{"PagerDuty: urgent ticket", false,
				[]Condition{{"priority", "is", "urgent"}, {"status", "less_than", "solved"}},
				[]Action{{"notification_target", []any{"370501", event("trigger")}}}},
			triggerSeed{"PagerDuty: ticket solved", false,
				[]Condition{{"status", "value", "solved"}},
				[]Action{{"notification_target", []any{"370501", event("resolve")}}}}),
		targets: []Target{
			{
				ID:        370501,
				Title:     "PagerDuty",
				Type:      "http_target",
				TargetURL: "https://events.pagerduty.com/v2/enqueue",
				Method:    "post",
			},
			{
				ID:        370502,
				Title:     "Old wallboard",
				Type:      "url_target_v2",
				TargetURL: "https://wallboard.globex.example/ping",
				Method:    "get",
			},
		},
	}
}
