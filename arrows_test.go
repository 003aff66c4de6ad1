// Package project has tests about the project as a whole, and nothing else.
package project

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "zendesk-pagerduty"

// arrows says which of our packages a package may import. A row holds for the
// packages below it too, until a longer row; a target allows what is below it
// only where it ends in "/...". Test files are exempt.
var arrows = map[string][]string{
	"cmd/zendesk-pagerduty": {"app", "oauth", "zendesk", "zendesk/trigger", "zendesk/trigger/check", "zendesk-app",
		"incident", "migrations", "problem", "seal", "selfcheck", "store", // migrate, installation and audit open the database, and need no server
		"views/text"}, // triggers check says its findings in the page's sentences
	"cmd/demo": {"app", "assets", "oauth", "seal", "zendesk",
		"views", "views/text", "views/gallery", "simulator/pagerduty", "simulator/zendesk"},
	"bench": {"oauth", "pagerduty", "seal", "simulator/pagerduty", "simulator/zendesk"},

	"app": {"app/metrics", "assets", "budget", "incident", "oauth", "pagerduty", "ratelimit", "seal", "server", "server/panel", "server/web",
		"store", "views/text", "zendesk", "zendesk/trigger"},
	"app/metrics": {"incident", "oauth", "problem", "server/web", "store", "zendesk"},
	"selfcheck":   {"app", "oauth", "pagerduty", "seal", "server/probe", "store", "zendesk"},
	"app/apptest": {"app", "seal", "store", "zendesk", "simulator/pagerduty", "simulator/pagerduty/openapi", "simulator/zendesk"},

	// Transport: it knows the domain, and neither database nor PagerDuty.
	// The pages are beside each other: what two of them share is below both.
	"server": {"incident", "oauth", "seal", "server/connect", "server/launch", "server/panel", "server/probe", "server/search", "server/setup",
		"server/web", "server/window", "views/text", "zendesk"},
	"server/connect": {"oauth", "problem", "seal", "server/web", "views", "views/connect", "zendesk"},
	"server/launch":  {"oauth", "problem", "seal", "server/web", "views", "views/sidebar", "zendesk"},
	"server/panel": {"budget", "incident", "oauth", "problem", "server/connect", "server/web", "views", "views/sidebar",
		"views/text", "zendesk"},
	"server/probe":  {"seal"},
	"server/search": {"budget", "incident", "oauth", "server/web", "views", "views/search", "zendesk"},
	"server/setup": {"budget", "incident", "oauth", "problem", "seal", "server/connect", "server/launch", "server/web", "views",
		"views/setup", "views/text", "zendesk", "zendesk/trigger", "zendesk/trigger/check", "zendesk/trigger/event"},
	"server/web": {"budget", "incident", "oauth", "problem", "ratelimit", "seal", "views",
		"views/window", // a failure in the login window is one of its pages
		"views/text", "zendesk"},
	"server/window": {"oauth", "seal", "server/web", "views", "views/window", "zendesk"},

	// Where the domain is kept, and PagerDuty: they implement what it declares.
	"store":           {"budget", "incident", "migrations", "oauth", "problem", "seal", "zendesk"},
	"store/storetest": {"incident", "oauth", "problem", "seal", "zendesk"},
	"pagerduty":       {"incident", "oauth", "problem", "seal", "zendesk"},

	// The domain.
	"incident": {"budget", "problem", "seal", "zendesk"},
	"oauth":    {"problem", "seal", "zendesk"},
	"zendesk":  {"problem", "seal"},

	// Ticket events that page: each package can be read with what is above it here.
	"zendesk/trigger/event":       {"incident"},
	"zendesk/trigger":             {"incident", "problem", "zendesk", "zendesk/trigger/event"},
	"zendesk/trigger/rule":        {"zendesk/trigger"},
	"zendesk/trigger/check":       {"incident", "problem", "zendesk", "zendesk/trigger", "zendesk/trigger/event", "zendesk/trigger/rule"},
	"zendesk/trigger/triggertest": {"zendesk/trigger", "simulator/pagerduty", "simulator/zendesk"},

	// Views take view models: a domain type in a page would show more than a
	// page was meant to show.
	"views":           {"views/text"},
	"views/connect":   {"views", "views/text"},
	"views/search":    {"views", "views/text"},
	"views/sidebar":   {"views", "views/connect", "views/search", "views/text"},
	"views/window":    {"views", "views/text"},
	"views/setup":     {"views", "views/connect", "views/search", "views/text"},
	"views/text":      {},
	"views/viewstest": {"views/text"},
	"views/gallery":   {"views", "views/connect", "views/search", "views/setup", "views/sidebar", "views/text", "views/window"},

	"budget":           {},
	"problem":          {},
	"ratelimit":        {},
	"seal":             {},
	"migrations":       {},
	"assets":           {},
	"assets/build":     {"assets"},
	"zendesk-app":      {},
	"zendesk-app/logo": {},

	// A misreading of PagerDuty made on both sides would agree with itself.
	"simulator/internal/control": {},
	"simulator/pagerduty": {"simulator/internal/control", "simulator/pagerduty/account", "simulator/pagerduty/directory",
		"simulator/pagerduty/events", "simulator/pagerduty/identity", "simulator/pagerduty/incidents",
		"simulator/pagerduty/rest", "simulator/pagerduty/seed", "simulator/pagerduty/state", "simulator/pagerduty/web"},
	"simulator/pagerduty/account": {},
	"simulator/pagerduty/seed":    {"simulator/pagerduty/account"},
	"simulator/pagerduty/state":   {"simulator/internal/control", "simulator/pagerduty/account"},
	"simulator/pagerduty/web":     {"simulator/pagerduty/account", "simulator/pagerduty/state"},
	"simulator/pagerduty/identity": {"simulator/internal/control", "simulator/pagerduty/account",
		"simulator/pagerduty/state", "simulator/pagerduty/web"},
	"simulator/pagerduty/events": {"simulator/internal/control", "simulator/pagerduty/account", "simulator/pagerduty/state"},
	"simulator/pagerduty/rest":   {"simulator/internal/control", "simulator/pagerduty/account", "simulator/pagerduty/state"},
	"simulator/pagerduty/directory": {"simulator/pagerduty/account", "simulator/pagerduty/rest",
		"simulator/pagerduty/state"},
	"simulator/pagerduty/incidents": {"simulator/pagerduty/account", "simulator/pagerduty/directory",
		"simulator/pagerduty/rest", "simulator/pagerduty/state"},
	"simulator/pagerduty/openapi":       {"simulator/internal/control"},
	"simulator/pagerduty/pagerdutytest": {"simulator/pagerduty", "simulator/pagerduty/openapi"},
	"simulator/pagerduty/openapi/check": {"simulator/pagerduty", "simulator/pagerduty/openapi"},
	"simulator/zendesk": {"simulator/internal/control", "simulator/zendesk/directory", "simulator/zendesk/rest",
		"simulator/zendesk/rules", "simulator/zendesk/settings", "simulator/zendesk/tickets",
		"simulator/zendesk/webhooks", "simulator/zendesk/workspace"},
	"simulator/zendesk/directory": {},
	"simulator/zendesk/settings":  {},
	"simulator/zendesk/rest":      {"simulator/zendesk/directory"},
	"simulator/zendesk/tickets":   {"simulator/zendesk/directory", "simulator/zendesk/rest", "simulator/zendesk/settings"},
	"simulator/zendesk/webhooks":  {"simulator/zendesk/directory", "simulator/zendesk/rest", "simulator/zendesk/settings"},
	"simulator/zendesk/rules": {"simulator/zendesk/directory", "simulator/zendesk/rest", "simulator/zendesk/settings",
		"simulator/zendesk/tickets", "simulator/zendesk/webhooks"},
	"simulator/zendesk/workspace": {"simulator/zendesk/directory", "simulator/zendesk/rest",
		"simulator/zendesk/settings", "simulator/zendesk/tickets"},
	"simulator/zendesk/zendesktest": {"simulator/zendesk/rules"},
	"simulator/zendesk/sdk":         {},
}

