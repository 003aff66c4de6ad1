package check

import (
	"slices"
	"strings"
	"unicode/utf8"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/event"
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

// wrong are a call's faults with their fixes.
func (c *checker) wrong(k *call) []fault {
	list := c.faults(k)
	for i, w := range list {
		list[i].fix = func(args problem.Args) ([]request, problem.Code) {
			args["want"], args["account"] = incident.KeyOf(c.Subdomain, event.TicketID), c.Subdomain
			return c.fix(k, w.code, args)
		}
	}
	if w, ok := c.destination(k); ok {
		list = append(list, w)
	}
	return list
}

// faults are what is wrong with what a call sends.
func (c *checker) faults(k *call) []fault {
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
	case k.root.Kind != '{':
		return one(bodyNested)
	}
	var list []fault
	add := func(code problem.Code, got string) {
		list = append(list, fault{code: code, args: problem.Args{"got": got}})
	}
	if k.read.Bare {
		add(bodyBare, "")
	}
	if k.root.Has(oldFields...) && !k.root.Has("routing_key", "event_action") {
		add(bodyOld, "")
		return list
	}
	if !k.root.Has(newFields...) {
		return one(bodyNested)
	}
	switch got := k.root.Get("event_action"); {
	case strings.TrimSpace(got) == "":
		add(actionMissing, "")
	case slices.Contains(eventActions, got):
	case k.kind != "":
		add(actionCase, got)
	default:
		add(actionUnknown, got)
	}
	switch got := k.key; {
	case len(got) > longestKey:
		add(routingForm, "")
	case trigger.IsKey(got) || strings.HasPrefix(plainKey(got), "{{dc."): // dynamic content may hold a key
	case strings.TrimSpace(got) == "":
		add(routingMissing, "")
	case exampleForm.MatchString(got):
		add(routingExample, "")
	default:
		add(routingForm, "")
	}
	if n := k.root.At("dedup_key"); n == nil {
		add(keyMissing, "")
	} else if n.Kind != '"' {
		add(keyOther, k.body[n.From:n.To])
	} else if code, got := c.keyWrong(n.Text); code != "" {
		add(code, got)
	}
	if k.kind == "trigger" {
		list = append(list, payloadWrong(k.root.At("payload"))...)
	}
	return list
}

// payloadWrong looks at what an event that raises needs besides.
func payloadWrong(payload *event.Node) []fault {
	if payload == nil || payload.Kind != '{' {
		return []fault{{code: payloadMissing}}
	}
	text := func(name string) string { return strings.TrimSpace(payload.Get(name)) }
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
	} else if !slices.Contains(trigger.Severities, severity) && !dynamic(severity) {
		add(severityUnknown, severity)
	}
	return list
}

// dynamic says that a severity comes from the ticket. A field may well hold one
// of PagerDuty's words; the priority's own words never are.
func dynamic(severity string) bool {
	list := event.Pieces(severity)
	return len(list) == 3 && list[0]+list[2] == "" &&
		(event.Placeholder(list[1]) != "ticket.priority" || strings.Contains(list[1], "replace"))
}

// tooLong finds what makes a summary longer than PagerDuty takes: a
// placeholder of a whole text that is not cut, or the words themselves.
func tooLong(summary string) string {
	n := 0
	for i, piece := range event.Pieces(summary) {
		switch name := event.Placeholder(piece); {
		case i%2 == 0:
			n += utf8.RuneCountInString(piece)
		case !strings.Contains(piece, "truncate") &&
			(strings.HasSuffix(name, "description") || strings.Contains(name, "comment")):
			return "{{" + name + "}}"
		}
	}
	if n > longestSummary {
		return summary
	}
	return ""
}

// fix says what puts a fault of an event right.
func (c *checker) fix(k *call, code problem.Code, args problem.Args) ([]request, problem.Code) {
	set := func(does problem.Code, object *event.Node, name, value string) ([]request, problem.Code) {
		return c.edited(k, code, args, does, func() string { return event.With(k.body, object, name, value) })
	}
	payload := k.root.At("payload")
	field := func(name, value string) ([]request, problem.Code) {
		args["field"], args["to"] = name, value
		return set(fixField, payload, name, event.JSON(value))
	}
	switch code {
	case actionMissing, actionCase, actionUnknown:
		args["action"] = c.meant(k)
		return set(fixAction, k.root, "event_action", event.JSON(c.meant(k)))
	case routingMissing, routingExample, routingForm:
		key := strings.TrimSpace(k.key)
		if !trigger.IsKey(key) {
			key = c.key
		}
		if key == "" { // it sends nothing as it is
			return off(c.at(k)), fixOff
		}
		return set(fixRouting, k.root, "routing_key", event.JSON(key))
	case payloadMissing:
		return set(fixPayload, k.root, "payload", event.JSON(map[string]string{
			"summary": event.Summary(c.OmitText), "source": c.Subdomain + ".zendesk.com", "severity": "critical",
		}))
	case summaryMissing:
		return field("summary", event.Summary(c.OmitText))
	case summaryLong:
		args["field"] = "summary"
		return set(fixShort, payload, "summary", event.JSON(c.shortened(payload.Get("summary"))))
	case sourceMissing:
		return field("source", c.Subdomain+".zendesk.com")
	case severityMissing:
		return field("severity", "critical")
	case severityUnknown:
		severity := strings.ToLower(strings.TrimSpace(payload.Get("severity")))
		if !slices.Contains(trigger.Severities, severity) {
			severity = "critical"
		}
		return field("severity", severity)
	case bodyBare:
		return c.edited(k, code, args, fixQuote, func() string { return event.Requote(k.body, k.root) })
	case callMalformed, bodyNone, bodyForm, bodyLarge, bodyQuotes, bodyJSON, bodyNested, bodyOld:
		return c.replaced(k, args)
	case keyMissing, keyExample, keySpaces, keyCase, keyPrefix, keyUnderscore,
		keyHost, keyBrand, keySubCase, keySubdomain, keyID, keyIDLiteral, keyIDMissing, keyOther:
		return set(fixKey, k.root, "dedup_key", event.JSON(incident.KeyOf(c.Subdomain, event.TicketID)))
	}
	return nil, "" // a fault without a fix: TestFixes reports it
}

// shortened cuts the long placeholders of a summary, and its own words.
func (c *checker) shortened(text string) string {
	list := event.Pieces(text)
	if c.OmitText {
		list = nil
	}
	for i := range list {
		if i%2 == 0 {
			runes := []rune(list[i])
			list[i] = string(runes[:min(len(runes), 200)])
		} else if tooLong(list[i]) != "" {
			list[i] = event.Short(event.Placeholder(list[i]), "200")
		}
	}
	if short := strings.Join(list, ""); short != "" && tooLong(short) == "" {
		return short
	}
	return event.Summary(c.OmitText)
}
