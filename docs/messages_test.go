package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// loud are slog's methods of warning and above, with the place of their message.
var loud = map[string]int{"Warn": 0, "Error": 0, "WarnContext": 1, "ErrorContext": 1}

// messages are the log messages of warning or above in a file. A call that chooses
// its level (LogAttrs, Log) counts where its file names such a level.
func messages(t *testing.T, file string) (found []string) {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	source := read(t, file)
	chosen := strings.Contains(source, "slog.LevelWarn") || strings.Contains(source, "slog.LevelError")
	ast.Inspect(parsed, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		at, is := loud[method.Sel.Name]
		if chosen && (method.Sel.Name == "LogAttrs" || method.Sel.Name == "Log") {
			at, is = 2, true
		}
		if !is || len(call.Args) <= at {
			return true
		}
		text, ok := call.Args[at].(*ast.BasicLit)
		if !ok || text.Kind != token.STRING {
			if strings.HasSuffix(method.Sel.Name, "Context") { // no error's method and no test's
				t.Errorf("%s: a message that is no constant cannot be looked up", files.Position(call.Pos()))
			}
			return true
		}
		message, err := strconv.Unquote(text.Value)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, message)
		return true
	})
	return found
}

// paragraph begins with what it is about.
var paragraph = regexp.MustCompile("(?m)^- \\*\\*`(.+?)`\\*\\*")

// section is a page's text under a heading, up to the next one.
func section(t *testing.T, page, heading string) string {
	t.Helper()
	_, rest, found := strings.Cut(read(t, page), "\n"+heading+"\n")
	if !found {
		t.Fatalf("%s has no %q", page, heading)
	}
	text, _, _ := strings.Cut(rest, "\n## ")
	return text
}

func explained(t *testing.T, heading string) (list []string) {
	t.Helper()
	for _, m := range paragraph.FindAllStringSubmatch(section(t, "operate.md", heading), -1) {
		list = append(list, m[1])
	}
	return list
}

// compare holds what is explained against what there is, both ways.
func compare(t *testing.T, kind string, explained, there []string) {
	t.Helper()
	for _, one := range there {
		if !slices.Contains(explained, one) {
			t.Errorf("operate.md has no paragraph for the %s %q", kind, one)
		}
	}
	for i, one := range explained {
		if slices.Contains(explained[:i], one) {
			t.Errorf("operate.md has two paragraphs for the %s %q", kind, one)
		}
		if !slices.Contains(there, one) {
			t.Errorf("operate.md has a paragraph for the %s %q, which is not there", kind, one)
		}
	}
}

// Whoever is woken by a log message finds in operate.md what it means and what to do.
func TestLogMessagesAreExplained(t *testing.T) {
	var all []string
	for _, file := range sources(t, func(path string) bool {
		return !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go") &&
			!strings.HasPrefix(path, "../simulator/") && !strings.HasPrefix(path, "../bench/") &&
			!strings.HasPrefix(path, "../cmd/demo/") && !strings.Contains(path, "test/")
	}) {
		all = append(all, messages(t, file)...)
	}
	if len(all) < 10 {
		t.Fatalf("only %d messages were found: the search is wrong", len(all))
	}
	compare(t, "log message", explained(t, "## Log messages"), all)
}

var alert = regexp.MustCompile(`(?m)^\s*- alert: (\w+)\s*$`)

// Whoever is woken by an alert finds in operate.md what it means and what to do.
func TestAlertsAreExplained(t *testing.T) {
	files, err := filepath.Glob("../deploy/prometheus/*.y*ml")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, file := range files {
		for _, m := range alert.FindAllStringSubmatch(read(t, file), -1) {
			if !slices.Contains(all, m[1]) {
				all = append(all, m[1])
			}
		}
	}
	compare(t, "alert", explained(t, "## Alerts"), all)
}
