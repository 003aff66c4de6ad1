package trigger

import (
	"slices"
	"strings"
	"unicode/utf8"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
)

// What can be wrong with the event that a trigger sends.
const (
	callMalformed   problem.Code = "check.call"
	bodyNone        problem.Code = "check.body.none"
	bodyForm        problem.Code = "check.body.form"
	bodyLarge       problem.Code = "check.body.large"
	bodyNested      problem.Code = "check.body.nested"
	bodyBare        problem.Code = "check.body.bare"
	bodyQuotes      problem.Code = "check.body.quotes"
	bodyJSON        problem.Code = "check.body.json"
	bodyOld         problem.Code = "check.body.v1"
	actionMissing   problem.Code = "check.action.missing"
	actionCase      problem.Code = "check.action.case"    // got
	actionUnknown   problem.Code = "check.action.unknown" // got
	routingMissing  problem.Code = "check.routing.missing"
	routingExample  problem.Code = "check.routing.example"
	routingForm     problem.Code = "check.routing.form"
	payloadMissing  problem.Code = "check.payload.missing"
	summaryMissing  problem.Code = "check.summary.missing"
	summaryLong     problem.Code = "check.summary.long" // got
	sourceMissing   problem.Code = "check.source.missing"
	severityMissing problem.Code = "check.severity.missing"
	severityUnknown problem.Code = "check.severity.unknown" // got
)

// longestSummary is the Events API's limit.
const longestSummary = 1024

// wrong are a call's faults with their mends.
func (c *checker) wrong(k *call) []fault {
	list := slices.Clone(c.faults(k))
	for i, w := range list {
		list[i].mend = func(args problem.Args) ([]request, problem.Code) {
			args["want"], args["account"] = incident.KeyOf(c.Subdomain, ticketID), c.Subdomain
			return c.mend(k, w.code, args)
		}
	}
	if w, ok := c.destination(k); ok {
		list = append(list, w)
	}
	return list
}

// faults are what is wrong with what a call sends.
func (c *checker) faults(k *call) []fault {
	if !k.judged {
		k.judged, k.faults = true, c.judge(k)
	}
	return k.faults
}

func (c *checker) judge(k *call) []fault {
	one := func(code problem.Code) []fault { return []fault{{code: code}} }
	switch {
	case k.malformed:
		return one(callMalformed)
	case k.form:
		return one(bodyForm)
	case strings.TrimSpace(k.body) == "":
		return one(bodyNone)
	case len(k.body) > largest:
		return one(bodyLarge)
	case k.opaque():
		return nil
	case k.root == nil && strings.ContainsAny(k.body, "“”„"):
		return one(bodyQuotes)
	case k.root == nil:
		return one(bodyJSON)
	case k.root.kind != '{':
		return one(bodyNested)
	}
	var list []fault
	add := func(code problem.Code, got string) {
		list = append(list, fault{code: code, args: problem.Args{"got": got}})
	}
	if k.read.bare {
		add(bodyBare, "")
	}
	if k.root.has(oldFields...) && !k.root.has("routing_key", "event_action") {
		add(bodyOld, "")
		return list
	}
	if !k.root.has(newFields...) {
		return one(bodyNested)
	}
	switch got := k.text("event_action"); {
	case strings.TrimSpace(got) == "":
		add(actionMissing, "")
	case slices.Contains(eventActions, got):
	case k.kind != "":
		add(actionCase, got)
	default:
		add(actionUnknown, got)
	}
	switch got := k.routing(); {
	case len(got) > longestKey:
		add(routingForm, "")
	case keyForm.MatchString(got) || strings.HasPrefix(plainKey(got), "{{dc."): // dynamic content may hold a key
	case strings.TrimSpace(got) == "":
		add(routingMissing, "")
	case exampleForm.MatchString(got):
		add(routingExample, "")
	default:
		add(routingForm, "")
	}
	if n := k.root.at("dedup_key"); n == nil {
		add(keyMissing, "")
	} else if n.kind != '"' {
		add(keyOther, k.body[n.from:n.to])
	} else if code, got := c.keyWrong(n.text); code != "" {
		add(code, got)
	}
	if k.kind == "trigger" {
		list = append(list, payloadWrong(k.root.at("payload"))...)
	}
	return list
}

// payloadWrong looks at what an event that raises needs besides.
func payloadWrong(payload *node) []fault {
	if payload == nil || payload.kind != '{' {
		return []fault{{code: payloadMissing}}
	}
	text := func(name string) string {
		n := payload.at(name)
		if n == nil || n.kind != '"' {
			return ""
		}
		return strings.TrimSpace(n.text)
	}
	var list []fault
	add := func(code problem.Code, got string) {
		list = append(list, fault{code: code, args: problem.Args{"got": got}})
	}
	if summary := text("summary"); summary == "" {
		add(summaryMissing, "")
	} else if got := tooLong(summary); got != "" {
		add(summaryLong, got)
	}
	if text("source") == "" {
		add(sourceMissing, "")
	}
	if severity := text("severity"); severity == "" {
		add(severityMissing, "")
	} else if !slices.Contains(Severities, severity) && !dynamic(severity) {
		add(severityUnknown, severity)
	}
	return list
}

