package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const integrationKey = "0123456789abcdef0123456789abcdef"

// exported is a file as somebody puts it together from Zendesk's lists, with
// one trigger that has a certain dedup key.
func exported(t *testing.T, key string) string {
	t.Helper()
	event, err := json.Marshal(`{"dedup_key":"` + key + `","routing_key":"` + integrationKey + `","event_action":"trigger",` +
		`"payload":{"summary":"{{ticket.title}}","source":"{{ticket.via}}","severity":"critical"}}`)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, `{"webhooks":[{"id":"01HZX3","name":"PagerDuty","status":"active","endpoint":"https://events.pagerduty.com/v2/enqueue","http_method":"POST",
		"request_format":"json","subscriptions":["conditional_ticket_events"]}],"meta":{"has_more":false}}
		{"triggers":[{"id":360001,"title":"Page \u001b[31mus","active":true,"conditions":{"all":[{"field":"priority","operator":"value","value":"urgent"}],"any":[]},
		"actions":[{"field":"notification_webhook","value":["01HZX3",`+string(event)+`]}]}],"count":1,"next_page":null}`)
}

func written(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "zendesk.json")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCheckTriggers(t *testing.T) {
	right, wrong := exported(t, "Zendesk_acme_{{ticket.id}}"), exported(t, "zendesk_acme_{{ticket.id}}")
	for _, c := range []struct {
		args []string
		code int
		out  string
		errs string
	}{
		{[]string{right, "--subdomain", "acme"}, 0, "nothing found", ""},
		{[]string{right, "--subdomain", "acme", "--region", "us"}, 0, "nothing found", ""},
		{[]string{right, "--subdomain", "acme", "--region", "eu"}, 1, "webhook 01HZX3, PagerDuty:", "one finding"},
		{[]string{right, "--subdomain", "acme", "--events-url", "http://127.0.0.1:8082"}, 1, "http://127.0.0.1:8082", "one finding"},
		{[]string{right, "--subdomain", "globex"}, 1, "This account is globex", "one finding"},
		{[]string{right, "--subdomain", "globex", "--brand", "acme-shop", "--brand", "acme"}, 1, "a brand's subdomain", "one finding"},
		{[]string{wrong, "--subdomain", "acme"}, 1, "trigger 360001, Page  [31mus:\n  The dedup_key of “Page  [31mus” begins with “zendesk”.", "one finding"},
		{[]string{wrong, "--subdomain", "acme"}, 1, "fix: Sets its dedup_key to Zendesk_acme_{{ticket.id}}.", "one finding"},
		{[]string{"/no/such", "--subdomain", "acme"}, 2, "", `FILE: got "/no/such"`},
		{[]string{written(t, "{\n\"triggers\": [\n"), "--subdomain", "acme"}, 2, "", "check line 3"},
		{[]string{written(t, "[]"), "--subdomain", "acme"}, 2, "", "does not have Zendesk's format"},
		{[]string{written(t, "{}"), "--subdomain", "acme"}, 2, "", "no webhooks, triggers or targets"},
		{[]string{right, "--subdomain", "Acme"}, 2, "", `--subdomain: got "Acme"`},
		{[]string{right, "--subdomain", "acme", "--region", "asia"}, 2, "", "--region"},
		{[]string{right}, 2, "", "--subdomain"},
		{[]string{"--subdomain", "acme"}, 2, "", "file"},
	} {
		code, out, errs := command(t, nil, append([]string{"triggers", "check"}, c.args...)...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) || strings.Contains(out+errs, integrationKey) || strings.Contains(out, "\x1b") {
			t.Errorf("%v: %d %q %q; want %d, %q and %q", c.args, code, out, errs, c.code, c.out, c.errs)
		}
		if c.code == 2 && (out != "" || strings.Count(errs, "\n") != 1) {
			t.Errorf("%v: %q %q; want one line", c.args, out, errs)
		}
	}
}

// A title may be a key that was pasted into the wrong field: it is printed
// neither by itself nor in a sentence. And what was left out is said.
func TestCheckTriggersPrintsNoKey(t *testing.T) {
	raw, err := os.ReadFile(exported(t, "zendesk_acme_{{ticket.id}}"))
	if err != nil {
		t.Fatal(err)
	}
	titled := strings.Replace(string(raw), "31mus\"", "31m"+integrationKey+"\"", 1)
	many := strings.Replace(titled, `"triggers":[`, `"triggers":[`+strings.Repeat(`{},`, 20_000), 1)
	for file, want := range map[string]string{titled: "Page  […:\n", many: "Not all of this account was checked"} {
		code, out, errs := command(t, nil, "triggers", "check", written(t, file), "--subdomain", "acme")
		if code != 1 || !strings.Contains(out, want) || strings.Contains(out+errs, integrationKey) {
			t.Errorf("%d %q %q; want %q", code, out, errs, want)
		}
	}
}

// What is printed is found right, by the same program.
func TestPrintedTriggersAreRight(t *testing.T) {
	for _, args := range [][]string{
		{"triggers"}, {"triggers", "print"},
		{"triggers", "--region", "eu", "--acknowledge", "--heed-open", "--severity", "high=error", "--only", "group_id=5", "--only", "current_tags=vip", "--service", "P1ABCDE"},
	} {
		code, out, errs := command(t, nil, append(args, "--subdomain", "acme", "--routing-key", integrationKey)...)
		if code != 0 {
			t.Fatalf("%v: %d %s", args, code, errs)
		}
		if len(args) > 2 && (!strings.Contains(out, "PagerDuty service P1ABCDE.") || !strings.Contains(out, `"vip"`)) {
			t.Errorf("%v: %s", args, out)
		}
		if code, out, errs := command(t, nil, "triggers", "check", written(t, out), "--subdomain", "acme"); code != 0 || out != "nothing found\n" {
			t.Errorf("%v: %d %s %s", args, code, out, errs)
		}
	}
}
