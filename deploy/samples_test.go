package deploy

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/budget"
)

func read(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// setting is the duration that a line of a sample gives.
func setting(t *testing.T, file, form string) time.Duration {
	t.Helper()
	m := regexp.MustCompile(`(?m)^\s*` + form + `([0-9]+m?s)\b`).FindStringSubmatch(read(t, file))
	if m == nil {
		t.Fatalf("%s has no line %q with a duration", file, form)
	}
	d, err := time.ParseDuration(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A proxy that gives up before the program does says that nothing came of a
// creation that goes on.
func TestProxiesWait(t *testing.T) {
	for file, form := range map[string]string{
		"nginx/zendesk-pagerduty.conf": `proxy_read_timeout `,
		"haproxy/haproxy.cfg":          `timeout server `,
		"caddy/Caddyfile":              `response_header_timeout `,
	} {
		if got := setting(t, file, form); got != budget.Proxy {
			t.Errorf("%s waits %v; package budget says %v", file, got, budget.Proxy)
		}
	}
}

// drainDelay is DRAIN_DELAY's default.
func drainDelay(t *testing.T) time.Duration {
	t.Helper()
	all := app.AllSettings()
	i := slices.IndexFunc(all, func(s app.Setting) bool { return s.Name == "DRAIN_DELAY" })
	d, err := time.ParseDuration(all[i].Default)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A connection that nobody uses is closed by the proxy, before the program does: it
// closes it with its listener, and a POST that is sent at that moment fails.
func TestProxiesCloseUnusedConnections(t *testing.T) {
	for file, form := range map[string]string{
		"nginx/zendesk-pagerduty.conf": `keepalive_timeout `,
		"caddy/Caddyfile":              `keepalive `,
	} {
		if got, drain := setting(t, file, form), drainDelay(t); got >= drain {
			t.Errorf("%s keeps an unused connection for %v; DRAIN_DELAY is %v", file, got, drain)
		}
	}
}

// A unit that kills earlier costs an agent a login, while the database is away.
func TestUnitWaits(t *testing.T) {
	if got := setting(t, "systemd/zendesk-pagerduty.service", "TimeoutStopSec="); got < app.CloseAtMost {
		t.Errorf("the unit kills after %v; closing takes up to %v", got, app.CloseAtMost)
	}
}

// What a request's query holds (a login's code and state) is in no proxy's log, and
// an answer of the program's own that is 502 or 503 takes no replica out of service.
func TestSamplesLeaveOut(t *testing.T) {
	for file, never := range map[string][]string{
		"nginx/zendesk-pagerduty.conf": {"$request ", "$request_uri", "$args", "$http_referer", "$proxy_add_x_forwarded_for", "http_502;", "non_idempotent;"},
		"haproxy/haproxy.cfg":          {"%r ", "%HU", "%HPO", "%HQ", "option httplog", "retry-on all"},
		"caddy/Caddyfile":              {"unhealthy_status", "trusted_proxies"},
	} {
		for line := range strings.Lines(read(t, file)) {
			for _, text := range never {
				if !strings.HasPrefix(strings.TrimSpace(line), "#") && strings.Contains(line, text) {
					t.Errorf("%s has %q in %q", file, text, line)
				}
			}
		}
	}
}
