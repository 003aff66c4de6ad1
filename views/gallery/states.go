package gallery

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/connect"
	"zendesk-pagerduty/views/search"
	"zendesk-pagerduty/views/sidebar"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/views/window"
)

// State is one designed state. A fragment fills the sidebar's panel; a whole
// page is a document of its own.
type State struct {
	Name     string // in addresses and file names
	Title    string
	Fragment templ.Component
	Whole    func(views.Document) templ.Component
}

// page is the page around a fragment: the sidebar's has no name.
func (s State) page() string {
	if strings.HasPrefix(s.Name, "setup-") {
		return "setup"
	}
	return ""
}

const (
	long    = "Verlängerungsauftragsbestätigungsnummerüberprüfungsfehlermeldung"
	hostile = "<script>alert(1)</script> \u202Egnp.exe\u202C <img src=x onerror=alert(1)> 🔥"
	// turning ends the isolation of the element that it is in, and reverses what
	// follows.
	turning = "Payments\u2069\u2029\u202E API"
)

// States lists every state, in the order in which an agent meets them. now is
// the moment that the canned times are told from.
func States(t *text.Texts, now time.Time) []State {
	return append(sidebarStates(t, now), setupStates(t, now)...)
}

func sidebarStates(t *text.Texts, now time.Time) []State {
	jane := connect.Account{Name: "Jane Miller", Account: "acme"}
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	all := []string{"acknowledge", "resolve", "note", "edit", "escalate", "reassign", "move", "responders", "update", "workflow", "merge"}
	taken := []string{"resolve", "note", "edit", "escalate", "reassign", "move", "snooze", "responders", "update", "workflow", "merge", "unlink"}
	triggered := sidebar.Card{ID: "Q1", Can: all, EscalatesAt: now.Add(12 * time.Minute), Number: "1234",
		Title: "Checkout fails for EU customers with saved cards", URL: "https://acme.pagerduty.com/incidents/Q1",
		Status: "triggered", Priority: "P2", Service: "Payments API", Holders: "Lee Park", Urgency: "high", At: ago(8 * time.Minute)}
	acknowledged := sidebar.Card{ID: "Q2", Can: taken, Linked: true, Others: 4, Number: "1229", Title: "Card processor latency", URL: "https://acme.pagerduty.com/incidents/Q2",
		Status: "acknowledged", Service: "Card processor", Holders: t.S("card.holder.you"), Urgency: "high", At: ago(41 * time.Minute)}
	resolved := sidebar.Card{ID: "Q3", Can: []string{"reopen", "note"}, Number: "1102", Title: "Checkout fails", URL: "https://acme.pagerduty.com/incidents/Q3",
		Status: "resolved", Service: "Checkout web", At: ago(120 * 24 * time.Hour)}
	list := func(state string, n *views.Notice, cards ...sidebar.Card) templ.Component {
		return sidebar.ListPanel(t, sidebar.List{State: state, Ticket: "4711", Notice: n, Cards: cards, Account: jane, CanCreate: true, CanLink: true})
	}
	after := func(c sidebar.Card, n views.Notice) templ.Component {
		c.Notice = &n
		return list("one", nil, c)
	}
	opened := func(c sidebar.Card, section templ.Component) templ.Component { return open(t, c, section) }
	bare := triggered
	bare.Can = nil
	watched := triggered
	watched.Can = []string{"subscribe"}
	merged := resolved
	merged.MergedInto = "[#1234] Checkout fails for EU customers with saved cards"
	snoozed := acknowledged
	snoozed.Until = now.Add(4 * time.Hour)
	notes := sidebar.Notes{Max: 16384, CanEdit: true, CanDelete: true, List: []sidebar.Note{{ID: "PN1", Mark: "0", Author: "Jane Miller", Content: "Retries are on.\nHalf of the payments go through now.", At: ago(5 * time.Minute)},
		{Author: "Lee Park", Content: "The card processor answers slowly. I have opened a case with them.", At: ago(30 * time.Minute)}}}
	withNotice := notes
	withNotice.Notice = &views.Notice{Kind: "ok", Text: t.S("done.note")}
	noteChanged := notes
	noteChanged.List = []sidebar.Note{{ID: "PN1", Mark: "0", Author: "Jane Miller", Content: "Retries are on.", Typed: "Retries are on since 10:05.", At: ago(5 * time.Minute)}}
	noteChanged.Notice = &views.Notice{Kind: "warn", Text: t.S("late.edit-note")}
	about := &sidebar.About{Description: "Since 09:40 three customers report that paying with a saved card ends in an error page.",
		Acknowledgers: "Lee Park", Policy: "Payments on call",
		Responders: []sidebar.Responder{{Name: "Omar Haddad", State: "joined"}, {Name: "Ana Torres", State: "pending", Cancel: []string{"user:P1"}},
			{Name: "Lee Park", State: "pending", Cancel: []string{"policy:P2"}, Policy: "Platform on call"}},
		BridgeNumber: "+1 415-555-0123,,,,4321#", BridgeURL: "https://meet.example/payments",
		Fields: []sidebar.Field{{Name: "Environment", Value: "production"},
			{Name: "Runbook", Value: "https://wiki.example/latency", URL: "https://wiki.example/latency"}}, Created: ago(41 * time.Minute), Key: "Zendesk_acme_4711"}
	alerts := sidebar.Alerts{Next: 20, List: []sidebar.Alert{{Summary: "Latency above 10 s", Status: "triggered", Severity: "critical", At: ago(40 * time.Minute),
		Details: []sidebar.Field{{Name: "ticket.priority", Value: "urgent"}, {Name: "ticket.requester", Value: "Ines Duarte"}},
		Links:   []sidebar.Field{{Name: "Dashboard", URL: "https://graphs.example/1"}}}}}
	timeline := sidebar.Timeline{Overview: true, List: []sidebar.Entry{{What: "The bananas are ripe", Agent: "Payments API", At: ago(10 * time.Minute)},
		{What: t.S("timeline.acknowledge"), Agent: "Lee Park", At: ago(38 * time.Minute)}, {What: t.S("timeline.trigger"), Agent: "Payments API", At: ago(41 * time.Minute)}}}
	details := sidebar.Details{About: about, Notes: notes, Alerts: alerts, Timeline: timeline, CanNote: true}
	partly := details
	partly.About, partly.Notice = nil, &views.Notice{Kind: "warn", Text: t.Problem("pagerduty.forbidden", "about", nil)}
	found := sidebar.LinkResults{Ticket: "4711", Newest: 100, Words: "card", List: []sidebar.LinkOption{
		{ID: "Q7", Number: "1231", Title: "Card declines up fourfold", URL: "https://acme.pagerduty.com/incidents/Q7", Status: "triggered",
			Service: "Payments API", At: ago(9 * time.Minute)},
		{ID: "Q2", Number: "1229", Title: acknowledged.Title, URL: acknowledged.URL, Status: "acknowledged", Service: acknowledged.Service, At: acknowledged.At, Here: true}}}
	before := sidebar.Precheck{Ticket: "4711", CanLink: true, Open: found.List[:1],
		Levels: []sidebar.OnCall{{Level: "1", Name: "Lee Park", Until: now.Add(3 * time.Hour)}, {Level: "2", Name: "Ana Torres"}}}
	from := triggered
	from.From = "4690"
	above := func(what string, resolve int, cards ...sidebar.Card) templ.Component {
		state := "one"
		if len(cards) == 0 {
			state = "no-incident"
		}
		return list(state, &views.Notice{Kind: "warn", Text: t.F("say."+what, text.Args{"Key": "Zendesk_acme_4711", "Count": resolve}), Resolve: resolve}, cards...)
	}
	act := func(code, action string) views.Notice {
		return views.Notice{Kind: "bad", Text: t.Problem(code, "act", text.Args{"Action": t.S("action." + action), "seconds": 18})}
	}
	login := func(state string, n *views.Notice) templ.Component {
		return connect.Panel(t, connect.View{State: state, Notice: n})
	}
	failed := func(code string, args text.Args) templ.Component {
		return login("failed", &views.Notice{Kind: "warn", Text: t.Problem(code, "panel", args)})
	}
	form := sidebar.Form{Ticket: "4711", ServiceID: "P1", ServiceName: "Payments API", Title: triggered.Title, Urgency: "high",
		Description: "Since 09:40 three customers report that paying with a saved card ends in an error page.", MaxTitle: 1024, MaxText: 16384, Account: jane}
	full := form
	full.Notice, full.PriorityID, full.ServicePolicy = nil, "P2", "PPOL"
	full.Priorities, full.Presets, full.Preset = []views.Option{{Value: "P1", Text: "P1"}, {Value: "P2", Text: "P2"}}, []views.Option{{Value: "0", Text: "Payments outage"}}, "0"
	full.Target, full.TargetName, full.TargetMe = "user:PJANE", "Jane Miller", "1"
	formWith := func(code, wrong string, args text.Args) templ.Component {
		f := form
		f.Wrong, f.Notice = wrong, &views.Notice{Kind: "bad", Text: t.Problem(code, "create", args)}
		return sidebar.CreateForm(t, f)
	}
	trouble := func(state, code, where string, n views.Notice, args text.Args) templ.Component {
		n.Text = t.Problem(code, where, args)
		return views.Trouble(t, state, &n, false)
	}
	shared := triggered
	shared.Others = 1
	lapsedForm, maintenance, unanswered := form, form, form
	unanswered.Notice = &views.Notice{Kind: "bad", Text: t.S("unknown.create")}
	lapsedForm.Notice = &views.Notice{Kind: "info", Login: true, Text: t.S("connect.lapsed") + " " + t.S("connect.keeps")}
	maintenance.ServiceName, maintenance.ServiceStatus = "Search", "maintenance"
	refused := func(code string, args text.Args) func(views.Document) templ.Component {
		return func(d views.Document) templ.Component {
			return views.RefusalPage(views.Refusal{Document: d, Code: code, Sentence: t.Problem(code, "", args)})
		}
	}
	inWindow := func(show func(window.View) templ.Component, w window.View) func(views.Document) templ.Component {
		return func(d views.Document) templ.Component {
			w.Document, w.Subdomain, w.User = d, "acme", "9001"
			return show(w)
		}
	}
	windowFailed := func(code string, args text.Args) func(views.Document) templ.Component {
		return func(d views.Document) templ.Component { return window.Failed(d, t.Problem(code, "", args)) }
	}

	return []State{
		{"loading", "Loading", views.Loading(), nil},
		{"not-connected", "Not connected", login("not-connected", nil), nil},
		{"new-ticket-not-connected", "New ticket, not connected", connect.Panel(t, connect.View{State: "not-connected", New: true}), nil},
		{"connecting", "Connecting", login("connecting", nil), nil},
		{"link", "No window: a link to copy", connect.LinkPanel(t, connect.Link{Address: "https://pagerduty.example.com/login/5nPq2Wm7RZkA0b3cD9eFgh"}), nil},
		{"typed-code", "Typed code", login("typed-code", nil), nil},
		{"wrong-code", "Typed code, wrong", connect.Panel(t, connect.View{State: "typed-code", Code: "K7QM-2XRD",
			Notice: &views.Notice{Kind: "bad", Text: t.Problem("login.code", "", text.Args{"left": 3})}}), nil},
		{"code-ended", "Too many wrong codes", login("failed", &views.Notice{Kind: "bad", Text: t.Problem("login.codeended", "", nil)}), nil},
		{"cancelled", "Login cancelled", failed("login.denied", nil), nil},
		{"missing-scope", "Login: missing scope", failed("login.scopes", nil), nil},
		{"wrong-account", "Login: wrong account", failed("login.account", nil), nil},
		{"wrong-region", "Login: unknown region", failed("login.region", nil), nil},
		{"login-down", "Login: PagerDuty down", failed("login.down", nil), nil},
		{"lapsed", "Login lapsed", login("lapsed", &views.Notice{Kind: "info", Text: t.S("connect.lapsed")}), nil},

		{"new-ticket", "New ticket, connected", sidebar.ListPanel(t, sidebar.List{State: "new-ticket", Account: jane}), nil},
		{"no-incident", "No incident", list("no-incident", nil), nil},
		{"one", "One incident", list("one", nil, triggered), nil},
		{"several", "Several", list("several", nil, triggered, acknowledged, resolved), nil},
		{"only-resolved", "Only resolved", list("only-resolved", nil, resolved), nil},
		{"shared-login", "Also used by others", sidebar.ListPanel(t,
			sidebar.List{State: "one", Ticket: "4711", Cards: []sidebar.Card{triggered}, CanCreate: true, Account: connect.Account{
				Name: "Jane Miller", Account: "acme", Shared: []connect.SharedLogin{{Subdomain: "globex", User: "361549213", Since: ago(2 * time.Hour)}}}}), nil},
		{"more", "More than are shown", sidebar.ListPanel(t,
			sidebar.List{State: "several", Ticket: "4711", More: true, Cards: []sidebar.Card{acknowledged, resolved}, Account: jane}), nil},
		{"hostile", "Hostile texts", list("several", nil,
			sidebar.Card{Number: "666", Title: hostile, Status: "triggered", Service: hostile, Holders: hostile, Priority: "<b>P1</b>", Urgency: "high", At: ago(time.Minute)},
			sidebar.Card{Number: "667", Title: strings.Repeat(long, 12), Status: "acknowledged", Service: strings.Repeat(long, 3), Holders: strings.Repeat(long, 3), At: ago(time.Hour)},
			sidebar.Card{Number: "668", Title: strings.Repeat(long, 3), Status: "resolved", At: ago(time.Hour)}), nil},
		{"turning", "Texts that turn around what is beside them",
			list("one", nil, sidebar.Card{Number: "1303", Title: turning, URL: "https://acme.pagerduty.com/incidents/QT", Status: "triggered", Priority: turning,
				Service: turning, Holders: turning, Urgency: "high", At: ago(time.Minute), EscalatesAt: now.Add(12 * time.Minute)}), nil},
		{"japanese", "Japanese", list("one", nil, sidebar.Card{Number: "1301", Title: "保存済みカードで決済できない（欧州のお客様）",
			URL: "https://acme.pagerduty.com/incidents/Q9", Status: "triggered", Priority: "P1", Service: "決済 API", Holders: "佐藤 花子", Urgency: "high", At: ago(3 * time.Hour)}), nil},
		{"no-access", "No access", sidebar.ListPanel(t, sidebar.List{State: "no-access", Account: jane,
			Notice: &views.Notice{Kind: "warn", Text: t.Problem("pagerduty.forbidden", "list", nil), Again: true}}), nil},
		{"read-only", "Read-only", sidebar.ListPanel(t, sidebar.List{State: "one", Ticket: "4711", ReadOnly: true, Cards: []sidebar.Card{triggered}, Account: jane}), nil},
		{"stakeholder", "A stakeholder", sidebar.ListPanel(t, sidebar.List{State: "one", Ticket: "4711", ReadOnlyRole: t.S("setup.pdrole.read_only_user"),
			Cards: []sidebar.Card{watched}, CanLink: true, Account: jane}), nil},

		{"bare", "Nothing allowed", list("one", nil, bare), nil},
		{"hidden-link", "A linked incident without access",
			sidebar.ListPanel(t, sidebar.List{State: "one", Ticket: "4711", Hidden: 1, Cards: []sidebar.Card{triggered}, CanCreate: true, CanLink: true, Account: jane}), nil},
		{"merged", "Merged", list("only-resolved", nil, merged), nil},
		{"snoozed", "Snoozed", list("one", nil, snoozed), nil},
		{"acknowledged", "Action: done", after(acknowledged, views.Notice{Kind: "ok", Text: t.S("done.acknowledge")}), nil},
		{"action-recovered", "Action: answer lost, done", after(acknowledged, views.Notice{Kind: "ok", Text: t.S("done.acknowledge") + " " + t.S("done.recovered")}), nil},
		{"action-late", "Action: somebody was first", after(resolved, views.Notice{Kind: "warn", Text: t.S("late.resolved")}), nil},
		{"action-forbidden", "Action: no right", after(triggered, act("pagerduty.forbidden", "acknowledge")), nil},
		{"action-no-access", "Action: no access", after(triggered, act("pagerduty.noaccess", "acknowledge")), nil},
		{"action-plan", "Action: not in the plan", after(triggered, act("pagerduty.plan", "workflow")), nil},
		{"action-limit", "Action: too many of one agent", after(triggered, act("limit.requests", "acknowledge")), nil},
		{"action-limited", "Action: rate-limited", after(triggered, act("pagerduty.limited", "acknowledge")), nil},
		{"action-not-done", "Action: answer lost, not done", after(triggered, act("act.notdone", "acknowledge")), nil},
		{"action-unconfirmed", "Action: answer lost, not known", after(triggered, act("act.unconfirmed", "update")), nil},
		{"action-busy", "Action: somebody is at it", after(triggered, act("act.busy", "resolve")), nil},
		{"action-lapsed", "Action: login lapsed", after(triggered, views.Notice{Kind: "info", Login: true, Text: t.S("connect.lapsed") + " " + t.S("connect.keeps")}), nil},
		{"action-shared", "Action: other tickets share it",
			after(shared, views.Notice{Kind: "warn", Text: t.Problem("act.shared", "", text.Args{"count": 1}), Act: "resolve", ActText: t.S("shared.resolve")}), nil},
		{"action-unknown", "Action: no answer of ours", after(triggered, views.Notice{Kind: "bad", Text: t.S("unknown")}), nil},
		{"details", "Details", opened(acknowledged, sidebar.OpenedDetails(t, details)), nil},
		{"details-partly", "Details: a part refused", opened(acknowledged, sidebar.OpenedDetails(t, partly)), nil},
		{"oncall", "On call now", opened(acknowledged, sidebar.OnCallList(t,
			sidebar.OnCalls{Policy: "Payments on call", List: []sidebar.OnCall{{Level: "1", Name: "Lee Park", Until: now.Add(2 * time.Hour)}, {Level: "2", Name: "Ana Torres"}}})), nil},
		{"oncall-nobody", "On call now: nobody", opened(acknowledged, sidebar.OnCallList(t, sidebar.OnCalls{Policy: "Night desk"})), nil},
		{"notes", "Notes", opened(acknowledged, sidebar.OpenedNotes(t, notes, true)), nil},
		{"note-added", "Notes: added", opened(acknowledged, sidebar.OpenedNotes(t, withNotice, true)), nil},
		{"note-changed", "Notes: changed meanwhile", opened(acknowledged, sidebar.OpenedNotes(t, noteChanged, true)), nil},
		{"reopen", "Reopen", opened(resolved, sidebar.ReopenForm(t)), nil},
		{"move", "Move to another service", opened(triggered, sidebar.MoveForm(t, "4711")), nil},
		{"resolve", "Resolve", opened(triggered, sidebar.ResolveForm(t, 2, 4096)), nil},
		{"edit", "Edit", opened(triggered, sidebar.EditForm(t,
			sidebar.Edit{Title: triggered.Title, Urgency: "high", PriorityID: "P2", MaxTitle: 1024,
				Priorities: []views.Option{{Value: "P1", Text: "P1"}, {Value: "P2", Text: "P2"}}})), nil},
		{"edit-no-priorities", "Edit: no priorities", opened(triggered, sidebar.EditForm(t, sidebar.Edit{Title: triggered.Title, Urgency: "high", MaxTitle: 1024})), nil},
		{"edit-unread-priorities", "Edit: priorities refused",
			opened(triggered, sidebar.EditForm(t, sidebar.Edit{Title: triggered.Title, Urgency: "high", Unread: true, MaxTitle: 1024})), nil},
		{"escalate", "Escalate", opened(triggered, sidebar.EscalateForm(t,
			sidebar.Escalate{Policy: "Payments on call", Levels: []views.Option{{Value: "1", Text: "Lee Park"}, {Value: "2", Text: "Ana Torres, Jane Miller"}}})), nil},
		{"reassign", "Reassign", opened(triggered, sidebar.ReassignForm(t, "4711")), nil},
		{"snooze", "Snooze", opened(acknowledged, sidebar.SnoozeForm(t, []time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour})), nil},
		{"responders", "Add responders", opened(triggered, sidebar.RespondersForm(t, "4711", 4096)), nil},
		{"update", "Status update", opened(triggered, sidebar.UpdateForm(t, sidebar.Update{CanSend: true, CanSubscribe: true, Max: 4096})), nil},
		{"workflow", "Run workflow", opened(triggered, sidebar.WorkflowForm(t, []views.Option{{Value: "P1", Text: "Call the incident commander"}})), nil},
		{"workflow-none", "Run workflow: none", opened(triggered, sidebar.WorkflowForm(t, nil)), nil},
		{"merge", "Merge", opened(triggered, sidebar.MergeForm(t, []sidebar.LinkOption{{ID: "Q2", Number: "1229", Title: "Card processor latency"}})), nil},
		{"link-search", "Link: search", linking(t, found), nil},
		{"link-none", "Link: nothing found", linking(t, sidebar.LinkResults{Ticket: "4711", Newest: 100, Words: "nowhere"}), nil},
		{"linked", "Linked", list("linked", &views.Notice{Kind: "ok", Text: t.F("done.link", text.Args{"Number": 1229})}, acknowledged), nil},

		{"form", "Create: form", sidebar.CreateForm(t, form), nil},
		{"form-full", "Create: all of it", sidebar.CreateForm(t, full), nil},
		{"before-open", "Create: already open there, who is woken", alone(sidebar.PrecheckResult(t, before)), nil},
		{"before-mine", "Create: this ticket's own is open", alone(sidebar.PrecheckResult(t, sidebar.Precheck{Ticket: "4711", Mine: "1234", Levels: before.Levels})), nil},
		{"before-nobody", "Create: nobody on call", alone(sidebar.PrecheckResult(t, sidebar.Precheck{Ticket: "4711", Nobody: true})), nil},
		{"preferences", "Ticket notes", sidebar.PreferencesForm(t, true), nil},
		{"page-by-tag", "Not connected, paging by tag", connect.Panel(t, connect.View{State: "not-connected", Page: true}), nil},
		{"down-page-by-tag", "PagerDuty down, paging by tag", views.Trouble(t, "down", &views.Notice{Kind: "bad", Text: t.Problem("pagerduty.down", "", nil), Again: true}, true), nil},
		{"related", "Of the ticket that it follows", list("one", nil, from), nil},
		{"light-agent", "Light agent: nothing written", above("zendesk-403", 0, triggered), nil},
		{"closed", "Closed ticket", above("closed", 0, triggered), nil},
		{"merged-away", "Merged away", above("merged-away", 0, from), nil},
		{"solved-open", "Solved, incident open (also in bulk)", above("solved-open", 1, triggered), nil},
		{"onsolve-late", "Solved, PagerDuty too late", above("onsolve-late", 0, triggered), nil},
		{"tag-unseen", "Tagged open, nothing to be seen", above("tag-unseen", 0), nil},
		{"page-sent", "Paged by tag", above("page-sent", 0), nil},
		{"page-waiting", "Paged by tag, not taken", above("page-waiting", 0), nil},
		{"form-empty", "Create: empty form", sidebar.CreateForm(t, sidebar.Form{Ticket: "4711", MaxTitle: 1024, MaxText: 16384, Account: jane}), nil},
		{"form-maintenance", "Create: service in maintenance", sidebar.CreateForm(t, maintenance), nil},
		{"services", "Create: services found", listbox(t, search.Services{More: true, Options: []search.Service{
			{ID: "P1", Name: "Payments API", Policy: "Payments on-call"}, {ID: "P2", Name: "Legacy fax", Status: "disabled"},
			{ID: "P3", Name: "Search", Status: "maintenance"}, {ID: "P4", Name: hostile, Policy: hostile}}}), nil},
		{"services-none", "Create: no service found", listbox(t, search.Services{}), nil},
		{"form-no-service", "Create: no service chosen", formWith("create.choose", "service", nil), nil},
		{"form-no-title", "Create: no title", formWith("create.title", "title", nil), nil},
		{"form-nobody", "Create: nobody on call", formWith("create.nobody", "service", nil), nil},
		{"form-forbidden", "Create: no right to the service", formWith("pagerduty.forbidden", "service", nil), nil},
		{"form-limited", "Create: rate-limited", formWith("pagerduty.limited", "", text.Args{"seconds": 18}), nil},
		{"form-not-created", "Create: answer lost, none found", formWith("create.notcreated", "", nil), nil},
		{"form-unknown", "Create: answer lost, not known", formWith("create.unknown", "", nil), nil},
		{"form-refused", "Create: refused in PagerDuty's words", formWith("pagerduty.refused", "", text.Args{"message": "Incident type is not enabled for this account."}), nil},
		{"form-hidden", "Create: hidden duplicate", formWith("create.hidden", "", nil), nil},
		{"form-lapsed", "Create: login lapsed meanwhile", sidebar.CreateForm(t, lapsedForm), nil},
		{"form-no-answer", "Create: no answer of ours", sidebar.CreateForm(t, unanswered), nil},
		{"created", "Created", list("created", &views.Notice{Kind: "ok", Text: t.F("created.made", text.Args{"Number": 1234})}, triggered), nil},
		{"created-existing", "Created: there already", list("created", &views.Notice{Kind: "ok", Text: t.F("created.existing", text.Args{"Number": 1234})}, triggered), nil},
		{"created-recovered", "Created: answer lost, found", list("created", &views.Notice{Kind: "ok", Text: t.F("created.recovered", text.Args{"Number": 1234})}, triggered), nil},

		{"slow", "PagerDuty slow", trouble("slow", "pagerduty.slow", "", views.Notice{Kind: "bad", Again: true}, nil), nil},
		{"limit-requests", "Too many requests of one agent", trouble("limited", "limit.requests", "list", views.Notice{Kind: "warn", Seconds: 6}, text.Args{"seconds": 6}), nil},
		{"limit-calls", "Too many calls for one agent", trouble("limited", "limit.calls", "list", views.Notice{Kind: "warn", Seconds: 6}, text.Args{"seconds": 6}), nil},
		{"limited", "PagerDuty limits", trouble("limited", "pagerduty.limited", "list", views.Notice{Kind: "warn", Seconds: 18}, text.Args{"seconds": 18}), nil},
		{"down", "PagerDuty down", trouble("down", "pagerduty.down", "", views.Notice{Kind: "bad", Again: true}, nil), nil},
		{"offline", "Offline", views.Trouble(t, "offline", &views.Notice{Kind: "warn", Text: t.S("offline"), Again: true}, false), nil},
		{"broken", "Something went wrong", views.Trouble(t, "broken", &views.Notice{Kind: "bad", Text: t.F("broken", text.Args{"Request": "x3hW9Qk1TzUo"}), Again: true}, false), nil},
		{"session-ended", "Session ended", views.SessionEnded(t), nil},

		{"not-registered", "Launch: not registered", nil, func(d views.Document) templ.Component {
			return views.RefusalPage(views.Refusal{Document: d, Code: "launch.unregistered", Sentence: t.Problem("launch.unregistered", "", nil), Subdomain: "acme", Installation: "456"})
		}},
		{"launch-expired", "Launch: too old", nil, refused("launch.expired", text.Args{"subdomain": "acme"})},
		{"launch-forged", "Launch: could not be verified", nil, refused("launch.forged", text.Args{"subdomain": "acme"})},
		{"launch-origin", "Launch: foreign origin", nil, refused("launch.origin", text.Args{"subdomain": "acme", "want": "https://acme.zendesk.com"})},
		{"launch-missing", "Launch: no token", nil, refused("launch.missing", nil)},
		{"launch-repeated", "Launch: reloaded by itself", nil, refused("launch.repeated", text.Args{"subdomain": "acme"})},

		{"window-confirm", "Window: confirm", nil, inWindow(window.Confirm, window.View{Attempt: "gallery"})},
		{"window-integration", "Window: confirm a step up", nil, inWindow(window.Confirm, window.View{Attempt: "gallery", Purpose: "integration"})},
		{"window-done", "Window: code to type", nil, inWindow(window.Done, window.View{Attempt: "canned", Code: "K7QM-2XRD"})},
		{"window-denied", "Window: cancelled", nil, windowFailed("login.denied", nil)},
		{"window-cookies", "Window: no cookie", nil, windowFailed("login.browser", text.Args{"Host": "pagerduty.example.com"})},
		{"window-used", "Window: used or too old", nil, windowFailed("login.unknown", nil)},
		{"window-scopes", "Window: missing scope", nil, windowFailed("login.scopes",
			text.Args{"missing": "incidents.write, services.read", "want": "incidents.read, incidents.write, services.read"})},
		{"window-account", "Window: wrong account", nil, windowFailed("login.account", text.Args{"got": "globex", "want": "acme"})},
	}
}
