package check_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

var keyLike = regexp.MustCompile(`[A-Za-z0-9]{32}`)

// FuzzCheck gives a check what an account may hold at its worst: nothing makes
// it fall, no finding repeats a key, and what its fixes would send is JSON for
// an address of Zendesk's own.
func FuzzCheck(f *testing.F) {
	for _, c := range wrongAccounts {
		a := byHand()
		c.make(a)
		pair, ok := a.Triggers[0].Actions[0].Value.([]any)
		if ok && len(asJSON(a.Found)) < 20_000 {
			raw := asJSON(a.Found)
			f.Add([]byte(raw), fmt.Sprint(pair[1]), a.Subdomain, theKey)
		}
	}
	f.Add(
		[]byte(`{"triggers":[{"id":"../x","active":true,"actions":[{"field":"notification_webhook","value":[1e99,"{\"routing_key\":1,\"dedup_key\":[]}"]}]}]}`),
		"{{{{{{{{",
		"acme\xff",
		"\x00",
	)
	f.Add(
		[]byte(
			`{"webhooks":[{"id":"../../users/1","http_method":"GET","endpoint":"https://events.pagerduty.com"}],"triggers":[{"id":"`+theKey+
				`","active":true,"actions":[{"field":"notification_webhook","value":["../../users/1","{}"]}]}]}`,
		),
		"",
		"acme",
		theKey,
	)
	f.Add([]byte(`{}`), strings.Repeat(`{"a":`, 500)+strings.Repeat("}", 500), "", strings.Repeat("a", 32))
	f.Add([]byte(`{}`), "{{ x | y: '{\"' }}{% if %}\"dedup_key\"\"routing_key\"“", "a", strings.Repeat("Z", 64))
	f.Fuzz(func(t *testing.T, raw []byte, body, subdomain, key string) {
		var found trigger.Found
		_ = json.Unmarshal(raw, &found) // whatever it understands
		event := `{"routing_key":` + quote(key) + `,"event_action":"trigger","dedup_key":` + quote(
			body) + `,"payload":{"severity":` + quote(body+key) + `,"summary":` + quote(key) + `}}`
		found.Triggers = append(found.Triggers, byWebhook("1", key+body, body, all("priority is urgent")), byWebhook("2", body, event, all("current_tags includes "+body)))
		found.Webhooks = append(found.Webhooks, trigger.Webhook{ID: hookID, Status: key, Endpoint: us + "/integration/" + key + body, HTTPMethod: body + key, RequestFormat: key})
		for _, finding := range check.Run(check.Account{Subdomain: subdomain, RoutingKey: key, Brands: []string{body}}, found) {
			for name, v := range finding.Args {
				if s, ok := v.(string); ok && keyLike.MatchString(s) {
					t.Errorf("%s: %s holds a key: %q", finding.Code, name, s)
				}
			}
			if keyLike.MatchString(finding.ID) {
				t.Errorf("a key in %q", finding.ID)
			}
			if finding.Fix == nil {
				continue
			}
			for _, s := range finding.Fix() {
				if strings.Contains(s.Path, "..") || !strings.HasPrefix(s.Path, "/api/v2/") || len(s.Body) > 0 && !json.Valid(s.Body) {
					t.Errorf("%s would send %s %s", finding.Code, s.Path, s.Body)
				}
			}
		}
	})
}

func quote(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// FuzzRead reads any file; no error repeats a key.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"webhook":{},"triggers":[{}]}`))
	f.Add([]byte("[" + theKey + "]"))
	f.Add([]byte(`{"triggers":[{"active":"` + theKey + `"}]} {"webhooks":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		found, err := trigger.Read(raw)
		if err != nil && keyLike.MatchString(err.Error()) {
			t.Error(err)
		}
		check.Run(check.Account{Subdomain: "acme"}, found)
	})
}
