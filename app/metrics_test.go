package app_test

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
)

const (
	alertsFile    = "../deploy/prometheus/alerts.yml"
	alertsTest    = "../deploy/prometheus/alerts_test.yml"
	dashboardFile = "../deploy/grafana/zendesk-pagerduty.json"
	metricsPage   = "../docs/metrics.md"
)

// selector is a metric of an expression, with what its labels have to be.
type selector struct {
	name   string
	labels map[string]string // a regular expression, or "!" and one
}

var (
	selectorForm = regexp.MustCompile(`([a-z][a-z0-9_]+)(\{[^}]*\})?(\[[^\]]*\])?`)
	labelForm    = regexp.MustCompile(`([a-z_]+)(=~|!~|!=|=)"((?:[^"\\]|\\.)*)"`)
	groupForm    = regexp.MustCompile(`\b(?:by|on|without|ignoring) \([^)]*\)`)
)

// notOurs are words of PromQL.
var notOurs = []string{"increase", "rate", "histogram_quantile", "count", "sum", "min", "max", "abs", "and", "or"}

func selectorsOf(expr string) (all []selector) {
	for _, m := range selectorForm.FindAllStringSubmatch(groupForm.ReplaceAllString(expr, ""), -1) {
		if slices.Contains(notOurs, m[1]) {
			continue
		}
		s := selector{name: m[1], labels: map[string]string{}}
		for _, l := range labelForm.FindAllStringSubmatch(m[2], -1) {
			value := l[3]
			if !strings.HasSuffix(l[2], "~") {
				value = regexp.QuoteMeta(value)
			}
			if strings.HasPrefix(l[2], "!") {
				value = "!" + value
			}
			s.labels[l[1]] = value
		}
		all = append(all, s)
	}
	return all
}

// fits says whether a series is one of the selector's. Prometheus adds job and
// instance.
func (s selector) fits(series string) bool {
	name, rest, _ := strings.Cut(series, "{")
	if name != s.name {
		return false
	}
	have := map[string]string{}
	for _, l := range labelForm.FindAllStringSubmatch(rest, -1) {
		have[l[1]] = l[3]
	}
	for label, want := range s.labels {
		if label == "job" || label == "instance" {
			continue
		}
		want, not := strings.CutPrefix(want, "!")
		if regexp.MustCompile("^(?:"+want+")$").MatchString(have[label]) == not {
			return false
		}
	}
	return true
}

// alertExprs are the expressions of the alerts, and dashboardExprs of the dashboard.
func alertExprs(t *testing.T) (all []string) {
	t.Helper()
	raw, err := os.ReadFile(alertsFile)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?m)^ +- alert: .*\n +expr: (?:>-\n((?: {10}.*\n)+)|(.*)\n)`).FindAllStringSubmatch(string(raw), -1)
	for _, m := range blocks {
		all = append(all, strings.Join(strings.Fields(m[1]+m[2]), " "))
	}
	if alerts := strings.Count(string(raw), "- alert:"); len(all) != alerts || alerts < 15 {
		t.Fatalf("%d expressions of %d alerts", len(all), alerts)
	}
	return all
}

func dashboardExprs(t *testing.T) (all []string) {
	t.Helper()
	raw, err := os.ReadFile(dashboardFile)
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Type, Title string
			Targets     []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(raw, &dashboard); err != nil {
		t.Fatal(err)
	}
	for _, p := range dashboard.Panels {
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("the panel %q shows nothing", p.Title)
		}
		for _, target := range p.Targets {
			all = append(all, target.Expr)
		}
	}
	if len(all) < 20 {
		t.Fatalf("%d expressions", len(all))
	}
	return all
}

// What the alerts and the dashboard ask for is there from the start, by its name and
// with its labels; and what we count is on the dashboard.
func TestAlertsAndDashboardNameSeries(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	_, metrics := admin(t, s, "/metrics")
	series := slices.Collect(maps.Keys(apptest.Series(metrics)))
	for _, runtime := range []string{"process_resident_memory_bytes", "go_goroutines"} {
		if strings.Contains(metrics, "\n"+runtime+" ") {
			series = append(series, runtime)
		}
	}
	series = append(series, "up") // Prometheus's own
	shown := map[string]bool{}
	for from, exprs := range map[string][]string{"an alert": alertExprs(t), "the dashboard": dashboardExprs(t)} {
		for _, expr := range exprs {
			found := selectorsOf(expr)
			if len(found) == 0 {
				t.Errorf("%s: no metric in %s", from, expr)
			}
			for _, want := range found {
				if from == "the dashboard" {
					shown[strings.TrimSuffix(want.name, "_bucket")] = true
				}
				if !slices.ContainsFunc(series, want.fits) {
					t.Errorf("%s asks for %s %v, which is not there at the start: %s", from, want.name, want.labels, expr)
				}
			}
		}
	}
	page, err := os.ReadFile(metricsPage)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| (`[a-z_`, ]+`) \\|").FindAllStringSubmatch(string(page), -1) {
		for _, name := range strings.Split(m[1], ", ") {
			name = strings.Trim(name, "`")
			listed[name] = true
			if !strings.Contains(metrics, "\n# TYPE "+name+" ") {
				t.Errorf("docs/metrics.md lists %s, which there is not", name)
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+)`).FindAllStringSubmatch(metrics, -1) {
		if name := m[1]; !strings.HasPrefix(name, "go_") && !strings.HasPrefix(name, "process_") &&
			!strings.HasPrefix(name, "promhttp_") && !shown[name] {
			t.Errorf("the dashboard does not show %s", name)
		} else if shown[name] && !listed[name] && !strings.HasPrefix(name, "go_") && !strings.HasPrefix(name, "process_") {
			t.Errorf("docs/metrics.md does not list %s", name)
		}
	}
}

// A test of the test: a name or a label that is wrong is seen.
func TestSelectorsAreRead(t *testing.T) {
	series := `logins_total{outcome="done",step="claim"}`
	for expr, want := range map[string]bool{
		`sum by (step) (increase(logins_total{outcome="done"}[5m])) > 0`:            true,
		`rate(logins_total{outcome=~"done|failed",instance="a"}[$__rate_interval])`: true,
		`logins_total{outcome!="done"}`:                                             false,
		`logins_total{outcome="gone"}`:                                              false,
		`login_total`:                                                               false,
		`logins_total{place="x"}`:                                                   false,
	} {
		found := selectorsOf(expr)
		if len(found) != 1 || found[0].fits(series) != want {
			t.Errorf("%s: %+v; want %v", expr, found, want)
		}
	}
}

// Prometheus's own tool reads the rules, and lets time pass over them.
func TestPrometheusTakesTheAlerts(t *testing.T) {
	if _, err := exec.LookPath("promtool"); err != nil {
		if os.Getenv("REQUIRE_PROMTOOL") != "" {
			t.Fatal("promtool is not installed (on Debian: prometheus)")
		}
		t.Skip("promtool is not installed: the alerts were NOT checked by it (on Debian: prometheus)")
	}
	for _, args := range [][]string{{"check", "rules", alertsFile}, {"test", "rules", alertsTest}} {
		if out, err := exec.Command("promtool", args...).CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}
