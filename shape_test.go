package project

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"testing"
)

const (
	mostLinesOfAFile     = 400
	mostLinesOfAFunction = 80
)

// longFunctions are those that are longer, each with its reason. All but the first
// two are lists, or one story whose parts need what came before.
var longFunctions = map[string]string{
	"app/app.go Open":                                          "every part is built once, in its order, in one function",
	"app/check.go Check":                                       "one setting after the other",
	"app/setupkey_test.go TestSetupIntegration":                "one story, from the choice to the audit entry",
	"app/setupsecrets_test.go TestSetupKeysStayAway":           "one story, all of whose answers are searched at its end",
	"simulator/pagerduty/identity/idtoken_test.go TestIDToken": "a table",
	"simulator/pagerduty/seed/seed.go New":                     "a list of test data",
	"simulator/zendesk/tickets/seed.go AcmeSeed":               "a list of test data",
	"simulator/zendesk/webhooks/testapi.go testWebhook":        "one refusal of Zendesk's after the other",
	"views/gallery/states.go sidebarStates":                    "a list of states",
	"zendesk-app/check_test.go TestCheck":                      "a table",
	"zendesk/launch_test.go TestVerify":                        "a table",
	"zendesk/trigger/check/worst_test.go TestHostileAccounts":  "a table",
}

// TestShape holds hand-written files and functions to a length that is read at once.
func TestShape(t *testing.T) {
	files := written(t, ".go", ".js", ".mjs", ".templ", ".css", ".sh")
	if len(files) < 300 {
		t.Fatalf("found %d files: this test no longer sees the project", len(files))
	}
	long := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(source, []byte("\n")); n > mostLinesOfAFile {
			t.Errorf("%s has %d lines; a file has %d at most", file, n, mostLinesOfAFile)
		}
		if path.Ext(file) == ".go" {
			longOf(t, file, source, long)
		}
	}
	for name := range longFunctions {
		if !long[name] {
			t.Errorf("%s is excused, and not over %d lines", name, mostLinesOfAFunction)
		}
	}
}

// longOf reports the functions of a file that are too long and not excused, and
// adds those that are excused.
func longOf(t *testing.T, file string, source []byte, excused map[string]bool) {
	t.Helper()
	positions := token.NewFileSet()
	tree, err := parser.ParseFile(positions, file, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, declaration := range tree.Decls {
		f, ok := declaration.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name := file + " " + f.Name.Name
		n := positions.Position(f.End()).Line - positions.Position(f.Pos()).Line + 1
		if n <= mostLinesOfAFunction {
			continue
		}
		if _, ok := longFunctions[name]; ok {
			excused[name] = true
			continue
		}
		t.Errorf("%s has %d lines; a function has %d at most", name, n, mostLinesOfAFunction)
	}
}
