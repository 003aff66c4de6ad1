package gallery

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"zendesk-pagerduty/views"
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

// Foreign is every view that shows text from elsewhere, full of one text. The
// addresses in it are those that passed the check of the client of PagerDuty.
func Foreign(t *text.Texts, s string) []templ.Component {
	at := time.Unix(1_790_000_000, 0)
	can := []string{"acknowledge", "resolve", "note", "edit", "escalate", "reassign", "snooze", "responders", "update", "workflow", "merge", "unlink"}
	const link = "https://x.example/1"
	account := views.Account{Name: s, Account: s}
	options := []views.Option{{Value: "P1", Text: s}}
	fields := []views.Field{{Name: s, Value: s}, {Name: s, Value: s, URL: link}}
	notes := views.Notes{List: []views.Note{{Author: s, Content: s, At: at}}, Max: 100}
	alerts := views.Alerts{List: []views.Alert{{Summary: s, Status: s, Severity: s, At: at, Details: fields, Links: fields}, {Summary: s, URL: link, At: at}}}
	return append([]templ.Component{
		views.IncidentCard(t, views.Card{ID: "Q1", Path: "/p", Number: "1", Title: s, URL: link, Status: "triggered", Priority: s, Service: s, Holders: s, Urgency: s, At: at, EscalatesAt: at, Can: can, Others: 2,
			Notice: &views.Notice{Kind: "bad", Text: t.Problem("pagerduty.refused", "act", text.Args{"message": s})}}),
		views.IncidentCard(t, views.Card{ID: "Q1", Path: "/p", Number: "1", Title: s, Status: "acknowledged", Service: s, Holders: s, Urgency: "high", At: at, Until: at, Can: can}),
		views.IncidentCard(t, views.Card{ID: "Q1", Path: "/p", Number: "1", Title: s, URL: link, Status: "resolved", At: at, MergedInto: s}),
		views.IncidentCard(t, views.Card{ID: "Q1", Path: "/p", Number: "1", Title: s, Status: s, Service: s, Holders: s, At: at}),
		views.OpenedDetails(t, views.Details{CanNote: true, Notes: notes, Alerts: alerts,
			About:    &views.About{Description: s, Acknowledgers: s, Responders: []views.Responder{{Name: s, State: s}}, Policy: s, BridgeNumber: s, BridgeText: s, Fields: fields, Created: at, Key: s},
			Timeline: views.Timeline{List: []views.Entry{{What: s, Agent: s, Note: s, At: at}}}}),
		views.OpenedNotes(t, notes, true),
		views.OnCallList(t, views.OnCalls{Policy: s, List: []views.OnCall{{Level: "1", Name: s, Until: at}}}),
		views.EditForm(t, views.Edit{Title: s, Urgency: "high", PriorityID: "P1", Priorities: options, MaxTitle: 100}),
		views.EscalateForm(t, views.Escalate{Policy: s, Levels: options}),
		views.WorkflowForm(t, options),
		views.MergeForm(t, options),
		views.TargetOptions(t, views.Targets{List: []views.Target{{Value: "user:P1", Name: s}, {Value: "policy:P1", Name: s, Policy: true}}}),
		views.LinkFound(t, views.LinkResults{Ticket: "1", Words: s, Newest: 100, List: []views.LinkOption{{ID: "Q1", Number: "1", Title: s, URL: link, Status: "triggered", Service: s, At: at}}}),
		views.BeforeCreate(t, views.Before{Ticket: "1", Mine: "1", CanLink: true, Levels: []views.OnCall{{Level: "1", Name: s, Until: at}},
			Open: []views.LinkOption{{ID: "Q1", Number: "1", Title: s, URL: link, At: at}}}),
		views.CreateForm(t, views.Form{Target: "user:P1", TargetName: s, Requester: s, TicketPriority: s, Priorities: options, Presets: options, TitleShape: s, Ticket: "1", ServiceID: "P1", ServiceName: s, Title: s, Description: s, Account: account}),
		views.ServiceOptions(t, views.Services{Options: []views.Service{{ID: "P1", Name: s, Policy: s}}}),
		views.ListPanel(t, views.List{State: "no-incident", Ticket: "1", Account: account}),
		views.ConnectPanel(t, views.Connect{State: "typed-code", Code: s}),
	}, foreignSetup(t, s, at)...)
}