// keepers says who alone may import what is not ours, by the start of its path.
var keepers = []struct {
	foreign string
	allowed []string
	why     string
}{
	{"github.com/labstack/", []string{"server/..."}, "Echo stays where it can be replaced"},
	{"github.com/PagerDuty/", []string{"pagerduty"}, "its traps are known in one package"},
	{"database/sql", []string{"store", "migrations", "bench"}, "no transaction leaves the store"},
	{"github.com/jackc/pgx", []string{"store", "bench"}, "driver errors become ours in one package"},
	{"modernc.org/sqlite", []string{"store", "bench"}, "driver errors become ours in one package"},
	{"github.com/pressly/goose", []string{"store", "migrations"}, "migrating is the store's business"},
	{"github.com/a-h/templ", []string{"views/...", "server/...", "cmd/demo"}, "HTML is made in views"},
	{"golang.org/x/oauth2", []string{"oauth"}, "PagerDuty's identity endpoints are known in one package"},
	{"testing", []string{"app/apptest", "store/storetest", "views/viewstest", "zendesk/trigger/triggertest", "simulator/..."}, "the product is not a test"},
}

// TestArrows holds the direction in which packages may point at each other.
func TestArrows(t *testing.T) {
	imports := importGraph(t, os.DirFS("."))
	if len(imports) < 15 {
		t.Fatalf("found %d packages: this test no longer sees the project", len(imports))
	}
	for _, wrong := range against(imports) {
		t.Error(wrong)
	}
}

