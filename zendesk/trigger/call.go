package trigger

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// call is one call of PagerDuty that a trigger makes: an action whose webhook or
// old target leads to PagerDuty, or whose body is an event.
type call struct {
	trigger, action int // their places
	id              ID  // of the webhook or target
	hook            int // the webhook's place; -1 where it is not there
	target          *Target
	old             bool // the action is for a target
	malformed       bool // the action's value is no pair of an id and a text
	form            bool // the body is pairs of a name and a value
	body            string
	root            *node // of the body; nil where it is no JSON
	read            *reader
	kind            string // the event's action, or what it was surely meant to be; "" where unknown
	copied          bool   // of a production account, in its sandbox
}

// largest is what Zendesk sends at most.
const largest = 256 << 10

var (
	newFields = []string{"routing_key", "event_action", "dedup_key"}
	oldFields = []string{"service_key", "incident_key", "event_type"}
)

// calls finds all of them, in the order of the triggers.
func (f Found) calls(bases []string) []*call {
	hooks := map[ID]int{}
	for i, h := range slices.Backward(f.Webhooks) {
		hooks[h.ID] = i // the first of equal ids
	}
	targets := map[ID]*Target{}
	for i := range f.Targets {
		targets[f.Targets[i].ID] = &f.Targets[i]
	}
	var list []*call
	for i, t := range f.Triggers {
		for j, a := range t.Actions {
			k := &call{trigger: i, action: j, hook: -1, old: a.Field == "notification_target"}
			if !k.old && a.Field != "notification_webhook" {
				continue
			}
			k.take(a.Value)
			leads := false
			if k.old {
				k.target = targets[k.id]
				if k.target != nil && k.target.Type == "email_target" {
					continue // e-mail targets still work
				}
				leads = k.target != nil && pagerDuty(k.target.TargetURL, bases)
			} else if place, ok := hooks[k.id]; ok {
				k.hook = place
				leads = pagerDuty(f.Webhooks[place].Endpoint, bases)
			}
			k.examine()
			if leads && !k.root.has("event_action", "dedup_key") && k.hook >= 0 && strings.HasSuffix(f.Webhooks[k.hook].Endpoint, "/v2/change/enqueue") {
				continue // change events, which never page
			}
			if leads || k.event() || k.malformed && f.speaks(a.Value) {
				list = append(list, k)
			}
		}
	}
	return list
}

// take reads an action's value: an id, and a body of text or pairs.
func (k *call) take(value any) {
	var pair []any
	switch v := value.(type) {
	case []string:
		for _, s := range v {
			pair = append(pair, s)
		}
	case []any:
		pair = v
	case string:
		pair = []any{v}
	}
	text := func(v any) (string, bool) {
		if n, ok := v.(float64); ok {
			return strconv.FormatFloat(n, 'f', -1, 64), true
		}
		s, ok := v.(string)
		return s, ok
	}
	ok := false
	if len(pair) > 0 {
		var id string
		id, ok = text(pair[0])
		k.id = ID(id)
	}
	k.malformed = !ok || len(pair) != 2
	if len(pair) == 2 {
		switch v := pair[1].(type) {
		case string:
			k.body = v
		case []any:
			k.form = true
		default:
			k.malformed = true
		}
	}
}

// examine reads the body.
func (k *call) examine() {
	if len(k.body) > largest {
		return
	}
	k.root, k.read = parse(k.body)
	word := ""
	if n := k.root.at("event_action"); n != nil {
		word = n.text
	} else if n := k.root.at("event_type"); n != nil {
		word = n.text
	}
	word = strings.ToLower(strings.TrimSpace(word))
	if slices.Contains(eventActions, word) {
		k.kind = word
	}
}

var eventActions = []string{"trigger", "acknowledge", "resolve"}

// event says that a body is for the Events API, wherever it goes.
func (k *call) event() bool {
	count := func(has func(name string) bool) int {
		n := 0
		for _, name := range newFields {
			if has(name) {
				n++
			}
		}
		for _, name := range oldFields {
			if has(name) {
				n++
			}
		}
		return n
	}
	if k.root != nil {
		return count(func(name string) bool { return k.root.has(name) }) > 1
	}
	if len(k.body) > largest {
		return count(func(name string) bool { return strings.Contains(k.body[:largest], name) }) > 1
	}
	return count(func(name string) bool { return strings.Contains(k.body, name) }) > 1
}

// speaks says that a value of no known form is about PagerDuty: one of its
// webhooks is named, or an event's field.
func (f Found) speaks(value any) bool {
	text := ""
	switch v := value.(type) {
	case string:
		text = v
	default:
		text = quoted(v)
	}
	text = text[:min(len(text), largest)]
	return strings.Contains(text, "routing_key") || strings.Contains(text, "dedup_key")
}

var keyInPath = regexp.MustCompile(`^/(?:integration|x-ere)/([A-Za-z0-9]{32})(?:/|$)`)

// pathKey is the key that an old address of the Events API holds, or "".
func pathKey(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if m := keyInPath.FindStringSubmatch(u.Path); m != nil {
		return m[1]
	}
	return ""
}

// pagerDuty says whether an address is PagerDuty's, or one of our bases.
func pagerDuty(address string, bases []string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	rest := strings.HasPrefix(host, "api.") // incidents may well be made by the REST API
	return !rest && (host == "pagerduty.com" || strings.HasSuffix(host, ".pagerduty.com")) ||
		slices.ContainsFunc(bases, func(b string) bool { return host != "" && origin(b) == origin(address) })
}

// origin is an address without its path, as it is compared.
func origin(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host
}

func (k *call) text(name string) string {
	if n := k.root.at(name); n != nil && n.kind == '"' {
		return n.text
	}
	return ""
}

// routing is the key of the event as it is; it may have any form.
func (k *call) routing() string { return k.text("routing_key") }

// dedup is the event's dedup key, blanks in braces aside.
func (k *call) dedup() string { return plainKey(k.text("dedup_key")) }

// opaque says that what is sent depends on Liquid's tags, so that nothing can
// be said of it here.
func (k *call) opaque() bool {
	return k.read != nil && (k.read.tags || k.root == nil && strings.Contains(k.body, "{%"))
}
