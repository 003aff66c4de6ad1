package gallery

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/connect"
	"zendesk-pagerduty/views/search"
	"zendesk-pagerduty/views/sidebar"
	"zendesk-pagerduty/views/text"
)

//go:embed hostile.txt
var hostileLines string

var escape = regexp.MustCompile(`\\u[0-9A-F]{4}|\\[nt\\]`)

// Hostile are texts as nobody should write them: markup, scripts, links that
// run, text that turns around, words without end. One a line in hostile.txt,
// with Go's escapes; a line that begins with REPEAT is said often enough for
// 10,000 characters and more.
func Hostile() []string {
	var all []string
	for line := range strings.Lines(hostileLines) {
		line = escape.ReplaceAllStringFunc(strings.TrimSuffix(line, "\n"), func(e string) string {
			s, err := strconv.Unquote(`"` + e + `"`)
			if err != nil {
				return e
			}
			return s
		})
		if word, ok := strings.CutPrefix(line, "REPEAT "); ok {
			line = strings.Repeat(word, 10_000/len([]rune(word))+1)
		}
		all = append(all, line)
	}
	return all
}

// foreignLink is an address that passed the check.
const foreignLink = "https://x.example/1"

var foreignCan = []string{"acknowledge", "resolve", "note", "edit", "escalate", "reassign", "snooze", "responders", "update", "workflow", "merge", "unlink"}

// Foreign is every view that shows text from elsewhere, full of one text. The
// addresses in it are those that passed the check of the client of PagerDuty.
func Foreign(t *text.Texts, s string) []templ.Component {
	at := time.Unix(1_790_000_000, 0)
	const link = foreignLink
	account := connect.Account{Name: s, Account: s}
	options := []views.Option{{Value: "P1", Text: s}}
	fields := []sidebar.Field{{Name: s, Value: s}, {Name: s, Value: s, URL: link}}
	notes := sidebar.Notes{List: []sidebar.Note{{Author: s, Content: s, At: at}}, Max: 100}
	alerts := sidebar.Alerts{List: []sidebar.Alert{{Summary: s, Status: s, Severity: s, At: at, Details: fields, Links: fields}, {Summary: s, URL: link, At: at}}}
	var all []templ.Component
	for _, card := range foreignCards(t, s) {
		all = append(all, sidebar.IncidentCard(t, card))
	}
	all = append(all,
		sidebar.OpenedDetails(t, sidebar.Details{CanNote: true, Notes: notes, Alerts: alerts,
			About: &sidebar.About{Description: s, Acknowledgers: s, Responders: []sidebar.Responder{{Name: s, State: s}}, Policy: s, BridgeNumber: s,
				BridgeText: s, Fields: fields, Created: at, Key: s},
			Timeline: sidebar.Timeline{List: []sidebar.Entry{{What: s, Agent: s, Note: s, At: at}}}}),
		sidebar.OpenedNotes(t, notes, true),
		sidebar.OnCallList(t, sidebar.OnCalls{Policy: s, List: []sidebar.OnCall{{Level: "1", Name: s, Until: at}}}),
		sidebar.EditForm(t, sidebar.Edit{Title: s, Urgency: "high", PriorityID: "P1", Priorities: options, MaxTitle: 100}),
		sidebar.EscalateForm(t, sidebar.Escalate{Policy: s, Levels: options}),
		sidebar.WorkflowForm(t, options),
		sidebar.MergeForm(t, []sidebar.LinkOption{{ID: "P1", Number: "1", Title: s}}),
		search.TargetOptions(t, search.Targets{List: []search.Target{{Value: "user:P1", Name: s}, {Value: "policy:P1", Name: s, Policy: true}}}),
		sidebar.LinkFound(t, sidebar.LinkResults{Ticket: "1", Words: s, Newest: 100,
			List: []sidebar.LinkOption{{ID: "Q1", Number: "1", Title: s, URL: link, Status: "triggered", Service: s, At: at}}}),
		sidebar.PrecheckResult(t, sidebar.Precheck{Ticket: "1", Mine: "1", CanLink: true, Levels: []sidebar.OnCall{{Level: "1", Name: s, Until: at}},
			Open: []sidebar.LinkOption{{ID: "Q1", Number: "1", Title: s, URL: link, At: at}}}),
		sidebar.CreateForm(t, sidebar.Form{Target: "user:P1", TargetName: s, Requester: s, TicketPriority: s, Priorities: options, Presets: options,
			TitleShape: s, Ticket: "1", ServiceID: "P1", ServiceName: s, Title: s, Description: s, Account: account}),
		search.ServiceOptions(t, search.Services{Options: []search.Service{{ID: "P1", Name: s, Policy: s}}}),
		sidebar.ListPanel(t, sidebar.List{State: "no-incident", Ticket: "1", Account: account}),
		connect.Panel(t, connect.View{State: "typed-code", Code: s}),
	)
	return append(all, foreignSetup(t, s, at)...)
}

// foreignCards have one text wherever a card shows one of somebody's.
func foreignCards(t *text.Texts, s string) []sidebar.Card {
	at := time.Unix(1_790_000_000, 0)
	refusal := views.Notice{Kind: "bad", Text: t.Problem("pagerduty.refused", "act", text.Args{"message": s})}
	return []sidebar.Card{
		{
			ID:          "Q1",
			Path:        "/p",
			Number:      "1",
			Title:       s,
			URL:         foreignLink,
			Status:      "triggered",
			Priority:    s,
			Service:     s,
			Holders:     s,
			Urgency:     s,
			At:          at,
			EscalatesAt: at,
			Can:         foreignCan,
			Others:      2,
			Notice:      &refusal,
		},
		{ID: "Q1", Path: "/p", Number: "1", Title: s, Status: "acknowledged", Service: s, Holders: s, Urgency: "high", At: at, Until: at, Can: foreignCan},
		{ID: "Q1", Path: "/p", Number: "1", Title: s, URL: foreignLink, Status: "resolved", At: at, MergedInto: s},
		{ID: "Q1", Path: "/p", Number: "1", Title: s, Status: s, Service: s, Holders: s, At: at},
	}
}