// dynamic says that a severity comes from the ticket. A field may well hold one
// of PagerDuty's words; the priority's own words never are.
func dynamic(severity string) bool {
	list := pieces(severity)
	return len(list) == 3 && list[0]+list[2] == "" && (placeholder(list[1]) != "ticket.priority" || strings.Contains(list[1], "replace"))
}

// tooLong finds what makes a summary longer than PagerDuty takes: a
// placeholder of a whole text that is not cut, or the words themselves.
func tooLong(summary string) string {
	n := 0
	for i, piece := range pieces(summary) {
		switch name := placeholder(piece); {
		case i%2 == 0:
			n += utf8.RuneCountInString(piece)
		case !strings.Contains(piece, "truncate") && (strings.HasSuffix(name, "description") || strings.Contains(name, "comment")):
			return "{{" + name + "}}"
		}
	}
	if n > longestSummary {
		return summary
	}
	return ""
}

// mend says what puts a fault of an event right.
func (c *checker) mend(k *call, code problem.Code, args problem.Args) ([]request, problem.Code) {
	set := func(does problem.Code, object *node, name, value string) ([]request, problem.Code) {
		return c.edited(k, code, args, does, func() string { return with(k.body, object, name, value) })
	}
	payload := k.root.at("payload")
	field := func(name, value string) ([]request, problem.Code) {
		args["field"], args["to"] = name, value
		return set(mendField, payload, name, quoted(value))
	}
	switch code {
	case actionMissing, actionCase, actionUnknown:
		args["action"] = c.meant(k)
		return set(mendAction, k.root, "event_action", quoted(c.meant(k)))
	case routingMissing, routingExample, routingForm:
		key := strings.TrimSpace(k.routing())
		if !keyForm.MatchString(key) {
			key = c.key
		}
		if key == "" { // it sends nothing as it is
			return off(c.at(k)), mendOff
		}
		return set(mendRouting, k.root, "routing_key", quoted(key))
	case payloadMissing:
		return set(mendPayload, k.root, "payload", quoted(map[string]string{
			"summary": summary(c.OmitText), "source": c.Subdomain + ".zendesk.com", "severity": "critical",
		}))
	case summaryMissing:
		return field("summary", summary(c.OmitText))
	case summaryLong:
		args["field"] = "summary"
		return set(mendShort, payload, "summary", quoted(c.shortened(payload.at("summary").text)))
	case sourceMissing:
		return field("source", c.Subdomain+".zendesk.com")
	case severityMissing:
		return field("severity", "critical")
	case severityUnknown:
		severity := strings.ToLower(strings.TrimSpace(payload.at("severity").text))
		if !slices.Contains(Severities, severity) {
			severity = "critical"
		}
		return field("severity", severity)
	case bodyBare:
		return c.edited(k, code, args, mendQuote, func() string { return requoted(k.body, k.root) })
	case callMalformed, bodyNone, bodyForm, bodyLarge, bodyQuotes, bodyJSON, bodyNested, bodyOld:
		return c.replaced(k, args)
	}
	return set(mendKey, k.root, "dedup_key", quoted(incident.KeyOf(c.Subdomain, ticketID)))
}

// shortened cuts the long placeholders of a summary, and its own words.
func (c *checker) shortened(text string) string {
	list := pieces(text)
	if c.OmitText {
		list = nil
	}
	for i := range list {
		if i%2 == 0 {
			runes := []rune(list[i])
			list[i] = string(runes[:min(len(runes), 200)])
		} else if tooLong(list[i]) != "" {
			list[i] = short(placeholder(list[i]), "200")
		}
	}
	if short := strings.Join(list, ""); short != "" && tooLong(short) == "" {
		return short
	}
	return summary(c.OmitText)
}

// requoted puts quotation marks around placeholders that stand without.
func requoted(body string, n *node) string {
	var bare []*node
	var walk func(*node)
	walk = func(n *node) {
		if n.kind == '$' && !strings.HasSuffix(placeholder(n.text), ".id") {
			bare = append(bare, n)
		}
		for _, m := range n.members {
			walk(m.value)
		}
	}
	walk(n)
	var b strings.Builder
	from := 0
	for _, n := range bare {
		b.WriteString(body[from:n.from] + `"` + body[n.from:n.to] + `"`)
		from = n.to
	}
	return b.String() + body[from:]
}
