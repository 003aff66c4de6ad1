package project

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// replaced are words that once stood here for a thing of our own, and the usual
// words that took their place. A stranger would have to learn the former.
var replaced = map[string]string{
	"courier":  "webhook sender",
	"deed":     "action, audit entry",
	"deeds":    "actions, audit entries",
	"desk":     "the thing's own name",
	"drawer":   "card section",
	"drawers":  "card sections",
	"habit":    "last-used service",
	"habits":   "last-used services",
	"happen":   "what is done",
	"house":    "account",
	"mend":     "fix",
	"mended":   "fixed",
	"mends":    "fixes",
	"moods":    "states",
	"often":    "how many, in which time",
	"said":     "the thing that was written",
	"seedmore": "what is added",
	"seldom":   "how many, in which time",
	"spare":    "what is left, and of what",
	"tally":    "count",
	"told":     "the thing that was sent or shown",
	"untold":   "not shown",
}

// frozen are names that hold such a word because something outside reads them:
// stored values, labels of metrics, names of PagerDuty's and Zendesk's test data.
var frozen = map[string]string{
	"supportDesk": "a service of the simulated PagerDuty",
}

// inWords splits a name into its words: "deskTicket" is desk and Ticket.
var inWords = regexp.MustCompile(`[A-Z][a-z0-9]+|[a-z0-9]+|[A-Z]`)

// TestWords walks the syntax tree for names that hold a replaced word.
func TestWords(t *testing.T) {
	names := namesOf(t)
	if len(names) < 3000 {
		t.Fatalf("found %d names: this test no longer sees the project", len(names))
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if _, ok := frozen[name]; ok {
			continue
		}
		for _, word := range inWords.FindAllString(name, -1) {
			if usual, ok := replaced[strings.ToLower(word)]; ok {
				t.Errorf("%s: %s: in place of %q say: %s", names[name], name, strings.ToLower(word), usual)
			}
		}
	}
	for name, why := range frozen {
		if _, ok := names[name]; !ok {
			t.Errorf("%s (%s) is frozen, and nothing has that name", name, why)
		}
	}
}

// namesOf are all names in hand-written Go files, each with a place where it stands.
func namesOf(t *testing.T) map[string]token.Position {
	t.Helper()
	names, positions := map[string]token.Position{}, token.NewFileSet()
	for _, file := range written(t, ".go") {
		tree, err := parser.ParseFile(positions, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if _, seen := names[id.Name]; !seen {
					names[id.Name] = positions.Position(id.Pos())
				}
			}
			return true
		})
	}
	return names
}