// An arrow that nothing uses any more would let one be drawn without a thought.
func TestArrowsAreUsed(t *testing.T) {
	used := map[string][]string{}
	for from, imports := range importGraph(t, os.DirFS(".")) {
		if row, ok := rowOf(from); ok {
			used[row] = append(used[row], imports...)
		}
	}
	for row, allowed := range arrows {
		imports, ok := used[row]
		if !ok {
			t.Errorf("the row %s is of no package", row)
		}
		for _, a := range allowed {
			if !slices.ContainsFunc(imports, func(to string) bool {
				ours, ok := strings.CutPrefix(to, module+"/")
				return ok && within(ours, []string{a})
			}) {
				t.Errorf("%s may import %s, and does not", row, a)
			}
		}
	}
}

// A test of the test: each of these arrows points the wrong way.
func TestArrowsAreSeen(t *testing.T) {
	for _, c := range []struct{ file, imports, want string }{
		{"incident/x.go", "github.com/labstack/echo/v4", "incident imports github.com/labstack/echo/v4: Echo stays where it can be replaced"},
		{"oauth/x.go", "database/sql", "oauth imports database/sql: no transaction leaves the store"},
		{"oauth/x.go", module + "/server", "oauth imports server, which is not among"},
		{"server/x.go", module + "/store", "server imports store, which is not among"},
		{"server/x.go", module + "/pagerduty", "server imports pagerduty, which is not among"},
		{"views/x.go", module + "/incident", "views imports incident, which is not among"},
		{"seal/x.go", module + "/problem", "seal imports problem, but seal may import nothing of ours"},
		{"simulator/pagerduty/x.go", module + "/incident", "simulator/pagerduty imports incident, which is not among"},
		{"simulator/pagerduty/x.go", "github.com/PagerDuty/go-pagerduty", "simulator/pagerduty imports github.com/PagerDuty/go-pagerduty: its traps"},
		{"app/x.go", module + "/simulator/zendesk", "app imports simulator/zendesk, which is not among"},
		{"zendesk-app/x.go", "testing/fstest", "zendesk-app imports testing/fstest: the product is not a test"},
		{"novelty/x.go", "fmt", "novelty has no row"},
	} {
		source := fmt.Sprintf("package x\nimport _ %q\n", c.imports)
		if wrong := against(importGraph(t, fstest.MapFS{c.file: {Data: []byte(source)}})); len(wrong) != 1 || !strings.Contains(wrong[0], c.want) {
			t.Errorf("%s with %q: want a sentence with %q, got %q", c.file, c.imports, c.want, wrong)
		}
	}
	for _, exempt := range []string{"incident/x_test.go", "assets/node_modules/x/x.go", "views/testdata/x.go", ".hidden/x.go"} {
		source := "package x\nimport _ \"" + module + "/server\"\n"
		if wrong := against(importGraph(t, fstest.MapFS{exempt: {Data: []byte(source)}})); len(wrong) > 0 {
			t.Errorf("%s is exempt, got %q", exempt, wrong)
		}
	}
}

// importGraph reads what each package imports, by its folder.
func importGraph(t *testing.T, root fs.FS) map[string][]string {
	t.Helper()
	graph := map[string][]string{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if d.IsDir() {
			if base == "node_modules" || base == "testdata" || name != "." && strings.HasPrefix(base, ".") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := path.Dir(name)
		if _, ok := graph[from]; !ok {
			graph[from] = nil // a package without imports is a package too
		}
		for _, spec := range file.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if !slices.Contains(graph[from], to) {
				graph[from] = append(graph[from], to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

// against says, in a sentence each, which imports the tables do not allow.
func against(graph map[string][]string) []string {
	var wrong []string
	for _, from := range slices.Sorted(maps.Keys(graph)) {
		row, ok := rowOf(from)
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s has no row in arrows: say there what it may import", from))
			continue
		}
		for _, to := range graph[from] {
			if ours, ok := strings.CutPrefix(to, module+"/"); ok {
				if allowed := arrows[row]; !within(ours, allowed) {
					wrong = append(wrong, fmt.Sprintf("%s imports %s, %s", from, ours, rule(row, allowed)))
				}
				continue
			}
			for _, k := range keepers {
				if covers(k.foreign, to) && !within(from, k.allowed) {
					wrong = append(wrong, fmt.Sprintf("%s imports %s: %s, so only %s may", from, to, k.why, strings.Join(k.allowed, ", ")))
				}
			}
		}
	}
	return wrong
}

func rule(row string, allowed []string) string {
	if len(allowed) == 0 {
		return "but " + row + " may import nothing of ours"
	}
	return fmt.Sprintf("which is not among what %s may import: %s", row, strings.Join(allowed, ", "))
}

// rowOf is the longest row of arrows that holds for a package.
func rowOf(from string) (string, bool) {
	for row := from; row != "."; row = path.Dir(row) {
		if _, ok := arrows[row]; ok {
			return row, true
		}
	}
	return "", false
}

func within(name string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		below, all := strings.CutSuffix(a, "/...")
		return name == below || all && strings.HasPrefix(name, below+"/")
	})
}

// covers tells whether an import path starts with a foreign one, at a slash.
func covers(foreign, to string) bool {
	return to == foreign || strings.HasPrefix(to, strings.TrimSuffix(foreign, "/")+"/")
}
