package project

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// replaced are words that once stood here for a thing of our own, also with s or ed
// at their end. The glossary in CONTRIBUTING.md has the usual words for it.
var replaced = strings.Fields("courier deed desk drawer habit happen house mend mood often said seedmore seldom spare tally told untold")

// frozen are names that hold such a word because something outside reads them:
// stored values, labels of metrics, names of PagerDuty's and Zendesk's test data.
var frozen = map[string]string{
	"supportDesk": "a service of the simulated PagerDuty",
}

// inWords splits a name into its words: "deskTicket" is desk and Ticket.
var inWords = regexp.MustCompile(`[A-Z][a-z0-9]+|[a-z0-9]+|[A-Z]`)

// TestWords walks the syntax tree for names that hold a replaced word, and the ids
// of messages.
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
			word = strings.ToLower(word)
			if slices.ContainsFunc(replaced, func(r string) bool { return word == r || word == r+"s" || word == r+"ed" }) {
				t.Errorf("%s: %s: say it without %q", names[name], name, word)
			}
		}
	}
	for name, why := range frozen {
		if _, ok := names[name]; !ok {
			t.Errorf("%s (%s) is frozen, and nothing has that name", name, why)
		}
	}
}

// namesOf are all names in hand-written Go files, and all ids of messages, each with
// a place where it stands.
func namesOf(t *testing.T) map[string]token.Position {
	t.Helper()
	names, positions := map[string]token.Position{}, token.NewFileSet()
	for id := range messages(t) {
		names[id] = token.Position{Filename: english}
	}
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

const english = "views/text/en.json"

func messages(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	content, err := os.ReadFile(english)
	if err != nil {
		t.Fatal(err)
	}
	var list map[string]json.RawMessage
	if err := json.Unmarshal(content, &list); err != nil {
		t.Fatal(err)
	}
	return list
}
