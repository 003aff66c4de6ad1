package check

import (
	"regexp"
	"strings"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
	"zendesk-pagerduty/zendesk/trigger/event"
)

// What can be wrong with a dedup key: the part that is.
const (
	keyMissing    problem.Code = "check.key.missing"
	keyExample    problem.Code = "check.key.example"        // got
	keySpaces     problem.Code = "check.key.spaces"         // got
	keyCase       problem.Code = "check.key.case"           // got
	keyPrefix     problem.Code = "check.key.prefix"         // got
	keyUnderscore problem.Code = "check.key.underscore"     // got
	keyBrand      problem.Code = "check.key.brand"          // got, account
	keyHost       problem.Code = "check.key.host"           // got, account
	keySubCase    problem.Code = "check.key.subdomain.case" // got, account
	keySubdomain  problem.Code = "check.key.subdomain"      // got, account
	keyID         problem.Code = "check.key.id"             // got
	keyIDLiteral  problem.Code = "check.key.id.literal"     // got
	keyIDMissing  problem.Code = "check.key.id.missing"     // got
	keyOther      problem.Code = "check.key.other"          // got
)

// longestKey is more than a key may have: PagerDuty takes 255 characters of a
// dedup key. What is longer is not looked at for what it was meant to be.
const longestKey = 1000

var (
	exampleForm = regexp.MustCompile(
		`(?i)\[[a-z _-]*\]|<[a-z _-]*>|your[_ -]?(zendesk)?[_ -]?(subdomain|integration|routing)`)
	zendeskForm = regexp.MustCompile(`(?i)^zendesk`)
	keyParts    = regexp.MustCompile(`^Zendesk_([^{}_]*)_(.*)$`)
	digitsForm  = regexp.MustCompile(`^[0-9]+$`)
)

// plainKey is a dedup key with the blanks taken out of its braces, which mean
// nothing to Liquid.
func plainKey(text string) string {
	list := event.Pieces(text)
	for i := 1; i < len(list); i += 2 {
		if !strings.Contains(list[i], "|") {
			list[i] = "{{" + event.Placeholder(list[i]) + "}}"
		}
	}
	return strings.Join(list, "")
}

// keyWrong says which part of a dedup key is not as the sidebar looks for it;
// "" where it is right.
func (c *checker) keyWrong(text string) (code problem.Code, got string) {
	if len(text) > longestKey {
		return keyOther, text
	}
	key := plainKey(text)
	if key == incident.KeyOf(c.Subdomain, event.TicketID) {
		return "", ""
	}
	m := keyParts.FindStringSubmatch(key)
	if c.Subdomain == "" && m != nil && m[2] == event.TicketID && zendesk.ValidSubdomain(m[1]) {
		return "", "" // whose account it is, nobody said
	}
	bare := func(s, cut string) string { // the characters of cut are left out
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(cut, r) }), "")
	}
	want := incident.KeyOf(c.Subdomain, event.TicketID)
	// The text in braces is the placeholder's: what is an example stands outside.
	outside := event.Pieces(key)
	for i := 1; i < len(outside); i += 2 {
		outside[i] = "0"
	}
	switch {
	case strings.TrimSpace(key) == "":
		return keyMissing, ""
	case exampleForm.MatchString(strings.Join(outside, "")):
		return keyExample, key
	case bare(key, " \t\r\n\u00a0") == want:
		return keySpaces, text
	case !zendeskForm.MatchString(key):
		return keyPrefix, key
	case !strings.HasPrefix(key, "Zendesk"):
		return keyCase, key[:len("Zendesk")]
	case bare(key, "_- .") == bare(want, "_- ."):
		return keyUnderscore, key
	case m == nil:
		return c.loose(key)
	}
	if more, ok := strings.CutSuffix(m[2], "_"+event.TicketID); ok {
		return keySubdomain, m[1] + "_" + more
	}
	if m[1] != c.Subdomain && c.Subdomain != "" {
		return c.subdomainWrong(m[1]), m[1]
	}
	return idWrong(m[2])
}

// loose is a key that does not fall into its parts at all: an underscore or a
// part is missing, or there is too much of them.
func (c *checker) loose(key string) (problem.Code, string) {
	rest := strings.TrimPrefix(key, "Zendesk")
	body, isID := strings.CutSuffix(rest, event.TicketID)
	switch {
	case !isID && strings.Trim(rest, "_") == c.Subdomain:
		return keyIDMissing, key
	case !isID:
		return keyOther, key
	case !strings.HasPrefix(body, "_") || !strings.HasSuffix(body, "_"):
		return keyUnderscore, key
	}
	return c.subdomainWrong(strings.Trim(body, "_")), strings.Trim(body, "_")
}

func (c *checker) subdomainWrong(got string) problem.Code {
	switch {
	case strings.EqualFold(got, c.Subdomain):
		return keySubCase
	case c.brands[strings.ToLower(got)]:
		return keyBrand
	case strings.Contains(strings.ToLower(got), ".zendesk.com"):
		return keyHost
	}
	return keySubdomain
}

func idWrong(got string) (problem.Code, string) {
	switch list := event.Pieces(got); {
	case got == "":
		return keyIDMissing, got
	case digitsForm.MatchString(got):
		return keyIDLiteral, got
	case len(list) == 3 && list[0]+list[2] == "":
		return keyID, list[1]
	}
	return keyID, got
}

// production is the subdomain of a key that a sandbox has from its production
// account, or "". Zendesk calls a sandbox by its account's subdomain and a
// number.
func (c *checker) production(key string) string {
	if len(key) > longestKey {
		return ""
	}
	m := keyParts.FindStringSubmatch(plainKey(key))
	if m == nil || m[1] == "" || m[1] == c.Subdomain {
		return ""
	}
	if rest, ok := strings.CutPrefix(c.Subdomain, m[1]); ok && sandboxForm.MatchString(rest) {
		return m[1]
	}
	return ""
}

var sandboxForm = regexp.MustCompile(`^-?(sandbox-?)?[0-9]{6,}$`)
